"""A keeper chooses the council and the meeting instead of typing them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import people
from tests.deliberation.conftest import House, fresh
from xiangyue.assemblies import services as assemblies
from xiangyue.assemblies.models import Sitting
from xiangyue.councils.models import Council, CouncilState, Matter
from xiangyue.councils.services import form
from xiangyue.deliberation.models import Issue
from xiangyue.places.models import Place

pytestmark = pytest.mark.django_db


def council(house: House, kind: str = "one_committee_three_bodies", place: Place | None = None):
    made = form(kind=kind, place=place or house.place, by=house.clerk, at=house.at)
    Council.objects.filter(pk=made.pk).update(
        state=CouncilState.SITTING, formed_on=timezone.localdate(house.at)
    )
    return made


def held(
    house: House, title: str = "村口停车院落会", place: Place | None = None, by=None
) -> Sitting:
    sitting = assemblies.announce(
        kind="courtyard", place=place or house.place, title="村口停车院落会",
        where="村口",
        starts_at=house.at, items=["怎么停车"], by=by or house.clerk,
        at=house.at - timedelta(days=3),
        expected_count=10,
    )  # fmt: skip
    chair, writer = house.secretary, house.checker
    if place is not None:
        chair = people.posted("village_party_secretary", at_place=place, name="外书记")
        writer = people.posted("supervision_member", at_place=place, name="外监督")
    by = by or house.clerk
    assemblies.open_sitting(sitting=sitting, chair=chair, minute_taker=writer, by=by, at=house.at)
    return assemblies.close_sitting(sitting=sitting, by=by, at=house.at + timedelta(hours=1))


def act(client: Client, house: House, issue: Issue, name: str, by=None, **entered):
    people.sign_in(client, by or house.clerk)
    return client.post(reverse("act-on-issue", args=[issue.number, name]), entered)


def asked(client: Client, issue: Issue, name: str) -> dict[str, list[str]]:
    form = client.get(reverse("act-on-issue", args=[issue.number, name])).context["form"]
    return {
        field: [str(key) for key, _name in form.fields[field].choices]
        for field in ("council", "sitting")
        if field in form.fields
    }


def test_the_chosen_council_has_the_issue_before_it(client: Client, house: House):
    mine, other = council(house), council(house, "participation_group")
    issue = house.raised()
    people.sign_in(client, house.secretary)
    assert asked(client, issue, "accept")["council"] == ["", str(mine.pk)]
    answer = act(
        client, house, issue, "accept", by=house.secretary, form="consultation",
        reason="大家都有意见", council=mine.pk,
    )  # fmt: skip
    assert answer.status_code == 302
    assert Matter.objects.get().subject_id == str(issue.pk)
    assert (fresh(issue).council_type, fresh(issue).council_id) == (
        "councils.council",
        str(mine.pk),
    )
    assert (
        reverse("council", args=[mine.pk])
        in client.get(reverse("issue", args=[issue.number])).content.decode()
    )
    refused = act(
        client, house, house.raised(1, title="另一件"), "accept", by=house.secretary,
        form="consultation", reason="大家都有意见", council=other.pk,
    )  # fmt: skip
    assert refused.status_code == 422
    assert Matter.objects.count() == 1


def test_the_chosen_meeting_gives_its_name_day_and_address(client: Client, house: House):
    sitting = held(house)
    issue = house.accepted()
    house.step(issue, "research", house.clerk)
    people.sign_in(client, house.clerk)
    assert str(sitting.pk) in asked(client, issue, "resolve")["sitting"]
    done = act(
        client, house, issue, "resolve", outcome="accepted", text="划十二个车位",
        sitting=sitting.pk, resolved_on=f"{timezone.localdate():%F}",
    )  # fmt: skip
    assert done.status_code == 302
    made = fresh(issue).resolutions.get()
    assert (made.settled_in, made.reference_id) == (sitting.title, str(sitting.pk))
    assert made.resolved_on == timezone.localdate(house.at)
    page = client.get(reverse("issue", args=[issue.number])).content.decode()
    assert reverse("sitting", args=[sitting.pk]) in page


def test_another_villages_meeting_is_neither_offered_nor_taken(client: Client, house: House):
    place = people.place(people.OTHER_VILLAGE)
    other = held(house, place=place, by=people.clerk(people.OTHER_VILLAGE))
    issue = house.accepted()
    house.step(issue, "research", house.clerk)
    people.sign_in(client, house.clerk)
    assert asked(client, issue, "resolve")["sitting"] == [""]
    taken = {"outcome": "accepted", "text": "划十二个车位", "sitting": other.pk}
    assert act(client, house, issue, "resolve", **taken).status_code == 422
    answer = client.post(
        f"/api/v1/issues/{issue.number}/acts/resolve", taken, content_type="application/json"
    )
    assert answer.status_code in {404, 422}
    assert not fresh(issue).resolutions.exists()


def test_a_meeting_that_was_not_called_here_is_still_written(client: Client, house: House):
    issue = house.accepted()
    house.step(issue, "research", house.clerk)
    people.sign_in(client, house.clerk)
    assert act(client, house, issue, "resolve", outcome="accepted", text="划线").status_code == 422
    done = act(
        client, house, issue, "resolve", outcome="accepted", text="划线", settled_in="楼道里的会"
    )
    assert done.status_code == 302
    assert fresh(issue).resolutions.get().settled_in == "楼道里的会"
