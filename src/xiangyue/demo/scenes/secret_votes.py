"""A secret vote by phone in the village that is looked at, from the roll to the opened sum.

Some weeks before the end it is announced; then four villagers cast, one of them twice, and two
trustees open the sum. Another is called at the end, and one of its trustees has no key yet. Phones
and trustees' devices are played here: their secrets come from dice, which is why nothing that is
demonstrated is secret.
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from xiangyue.ballots import services as ballots
from xiangyue.ballots.models import Ballot, Roll, RollEntry
from xiangyue.ballots.reading import rules_for
from xiangyue.ballots.secret import board, manifest, sealing, services
from xiangyue.ballots.secret.group import Q
from xiangyue.ballots.secret.models import SecretBox, Trustee
from xiangyue.ballots.secret.proofs import Powers
from xiangyue.demo.duties import VILLAGE_LENGTH
from xiangyue.demo.stage import Stage
from xiangyue.places.models import Person, Place

RULE, TITLE = "villagers_assembly", "村集体出资修文化广场"
QUESTION = "同意由村集体出资五万元修文化广场吗？"
NEXT, ASKED = "村集体机动地的承包", "同意把村东机动地整体发包五年吗？"
DRAWN, PLANNED, HELD, OPENED, CALLED = 26, 22, 10, 9, 0  # days before the end
CHOICES = (0, 1, 2, 0)
_CHANCE = random.Random("a secret vote")  # noqa: S311 - its own, so that no other scene changes


def live(*, day_end: datetime, stage: Stage, dice: random.Random) -> None:
    """A few acts on five days."""
    days_left = (stage.timetable.ends_at - day_end).days
    acts: dict[int, Callable[..., None]] = {
        DRAWN: _draw, PLANNED: _plan, HELD: _vote, OPENED: _open, CALLED: _call,
    }  # fmt: skip
    is_over = day_end >= stage.timetable.ends_at
    if days_left not in acts or is_over != (days_left == CALLED):
        return
    place = Place.objects.get(path=stage.grid.path[:VILLAGE_LENGTH])
    if RULE in {rule.key for rule in rules_for(place)}:
        crew = stage.duties.by_role.get("village_clerk", {}).get(place.path)
        if crew:
            clerk = Person.objects.get(pk=crew[0].person_id)
            acts[days_left](place=place, clerk=clerk, at=day_end - timedelta(hours=10))


def _draw(*, place: Place, clerk: Person, at: datetime) -> None:
    roll = ballots.draw_roll(place=place, rule=RULE, by=clerk, at=at)
    ballots.publish_roll(roll=roll, by=clerk, at=at)
    ballots.confirm_entries(roll=roll, entries=None, by=clerk, at=at)


def _plan(*, place: Place, clerk: Person, at: datetime) -> None:
    roll = Roll.objects.filter(place=place, state="published").order_by("-drawn_on").first()
    if roll is None:
        return
    box = _planned(roll, TITLE, QUESTION, clerk, days=PLANNED - HELD, at=at)
    for trustee in box.trustees.all():
        _make_key(trustee, at=at)


def _call(*, place: Place, clerk: Person, at: datetime) -> None:
    """The next one, of which one trustee has a key and the other is waited for."""
    drawn_at = at - timedelta(days=6)
    _draw(place=place, clerk=clerk, at=drawn_at)
    roll = Roll.objects.get(place=place, drawn_on=drawn_at.date(), state="published")
    box = _planned(roll, NEXT, ASKED, clerk, days=PLANNED - HELD, at=at)
    _make_key(box.trustees.all()[0], at=at + timedelta(hours=2))


def _planned(
    roll: Roll, title: str, question: str, clerk: Person, *, days: int, at: datetime
) -> SecretBox:
    """Called for a day so many days later, with two villagers as trustees."""
    roll = ballots.fix_roll(roll=roll, by=clerk, at=at)
    opens_at = at + timedelta(days=days) - timedelta(hours=2)
    ballot = ballots.plan_ballot(
        roll=roll, title=title, questions=[question], modes=["secret_online"], is_secret=True,
        opens_at=opens_at, closes_at=opens_at + timedelta(hours=10), by=clerk, at=at,
    )  # fmt: skip
    asked = roll.entries.filter(is_struck=False, person__phone__isnull=False, person__posts=None)
    entries = asked.select_related("person").order_by("-number")[:2]
    people = [entry.person for entry in entries if entry.person is not None]
    return services.name_trustees(ballot=ballot, people=people, by=clerk, at=at)


def _make_key(trustee: Trustee, *, at: datetime) -> None:
    share = manifest.prove_share(
        ballot=str(trustee.box_id), trustee=str(trustee.pk), secret=_secret(trustee),
        random=_CHANCE.randrange,
    )  # fmt: skip
    services.deliver_share(trustee=trustee, share=share, by=trustee.person, at=at)


def _secret(trustee: Trustee) -> int:
    return random.Random(f"key {trustee.name} {trustee.position}").randrange(Q)  # noqa: S311


def _vote(*, place: Place, clerk: Person, at: datetime) -> None:
    ballot = Ballot.objects.filter(place=place, title=TITLE, state="planned").first()
    if ballot is None:
        return
    ballot = ballots.open_ballot(ballot=ballot, by=clerk, at=at)
    box = services.lock_box(ballot=ballot, by=clerk, at=at)  # where the opening was not heard
    assert box.manifest is not None
    powers = Powers.tabled(int(box.manifest["key"], 16))
    for entry, choice in zip(_voters(ballot.roll), CHOICES, strict=False):
        assert entry.person is not None
        secret = _CHANCE.randrange(Q)
        slip = sealing.slip_of(sealing.credential_of(secret))
        services.take_slip(ballot=ballot, voter=entry.person, slip=slip, at=at)
        for each in (choice, 0) if choice == 2 else (choice,):  # who abstained agrees in the end
            content = sealing.seal_vote(
                box.manifest, chosen=[[each]], credential_secret=secret, powers=powers,
                random=_CHANCE.randrange,
            )  # fmt: skip
            services.cast_sealed(ballot=ballot, content=content, at=at)


def _voters(roll: Roll) -> list[RollEntry]:
    rows = roll.entries.filter(is_struck=False, person__isnull=False).select_related("person")
    return list(rows.order_by("number")[: len(CHOICES)])


def _open(*, place: Place, clerk: Person, at: datetime) -> None:
    ballot = Ballot.objects.filter(place=place, title=TITLE, state="open").first()
    if ballot is None:
        return
    ballot = ballots.close_ballot(ballot=ballot, by=clerk, at=at)
    box = SecretBox.objects.get(ballot=ballot)
    vote, totals, _count = services.sums_of(box)
    for trustee in box.trustees.all():
        shares = board.open_share(
            vote, totals, head=box.head, trustee=str(trustee.pk), secret=_secret(trustee),
            random=_CHANCE.randrange,
        )  # fmt: skip
        services.open_part(trustee=trustee, shares=shares, by=trustee.person, at=at)
    ballots.count_ballot(ballot=ballot, by=clerk, at=at)
