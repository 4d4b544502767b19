"""Journeys wait for what they are about, and never for a length of time."""

from tests.architecture.sources import ROOT

JOURNEYS = ROOT / "tests" / "journeys"
# The page's own policy forbids what polls a function in it, as soon as it has to be asked twice.
FORBIDDEN = ("wait_for_timeout", "wait_for_function", "time.sleep")
WAITS = {"conftest.py": 1}  # `eventually`, which asks in between


def test_no_journey_waits_for_a_length_of_time() -> None:
    found = {}
    for file in sorted(JOURNEYS.glob("*.py")):
        count = sum(file.read_text().count(word) for word in FORBIDDEN)
        if count != WAITS.get(file.name, 0):
            found[file.name] = count
    assert found == {}
