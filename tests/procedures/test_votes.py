"""A vote as a step's evidence: counted and accepted, or it does not go on (CP02, EL05)."""

import pytest
from django.urls import reverse
from django.utils import translation

from tests import people
from tests.ballots import conftest as voting
from tests.procedures.conftest import Village, make_village
from xiangyue.ballots.models import Ballot
from xiangyue.procedures import services
from xiangyue.procedures.models import Evidence, Run
from xiangyue.procedures.references import kind_of
from xiangyue.procedures.services.evidence import WrongEvidence

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def electorate(db) -> voting.Village:
    return voting.make_village()


@pytest.fixture
def village(electorate) -> Village:
    return make_village()


def called(village: Village) -> Run:
    """An assembly whose notice is up; ten days on."""
    run = village.begin("villagers_assembly", title="修村道")
    services.publish_for_step(
        step_run=village.open(run), title="开会通知", body="议修村道。",
        actor=village.standing(village.clerk), at=village.at,
    )  # fmt: skip
    village.complete(run, village.clerk)
    return run


def vote(electorate: voting.Village, run: Run, **facts) -> Ballot:
    return electorate.open(**({"subject": run, "questions": ["同意修村道吗？"]} | facts))


def counted(electorate: voting.Village, ballot: Ballot, *, yes: int, no: int) -> None:
    for person in electorate.villagers[: yes + no]:
        electorate.mark(ballot, person)
    electorate.close(ballot)
    electorate.count(ballot, "hands", {"yes": yes, "no": no}, tellers=1)
    electorate.result(ballot)


def referred(village: Village, run: Run, ballot: Ballot) -> None:
    services.refer_to(
        step_run=village.open(run), key="ballot", reference_id=str(ballot.pk),
        actor=village.standing(village.clerk), at=village.at,
    )  # fmt: skip


def test_cp02_a_vote_that_is_not_counted_does_not_go_on(village, electorate):
    run = called(village)
    ballot = vote(electorate, run)
    village.at = voting.CLOSES
    referred(village, run, ballot)
    with pytest.raises(services.NotReady) as refused:
        village.complete(run, village.secretary)
    assert "has not been counted yet" in str(refused.value)


def test_cp02_a_rejected_vote_does_not_go_on_and_says_why(village, electorate):
    run = called(village)
    ballot = vote(electorate, run)
    counted(electorate, ballot, yes=10, no=10)
    village.at = voting.CLOSES
    referred(village, run, ballot)
    with pytest.raises(services.NotReady) as refused:
        village.complete(run, village.secretary)
    assert "20" in str(refused.value)


def test_an_accepted_vote_opens_the_next_step(village, electorate):
    run = called(village)
    ballot = vote(electorate, run)
    counted(electorate, ballot, yes=12, no=8)
    village.at = voting.CLOSES
    referred(village, run, ballot)
    assert village.complete(run, village.secretary).state == "done"
    assert village.open(run).key == "publish"


def test_a_vote_by_another_rule_or_about_another_matter_does_not_serve(village, electorate):
    run, other = called(village), village.begin("villagers_assembly", title="另一件")
    by_another_rule = vote(
        electorate, run, roll=electorate.roll("compact_assembly"), modes=["hands"], matter="compact"
    )
    about_another = vote(electorate, other)
    for ballot in (by_another_rule, about_another):
        with pytest.raises(WrongEvidence):
            referred(village, run, ballot)
    assert not Evidence.objects.filter(key="ballot").exists()
    assert people.place().pk == run.place_id


def test_one_vote_proves_one_step(village, electorate):
    run = called(village)
    ballot = vote(electorate, run, subject=None)
    village.at = voting.CLOSES
    referred(village, run, ballot)
    village.at = people.MONDAY
    other = called(village)
    village.at = voting.CLOSES
    with pytest.raises(WrongEvidence):
        referred(village, other, ballot)


def test_the_evidence_leads_to_the_vote(village, electorate):
    ballot = vote(electorate, called(village))
    kind = kind_of("ballots.ballot")
    assert kind is not None
    assert kind.url(ballot) == reverse("vote", args=[ballot.pk])
