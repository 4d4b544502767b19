"""The exported slips are enough to reckon the result again, by software that knows none of ours."""

import csv
import io
import json
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

import pytest

from tests.orders import conftest
from tests.orders.conftest import House
from xiangyue.orders import exporting
from xiangyue.orders.models import Outcome

pytestmark = pytest.mark.django_db

SLIPS = (
    [1, 4], [1, 4], [1], [1, 4], [1], [2], [2, 3], [3], [3, 4], [2], [2, 4], [3], [1, 3], [4],
)  # fmt: skip


def read_pb(text: str) -> tuple[dict[str, str], dict[str, dict[str, str]], list[list[str]]]:
    """META, PROJECTS and VOTES as pabulib's own readers take them."""
    meta: dict[str, str] = {}
    projects: dict[str, dict[str, str]] = {}
    votes: list[list[str]] = []
    section, header = "", []
    for row in csv.reader(io.StringIO(text), delimiter=";"):
        if row[0] in {"META", "PROJECTS", "VOTES"} and len(row) == 1:
            section, header = row[0], []
        elif not header:
            header = row
        elif section == "META":
            meta[row[0]] = row[1]
        elif section == "PROJECTS":
            projects[row[0]] = dict(zip(header, row, strict=True))
        else:
            votes.append(dict(zip(header, row, strict=True))["vote"].split(","))
    return meta, projects, votes


def reckoned_independently(
    meta: dict[str, str], projects: dict[str, dict[str, str]], votes: list[list[str]]
) -> set[str]:
    """Who is paid, written from the definitions with fractions, sharing no line with ours."""
    budget = Fraction(meta["budget"])
    cost = {key: Fraction(row["cost"]) for key, row in projects.items()}
    fans = {key: [at for at, vote in enumerate(votes) if key in vote] for key in projects}
    order = list(projects)
    chosen: list[str] = []
    if meta["rule"] == "equalshares":
        purse = [budget / len(votes)] * len(votes)
        while True:
            found = []
            for key in order:
                if key in chosen or sum(purse[at] for at in fans[key]) < cost[key]:
                    continue
                # The smallest rho at which min(purse, rho) of all fans makes the cost.
                levels = sorted({purse[at] for at in fans[key]} | {Fraction(0)})
                for low, high in pairwise(levels):
                    if sum(min(purse[at], high) for at in fans[key]) >= cost[key]:
                        poor = [purse[at] for at in fans[key] if purse[at] <= low]
                        rho = (cost[key] - sum(poor)) / (len(fans[key]) - len(poor))
                        found.append((rho / cost[key], cost[key], order.index(key), rho, key))
                        break
            if not found:
                break
            _ratio, _cost, _at, rho, key = min(found)
            chosen.append(key)
            for at in fans[key]:
                purse[at] -= min(purse[at], rho)
    left = budget - sum(cost[key] for key in chosen)
    for key in sorted(order, key=lambda key: (-len(fans[key]), cost[key], order.index(key))):
        if key not in chosen and fans[key] and cost[key] <= left:
            chosen.append(key)
            left -= cost[key]
    return set(chosen)


@pytest.fixture(params=["service_fund", "village_works"])
def outcome(
    request: pytest.FixtureRequest, house: House, monkeypatch: pytest.MonkeyPatch
) -> Outcome:
    if request.param == "service_fund":
        return house.decided(*SLIPS)
    # An assembly is called ten days ahead, and more than half of all have to take part.
    for name in ("OPENS", "CLOSES", "DURING"):
        moment = getattr(conftest, name)
        monkeypatch.setattr(conftest, name, moment + timedelta(days=20))
    began = house.at - timedelta(days=3)
    return house.decided(*SLIPS, [1], [4, 3], kind="village_works", at=began)


class TestRecount:
    def test_the_pb_file_recounts_to_the_same_projects(self, outcome: Outcome) -> None:
        meta, projects, votes = read_pb(exporting.as_pb(outcome.facts))
        assert meta["rule"] in {"equalshares", "greedy"}
        selected = {key for key, row in projects.items() if row["selected"] == "1"}
        assert reckoned_independently(meta, projects, votes) == selected
        assert selected
        assert selected != set(projects)

    def test_every_valid_slip_is_in_it_and_nobodys_name(
        self, outcome: Outcome, house: House
    ) -> None:
        text = exporting.as_pb(outcome.facts)
        meta, projects, votes = read_pb(text)
        assert int(meta["num_votes"]) == len(votes) == outcome.facts["present"]["count"]
        for key, row in projects.items():
            assert int(row["votes"]) == sum(key in vote for vote in votes)
        assert not any(one.name in text for one in house.residents)

    def test_slips_stand_in_an_order_of_what_they_say(self, outcome: Outcome) -> None:
        _meta, _projects, votes = read_pb(exporting.as_pb(outcome.facts))
        numbers = [[int(one) for one in vote] for vote in votes]
        assert numbers == sorted(numbers)


class TestForms:
    def test_a_title_is_never_a_formula_nor_breaks_the_table(self, house: House) -> None:
        outcome = house.decided(
            [1], [1], [2],
            projects=[('=cmd|"x"!A1', 1_000), ("分号;换行", 2_000)],
        )  # fmt: skip
        table = exporting.as_csv(outcome.facts)
        assert "'=cmd" in table
        _meta, projects, _votes = read_pb(exporting.as_pb(outcome.facts))
        assert projects["2"]["name"] == "分号;换行"

    def test_the_sealed_facts_have_their_digest(self, house: House) -> None:
        outcome = house.decided([1], [1], [2])
        said = json.loads(exporting.as_json(outcome))
        assert said["digest"] == outcome.digest
        assert said["facts"]["slips"] == [
            {"projects": [1], "count": 2}, {"projects": [2], "count": 1},
        ]  # fmt: skip
