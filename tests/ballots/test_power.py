"""The power fails between tally and result: nothing half done stays, and counting goes on.

No test here has a transaction of its own around the act: that would hide one that is missing.
"""

import os
import signal
import subprocess
import sys

import pytest
from django.db import connection, transaction

from tests.ballots.conftest import CLOSES, DURING, Village, make_village
from tests.ballots.elections.conftest import CLOSES as CLOSES_OF_ELECTION
from tests.ballots.elections.conftest import Held, announce
from xiangyue.activity.models import Entry
from xiangyue.ballots import services
from xiangyue.ballots.elections import services as elections
from xiangyue.ballots.elections.models import Elected, Round, RoundResult
from xiangyue.ballots.elections.services import counting as election_counting
from xiangyue.ballots.invariants import INVARIANTS
from xiangyue.ballots.models import Ballot, Participation, Result, TellerCount
from xiangyue.ballots.services import counting, tellers
from xiangyue.publicity.models import Notice

pytestmark = pytest.mark.django_db(transaction=True)


class NoPowerError(RuntimeError):
    """What ends the process in these tests."""


def cut(*_args: object, **_facts: object) -> None:
    raise NoPowerError


@pytest.fixture
def village(transactional_db) -> Village:
    return make_village()


def tallied(village: Village) -> Ballot:
    """Closed, and both tellers agree; nobody has made the result."""
    ballot = village.open(modes=["hands", "paper"], questions=["修吗？"])
    services.mark_many_present(ballot=ballot, mode="paper", at=DURING)
    village.close(ballot)
    village.count(ballot, "paper", {"yes": 20, "no": 10})
    return ballot


def holds() -> bool:
    return not any(check() for check in INVARIANTS.values())


@pytest.mark.parametrize("last", ["record_about", "publish_result"])
def test_a_vote_stays_closed_and_is_counted_again(village, monkeypatch, last):
    ballot = tallied(village)
    monkeypatch.setattr(counting, last, cut)
    with pytest.raises(NoPowerError):
        village.result(ballot)
    monkeypatch.undo()
    ballot.refresh_from_db()
    assert (ballot.state, ballot.counted_at) == ("closed", None)
    assert not Result.objects.exists()
    assert not Entry.objects.filter(name="ballots.ballot_counted").exists()
    assert not Notice.objects.filter(kind="vote_result").exists()
    assert village.result(ballot).facts["questions"][0]["ground"] == "carried"
    assert holds()


def test_a_count_is_written_with_its_entry_in_the_record_or_not_at_all(village, monkeypatch):
    ballot = village.open(modes=["hands"], questions=["修吗？"])
    services.mark_many_present(ballot=ballot, mode="hands", at=DURING)
    monkeypatch.setattr(tellers, "record_about", cut)
    with pytest.raises(NoPowerError):
        village.count(ballot, "hands", {"yes": 30}, tellers=1)
    assert not TellerCount.objects.exists()


def test_nobody_has_taken_part_without_a_voice(village, monkeypatch):
    from xiangyue.ballots.services import taking

    ballot = village.open(modes=["online"], questions=["修吗？"])
    monkeypatch.setattr(taking, "record", cut)
    with pytest.raises(NoPowerError):
        village.cast(ballot, village.villagers[0])
    monkeypatch.undo()
    assert not Participation.objects.exists()
    village.cast(ballot, village.villagers[0])
    assert Participation.objects.get().voices.count() == 1


@pytest.mark.parametrize("last", ["_seat", "record_about", "put_up"])
def test_a_round_of_an_election_stays_closed_and_is_counted_again(village, monkeypatch, last):
    held = Held(village, announce(village))
    found = held.open()
    held.hand_out(found, 20)
    found = elections.close_round(polling=found, by=held.keeper, at=CLOSES_OF_ELECTION)
    for office, count in (("chair", 12), ("member", 14)):
        held.count(found, office, {held.chosen[office][0]: count}, returned=20)
    monkeypatch.setattr(election_counting, last, cut)
    with pytest.raises(NoPowerError):
        held.result(found)
    monkeypatch.undo()
    assert Round.objects.get(pk=found.pk).state == "closed"
    assert not RoundResult.objects.exists()
    assert not Elected.objects.exists()
    assert held.result(found).facts["offices"][0]["is_valid"]
    assert Elected.objects.count() == 2
    assert holds()


KILLED = """
import datetime, os, time
import django
django.setup()
from xiangyue.kernel.counties import bind
with bind("shandan"):
    from xiangyue.ballots import services
    from xiangyue.ballots.models import Ballot, Result
    from xiangyue.ballots.services import counting

    def wait(*_args, **_facts):
        assert Result.objects.exists()
        print("written, not committed", flush=True)
        time.sleep(60)

    counting.publish_result = wait
    at = datetime.datetime.fromisoformat(os.environ["AT"])
    services.count_ballot(ballot=Ballot.objects.get(pk=os.environ["BALLOT"]), at=at)
"""


def test_a_process_killed_while_it_counts_leaves_the_tally_and_no_result(village, tmp_path):
    ballot = tallied(village)
    name = connection.settings_dict["NAME"]
    (tmp_path / "killed.py").write_text(KILLED)
    (tmp_path / "killed_settings.py").write_text(
        f"from tests.settings import *\nDATABASES['default']['NAME'] = {str(name)!r}\n"
    )
    process = subprocess.Popen(
        [sys.executable, str(tmp_path / "killed.py")],
        stdout=subprocess.PIPE,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "killed_settings", "BALLOT": str(ballot.pk),
            "AT": CLOSES.isoformat(),
            "PYTHONPATH": f"{tmp_path}{os.pathsep}{os.getcwd()}{os.pathsep}{os.getcwd()}/src",
        },
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline().startswith(b"written")
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not transaction.get_connection().in_atomic_block
    ballot.refresh_from_db()
    assert ballot.state == "closed"
    assert not Result.objects.exists()
    assert TellerCount.objects.count() == 2
    assert village.result(ballot).facts["present"]["count"] == 30
    assert holds()
