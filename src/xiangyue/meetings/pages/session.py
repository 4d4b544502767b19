"""The page of one session, from the plan to the minutes, and the acts on the session itself."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyue.access.pages import show_refusal
from xiangyue.access.posting.queries import role_names
from xiangyue.access.requests import signed_in, standing
from xiangyue.incidents.access import worklist_of
from xiangyue.incidents.pages.acting import shell_of
from xiangyue.kernel.refusals import Conflict, NotAllowed, Refused
from xiangyue.meetings import services
from xiangyue.meetings.access import may_decide, may_run, meeting_for
from xiangyue.meetings.agenda import draw_agenda
from xiangyue.meetings.deciding import add_incident, hold_nil_meeting, open_meeting
from xiangyue.meetings.forms import (
    AddForm,
    AttendanceForm,
    CancelForm,
    CorrectionForm,
    MinutesForm,
    MoveForm,
    SessionForm,
)
from xiangyue.meetings.models import Meeting, StateChoices
from xiangyue.meetings.printing import minutes_pdf
from xiangyue.meetings.rules import SOURCES, State, may_open_at
from xiangyue.meetings.series import people_asked, series_of
from xiangyue.meetings.showing import chosen, shown_agenda

Row = dict[str, Any]


@never_cache
@signed_in
@require_safe
def meeting(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """The session as it stands: what will come up, what is being decided, or the minutes."""
    mine = standing(request)
    return session_page(request, meeting_for(mine, meeting_id))


def session_page(
    request: HttpRequest, found: Meeting, *, add_form: Form | None = None, status: int = 200
) -> HttpResponse:
    """The session's page, with a form that was refused still filled."""
    mine, now = standing(request), timezone.now()
    series = series_of(found)
    is_planned = found.state in {StateChoices.PLANNED, StateChoices.MISSED}
    drawn = draw_agenda(found, at=now) if is_planned else None
    rows = shown_agenda(found, mine, drawn=drawn)
    runs = may_run(mine, found)
    decides = runs or may_decide(mine, found)
    is_open = found.state == StateChoices.OPEN
    context = {
        "shell": shell_of(request),
        "meeting": found,
        "series": series,
        "name": series.name.in_language(get_language()),
        "rows": rows,
        "withheld_count": worklist_of(mine).filter(pk__in=drawn.withheld).count()
        if drawn and drawn.withheld
        else 0,
        "left_out_count": drawn.left_out_count if drawn else found.left_out_count,
        "chosen": chosen(rows, request.GET.get("item", ""), mine) if is_open else None,
        "decided_count": sum(1 for row in rows if row.item.decision),
        "runs": runs,
        "decides": decides and is_open,
        "may_add": decides and found.state in {StateChoices.PLANNED, StateChoices.OPEN},
        "may_open": runs
        and State(found.state) in SOURCES["open"]
        and may_open_at(begins_at=found.begins_at, at=now),
        "is_planned": is_planned,
        "add_form": add_form or AddForm(),
        "attendances": _attendances(found) if not is_planned else [],
        "corrections": found.corrections.select_related("written_by")
        if found.state == StateChoices.CLOSED
        else [],
        "is_projected": request.GET.get("projected") == "1",
    }
    return render(request, "meetings/meeting.html", context, status=status)


def _attendances(found: Meeting) -> list[dict[str, str]]:
    names = role_names()
    return [
        {
            "name": row.person.name if row.person is not None else row.guest,
            "role": names.get(row.role, row.role) if row.person is not None else "",
        }
        for row in found.attendances.select_related("person")
    ]


def _pressed(
    request: HttpRequest, meeting_id: UUID, service: Callable[..., Meeting], done: str
) -> HttpResponse:
    """A button of the page that asks for nothing more; a refusal is shown on the page."""
    mine = standing(request)
    found = meeting_for(mine, meeting_id)
    try:
        service(meeting=found, actor=mine, at=timezone.now())
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
        return session_page(request, meeting_for(mine, meeting_id), status=refusal.status)
    messages.success(request, done)
    return redirect("meeting", meeting_id)


@signed_in
@require_POST
def open_(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    return _pressed(request, meeting_id, open_meeting, _("The session is open."))


@signed_in
@require_POST
def hold_nil(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Nothing is unsolved: opened, minuted and closed in one tap."""
    return _pressed(request, meeting_id, hold_nil_meeting, _("Held and minuted: nothing unsolved."))


@signed_in
@require_POST
def add(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Put an incident or a line of one's own on the agenda."""
    mine = standing(request)
    found = meeting_for(mine, meeting_id)
    form = AddForm(request.POST)
    if not form.is_valid():
        return session_page(request, found, add_form=form, status=422)
    what = str(form.cleaned_data["what"]).strip()
    try:
        if _is_number(what):
            add_incident(meeting=found, number=what, actor=mine, at=timezone.now())
        else:
            services.add_text(meeting=found, text=what, actor=mine, at=timezone.now())
    except Refused as refusal:
        form.add_error("what", str(refusal))
        return session_page(request, found, add_form=form, status=refusal.status)
    return redirect("meeting", meeting_id)


def _is_number(text: str) -> bool:
    """Whether it looks like an incident's number: six digits, a dash, a code."""
    day, dash, code = text.partition("-")
    return bool(dash) and len(day) == 6 and day.isdecimal() and 3 <= len(code) <= 9


def _form_page(
    request: HttpRequest,
    found: Meeting,
    form: Form,
    *,
    words: tuple[str, str, str],
    do: Callable[[dict[str, Any]], object],
    may: bool,
    template: str = "meetings/act.html",
    button: str = "",
) -> HttpResponse:
    """A page with one form on a session; refusals keep what was entered.

    `words` are the title, what it brings about, and what is said when it is done.
    """
    title, lead, done = words
    if not may and request.method != "POST":
        raise NotAllowed(_("This cannot be done with the session as it is now."))
    status, refused = 200, None
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                do(form.cleaned_data)
            except Refused as refusal:
                refused = refusal
                show_refusal(form, refusal)
                status = refusal.status
            else:
                messages.success(request, done)
                return redirect("meeting", found.pk)
    context = {
        "shell": shell_of(request),
        "meeting": found,
        "name": series_of(found).name.in_language(get_language()),
        "form": form,
        "title": title,
        "button": button or title,
        "lead": lead,
        "is_stale": isinstance(refused, Conflict),
    }
    return render(request, template, context, status=status)


def _asked(request: HttpRequest, meeting_id: UUID) -> tuple[Any, Meeting, Any]:
    mine = standing(request)
    return mine, meeting_for(mine, meeting_id), request.POST if request.method == "POST" else None


def _may(found: Meeting, mine: Any, verb: str) -> bool:
    return State(found.state) in SOURCES[verb] and may_run(mine, found)


def _act_page(
    request: HttpRequest,
    meeting_id: UUID,
    verb: str,
    form: type[SessionForm],
    *,
    words: tuple[str, str, str],
    do: Callable[..., object],
    template: str = "meetings/act.html",
) -> HttpResponse:
    """The page of one verb of a session. `do` gets what was entered, and for its service the
    session, who acts and when."""
    mine, found, data = _asked(request, meeting_id)
    return _form_page(
        request,
        found,
        form(data, meeting=found),
        words=words,
        may=_may(found, mine, verb),
        template=template,
        do=lambda entered: do(entered, meeting=found, actor=mine, at=timezone.now()),
    )


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    return _act_page(
        request, meeting_id, "move", MoveForm,
        words=(_("Move"), _("The calendars of those asked to come follow."), _("Moved.")),
        do=lambda entered, **by: services.move_meeting(
            begins_at=entered["begins_at"], seen_version=entered["version"], **by
        ),
    )  # fmt: skip


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    return _act_page(
        request, meeting_id, "cancel", CancelForm,
        words=(
            _("Cancel the session"),
            _("It stays in the list as cancelled; what is unsolved comes up at the next one."),
            _("Cancelled."),
        ),
        do=lambda entered, **by: services.cancel_meeting(
            reason=entered["reason"], seen_version=entered["version"], **by
        ),
    )  # fmt: skip


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Tick who is there; who is not is noted nowhere."""
    mine, found, data = _asked(request, meeting_id)
    now = timezone.now()
    return _form_page(
        request,
        found,
        AttendanceForm(data, meeting=found, asked=people_asked(found, at=now), roles=role_names()),
        words=(_("Who is here"), _("Only who is here is noted."), _("Noted.")),
        button=_("Save"),
        may=_may(found, mine, "close"),
        do=lambda entered: services.note_attendance(
            meeting=found,
            people=entered["people"],
            guests=entered["guests"].splitlines(),
            chair=entered["chair"],
            minute_taker=entered["minute_taker"],
            actor=mine,
            at=timezone.now(),
            seen_version=entered["version"],
        ),
    )


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def minutes(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Write the minutes; with `close` the session ends with them."""
    closes = "close" in request.POST
    service = services.close_session if closes else services.write_minutes
    return _act_page(
        request, meeting_id, "close", MinutesForm,
        words=(
            _("Minutes"),
            _("Once the session is closed nothing of it changes; corrections are added below."),
            _("The session is closed.") if closes else _("Saved."),
        ),
        template="meetings/minutes.html",
        do=lambda entered, **by: service(
            text=entered["text"], seen_version=entered["version"], **by
        ),
    )  # fmt: skip


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    return _act_page(
        request, meeting_id, "correct", CorrectionForm,
        words=(_("Add a correction"), _("It says when and by whom it was added."), _("Added.")),
        do=lambda entered, **by: services.correct_minutes(text=entered["text"], **by),
    )  # fmt: skip


@signed_in
@require_safe
def printed_minutes(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """The minutes on paper; of an open or planned session, the agenda as it stands."""
    mine = standing(request)
    found = meeting_for(mine, meeting_id)
    response = HttpResponse(
        minutes_pdf(found, mine, at=timezone.now()), content_type="application/pdf"
    )
    name = f"{found.series_key}-{found.place.code}-{found.date:%Y%m%d}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
