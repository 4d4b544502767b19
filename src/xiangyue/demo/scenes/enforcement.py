"""How the village that is looked at keeps its compact, as it stands on the last day.

Where heads of joint units are, the committee sits, a patrol team is on duty, and a reminder waits
for the first resident to be heard; a newly invited elder has not answered yet, and one who is
proposed waits for the town's offices. Where there are none, the letters are being brought.
"""

import random
from datetime import datetime, timedelta

from django.utils import timezone

from xiangyue.access.appointments import appoint
from xiangyue.demo.duties import VILLAGE_LENGTH
from xiangyue.demo.neighbours import grown_ups
from xiangyue.demo.stage import Stage
from xiangyue.enforcement import rules, services
from xiangyue.enforcement.clauses import clauses_to_remind_of
from xiangyue.enforcement.models import Committee, Member, Team
from xiangyue.enforcement.wording import subjects
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Organisation, Person, Place, PlaceKind
from xiangyue.places.queries import active_posts, ancestors_by_kind, within
from xiangyue.rosters.services import plan_turns, publish_turns

BEGUN, NAMED, SEATED, TEAMED = (timedelta(days=days) for days in (27, 26, 14, 13))
DAY = timedelta(days=1)
OFFICES = {"justice": "JUS", "governance": "TV", "police": "PSB"}
AREAS = (
    ("environment", "村口和文化广场"),
    ("roads", "进村路（村口到小学）"),
    ("farmland", "河边耕地"),
    ("roads", "后山机耕路"),
)


def live(*, day_end: datetime, stage: Stage, dice: random.Random) -> None:
    """On the last day alone."""
    ends_at = stage.timetable.ends_at
    if day_end < ends_at:
        return
    village = Place.objects.get(path=stage.grid.path[:VILLAGE_LENGTH])
    begun = ends_at - BEGUN
    clerk = _holder("village_clerk", village, at=begun)
    directors = ("village_party_secretary", "community_party_secretary")
    secretary = next((who for role in directors if (who := _holder(role, village, at=begun))), None)
    if clerk is None or secretary is None or Committee.objects.filter(place=village).exists():
        return
    own = {stage.first, stage.second, clerk.pk, secretary.pk}
    others = [
        each for each in grown_ups(village, at=ends_at).order_by("pk")[:60] if each.pk not in own
    ]
    if len(others) < 8:
        return
    committee = services.begin_committee(place=village, by=clerk, at=begun)
    _letters(committee, others, stage, clerk, at=begun)
    _areas(village, clerk, others, at=begun)
    heads = within(active_posts(at=begun), village).filter(role="unit_head")
    people = Person.objects.filter(pk__in=heads.values("person")).exclude(pk__in=own)
    vetters = _vetters(village, at=begun)
    if not people.exists() or len(vetters) < len(OFFICES):
        return
    for head in people.order_by("pk")[:5]:
        member = services.propose_by_role(
            committee=committee, person=head, seat="unit_head", has_agreed=True, by=clerk, at=begun
        )
        _vet(member, vetters, at=begun)
    services.publish_members(group=committee, by=clerk, at=ends_at - NAMED)
    try:
        services.appoint_members(group=committee, by=secretary, at=ends_at - SEATED)
        team = _patrol(committee, clerk, secretary, others, at=ends_at - TEAMED)
        services.appoint_members(group=team, by=secretary, at=ends_at - DAY)
        _duty(team, others[:3], clerk, at=ends_at)
        _remind(team, stage, at=ends_at)
        _call(team, clerk, others, at=ends_at)
    except Refused:
        return  # a holiday keeps the notice up, or somebody is on duty elsewhere: so it stays


def _holder(role: str, village: Place, *, at: datetime) -> Person | None:
    post = active_posts(at=at).filter(role=role, place=village).select_related("person").first()
    return post.person if post is not None else None


def _letters(
    committee: Committee, others: list[Person], stage: Stage, clerk: Person, *, at: datetime
) -> None:
    """One accepts, one declines; the second resident has a letter to answer."""
    kinds = ("stockade_elder", "veteran_member", "clan_head")
    second = Person.objects.get(pk=stage.second)
    for kind, person, answer in zip(
        kinds, (others[-1], others[-2], second), (True, False, None), strict=True
    ):
        letter = services.invite(committee=committee, person=person, kind=kind, by=clerk, at=at)
        services.bring_letter(invitation=letter, by=clerk, at=at)
        if answer is not None:
            services.answer_invitation(
                invitation=letter, is_accepted=answer, by=person, at=at + timedelta(hours=3)
            )


def _vetters(village: Place, *, at: datetime) -> dict[str, Person]:
    """Somebody of each of the town's offices vets beside their other work."""
    town = ancestors_by_kind(village).get(PlaceKind.TOWN)
    found: dict[str, Person] = {}
    for office, function in OFFICES.items():
        unit = Organisation.objects.filter(function=function, place=town).first()
        posts = active_posts(at=at).filter(organisation=unit).select_related("person")
        post = posts.exclude(person__in=[each.pk for each in found.values()]).first()
        if town is None or unit is None or post is None:
            continue
        appoint(person=post.person, role="compact_vetter", place=town, organisation=unit, at=at)
        found[office] = post.person
    return found


def _vet(member: Member, vetters: dict[str, Person], *, at: datetime) -> None:
    for office, vetter in vetters.items():
        services.vet(member=member, office=office, is_passed=True, by=vetter, at=at + DAY / 2)


def _patrol(
    committee: Committee, clerk: Person, secretary: Person, others: list[Person], *, at: datetime
) -> Team:
    unit = Organisation.objects.filter(function="VC", place=committee.place).first()
    phone = unit.phone if unit is not None else ""
    team = services.form_team(committee=committee, kind="patrol", phone=phone, by=clerk, at=at)
    services.nominate(
        team=team, person=clerk, nominated_by="", is_head=True, has_agreed=True, by=secretary, at=at
    )
    for person, nominator in zip(others[:3], ("party", "stockade", "clan"), strict=True):
        services.nominate(
            team=team, person=person, nominated_by=nominator, has_agreed=True, by=clerk, at=at
        )
    services.publish_members(group=team, by=clerk, at=at)
    return team


def _duty(team: Team, people: list[Person], clerk: Person, *, at: datetime) -> None:
    begins, planned_at = timezone.localdate(at - timedelta(minutes=1)), at - DAY
    plan_turns(
        unit=team.organisation, kind="compact_patrol", people=people, begins=begins,
        ends=begins + 14 * DAY, at=planned_at, actor_id=clerk.pk,
    )  # fmt: skip
    publish_turns(
        unit=team.organisation, begins=begins, ends=begins + 14 * DAY, at=planned_at,
        actor_id=clerk.pk,
    )  # fmt: skip


def _areas(village: Place, clerk: Person, others: list[Person], *, at: datetime) -> None:
    """Three are looked after, the last by nobody."""
    known = subjects()
    for number, (subject, name) in enumerate(AREAS):
        if subject in known:
            services.set_area(
                place=village, subject=subject, name=name, by=clerk, at=at,
                person=others[number] if number < len(AREAS) - 1 else None,
            )  # fmt: skip


def _call(team: Team, clerk: Person, others: list[Person], *, at: datetime) -> None:
    """Four are wanted at the road; two say that they come."""
    begins = (at + 2 * DAY).replace(hour=8, minute=30, second=0, microsecond=0)
    call = services.call_for_help(
        team=team, title="清理进村路两旁的杂草", meets_at="村口", starts_at=begins,
        wanted_count=4, by=clerk, at=at - timedelta(hours=5),
    )  # fmt: skip
    for person in others[4:6]:
        services.offer_help(call=call, by=person, at=at - timedelta(hours=2))


def _remind(team: Team, stage: Stage, *, at: datetime) -> None:
    """Noted by whoever has been on duty; talked about, and the first resident has their word."""
    clauses = clauses_to_remind_of(team.committee.place, at=at)
    turn = team.organisation.duty_turns.filter(begins_at__lte=at).order_by("begins_at").first()
    if not clauses or turn is None:
        return
    seen_at = min(turn.begins_at + timedelta(hours=1), at)
    note = services.note_breach(
        clause=clauses[0].lineage, person=Person.objects.get(pk=stage.first),
        seen_at=team.committee.place, is_of_age=True, by=turn.person, at=seen_at,
    )  # fmt: skip
    services.take_step(reminder=note, step=rules.Step.TALK, by=turn.person, at=seen_at)
