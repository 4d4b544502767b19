"""Two at once: one voice counts once, and nothing is counted after the bell."""

import pytest

from tests.ballots.conftest import CLOSES, DURING, Village, make_village
from tests.incidents.test_races import at_once
from xiangyue.ballots import services
from xiangyue.ballots.invariants import INVARIANTS
from xiangyue.ballots.models import Participation, Result, TellerCount, Voice
from xiangyue.ballots.refusals import AlreadyTookPart, BallotNotOpen, BallotStands, ProxyRefused
from xiangyue.ballots.rules import Agreement

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def village(transactional_db) -> Village:
    return make_village()


def test_one_voter_by_hand_and_by_phone_at_once_is_counted_once(village):
    ballot = village.open()
    for person in village.villagers[:5]:
        results = at_once(
            lambda person=person: village.mark(ballot, person) or "hand",
            lambda person=person: village.cast(ballot, person),
        )
        assert sum(isinstance(each, AlreadyTookPart) for each in results) == 1
    assert Participation.objects.count() == 5
    assert Voice.objects.count() == 2 * Participation.objects.filter(mode="online").count()
    assert [check() for check in INVARIANTS.values()] == [[]] * len(INVARIANTS)


def test_a_vote_sent_five_times_at_once_counts_once(village):
    ballot = village.open()
    results = at_once(*(lambda: village.cast(ballot, village.villagers[0]) for _time in range(5)))
    assert len(set(results)) == 1
    assert Voice.objects.count() == 2


def test_who_votes_while_it_closes_is_either_counted_or_told(village):
    ballot = village.open(questions=["修吗？"], modes=["online", "hands"])
    services.mark_many_present(
        ballot=ballot, mode="hands", at=DURING,
        entries=[village.entry(ballot, each).pk for each in village.villagers[6:]],
    )  # fmt: skip
    results = at_once(
        *(lambda who=who: village.cast(ballot, who, "yes") for who in village.villagers[:6]),
        lambda: village.close(ballot, at=CLOSES),
    )
    taken = [each for each in results[:-1] if isinstance(each, int)]
    told = [each for each in results[:-1] if isinstance(each, BallotNotOpen)]
    assert len(taken) + len(told) == 6
    assert Participation.objects.filter(mode="online").count() == len(taken)
    village.count(ballot, "hands", {"yes": 24}, tellers=1)
    facts = village.result(ballot).facts
    assert facts["questions"][0]["by_mode"].get("online", {}) == (
        {"yes": len(taken)} if taken else {}
    )
    assert [check() for check in INVARIANTS.values()] == [[]] * len(INVARIANTS)


def test_a_room_marked_twice_at_once_is_marked_once(village):
    ballot = village.open()
    results = at_once(
        *(
            lambda: services.mark_many_present(ballot=ballot, mode="hands", at=DURING)
            for _time in range(3)
        )
    )
    assert sorted(results) == [0, 0, 30]


def test_two_tellers_who_count_at_once_and_differ_count_nothing(village):
    ballot = village.open(questions=["修吗？"], modes=["paper"])
    services.mark_many_present(ballot=ballot, mode="paper", at=DURING)
    village.close(ballot, at=DURING)
    question = ballot.questions.get()
    results = at_once(
        *(
            lambda teller=teller, yes=yes: services.record_count(
                ballot=ballot, question=question, mode="paper", teller=teller,
                counts={"yes": yes}, at=CLOSES,
            )
            for teller, yes in zip(village.tellers, (20, 21), strict=True)
        )
    )  # fmt: skip
    assert sorted(results) == [Agreement.DIFFERENT, Agreement.WAITING]
    assert TellerCount.objects.count() == 2


def test_a_result_made_twice_at_once_is_made_once(village):
    ballot = village.open(questions=["修吗？"], modes=["hands"])
    services.mark_many_present(ballot=ballot, mode="hands", at=DURING)
    village.count(ballot, "hands", {"yes": 30}, tellers=1)
    village.close(ballot, at=DURING)
    results = at_once(*(lambda: village.result(ballot) for _time in range(4)))
    assert len({each.digest for each in results}) == 1
    assert Result.objects.count() == 1


def test_a_count_and_an_annulment_at_once_end_in_one_state(village):
    ballot = village.open(questions=["修吗？"], modes=["hands"])
    services.mark_many_present(ballot=ballot, mode="hands", at=DURING)
    village.count(ballot, "hands", {"yes": 30}, tellers=1)
    village.close(ballot, at=DURING)
    results = at_once(
        lambda: village.result(ballot),
        lambda: services.annul_ballot(ballot=ballot, reason="重来", at=CLOSES),
    )
    ballot.refresh_from_db()
    assert ballot.state == "annulled"
    assert isinstance(results[0], Result | BallotStands)


def test_a_proxy_marked_on_two_tablets_at_once_stands_for_no_more_than_the_law_allows(village):
    for person in village.villagers[:9]:
        person.household = village.households[0]
        person.save()
    village.members("collective_member", 9)
    ballot = village.open(village.roll("collective_assembly"))
    proxy = village.entry(ballot, village.villagers[0])
    results = at_once(
        *(
            lambda who=who: village.mark(ballot, who, "paper", proxy=proxy, is_written=True)
            for who in village.villagers[1:7]
        )
    )
    assert sum(isinstance(each, ProxyRefused) for each in results) == 3
    assert Participation.objects.filter(proxy=proxy).count() == 3
