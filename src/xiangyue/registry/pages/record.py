"""One record: masked until its reader says what for; supplemented, corrected, deleted."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyue.access.requests import staff_only, standing
from xiangyue.kernel.refusals import Conflict, Refused
from xiangyue.registry import queries, services
from xiangyue.registry.access import (
    SEE,
    elements_of,
    households_of,
    people_of,
    record_for,
)
from xiangyue.registry.checking import Value
from xiangyue.registry.forms import USUAL_PURPOSES, ElementForm, PurposeForm, ReasonForm
from xiangyue.registry.holding import has_value, subjects_of
from xiangyue.registry.models import Change, Element, ElementRead
from xiangyue.registry.pages.shared import shell_of, show_refusal, url_of

KEEP = "registry.keep"
HISTORY_SHOWN = 20


@never_cache
@staff_only(SEE)
@require_safe
def show_record(request: HttpRequest, part: str, key: UUID) -> HttpResponse:
    """The record, masked; who lives there and what else is noted; its history."""
    element = record_for(standing(request), part, key, at=timezone.now())
    return record_page(request, element)


@never_cache
@staff_only(SEE)
@require_http_methods(["POST"])
def read_record(request: HttpRequest, part: str, key: UUID) -> HttpResponse:
    """The record in clear, after the reader has said what for; the reading is logged."""
    mine = standing(request)
    element = record_for(mine, part, key, at=timezone.now())
    form = PurposeForm(request.POST)
    if not form.is_valid():
        return record_page(request, element, purpose_form=form, status=422)
    try:
        _element, opened = services.read_element(
            element=element, purpose=form.cleaned_data["purpose"], by=mine, at=timezone.now()
        )
    except Refused as refusal:
        show_refusal(form, refusal)
        return record_page(request, element, purpose_form=form, status=refusal.status)
    element = record_for(mine, part, key, at=timezone.now())
    return record_page(request, element, opened=opened)


def record_page(
    request: HttpRequest,
    element: Element,
    *,
    opened: dict[str, Value] | None = None,
    purpose_form: PurposeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    mine = standing(request)
    kind = queries.kind_of(element)
    lines = queries.lines_of(element, opened=opened, consented=queries.consents_of(element))
    may_keep = element.deleted_at is None and mine.may(KEEP, place_path=element.place_path)
    history = (
        Change.objects.filter(element=element).select_related("actor").order_by("-version")
        if element.pk
        else Change.objects.none()
    )
    reads = (
        ElementRead.objects.filter(element=element).select_related("reader").order_by("-read_at")
        if element.pk
        else ElementRead.objects.none()
    )
    return render(
        request,
        "registry/record.html",
        {
            "shell": shell_of(request),
            "element": element,
            "kind": kind,
            "lines": lines,
            "is_open": opened is not None,
            "has_masked": any(line.is_masked for line in lines),
            "missing": queries.missing_fields(element) if may_keep else [],
            "on_request": queries.fields_on_request(element) if may_keep else [],
            "at_the_door": not mine.works_at_desk,
            "may_keep": may_keep,
            "history": history[:HISTORY_SHOWN],
            "own_ids": {one.pk for one in subjects_of(element)},
            "reads": reads[:HISTORY_SHOWN],
            "purpose_form": purpose_form or PurposeForm(),
            "purposes": USUAL_PURPOSES,
            "urls": {verb: url_of(element, verb) for verb in VERBS}
            if element.deleted_at is None
            else {},
            **_around(request, element),
        },
        status=status,
    )


VERBS = ("read", "supplement", "correct", "confirm", "delete")


def _around(request: HttpRequest, element: Element) -> dict[str, Any]:
    """Who lives in the household, and the other records about the person or household."""
    mine = standing(request)
    if element.deleted_at is not None or not element.is_single:
        return {}
    others = elements_of(mine).filter(is_single=False).select_related("declaration", "place")
    if element.person is not None:
        person, now = element.person, timezone.now()
        home = None
        if person.household is not None:
            home = households_of(mine).filter(pk=person.household.pk).first()
        return {
            "others": others.filter(person=person).order_by("-pk")[:50],
            "new_kinds": queries.kinds_about("person"),
            "about": f"person={person.pk}",
            "home": home,
            "now": now,
        }
    household = element.household
    assert household is not None  # a single record is about one or the other
    members = list(
        people_of(mine)
        .filter(household=household)
        .select_related("place", "household__grid", "household__unit")
        .order_by("birth_date", "pk")[:50]
    )
    return {
        "members": members,
        "member_missing": _missing_of(members),
        "others": others.filter(household=household).order_by("-pk")[:50],
        "new_kinds": queries.kinds_about("household"),
        "about": f"household={household.pk}",
    }


def _missing_of(members: list[Any]) -> bool:
    """Whether the number or birthday of somebody who lives here is not known yet."""
    return any(not person.phone or not person.birth_date for person in members)


@never_cache
@staff_only(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def supplement(request: HttpRequest, part: str, key: UUID) -> HttpResponse:
    """补: only what is empty is asked; `field` asks for one alone."""
    element = record_for(standing(request), part, key, at=timezone.now())
    wanted = queries.missing_fields(element)
    asked = request.GET.get("field", "")
    if asked:
        wanted = [f for f in [*wanted, *queries.fields_on_request(element)] if f.key == asked]
    form = _form(request, element, wanted=wanted)

    def done() -> None:
        services.supplement_element(
            element=element,
            values=form.entered,
            version=_version(form),
            agreed=form.agreed,
            by=standing(request),
            at=timezone.now(),
        )

    return _act(request, element, form, done, title=_("Supplement"), said=_("It was filled in."))


@never_cache
@staff_only(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, part: str, key: UUID) -> HttpResponse:
    """正: what is personal is written anew without being shown; everything else is changed."""
    element = record_for(standing(request), part, key, at=timezone.now())
    kind = queries.kind_of(element)
    lines = queries.lines_of(element)
    form = _form(
        request,
        element,
        wanted=[field for field in kind.fields if has_value(element, field)],
        shown={
            line.field.key: element.values[line.field.key]
            for line in lines
            if line.field.key in element.values
        },
        masked={line.field.key: line.shown for line in lines if line.is_masked},
        consented=frozenset(field.key for field in kind.fields),
        asks_reason=True,
    )

    def done() -> None:
        services.correct_element(
            element=element,
            values=form.entered,
            reason=form.cleaned_data["reason"],
            version=_version(form),
            by=standing(request),
            at=timezone.now(),
        )

    return _act(request, element, form, done, title=_("Correct"), said=_("It was corrected."))


@never_cache
@staff_only(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, part: str, key: UUID) -> HttpResponse:
    """Delete what the record holds; a tombstone and a certificate are left."""
    element = record_for(standing(request), part, key, at=timezone.now())
    form = ReasonForm(
        request.POST if request.method == "POST" else None, initial={"version": element.version}
    )

    def done() -> None:
        services.delete_values(
            element=element,
            reason=form.cleaned_data["reason"],
            version=_version(form),
            by=standing(request),
            at=timezone.now(),
        )

    return _act(
        request,
        element,
        form,
        done,
        title=_("Delete"),
        said=_("It was deleted; a certificate was made."),
        danger=True,
    )


@staff_only(KEEP)
@require_POST
def confirm(request: HttpRequest, part: str, key: UUID) -> HttpResponse:
    """All stands as it is, asked at the door."""
    element = record_for(standing(request), part, key, at=timezone.now())
    version = request.POST.get("version", "")
    services.confirm_element(
        element=element,
        version=int(version) if version.isdecimal() and len(version) < 9 else None,
        by=standing(request),
        at=timezone.now(),
    )
    messages.success(request, _("Noted that all stands as it is."))
    return redirect(url_of(element))


def _form(request: HttpRequest, element: Element, **more: Any) -> ElementForm:
    return ElementForm(
        request.POST if request.method == "POST" else None,
        kind=queries.kind_of(element),
        initial={"version": element.version},
        **{"consented": queries.consents_of(element), **more},
    )


def _version(form: Any) -> int | None:
    found = form.cleaned_data.get("version")
    return int(found) if found is not None else None


def _act(
    request: HttpRequest,
    element: Element,
    form: Any,
    done: Any,
    *,
    title: str,
    said: str,
    danger: bool = False,
) -> HttpResponse:
    """Do it and go back to the record; what was refused keeps what was entered."""
    status, refusal = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                done()
            except Refused as error:
                refusal, status = error, error.status
                show_refusal(form, error)
            else:
                messages.success(request, said)
                return redirect(_after(element))
    return render(
        request,
        "registry/act.html",
        {
            "shell": shell_of(request),
            "element": element,
            "form": form,
            "title": title,
            "back": url_of(element),
            "is_stale": isinstance(refusal, Conflict),
            "refusal": refusal,
            "danger": danger,
        },
        status=status,
    )


def _after(element: Element) -> str:
    """Back to the record; to the register when it is gone from the person's sight."""
    return (
        url_of(element)
        if element.is_single
        else reverse("register-record", args=["records", element.code])
    )
