"""Verbs on rolls: drawn from the register, published, objected to, put right, fixed.

Whether somebody may is asked by `access.py`. Every verb locks the roll first.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from xiangyue.activity.canonical import as_bytes
from xiangyue.activity.services import record
from xiangyue.ballots.drawing import Drawn, drawn
from xiangyue.ballots.holds import held_back
from xiangyue.ballots.models import ObjectionKind, Roll, RollEntry, RollObjection, RollState
from xiangyue.ballots.publishing import publish_list
from xiangyue.ballots.reading import APART, declared_rule, fits, rule_of
from xiangyue.ballots.refusals import NobodyOnRoll, NotItsRule, RollStands, RollUnsettled
from xiangyue.calendars.queries import current_calendar
from xiangyue.calendars.rules import Limit, Unit, due_at
from xiangyue.kernel.bulk import load_rows
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Household, Person, Place

ENTRY_NAMES = (
    "roll_id", "number", "person_id", "household_id", "name", "group", "is_doubtful",
    "is_struck", "was_added", "reason",
)  # fmt: skip


@transaction.atomic
def draw_roll(
    *,
    place: Place,
    rule: str,
    at: datetime,
    by: Person | None = None,
    basis: str | None = None,
    on: date | None = None,
    voices: Sequence[Drawn] | None = None,
) -> Roll:
    """Write down everybody who may vote at `place` by the rule `rule`, as the register has it.

    `basis` is the way in which it is made, of those that the rule knows; without it the first.
    Who has no birth date in the register stands on it as doubtful. `voices` are those who vote
    where neither register nor list says it, such as whom groups have chosen.

    :raises NotItsRule: the body does not meet at such a place, or not in this way.
    :raises NobodyOnRoll: the register names nobody.
    """
    row, declared = declared_rule(rule)
    if not fits(declared, place):
        message = _("%(body)s does not meet at a place like %(place)s.") % {
            "body": declared.name.in_language(get_language()),
            "place": place.name,
        }
        raise NotItsRule(message, source=declared.source, fields={"rule": message})
    ways = [way.basis for way in declared.ways]
    chosen = basis or ways[0]
    if chosen not in ways:
        message = _("This body does not vote in this way; choose another way of making the roll.")
        raise NotItsRule(message, source=declared.source, fields={"basis": message})
    day = on or timezone.localdate(at)
    found = list(voices) if voices is not None else drawn(declared, place, chosen, on=day, at=at)
    if not found:
        raise NobodyOnRoll(_nobody(declared.roll))
    roll = Roll.objects.create(
        place=place, place_path=place.path, rule=row, basis=chosen, drawn_on=day, drawn_by=by,
        entry_count=len(found),
    )  # fmt: skip
    load_rows(
        RollEntry,
        ENTRY_NAMES,
        (
            (
                roll.pk, number, each.person_id, each.household_id, each.name, each.group,
                each.is_doubtful, False, False, "",
            )
            for number, each in enumerate(found, start=1)
        ),
    )  # fmt: skip
    _record("ballots.roll_drawn", roll, at=at, by=by, rule=rule, basis=chosen, count=len(found))
    return roll


def _nobody(roll: str) -> str:
    if roll == "residents":
        return _("The register has nobody of age at this place. Enter the residents first.")
    return _("No list says who belongs to this body. Enter its members first.")


@transaction.atomic
def publish_roll(*, roll: Roll, at: datetime, by: Person | None = None) -> Roll:
    """Let everybody look at the roll and object to it; publishing again changes nothing.

    :raises RollStands: it is fixed already.
    :raises RollUnsettled: something holds it back, such as an election's days.
    """
    roll = _locked(roll)
    if roll.state == RollState.PUBLISHED:
        return roll
    if roll.state == RollState.FIXED:
        raise RollStands(_("This roll is fixed already."))
    if reasons := held_back("publish", roll, at=at):
        raise RollUnsettled(" ".join(reasons), source=rule_of(roll).source)
    roll.state = RollState.PUBLISHED
    roll.published_at = at
    roll.objections_until = _objections_until(roll, at)
    roll.notice_id = publish_list(roll, by=by, at=at)
    roll.save(update_fields=["state", "published_at", "objections_until", "notice_id"])
    _record("ballots.roll_published", roll, at=at, by=by, count=roll.entry_count)
    return roll


def _objections_until(roll: Roll, at: datetime) -> datetime:
    rule = rule_of(roll)
    if rule.body not in APART:
        return at + timedelta(days=rule.objection_days)
    # VCOL art. 14 counts days, and a last day that is not worked moves (Civil Code 201, 203).
    limit = Limit(rule.objection_days, Unit.natural_days)
    ends_at = due_at(started_at=at, limit=limit, calendar=current_calendar())
    assert ends_at is not None
    return ends_at


@transaction.atomic
def object_to_roll(
    *,
    roll: Roll,
    kind: str,
    text: str,
    at: datetime,
    by: Person | None = None,
    said_by: str = "",
    entered_by: Person | None = None,
) -> RollObjection:
    """Say that the roll is wrong: oneself, or at the counter through somebody who enters it.

    :raises RollStands: the roll is not published, or fixed already.
    """
    roll = _locked(roll)
    if roll.state != RollState.PUBLISHED:
        raise RollStands(
            _("Objections are heard while the roll is published and not fixed yet."),
            source="VCOL art. 14",
        )
    text = text.strip()
    if kind not in ObjectionKind.values:
        message = _("Say what is wrong.")
        raise Refused(message, fields={"kind": message})
    if not text:
        message = _("Say in a sentence what is wrong.")
        raise Refused(message, fields={"text": message})
    objection = RollObjection.objects.create(
        roll=roll, kind=kind, text=text[:500], raised_by=by, said_by=said_by.strip()[:60],
        entered_by=entered_by, raised_at=at,
    )  # fmt: skip
    _record("ballots.roll_objected", roll, at=at, by=entered_by, kind=kind)
    return objection


@transaction.atomic
def answer_roll_objection(
    *, objection: RollObjection, text: str, is_upheld: bool, by: Person, at: datetime
) -> RollObjection:
    """Answer an objection with a reason; what follows for the roll is entered by itself.

    :raises RollStands: it was answered already, or the roll is fixed.
    """
    roll = _locked(objection.roll)
    objection = RollObjection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    if objection.answered_at is not None or roll.state == RollState.FIXED:
        raise RollStands(_("This objection was answered already."))
    text = text.strip()
    if not text:
        message = _("Give the reason; whoever objected reads it.")
        raise Refused(message, fields={"answer": message})
    objection.answer, objection.is_upheld = text[:500], is_upheld
    objection.answered_by, objection.answered_at = by, at
    objection.save(update_fields=["answer", "is_upheld", "answered_by", "answered_at"])
    _record("ballots.roll_objection_answered", roll, at=at, by=by, upheld=is_upheld)
    return objection


@transaction.atomic
def add_to_roll(
    *, roll: Roll, reason: str, at: datetime, by: Person, voter: Person | Household
) -> RollEntry:
    """Put somebody on the roll whom the register did not name; the reason stays beside it.

    :raises RollStands: the roll is fixed.
    :raises Refused: no reason, or they stand on it already.
    """
    roll = _changeable(roll)
    reason = _reason(reason)
    is_person = isinstance(voter, Person)
    if is_person != (roll.basis != "households"):
        message = (
            _("On this roll stand households.") if is_person else _("On this roll stand people.")
        )
        raise Refused(message, fields={"voter": message})
    key = {"person": voter} if is_person else {"household": voter}
    entry = RollEntry.objects.filter(roll=roll, **key).first()
    if entry is not None and not entry.is_struck:
        message = _("%(name)s stands on the roll already.") % {"name": entry.name}
        raise Refused(message, fields={"voter": message})
    if entry is not None:
        entry.is_struck, entry.is_doubtful, entry.reason = False, False, reason
        entry.save(update_fields=["is_struck", "is_doubtful", "reason"])
    else:
        last = roll.entries.aggregate(last=models.Max("number"))["last"] or 0
        entry = RollEntry.objects.create(
            roll=roll, number=last + 1, name=_called(voter), group=_group_of(voter),
            was_added=True, reason=reason, **key,
        )  # fmt: skip
    _recount(roll)
    _record("ballots.roll_changed", roll, at=at, by=by, act="added", entry=entry.number)
    return entry


@transaction.atomic
def strike_from_roll(*, entry: RollEntry, reason: str, at: datetime, by: Person) -> RollEntry:
    """Take somebody off the roll; the entry stays, struck through, with the reason.

    :raises RollStands: the roll is fixed.
    """
    roll = _changeable(entry.roll)
    entry.refresh_from_db()
    entry.reason, entry.is_struck, entry.is_doubtful = _reason(reason), True, False
    entry.save(update_fields=["reason", "is_struck", "is_doubtful"])
    _recount(roll)
    _record("ballots.roll_changed", roll, at=at, by=by, act="struck", entry=entry.number)
    return entry


@transaction.atomic
def confirm_entries(*, roll: Roll, entries: list[int] | None, at: datetime, by: Person) -> int:
    """Say of doubtful entries that they are of age; of all of them when `entries` is None."""
    roll = _changeable(roll)
    rows = RollEntry.objects.filter(roll=roll, is_doubtful=True, is_struck=False)
    if entries is not None:
        rows = rows.filter(pk__in=entries)
    count = rows.update(is_doubtful=False)
    if count:
        _record("ballots.roll_changed", roll, at=at, by=by, act="confirmed", count=count)
    return count


@transaction.atomic
def fix_roll(*, roll: Roll, at: datetime, by: Person | None = None) -> Roll:
    """Let the roll stand as it is; from now on nothing of it changes. Again changes nothing.

    :raises RollUnsettled: it is not published, may still be objected to, an objection is not
        answered, or nobody has said whether somebody is of age.
    """
    roll = _locked(roll)
    if roll.state == RollState.FIXED:
        return roll
    reasons = unsettled(roll, at=at)
    if reasons:
        raise RollUnsettled(" ".join(reasons), source="EL02")
    roll.entry_count = roll.entries.filter(is_struck=False).count()
    roll.digest = digest_of(roll)
    roll.state = RollState.FIXED
    roll.fixed_at = at
    roll.save(update_fields=["entry_count", "digest", "state", "fixed_at"])
    _record("ballots.roll_fixed", roll, at=at, by=by, count=roll.entry_count, digest=roll.digest)
    return roll


def freeze_list(*, roll: Roll, at: datetime, by: Person | None = None) -> Roll:
    """Let a list by which nobody votes stand as it is, without having hung: it says by which
    numbers people are voted for. Again changes nothing."""
    roll = _locked(roll)
    if roll.state == RollState.FIXED:
        return roll
    roll.entry_count = roll.entries.filter(is_struck=False).count()
    roll.digest, roll.state, roll.fixed_at = digest_of(roll), RollState.FIXED, at
    roll.save(update_fields=["entry_count", "digest", "state", "fixed_at"])
    _record("ballots.roll_fixed", roll, at=at, by=by, count=roll.entry_count, digest=roll.digest)
    return roll


def unsettled(roll: Roll, *, at: datetime) -> list[str]:
    """What keeps the roll from being fixed, in sentences; empty when nothing does."""
    if roll.state == RollState.DRAFT:
        return [_("Publish the roll first, so that people can object to it.")]
    found = []
    if roll.objections_until is not None and at < roll.objections_until:
        until = timezone.localtime(roll.objections_until)
        found.append(
            _("People may object to it until %(until)s.") % {"until": f"{until:%Y-%m-%d %H:%M}"}
        )
    if waiting := roll.objections.filter(answered_at=None).count():
        found.append(
            ngettext(
                "%(count)d objection is not answered yet.",
                "%(count)d objections are not answered yet.",
                waiting,
            )
            % {"count": waiting}
        )
    if doubtful := roll.entries.filter(is_doubtful=True, is_struck=False).count():
        found.append(
            ngettext(
                "Of %(count)d person nobody has said whether they are of age.",
                "Of %(count)d people nobody has said whether they are of age.",
                doubtful,
            )
            % {"count": doubtful}
        )
    if not roll.entries.filter(is_struck=False).exists():
        found.append(_("Nobody is left on it."))
    return found + held_back("fix", roll, at=at)


def digest_of(roll: Roll) -> str:
    """What stands for all entries of the roll: one changed, added or taken away gives another."""
    digest = hashlib.sha256(as_bytes({"roll": str(roll.pk), "basis": roll.basis}))
    rows = roll.entries.order_by("number").values_list(
        "number", "person_id", "household_id", "name", "is_struck"
    )
    for number, person, household, name, is_struck in rows.iterator(chunk_size=5_000):
        line = f"\n{number}\t{person or household}\t{name}\t{int(is_struck)}"
        digest.update(line.encode())
    return digest.hexdigest()


# --- what the verbs share ------------------------------------------------------------------------


def _locked(roll: Roll) -> Roll:
    return (
        Roll.objects.select_for_update(of=("self",)).select_related("rule", "place").get(pk=roll.pk)
    )


def _changeable(roll: Roll) -> Roll:
    roll = _locked(roll)
    if roll.state == RollState.FIXED:
        raise RollStands(_("This roll is fixed; it does not change any more."), source="EL02")
    return roll


def _recount(roll: Roll) -> None:
    roll.entry_count = roll.entries.filter(is_struck=False).count()
    roll.save(update_fields=["entry_count"])


def _reason(text: str) -> str:
    text = text.strip()
    if not text:
        message = _("Give the reason; it stays beside the entry.")
        raise Refused(message, fields={"reason": message})
    return text[:200]


def _called(voter: Person | Household) -> str:
    if isinstance(voter, Person):
        return voter.name
    eldest = voter.people.order_by(models.F("birth_date").asc(nulls_last=True), "name").first()
    return eldest.name if eldest is not None else voter.code


def _group_of(voter: Person | Household) -> str:
    household = voter.household if isinstance(voter, Person) else voter
    if household is not None:
        return household.grid.name
    place = voter.place if isinstance(voter, Person) else None
    return place.name if place is not None else ""


def _record(name: str, roll: Roll, *, at: datetime, by: Person | None, **facts: object) -> None:
    actor: UUID | None = by.pk if by is not None else None
    record(name=name, subject=roll, at=at, actor_id=actor, place_path=roll.place_path, facts=facts)
