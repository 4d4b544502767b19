"""A template's next version, or a place's own steps: one person writes, another puts in force."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.access.queries import require
from xiangyue.access.rules import Standing
from xiangyue.activity.services import record
from xiangyue.blueprints.models import Declaration
from xiangyue.blueprints.services import body_and_digest, declare_at_desk
from xiangyue.kernel.refusals import Conflict, NotAllowed, NotFound, Refused
from xiangyue.places.models import Place
from xiangyue.places.queries import county_place
from xiangyue.procedures.access import APPROVE, DESIGN
from xiangyue.procedures.blueprint import addition_key
from xiangyue.procedures.designs import look_at, new_body, steps_in
from xiangyue.procedures.models import Design, DesignState
from xiangyue.procedures.reading import ADDITION, KIND, addition_at, all_procedures
from xiangyue.procedures.services.acting import person_of, words_given

BODY_LONGEST = 200_000
UNDER_WAY = (DesignState.DRAFT, DesignState.RETURNED)


class DesignFaulty(Refused):
    """The design cannot be put in force as it is."""

    code = "design_faulty"


class DesignUnderWay(Conflict):
    """Somebody is writing the next version already."""

    code = "design_under_way"


class SamePerson(NotAllowed):
    """Whoever wrote it does not approve it (SE01)."""

    code = "same_person"


def begin_design(*, procedure: str, actor: Standing, at: datetime) -> Design:
    """Begin the next version of a template from the one in force.

    :raises NotAllowed: no post of theirs designs procedures at the county.
    :raises DesignUnderWay: the next version is being written already.
    """
    found = all_procedures().get(procedure)
    if found is None:
        raise NotFound(_("There is no such procedure."))
    row, _declared = found
    return _begin(procedure, None, row, dict(row.body), actor=actor, at=at)


def begin_new(
    *, key: str, name: str, purpose: str, actor: Standing, at: datetime, name_en: str = ""
) -> Design:
    """Begin a procedure that there is not yet; a new kind of procedure needs no code.

    :raises Conflict: the key is taken.
    """
    if key in all_procedures() or Declaration.objects.filter(kind=KIND, key=key).exists():
        message = _("There is a procedure with this short name already.")
        raise Conflict(message, fields={"key": message})
    title = words_given(name, _("Please name the procedure."), field="name", most=60)
    why = words_given(purpose, _("Please say what it is for."), field="purpose", most=300)
    body = new_body(key, title, name_en.strip()[:100], why, today=timezone.localdate(at))
    return _begin(key, None, None, body, actor=actor, at=at)


def begin_addition(*, procedure: str, place: Place, actor: Standing, at: datetime) -> Design:
    """Begin to change the optional steps that a place adds to a procedure (LP-28).

    :raises NotAllowed: no post of theirs designs procedures there.
    """
    found = all_procedures().get(procedure)
    if found is None or place.kind not in found[1].levels:
        raise NotFound(_("There is no such procedure for this place."))
    row = addition_at(procedure, place)
    body: dict[str, Any] = {
        "key": addition_key(procedure, place.code),
        "source": "LP-28",
        "effective_from": timezone.localdate(at).isoformat(),
        "procedure": procedure,
        "place": place.code,
        "steps": [],
    }
    return _begin(procedure, place, row, dict(row.body) if row else body, actor=actor, at=at)


@transaction.atomic
def _begin(
    procedure: str,
    place: Place | None,
    made_from: Declaration | None,
    body: dict[str, Any],
    *,
    actor: Standing,
    at: datetime,
) -> Design:
    where = place or county_place()
    require(
        actor,
        DESIGN,
        place_path=where.path,
        message=_("Your posts do not include designing procedures here."),
    )
    design = Design(
        procedure_key=procedure,
        place=place,
        place_path=where.path,
        made_from=made_from,
        body=body,
        began_at=at,
        written_by_id=person_of(actor),
        editors=[str(person_of(actor))],
    )
    try:
        with transaction.atomic():
            design.save(force_insert=True)
    except IntegrityError as error:
        raise DesignUnderWay(
            _("The next version of this is being written already; please go on with that one.")
        ) from error
    _recorded("design_began", design, at=at, actor_id=person_of(actor))
    return design


@transaction.atomic
def save_design(
    *,
    design: Design,
    body: Mapping[str, Any],
    actor: Standing,
    at: datetime,
    seen_version: int | None = None,
) -> Design:
    """Keep what was written, sound or not; what is wrong with it, `look_at` says.

    :raises Conflict: somebody else has changed it since, or it is no longer being written.
    """
    locked = _lock(design, actor=actor, verb=DESIGN)
    _check_state(locked, *UNDER_WAY)
    if seen_version is not None and locked.version != seen_version:
        raise Conflict(
            _("Somebody has just changed this draft; look at it again, then enter it anew.")
        )
    text = json.dumps(body, ensure_ascii=False)
    if len(text) > BODY_LONGEST:
        raise DesignFaulty(_("This is longer than any procedure; please shorten it."))
    locked.body = json.loads(text.replace("\\u0000", ""))
    locked.body["key"] = (
        addition_key(locked.procedure_key, locked.place.code)
        if locked.place is not None
        else locked.procedure_key
    )
    if locked.place is not None:
        locked.body |= {"place": locked.place.code, "procedure": locked.procedure_key}
    who = str(person_of(actor))
    locked.editors = [*locked.editors, who] if who not in locked.editors else locked.editors
    locked.state = DesignState.DRAFT
    _save(locked, "body", "editors", "state")
    return locked


@transaction.atomic
def submit_design(*, design: Design, actor: Standing, at: datetime, reason: str) -> Design:
    """Ask for approval, with why it changes (LP-37).

    :raises DesignFaulty: it has faults, weakens a mandatory step, or fails a scenario.
    """
    locked = _lock(design, actor=actor, verb=DESIGN)
    _check_state(locked, *UNDER_WAY)
    _check_sound(locked)
    locked.reason = words_given(reason, _("Please say why it changes."), field="reason", most=300)
    locked.state = DesignState.SUBMITTED
    locked.submitted_at, locked.submitted_by_id = at, person_of(actor)
    _save(locked, "state", "reason", "submitted_at", "submitted_by")
    _recorded("design_submitted", locked, at=at, actor_id=person_of(actor), digest=_digest(locked))
    return locked


@transaction.atomic
def approve_design(
    *, design: Design, actor: Standing, at: datetime, seen_version: int | None = None
) -> Design:
    """Put the next version in force: it serves what begins from now on.

    :raises SamePerson: they wrote or submitted it themselves (SE01, SE09).
    :raises DesignFaulty: it no longer goes with what else is declared.
    :raises Conflict: another version has come into force since.
    """
    locked = _lock(design, actor=actor, verb=APPROVE)
    _check_state(locked, DesignState.SUBMITTED)
    if seen_version is not None and locked.version != seen_version:
        raise Conflict(
            _("Somebody has just changed this draft; look at it again, then enter it anew.")
        )
    who = person_of(actor)
    if str(who) in locked.editors or who in {locked.written_by_id, locked.submitted_by_id}:
        raise SamePerson(
            _("You wrote or submitted this yourself; somebody else approves it."), source="SE01"
        )
    looked = _check_sound(locked)
    declared = looked.addition if locked.place_id else looked.procedure
    assert declared is not None
    row = declare_at_desk(
        kind=ADDITION if locked.place_id else KIND,
        declared=declared,
        made_from=locked.made_from,
        at=at,
        actor_id=who,
    )
    locked.state, locked.declared = DesignState.IN_FORCE, row
    locked.decided_at, locked.decided_by_id = at, who
    _save(locked, "state", "declared", "decided_at", "decided_by")
    _recorded(
        "design_approved", locked, at=at, actor_id=who, version=row.version, digest=row.digest
    )
    return locked


@transaction.atomic
def return_design(*, design: Design, actor: Standing, at: datetime, answer: str) -> Design:
    """Send it back to who writes it, with what is to be changed."""
    locked = _lock(design, actor=actor, verb=APPROVE)
    _check_state(locked, DesignState.SUBMITTED)
    locked.answer = words_given(
        answer, _("Please say what is to be changed."), field="answer", most=300
    )
    locked.state = DesignState.RETURNED
    locked.decided_at, locked.decided_by_id = at, person_of(actor)
    _save(locked, "state", "answer", "decided_at", "decided_by")
    _recorded("design_returned", locked, at=at, actor_id=person_of(actor))
    return locked


@transaction.atomic
def drop_design(*, design: Design, actor: Standing, at: datetime) -> Design:
    """Drop a draft; the version in force stays."""
    locked = _lock(design, actor=actor, verb=DESIGN)
    _check_state(locked, *UNDER_WAY, DesignState.SUBMITTED)
    locked.state = DesignState.DROPPED
    _save(locked, "state")
    _recorded("design_dropped", locked, at=at, actor_id=person_of(actor))
    return locked


def _lock(design: Design, *, actor: Standing, verb: str) -> Design:
    locked = (
        Design.objects.select_for_update(of=("self",))
        .select_related("made_from", "place")
        .get(pk=design.pk)
    )
    require(
        actor,
        verb,
        place_path=locked.place_path,
        message=_("Your posts do not include this for the procedures of this place."),
    )
    return locked


def _check_state(design: Design, *states: str) -> None:
    if design.state not in states:
        raise Conflict(
            _("This cannot be done now: the draft is “%(state)s”.")
            % {"state": DesignState(design.state).label}
        )


def _check_sound(design: Design) -> Any:
    looked = look_at(design)
    if not steps_in(design.body) and not design.place_id:
        raise DesignFaulty(_("A procedure has at least one step."))
    if looked.faults:
        raise DesignFaulty(" ".join(fault.message for fault in looked.faults))
    failed = [one.says for one in looked.scenarios if not one.played.is_as_said]
    if failed:
        raise DesignFaulty(
            _("A scenario goes otherwise than it says: %(says)s") % {"says": failed[0]}
        )
    return looked


def _digest(design: Design) -> str:
    looked = look_at(design)
    declared = looked.addition if design.place_id else looked.procedure
    assert declared is not None
    return body_and_digest(declared)[1]


def _save(design: Design, *fields: str) -> None:
    design.version += 1
    design.save(update_fields=[*fields, "version"])


def _recorded(name: str, design: Design, *, at: datetime, actor_id: UUID, **facts: Any) -> None:
    record(
        name=f"procedures.{name}",
        subject=design,
        at=at,
        actor_id=actor_id,
        place_path=design.place_path,
        facts={
            "procedure": design.procedure_key,
            "place": design.place.code if design.place is not None else "",
            **facts,
        },
    )
