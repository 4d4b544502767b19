"""What is done on a run's page: evidence, panel, completing, leaving out, publishing, ending."""

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
from xiangyue.access.requests import signed_in, standing
from xiangyue.documents.files import uploaded
from xiangyue.documents.serving import handed_out
from xiangyue.kernel.refusals import NotAllowed, NotFound, Refused
from xiangyue.procedures import access, services
from xiangyue.procedures.blueprint import EvidenceKind
from xiangyue.procedures.forms import NoticeForm, SeatForm, WhyForm
from xiangyue.procedures.models import EvidenceKindChoices, Run, StepRun
from xiangyue.procedures.pages.lists import shell_of
from xiangyue.procedures.pages.run import form_for, run_page
from xiangyue.procedures.reading import step_of
from xiangyue.procedures.showing import shown_steps
from xiangyue.procedures.wording import leave_out_label


def _asked(request: HttpRequest, run_id: UUID, step: str) -> tuple[Any, Run, StepRun]:
    mine = standing(request)
    run = access.run_for(mine, run_id)
    return mine, run, access.step_for(run, step)


def _refused(
    request: HttpRequest, run_id: UUID, refusal: Refused, *, filled: dict[str, Any] | None = None
) -> HttpResponse:
    """The run's page as it stands now, with the refusal on top and what was entered kept."""
    fresh = access.run_for(standing(request), run_id)
    return run_page(request, fresh, filled=filled, refused=refusal, status=refusal.status)


@signed_in
@require_POST
def lay(request: HttpRequest, run_id: UUID, step: str, evidence: str) -> HttpResponse:
    """Lay one piece of evidence on the table."""
    key = evidence
    mine, run, row = _asked(request, run_id, step)
    now = timezone.now()
    shown = next(one for one in shown_steps(run, mine, at=now) if one.step.key == step)
    meant = next((one for one in shown.evidence if one.asked.key == key), None)
    if meant is None:
        raise NotFound(_("This step asks for no such thing."))
    form = form_for(meant, request.POST, request.FILES)
    if not form.is_valid():
        return run_page(request, run, filled={key: form}, status=422)
    entered = form.cleaned_data
    act: dict[str, Any] = {"step_run": row, "key": key, "actor": mine, "at": now}
    try:
        if meant.asked.kind is EvidenceKind.REFERENCE:
            services.refer_to(**act, reference_id=entered["reference"])
        elif meant.asked.kind is EvidenceKind.FILE:
            upload = entered["file"]
            services.add_evidence(**act, upload=uploaded(upload) if upload is not None else None)
        else:
            services.add_evidence(**act, text=entered["text"])
    except NotAllowed:
        raise
    except Refused as refusal:
        show_refusal(form, refusal)
        return _refused(request, run_id, refusal, filled={key: form})
    messages.success(request, _("It lies on the table."))
    return redirect("procedure-run", run_id)


@signed_in
@require_POST
def remove(request: HttpRequest, run_id: UUID, evidence_id: UUID) -> HttpResponse:
    """Take away what was laid down by mistake."""
    mine = standing(request)
    run = access.run_for(mine, run_id)
    row = access.evidence_for(run, evidence_id)
    return _pressed(
        request,
        run_id,
        lambda: services.remove_evidence(evidence=row, actor=mine, at=timezone.now()),
        _("Taken away."),
    )


def _pressed(
    request: HttpRequest, run_id: UUID, do: Callable[[], object], done: str
) -> HttpResponse:
    try:
        do()
    except NotAllowed:
        raise
    except Refused as refusal:
        return _refused(request, run_id, refusal)
    messages.success(request, done)
    return redirect("procedure-run", run_id)


@signed_in
@require_POST
def complete(request: HttpRequest, run_id: UUID, step: str) -> HttpResponse:
    """Complete the open step; what is missing is said."""
    mine, _run, row = _asked(request, run_id, step)
    return _pressed(
        request,
        run_id,
        lambda: services.complete_step(step_run=row, actor=mine, at=timezone.now()),
        _("The step is completed."),
    )


@signed_in
@require_POST
def leave_out(request: HttpRequest, run_id: UUID, step: str) -> HttpResponse:
    """Leave an optional step out, with a word why."""
    mine, _run, row = _asked(request, run_id, step)
    form = WhyForm(request.POST, field="note", label=leave_out_label())
    form.is_valid()
    try:
        services.leave_out_step(
            step_run=row, actor=mine, at=timezone.now(), reason=request.POST.get("note", "")
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        show_refusal(form, refusal)
        return _refused(request, run_id, refusal, filled={"leave_out": form})
    messages.success(request, _("The step is left out."))
    return redirect("procedure-run", run_id)


@signed_in
@require_POST
def seat(request: HttpRequest, run_id: UUID, step: str) -> HttpResponse:
    """Name somebody to the panel."""
    mine, run, row = _asked(request, run_id, step)
    form = SeatForm(request.POST, prefix="seat")
    if not form.is_valid():
        return run_page(request, run, filled={"seat": form}, status=422)
    entered = form.cleaned_data
    try:
        services.add_seat(
            step_run=row,
            name=entered["name"],
            is_woman=entered["is_woman"],
            closeness=entered["closeness"],
            recused_why=entered["why"],
            actor=mine,
            at=timezone.now(),
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        show_refusal(form, refusal)
        return _refused(request, run_id, refusal, filled={"seat": form})
    messages.success(request, _("Named to the panel."))
    return redirect("procedure-run", run_id)


@signed_in
@require_POST
def recuse(request: HttpRequest, run_id: UUID, seat_id: UUID) -> HttpResponse:
    """Note that somebody on the panel steps back."""
    mine = standing(request)
    run = access.run_for(mine, run_id)
    found = access.seat_for(run, seat_id)
    return _pressed(
        request,
        run_id,
        lambda: services.recuse(
            seat=found, why=request.POST.get("why", ""), actor=mine, at=timezone.now()
        ),
        _("Noted."),
    )


@signed_in
@require_safe
def show_file(request: HttpRequest, run_id: UUID, evidence_id: UUID) -> HttpResponse:
    """A document is only handed out to be saved; a picture, which we drew ourselves, is shown."""
    run = access.run_for(standing(request), run_id)
    row = access.evidence_for(run, evidence_id)
    if row.kind != EvidenceKindChoices.FILE:
        raise NotFound(_("There is no such document."))
    return handed_out(
        file=row.file.name or "", content_type=row.content_type, file_name=row.file_name
    )


def _form_page(
    request: HttpRequest,
    run: Run,
    form: Form,
    *,
    words: tuple[str, str, str],
    do: Callable[[dict[str, Any]], object],
) -> HttpResponse:
    """A page with one form on a run; `words` are its title, its lead, and what is then said."""
    title, lead, done = words
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                do(form.cleaned_data)
            except Refused as refusal:
                show_refusal(form, refusal)
                status = refusal.status
            else:
                messages.success(request, done)
                return redirect("procedure-run", run.pk)
    context = {
        "shell": shell_of(request), "run": run, "form": form, "title": title, "lead": lead,
    }  # fmt: skip
    return render(request, "procedures/act.html", context, status=status)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, run_id: UUID, step: str) -> HttpResponse:
    """Put up the notice that the step declares."""
    mine, run, row = _asked(request, run_id, step)
    declared = step_of(row)
    if declared.publicity is None:
        raise NotFound(_("This step puts up no notice."))
    initial = {"title": run.title}
    return _form_page(
        request,
        run,
        NoticeForm(request.POST or None, initial=initial),
        words=(
            _("Put up the notice: %(step)s") % {"step": declared.name.in_language(get_language())},
            _("Once it is up nothing of it changes. It serves this step as its evidence."),
            _("The notice is up."),
        ),
        do=lambda entered: services.publish_for_step(
            step_run=row, title=entered["title"], body=entered["body"], actor=mine,
            at=timezone.now(),
        ),
    )  # fmt: skip


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """End a run before its last step."""
    mine = standing(request)
    run = access.run_for(mine, run_id)
    if not access.may_run(mine, run):
        raise NotAllowed(_("Your posts do not include ending this procedure."))
    return _form_page(
        request,
        run,
        WhyForm(
            request.POST or None,
            field="reason",
            label=_("Reason"),
            hint=_("Everybody can read it: no names, no telephone numbers."),
        ),
        words=(
            _("End it early"),
            _("It then stays as it is; nothing of it is decided."),
            _("It has ended."),
        ),
        do=lambda entered: services.end_early(
            run=run, actor=mine, at=timezone.now(), reason=entered["reason"]
        ),
    )
