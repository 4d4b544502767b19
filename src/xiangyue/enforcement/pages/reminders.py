"""Reminders: noted on the phone, read by whom they concern, and by few others at their turn."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyue.access.requests import signed_in, standing
from xiangyue.enforcement import access, queries, rules, services
from xiangyue.enforcement.clauses import clauses_to_remind_of
from xiangyue.enforcement.forms import AnswerForm, NoteForm, WordsForm
from xiangyue.enforcement.models import Reminder, ReminderStep
from xiangyue.enforcement.pages import form_page, me, shell_of
from xiangyue.enforcement.printing import reminder_pdf
from xiangyue.enforcement.services.acting import ANSWER, NOTE
from xiangyue.enforcement.services.objecting import why_not_answer
from xiangyue.enforcement.services.reminding import may_take, obstacle_of, rule_of
from xiangyue.kernel.refusals import NotFound


@never_cache
@signed_in
@require_safe
def reminders(request: HttpRequest) -> HttpResponse:
    """What is kept about me; and, for a team, what its members still have to talk about."""
    mine, who = standing(request), me(request)
    rows = access.reminders_in_sight(mine, at=timezone.now())
    team_rows = (
        rows.filter(pk__in=queries.open_of_team(who).values("pk"))
        if mine.may_somewhere(NOTE)
        else rows.none()
    )
    context = {
        "shell": shell_of(request),
        "own": rows.filter(person=who),
        "is_team": mine.may_somewhere(NOTE),
        "page": Paginator(team_rows.order_by("noted_at", "pk"), queries.PAGE_SIZE).get_page(
            request.GET.get("page")
        ),
        "duty": services.duty_of(who, at=timezone.now()),
    }
    return render(request, "enforcement/reminders.html", context)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def note(request: HttpRequest) -> HttpResponse:
    """A member on duty notes which clause is not kept: a tap, a name, no word about anybody."""
    who, now = me(request), timezone.now()
    access.check_keeps(standing(request), NOTE)
    team = services.duty_of(who, at=now)
    if team is None:
        context = {"shell": shell_of(request)}
        return render(request, "enforcement/off_duty.html", context, status=422)
    village = team.committee.place
    clauses = clauses_to_remind_of(village, at=now)
    form = NoteForm(
        request.POST if request.method == "POST" else None, village=village, clauses=clauses
    )
    made: list[Reminder] = []
    return form_page(
        request,
        form,
        lambda: made.append(services.note_breach(by=who, at=now, **form.chosen())),
        title=_("Remind somebody of the compact"),
        lead=_("Talk first, face to face. Noted is which clause, today, and where; nothing else."),
        to=reverse("compact-reminders"),
        button=_("Note it"),
        done=_("It is noted. Now talk with them, and hear what they say."),
        notes=() if clauses else (_("No clause in force says that a reminder may follow."),),
    )


def _found(request: HttpRequest, key: UUID) -> Reminder:
    return access.reminder_in_sight(standing(request), key, at=timezone.now())


@never_cache
@signed_in
@require_safe
def reminder(request: HttpRequest, reminder_id: UUID) -> HttpResponse:
    """Everything that is kept of one reminder; whoever else looks at it is noted for the person."""
    return _page(request, _found(request, reminder_id))


def _page(request: HttpRequest, found: Reminder, *, status: int = 200) -> HttpResponse:
    who, now = me(request), timezone.now()
    services.look_at(reminder=found, reader=who, at=now)
    is_own = found.person_id == who.pk
    step = rules.next_step({rules.Step(row.kind) for row in found.steps.all()})
    takes = step is not None and may_take(found, step, who, at=now) is None
    context = {
        "shell": shell_of(request),
        "reminder": found,
        "rule": rule_of(found),
        "is_own": is_own,
        "next": ReminderStep.Kind(step.value).label if step is not None else "",
        "next_key": step.value if step is not None else "",
        "takes": takes,
        "obstacle": obstacle_of(found, step, at=now) if step is not None else None,
        "is_team": may_take(found, rules.Step.TALK, who, at=now) is None,
        "may_say": found.state == Reminder.State.OPEN
        and (
            is_own
            or (found.steps.exists() and may_take(found, rules.Step.TALK, who, at=now) is None)
        ),
        "objections": found.objections.all(),
        "objection_waits": any(row.answered_at is None for row in found.objections.all()),
        "reads": found.reads.select_related("reader").order_by("-read_at")[:100] if is_own else (),
        "say_form": WordsForm(initial={"text": found.statement}),
    }
    return render(request, "enforcement/reminder.html", context, status=status)


def step_called(key: str) -> rules.Step:
    """:raises NotFound: there is no such step."""
    try:
        return rules.Step(key)
    except ValueError:
        raise NotFound(_("There is no such step.")) from None


@signed_in
@require_POST
def take_step(request: HttpRequest, reminder_id: UUID) -> HttpResponse:
    """The next step was taken: talked, written, talked with the committee."""
    found = _found(request, reminder_id)
    step = step_called(request.POST.get("step", ""))
    services.take_step(reminder=found, step=step, by=me(request), at=timezone.now())
    messages.success(request, _("It is noted."))
    return redirect("compact-reminder", found.pk)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest, reminder_id: UUID) -> HttpResponse:
    """What the person concerned says: by themself, or written down by who talked with them."""
    found = _found(request, reminder_id)
    form = WordsForm(
        request.POST if request.method == "POST" else None, initial={"text": found.statement}
    )
    return form_page(
        request,
        form,
        lambda: services.hear(
            reminder=found, text=form.cleaned_data["text"], by=me(request), at=timezone.now()
        ),
        title=pgettext("enforcement", "What they say to it")
        if found.person_id != me(request).pk
        else _("What I say"),
        lead=_("In their own words, read out to them; empty if they do not want to say anything."),
        to=reverse("compact-reminder", args=[found.pk]),
        button=_("Save"),
        done=_("It is noted that they were heard."),
    )


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def object_to(request: HttpRequest, reminder_id: UUID) -> HttpResponse:
    """Object: everything stands still until somebody else has answered."""
    found = _found(request, reminder_id)
    form = WordsForm(request.POST if request.method == "POST" else None)
    return form_page(
        request,
        form,
        lambda: services.object_to_reminder(
            reminder=found, text=form.cleaned_data["text"], by=me(request), at=timezone.now()
        ),
        title=_("Object to this"),
        lead=_("Somebody who had no part in it answers. Without an answer in time it is erased."),
        to=reverse("compact-reminder", args=[found.pk]),
        button=_("Object"),
        done=_("Your objection is taken; nothing happens until it is answered."),
    )


@signed_in
@require_POST
def put_right(request: HttpRequest, reminder_id: UUID) -> HttpResponse:
    """It is as the compact asks."""
    found = _found(request, reminder_id)
    services.put_right(reminder=found, by=me(request), at=timezone.now())
    messages.success(request, _("Good. It will be erased within days."))
    return redirect("compact-reminder", found.pk)


@never_cache
@signed_in
@require_safe
def paper(request: HttpRequest, reminder_id: UUID) -> HttpResponse:
    """The written reminder on paper, to be brought by hand."""
    found = _found(request, reminder_id)
    services.look_at(reminder=found, reader=me(request), at=timezone.now())
    return HttpResponse(reminder_pdf(found), content_type="application/pdf")


@never_cache
@signed_in
@require_safe
def objections(request: HttpRequest) -> HttpResponse:
    """The objections that wait for me, due soonest first."""
    mine = standing(request)
    access.check_keeps(mine, ANSWER)
    page = Paginator(access.objections_to_answer(mine), queries.PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {"shell": shell_of(request), "page": page}
    return render(request, "enforcement/objections.html", context)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, reminder_objection_id: UUID) -> HttpResponse:
    """Answer an objection; one that is right erases the reminder at once."""
    mine, who, now = standing(request), me(request), timezone.now()
    access.check_keeps(mine, ANSWER)
    found = access.objection_to_answer(mine, reminder_objection_id)
    if request.method != "POST":
        services.look_at(reminder=found.reminder, reader=who, at=now)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    why = why_not_answer(found, who, at=now)
    return form_page(
        request,
        form,
        lambda: services.answer_reminder_objection(
            objection=found, by=who, at=now, **form.cleaned_data
        ),
        title=_("Answer an objection"),
        to=reverse("reminder-objections"),
        button=_("Answer"),
        done=_("It is answered."),
        back_title=_("Objections"),
        notes=(why,) if why else (),
        more={"objection": found},
        template="enforcement/answer.html",
    )
