"""A report comes in: from a phone, a grid worker, a counter, other software (SD-26)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NotRequired, TypedDict, Unpack
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from xiangyue.activity.services import record
from xiangyue.blueprints.editions import steady
from xiangyue.blueprints.models import Declaration
from xiangyue.blueprints.queries import all_current, current, meaning
from xiangyue.calendars.queries import current_calendar
from xiangyue.calendars.rules import Calendar, Limit, due_at
from xiangyue.calendars.services import start_clock
from xiangyue.incidents.blueprint import IncidentCategory, IncidentPolicy
from xiangyue.incidents.grams import grams_of
from xiangyue.incidents.models import Channel, Incident, Urgency
from xiangyue.incidents.reporters import (
    code_from,
    is_reporter,
    reporter_tag,
    seal_reporter,
    slip_digest,
)
from xiangyue.incidents.routing import route
from xiangyue.incidents.rules import OPEN, State, believed_writing
from xiangyue.incidents.services.rows import rows
from xiangyue.incidents.voice_models import Support
from xiangyue.kernel.identifiers import normalise_code, speakable_code
from xiangyue.kernel.making import made
from xiangyue.kernel.refusals import Refused, TooMany
from xiangyue.kernel.transactions import whole
from xiangyue.places.models import Person, Place, PlaceKind

SLIP_LENGTH = 10
NUMBERS_TRIED = 5
DESCRIPTION_LENGTH = 2000


class ReportIncomplete(Refused):
    """Something that the report cannot do without is missing or wrong."""

    code = "report_incomplete"


class NotAnonymous(Refused):
    """This category cannot be reported without saying who reports."""

    code = "not_anonymous"


class Report(TypedDict):
    """What a report says; `calendar` spares reading it again for many."""

    category_key: str
    place: Place
    at: datetime
    channel: str
    description: NotRequired[str]
    reporter: NotRequired[Person | None]
    entered_by: NotRequired[Person | None]
    urgency: NotRequired[int]
    address: NotRequired[str]
    latitude: NotRequired[Decimal | None]
    longitude: NotRequired[Decimal | None]
    answers: NotRequired[Mapping[str, Any] | None]
    has_photo: NotRequired[bool]
    written_at: NotRequired[datetime | None]
    calendar: NotRequired[Calendar | None]


def report_incident(
    *, client_key: UUID | None = None, **report: Unpack[Report]
) -> tuple[Incident, str]:
    """Take a report in, start its clock and send it to whom the rules name.

    Returns the incident and the code of its slip, which is
    kept only as a digest. A report that arrives again under the same `client_key`, be it at the
    same moment, changes nothing and returns the same incident and code. Its clocks run from
    receipt; `written_at` explains how long it lay in a phone without network.

    :raises ReportIncomplete: no sentence and no photo, a required answer missing, a place that
        is no place to report from.
    :raises NotAnonymous: the category needs a reporter.
    :raises TooMany: the reporter has reached the day's limit.
    """
    if (earlier := taken_in_before(client_key)) is not None:
        return earlier
    code = _slip_code(client_key)
    for attempt in range(NUMBERS_TRIED):
        try:
            with steady():
                return _report_once(client_key=client_key, code=code, **report), code
        except IntegrityError:
            # The same report at the same moment, or a number that was taken by chance.
            if (earlier := taken_in_before(client_key)) is not None:
                return earlier
            if attempt + 1 == NUMBERS_TRIED:
                raise
    raise AssertionError("unreachable")


def taken_in_before(client_key: UUID | None) -> tuple[Incident, str] | None:
    """The incident that came in under the sender's key, and its code unless it was replaced."""
    incident = (
        Incident.objects.filter(client_key=client_key).first() if client_key is not None else None
    )
    if incident is None:
        return None
    code = _slip_code(client_key)
    return incident, code if incident.slip_digest == slip_digest(code) else ""


def _slip_code(client_key: UUID | None) -> str:
    """A random code; for a report with a key of the sender's own, always the same one.

    So a sender who never heard the answer hears the same one when sending again.
    """
    return speakable_code(SLIP_LENGTH) if client_key is None else code_from(client_key, SLIP_LENGTH)


@whole
def _report_once(
    *,
    client_key: UUID | None,
    code: str,
    category_key: str,
    place: Place,
    at: datetime,
    channel: str,
    description: str = "",
    reporter: Person | None = None,
    entered_by: Person | None = None,
    urgency: int = Urgency.NORMAL,
    address: str = "",
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
    answers: Mapping[str, Any] | None = None,
    has_photo: bool = False,
    written_at: datetime | None = None,
    calendar: Calendar | None = None,
) -> Incident:
    declaration = current("incident_category", category_key)
    category = meaning(declaration, IncidentCategory)
    policy = loop_policy()
    description = description.strip()
    _check_report(category, place, description, reporter, answers or {}, has_photo=has_photo)
    _check_limit(reporter, policy, at)
    calendar = calendar or current_calendar()
    target = route(category=category, place=place)
    limit = category.urgent_limit if urgency and category.urgent_limit else category.limit
    clock = start_clock(limit=Limit.parse(limit), at=at, calendar=calendar)
    is_hidden = category.hides_reporter and reporter is not None
    state = State.DISPATCHED if target.is_certain else State.REPORTED
    incident = made(
        Incident,
        number=rows().new_number(at),
        slip_digest=slip_digest(code),
        client_key=client_key,
        category=declaration,
        category_key=declaration.key,
        description=description,
        answers=dict(answers or {}),
        grams=grams_of(description, address, place.name, category.name.zh),
        audience=category.audience,
        channel=channel,
        urgency=urgency,
        place=place,
        place_path=place.path,
        address=address.strip(),
        latitude=latitude,
        longitude=longitude,
        reporter=None if is_hidden else reporter,
        sealed_reporter=seal_reporter(reporter.pk) if is_hidden and reporter else "",
        reporter_tag=reporter_tag(reporter.pk) if is_hidden and reporter else "",
        is_kept_from_village=category.hides_reporter,
        entered_by=entered_by if entered_by != reporter else None,
        state=state,
        level=target.level,
        hub=target.hub,
        unit=target.unit if target.is_certain else target.hub,
        suggested_unit=None if target.is_certain else target.unit,
        clock=clock,
        due_at=clock.due_at,
        respond_due_at=due_at(
            started_at=at,
            limit=Limit.parse(category.respond_limit or policy.take_on_within),
            calendar=calendar,
        ),
        watch_at=clock.due_at,
        dispatched_at=at if target.is_certain else None,
        created_at=at,
        written_at=None if is_hidden else believed_writing(written_at, received_at=at),
        told_at=at,
    )
    rows().add_incident(incident)
    seen_actor = None if is_hidden else (entered_by or reporter)
    rows().add_step(
        incident,
        verb="report",
        at=at,
        actor=seen_actor,
        to_state=state,
        to_unit=incident.unit,
        is_told=True,
    )
    record(
        name="incidents.incident_reported",
        subject=incident,
        at=at,
        actor_id=seen_actor.pk if seen_actor else None,
        place_path=place.path,
        facts={
            "number": incident.number,
            "state": str(state),
            "category": declaration.key,
            "category_version": declaration.version,
            "unit": str(incident.unit_id),
            "rule": target.rule_key,
        },
    )
    return incident


def loop_policy() -> IncidentPolicy:
    """The county's settings of the loop, as they stand now."""
    for row in all_current("incident_policy"):
        if row.key == "loop":
            return meaning(row, IncidentPolicy)
    return meaning(current("incident_policy", "loop"), IncidentPolicy)


def _check_report(
    category: IncidentCategory,
    place: Place,
    description: str,
    reporter: Person | None,
    answers: Mapping[str, Any],
    *,
    has_photo: bool,
) -> None:
    if not description and not has_photo:
        raise ReportIncomplete(
            _("Please say in a sentence what is wrong, or take a photo of it."),
            fields={"description": _("A sentence or a photo is needed.")},
        )
    if len(description) > DESCRIPTION_LENGTH:
        raise ReportIncomplete(
            _("Please shorten the description to %(most)d characters; it has %(count)d.")
            % {"most": DESCRIPTION_LENGTH, "count": len(description)},
            fields={"description": _("Too long")},
        )
    if place.kind in {PlaceKind.PROVINCE, PlaceKind.PREFECTURE} or not place.is_active:
        raise ReportIncomplete(
            _("Please choose the village or community where it is."),
            fields={"place": _("Please choose")},
        )
    missing = {
        question.key: _("Please answer this question.")
        for question in category.questions
        if question.is_required and answers.get(question.key) in (None, "")
    }
    if missing:
        raise ReportIncomplete(_("A question is not answered yet."), fields=dict(missing))
    if reporter is None and not category.allows_anonymous:
        raise NotAnonymous(
            _("This kind of matter needs your phone number, so that the answer can reach you."),
            fields={"phone": _("Please give your phone number.")},
        )


def _check_limit(reporter: Person | None, policy: IncidentPolicy, at: datetime) -> None:
    if reporter is None:
        return
    count = rows().reports_that_day(reporter, at)
    if count >= policy.person_daily_limit:
        raise TooMany(
            _("You have sent %(count)d reports today; please go on tomorrow, or call your centre.")
            % {"count": count}
        )


@whole
def support_incident(*, incident: Incident, person: Person, at: datetime) -> Support | None:
    """ "This is mine too": be told what becomes of it instead of reporting it again.

    The reporter's own support, or a second one, changes nothing and returns None.

    :raises Refused: the matter is settled or not public.
    """
    if incident.audience != "public" or State(incident.state) not in OPEN:
        raise Refused(_("This matter is settled; please send a new report."))
    if is_reporter(incident, person.pk):
        return None
    support, is_new = rows().support(incident, person.pk, at)
    if is_new:
        record(
            name="incidents.incident_supported",
            subject=incident,
            at=at,
            actor_id=person.pk,
            place_path=incident.place_path,
            facts={"number": incident.number},
        )
    return support if is_new else None


def incident_by_slip(code: str) -> Incident | None:
    """The incident whose slip has this code, forgiving how it was typed."""
    return (
        Incident.objects.filter(slip_digest=slip_digest(normalise_code(code)))
        .select_related("category", "place", "unit", "hub")
        .first()
    )


def categories_by_key(keys: Sequence[str] | None = None) -> dict[str, Declaration]:
    """The current categories, all or those named."""
    rows = all_current("incident_category")
    return {row.key: row for row in rows if keys is None or row.key in keys}


__all__ = [
    "Channel",
    "NotAnonymous",
    "ReportIncomplete",
    "categories_by_key",
    "incident_by_slip",
    "loop_policy",
    "report_incident",
    "support_incident",
]
