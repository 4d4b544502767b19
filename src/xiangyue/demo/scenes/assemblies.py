"""The meetings of the village that is looked at: one called and waiting, one held and signed.

Neighbours of a courtyard talked over two things a week before the end, with a motion and its
amendment, and both have signed the minutes; the assembly is called for a fortnight from now, and a
resident has asked for an item that the clerk answers. All on the last day, with the times at which
it was.
"""

import random
from datetime import datetime, timedelta

from django.utils import timezone

from xiangyue.assemblies import services
from xiangyue.assemblies.kinds import all_kinds, is_held_at
from xiangyue.demo.duties import VILLAGE_LENGTH
from xiangyue.demo.neighbours import grown_ups
from xiangyue.demo.stage import Stage
from xiangyue.places.models import Person, Place

ASSEMBLIES = ("villagers_assembly", "residents_assembly")
HELD, AHEAD = timedelta(days=7), timedelta(days=14)
HOUSEHOLDS = 9


def live(*, day_end: datetime, stage: Stage, dice: random.Random) -> None:
    """On the last day alone."""
    ends_at = stage.timetable.ends_at
    if day_end < ends_at:
        return
    village = Place.objects.get(path=stage.grid.path[:VILLAGE_LENGTH])
    kinds = {key for key, kind in all_kinds().items() if is_held_at(kind, village)}
    clerk = _holder(village, "village_clerk")
    secretary = _holder(village, "village_party_secretary", "community_party_secretary")
    people = list(grown_ups(village, at=ends_at).order_by("pk")[:40])
    if clerk is None or secretary is None or len(people) < HOUSEHOLDS or clerk == secretary:
        return
    if "courtyard" in kinds:
        _held(village, clerk, secretary, people, at=ends_at - HELD)
    assembly = next((key for key in ASSEMBLIES if key in kinds), None)
    if assembly is not None:
        _called(village, assembly, clerk, people, stage, at=ends_at - timedelta(hours=5))


def _holder(village: Place, *roles: str) -> Person | None:
    rows = Person.objects.filter(posts__role__in=roles, posts__place=village)
    return rows.order_by("pk").first()


def _held(
    village: Place, clerk: Person, secretary: Person, people: list[Person], *, at: datetime
) -> None:
    """A courtyard consultation with signed minutes."""
    sitting = services.announce(
        kind="courtyard", place=village, title="二组院坝会：巷道排水和晾晒场",
        where="二组老槐树下", starts_at=at, expected_count=HOUSEHOLDS * 2, by=clerk,
        at=at - timedelta(days=2),
        items=[
            services.Agendum("二组巷道排水沟怎么清", text="沟长约三百米，去年雨季堵过两次。"),
            services.Agendum("晾晒场放在哪里"),
        ],
    )  # fmt: skip
    sitting = services.open_sitting(
        sitting=sitting, chair=secretary, minute_taker=clerk, by=clerk, at=at
    )
    others = [one for one in people if one not in {clerk, secretary}]
    here = [
        services.mark_attendance(
            sitting=sitting, person=one, how="list", is_voice=True, by=clerk, at=at
        )
        for one in others[: HOUSEHOLDS + 2]
    ]
    ditch, ground = sitting.items.order_by("position")
    services.write_note(item=ditch, text="有人说雇人清，有人说自己清，省钱。", by=clerk, at=at)
    motion = services.move(
        item=ditch, text="每户出工一天，十月底前把沟清完。", mover=here[0], seconder=here[1],
        by=clerk, at=at,
    )  # fmt: skip
    amendment = services.amend(
        motion=motion, text="每户出工一天，年老体弱户不出工，十月底前把沟清完。", mover=here[2],
        by=clerk, at=at,
    )  # fmt: skip
    services.decide_amendment(amendment=amendment, is_adopted=True, by=clerk, at=at)
    services.decide_item(item=ditch, outcome="accepted", motion=motion, by=clerk, at=at)
    services.decide_item(
        item=ground, outcome="put_off", text="两处都去看一看，下次再定。", by=clerk, at=at
    )
    over = at + timedelta(hours=1)
    sitting = services.close_sitting(sitting=sitting, by=clerk, at=over)
    services.draft_minutes(sitting=sitting, by=clerk, at=over)
    minutes = services.settle_minutes(sitting=sitting, by=clerk, at=over, names_are_words=True)
    for who in (secretary, clerk):
        services.sign_minutes(sitting=sitting, by=who, at=over, seen_digest=minutes.digest)


def _called(
    village: Place, kind: str, clerk: Person, people: list[Person], stage: Stage, *, at: datetime
) -> None:
    """An assembly that is announced; the resident who looks around is invited and has asked."""
    starts_at = timezone.localtime(at + AHEAD).replace(hour=15, minute=0, second=0, microsecond=0)
    sitting = services.announce(
        kind=kind, place=village, title="明年公益事业和村务监督", where="村委会会议室",
        starts_at=starts_at, by=clerk, at=at,
        items=[
            services.Agendum("听取本年度村务监督情况报告"),
            services.Agendum("明年修哪段路、整哪条渠", text="备选：村口到小学的路，三组支渠。"),
        ],
    )  # fmt: skip
    asker = next((one for one in people if one.pk == stage.first), people[0])
    services.ask_for_item(
        sitting=sitting, text="巷子里的路灯坏了几个，能不能统一修一次", by=asker,
        at=at + timedelta(hours=1),
    )  # fmt: skip
