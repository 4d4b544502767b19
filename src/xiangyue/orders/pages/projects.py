"""The desk's projects: costed, refused, built, checked; orders set aside."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from xiangyue.access.requests import signed_in, standing
from xiangyue.orders import access, services
from xiangyue.orders.forms import CheckForm, ProgressForm, ProjectForm, RefuseForm, WhyForm
from xiangyue.orders.models import Project, Round
from xiangyue.orders.pages import me, tried
from xiangyue.orders.pages.desk import with_rounds


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, order_round_id: UUID) -> HttpResponse:
    """Cost a project that answers orders; `?need=` one to begin from."""
    found = access.round_to_keep(with_rounds(request), order_round_id)
    return _edit(request, found, None)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, order_project_id: UUID) -> HttpResponse:
    """Cost it anew, refuse it, or take it up again."""
    found = access.project_to_keep(with_rounds(request), order_project_id)
    return _edit(request, found.round, found)


def _edit(request: HttpRequest, round_: Round, project: Project | None) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    initial = None
    if project is None:
        initial = _begun_from(round_, request.GET.get("need", ""))
    kwargs = {"initial": initial} if initial else {}
    form = ProjectForm(posted, round_=round_, project=project, **kwargs)
    status = 200
    if form.is_bound:
        status = tried(
            form,
            lambda: services.keep_project(
                round_=round_, project=project, by=me(request), at=timezone.now(), **form.chosen()
            ),
        )
        if status == 0:
            messages.success(request, _("The project is kept."))
            return redirect("kept-round", round_.pk)
    return _project_page(request, round_, project, form, status=status)


def _begun_from(round_: Round, number: str) -> dict[str, object]:
    if not (number.isascii() and number.isdigit() and len(number) < 7):
        return {}
    need = round_.needs.filter(number=int(number)).first()
    if need is None:
        return {}
    return {"title": need.text[:60], "what": need.text, "spot": need.spot, "needs": [need.pk]}


def _project_page(
    request: HttpRequest,
    round_: Round,
    project: Project | None,
    form: ProjectForm,
    *,
    refuse: RefuseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "round": round_,
        "project": project,
        "form": form,
        "refuse": refuse or RefuseForm(prefix="refuse"),
    }
    return render(request, "orders/edit.html", context, status=status)


@never_cache
@signed_in
@require_POST
def refuse(request: HttpRequest, order_project_id: UUID) -> HttpResponse:
    """Keep it off the slip with a reason, or take it up again."""
    found = access.project_to_keep(with_rounds(request), order_project_id)
    form = RefuseForm(request.POST, prefix="refuse")
    if "again" in request.POST:
        services.take_up_project(project=found, by=me(request), at=timezone.now())
        messages.success(request, _("It is on the list again."))
        return redirect("kept-round", found.round_id)
    status = tried(
        form,
        lambda: services.refuse_project(
            project=found, by=me(request), at=timezone.now(), **form.cleaned_data
        ),
    )
    if status == 0:
        messages.success(request, _("It is not put to the vote; everybody reads why."))
        return redirect("kept-round", found.round_id)
    edited = ProjectForm(round_=found.round, project=found)
    return _project_page(request, found.round, found, edited, refuse=form, status=status)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def set_aside(request: HttpRequest, order_need_id: UUID) -> HttpResponse:
    """Say why no project comes of an order."""
    need = access.need_to_keep(with_rounds(request), order_need_id)
    form = WhyForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = tried(
            form,
            lambda: services.set_aside(
                need=need, why=form.cleaned_data["why"], by=me(request), at=timezone.now()
            ),
        )
        if status == 0:
            messages.success(request, _("Whoever ordered it reads why."))
            return redirect("kept-round", need.round_id)
    context = {"round": need.round, "need": need, "form": form}
    return render(request, "orders/aside.html", context, status=status)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: HttpRequest, order_project_id: UUID) -> HttpResponse:
    """Report how far a project is, for who keeps the round."""
    found = access.project_to_keep(with_rounds(request), order_project_id)
    form = ProgressForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = tried(
            form,
            lambda: services.report_progress(
                project=found, by=me(request), at=timezone.now(), **form.cleaned_data
            ),
        )
        if status == 0:
            messages.success(request, _("Everybody reads it; those who ordered it are told."))
            return redirect("order-project", found.pk)
    context = {"project": found, "round": found.round, "form": form, "is_check": False}
    return render(request, "orders/progress.html", context, status=status)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, order_project_id: UUID) -> HttpResponse:
    """Look at what was built, for who supervises (SE01)."""
    mine = standing(request)
    with_rounds(request)
    found = access.project_to_check(mine, order_project_id)
    form = CheckForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = tried(
            form,
            lambda: services.check_project(
                project=found, by=me(request), at=timezone.now(), **form.cleaned_data
            ),
        )
        if status == 0:
            messages.success(request, _("Everybody reads what you have seen."))
            return redirect("order-project", found.pk)
    context = {"project": found, "round": found.round, "form": form, "is_check": True}
    return render(request, "orders/progress.html", context, status=status)
