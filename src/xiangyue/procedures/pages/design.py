"""The editor: templates as forms step by step, previewed, compared, played, approved by another."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyue.access.pages import show_refusal
from xiangyue.access.queries import granted
from xiangyue.access.requests import signed_in, standing
from xiangyue.access.rules import Standing
from xiangyue.kernel.refusals import NotAllowed, NotFound, Refused
from xiangyue.places.models import Place
from xiangyue.places.queries import county_place
from xiangyue.places.rules import short_name
from xiangyue.procedures import access, services
from xiangyue.procedures.bodies import (
    added,
    as_text,
    moved,
    played_anew,
    read_text,
    removed,
    steps_before,
    with_step,
)
from xiangyue.procedures.chart import chart_of
from xiangyue.procedures.designforms import StepForm
from xiangyue.procedures.designs import changes_of, look_at, steps_in
from xiangyue.procedures.models import Design, DesignState
from xiangyue.procedures.reading import all_procedures, procedure_names
from xiangyue.procedures.templateforms import HeadForm, NewForm, ScenariosForm

OPEN = (DesignState.DRAFT, DesignState.RETURNED)


def _with_designs(request: HttpRequest) -> Standing:
    mine = standing(request)
    if not (mine.may_somewhere(access.DESIGN) or mine.may_somewhere(access.APPROVE)):
        raise NotAllowed(_("Your posts do not include this page."))
    return mine


@never_cache
@signed_in
@require_safe
def designs(request: HttpRequest) -> HttpResponse:
    """Every template, what is under way, and the villages whose own steps I may write."""
    mine = _with_designs(request)
    language = get_language()
    county = mine.may(access.DESIGN, place_path=county_place().path)
    rows = [
        {
            "key": key,
            "name": one.name.in_language(language),
            "purpose": one.purpose.in_language(language),
            "version": row.version,
            "levels": one.levels,
        }
        for key, (row, one) in all_procedures().items()
    ]
    places = (
        []
        if county
        else list(
            Place.objects.filter(
                granted(mine, access.DESIGN, path_field="path"), kind="village", is_active=True
            ).order_by("path")[:50]
        )
    )
    found = access.designs_of(mine).select_related("place", "written_by").order_by("-began_at")
    page = Paginator(found, 20).get_page(request.GET.get("page"))
    names = procedure_names()
    context = {
        "rows": rows,
        "places": places,
        "place": places[0] if places else None,
        "page": page,
        "designs": [
            {
                "design": one,
                "name": names.get(one.procedure_key, one.body.get("name", {}).get("zh")),
            }
            for one in page.object_list
        ],
        "designs_county": county,
    }
    return render(request, "procedures/designs.html", context)


@signed_in
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin the next version of a template, or of a village's own steps."""
    mine, now = _with_designs(request), timezone.now()
    key, code = request.POST.get("procedure", "")[:40], request.POST.get("place", "")[:24]
    place = None
    if code:
        place = Place.objects.filter(code=code, is_active=True).first()
        if place is None:
            raise NotFound(_("There is no place with this code."))
    try:
        made = (
            services.begin_addition(procedure=key, place=place, actor=mine, at=now)
            if place is not None
            else services.begin_design(procedure=key, actor=mine, at=now)
        )
    except services.DesignUnderWay as refusal:
        there = access.designs_of(mine).filter(
            procedure_key=key, place=place, state__in=[*OPEN, DesignState.SUBMITTED]
        )
        found = there.first()
        if found is None:
            raise
        messages.info(request, str(refusal))
        return redirect("procedure-design", found.pk)
    return redirect("procedure-design", made.pk)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a kind of procedure that there is not yet."""
    mine = _with_designs(request)
    form = NewForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = services.begin_new(**form.cleaned_data, actor=mine, at=timezone.now())
            except Refused as refusal:
                show_refusal(form, refusal)
                status = refusal.status
            else:
                return redirect("procedure-design", made.pk)
    context = {"form": form, "title": _("A new kind of procedure")}
    return render(request, "procedures/design_form.html", context, status=status)


@never_cache
@signed_in
@require_safe
def design(request: HttpRequest, design_id: UUID) -> HttpResponse:
    """The draft: its flow chart, what changes, what is wrong, how its scenarios go."""
    return design_page(request, access.design_for(standing(request), design_id))


def design_page(
    request: HttpRequest,
    found: Design,
    *,
    refused: Refused | None = None,
    entered: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    mine = standing(request)
    looked = look_at(found)
    own = {body.get("key") for body in steps_in(found.body)}
    language = get_language()
    context = {
        **named(found),
        "looked": looked,
        "chart": chart_of(looked.steps),
        "changes": changes_of(found, looked.steps),
        "steps": [
            {
                "key": step.key,
                "name": step.name.in_language(language),
                "number": number,
                "is_optional": step.is_optional,
                "is_own": step.key in own,
                "faults": [fault.message for fault in looked.faults if fault.step == step.key],
            }
            for number, step in enumerate(looked.steps, start=1)
        ],
        "broken": [
            body.get("key")
            for body in steps_in(found.body)
            if body.get("key") not in {step.key for step in looked.steps}
        ],
        "writes": found.state in OPEN and mine.may(access.DESIGN, place_path=found.place_path),
        "approves": found.state == DesignState.SUBMITTED
        and mine.may(access.APPROVE, place_path=found.place_path),
        "is_own_work": str(mine.person_id) in found.editors,
        "refused": refused,
        "entered": entered or {},
    }
    return render(request, "procedures/design.html", context, status=status)


def named(found: Design) -> dict[str, Any]:
    names = procedure_names()
    title = names.get(found.procedure_key) or str(
        (found.body.get("name") or {}).get("zh") or found.procedure_key
    )
    where = short_name(found.place.name) if found.place is not None else ""
    return {"design": found, "name": title, "where": where}


def _writing(request: HttpRequest, design_id: UUID) -> tuple[Standing, Design]:
    mine = standing(request)
    found = access.design_for(mine, design_id)
    if not mine.may(access.DESIGN, place_path=found.place_path):
        raise NotAllowed(_("Your posts do not include designing procedures here."))
    return mine, found


def _save(
    request: HttpRequest, found: Design, mine: Standing, body: dict[str, Any]
) -> HttpResponse:
    version = request.POST.get("version", "")
    services.save_design(
        design=found, body=body, actor=mine, at=timezone.now(),
        seen_version=int(version) if version.isdecimal() and len(version) < 9 else None,
    )  # fmt: skip
    return redirect("procedure-design", found.pk)


def _form_page(
    request: HttpRequest, found: Design, mine: Standing, form: Any, body_of: Any, **more: Any
) -> HttpResponse:
    """A page with one of the editor's forms; refusals keep what was entered."""
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                return _save(request, found, mine, body_of())
            except Refused as refusal:
                show_refusal(form, refusal)
                status = refusal.status
    return render(
        request,
        more.pop("template", "procedures/design_form.html"),
        {**named(found), "form": form, **more},
        status=status,
    )


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def head(request: HttpRequest, design_id: UUID) -> HttpResponse:
    """What the template is called and for."""
    mine, found = _writing(request, design_id)
    if found.place_id:
        raise NotFound(_("The name is the county's."))
    form = HeadForm(request.POST or None, initial=HeadForm.initial_of(found.body))
    return _form_page(
        request, found, mine, form, lambda: form.declared(found.body), title=_("Name and purpose")
    )


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, design_id: UUID, design_step: str) -> HttpResponse:
    """One step as a form."""
    mine, found = _writing(request, design_id)
    body = next((one for one in steps_in(found.body) if one.get("key") == design_step), None)
    if body is None:
        raise NotFound(_("There is no such step in this draft."))
    return _step_page(request, found, mine, body, title=_("Change a step"), is_new=False)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def add_step(request: HttpRequest, design_id: UUID) -> HttpResponse:
    """A new step, after the one that `after` names, else at the end."""
    mine, found = _writing(request, design_id)
    return _step_page(request, found, mine, {}, title=_("Add a step"), is_new=True)


def _step_page(
    request: HttpRequest,
    found: Design,
    mine: Standing,
    body: dict[str, Any],
    *,
    title: str,
    is_new: bool,
) -> HttpResponse:
    after = (request.POST.get("after") or request.GET.get("after") or "")[:40]
    form = StepForm(
        request.POST or None,
        body=body,
        before=steps_before(found, body.get("key"), after=after if is_new else None),
        must_be_optional=found.place_id is not None,
    )
    return _form_page(
        request,
        found,
        mine,
        form,
        lambda: (
            added(found, form.declared(), after=after)
            if is_new
            else with_step(found, form.declared())
        ),
        template="procedures/design_step.html",
        title=title,
        after=after,
    )


@signed_in
@require_POST
def move_step(request: HttpRequest, design_id: UUID, design_step: str, way: str) -> HttpResponse:
    """Move a step up or down, or take it out."""
    mine, found = _writing(request, design_id)
    if way not in {"up", "down", "remove"}:
        raise NotFound(_("There is no such step in this draft."))
    body = (
        removed(found, design_step)
        if way == "remove"
        else moved(found, design_step, up=way == "up")
    )
    try:
        return _save(request, found, mine, body)
    except NotAllowed:
        raise
    except Refused as refusal:
        return design_page(request, found, refused=refusal, status=refusal.status)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def scenarios(request: HttpRequest, design_id: UUID) -> HttpResponse:
    """The scenarios as text; with `anew` they are written from the steps."""
    mine, found = _writing(request, design_id)
    if found.place_id:
        raise NotFound(_("The scenarios are the county's."))
    if request.method == "POST" and "anew" in request.POST:
        return _save(request, found, mine, {**found.body, "scenarios": played_anew(found)})
    form = ScenariosForm(request.POST or None, initial={"text": as_text(found.body)})
    body: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        try:
            body = {**found.body, "scenarios": read_text(form.cleaned_data["text"])}
        except Refused as refusal:
            show_refusal(form, refusal)
    return _form_page(request, found, mine, form, lambda: body, title=_("Scenarios"), may_anew=True)


@signed_in
@require_POST
def decide(request: HttpRequest, design_id: UUID, act: str) -> HttpResponse:
    """Submit it, approve it, send it back, drop it."""
    mine = standing(request)
    found = access.design_for(mine, design_id)
    now = timezone.now()
    words = request.POST.get("words", "")
    version = request.POST.get("version", "")
    acts: dict[str, Any] = {
        "submit": lambda: services.submit_design(design=found, actor=mine, at=now, reason=words),
        "approve": lambda: services.approve_design(
            design=found, actor=mine, at=now,
            seen_version=int(version) if version.isdecimal() and len(version) < 9 else None,
        ),
        "return": lambda: services.return_design(design=found, actor=mine, at=now, answer=words),
        "drop": lambda: services.drop_design(design=found, actor=mine, at=now),
    }  # fmt: skip
    if act not in acts:
        raise NotFound(_("There is no such page."))
    try:
        acts[act]()
    except Refused as refusal:
        fresh = access.design_for(mine, design_id)
        return design_page(
            request, fresh, refused=refusal, entered={"words": words}, status=refusal.status
        )
    done = {
        "submit": _("Submitted; somebody else approves it."),
        "approve": _("It is in force for what begins from now on."),
        "return": _("Sent back."),
        "drop": _("Dropped; the version in force stays."),
    }
    messages.success(request, done[act])
    return redirect("procedure-design", design_id)
