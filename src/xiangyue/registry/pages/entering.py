"""录: a new record, a household, somebody who lives in it."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from xiangyue.access.requests import staff_only, standing
from xiangyue.kernel.refusals import NotFound, Refused
from xiangyue.places.models import Place
from xiangyue.registry import queries, services
from xiangyue.registry.access import household_for, person_for, place_for, places_of
from xiangyue.registry.catalogue import kind_named, name_of
from xiangyue.registry.forms import ElementForm, NewHouseholdForm, NewPersonForm
from xiangyue.registry.models import Element
from xiangyue.registry.pages.finding import offered_places
from xiangyue.registry.pages.record import KEEP
from xiangyue.registry.pages.shared import shell_of, show_refusal, url_of
from xiangyue.registry.rules import masked_address, masked_name

KEEP_PEOPLE = "places.keep_people"


@never_cache
@staff_only(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, kind_key: str) -> HttpResponse:
    """A new record of a kind, at a place or about the person or household of the address."""
    mine = standing(request)
    kind = kind_named(kind_key)
    if kind.is_single:
        raise NotFound(_("The register has no records of that kind."))
    about = _about(request, kind.subject)
    form = ElementForm(
        request.POST if request.method == "POST" else None, kind=kind, wanted=kind.fields
    )
    position = _position(request)
    places = offered_places(mine, KEEP) if kind.subject == "none" else []
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                element = services.enter_element(
                    kind_key=kind_key,
                    values=form.entered,
                    place=_place(request) if kind.subject == "none" else None,
                    agreed=form.agreed,
                    by=mine,
                    at=timezone.now(),
                    person=about.get("person"),
                    household=about.get("household"),
                    latitude=position.get("latitude"),
                    longitude=position.get("longitude"),
                )
            except Refused as refusal:
                show_refusal(form, refusal)
                status = refusal.status
            else:
                messages.success(request, _("It was entered."))
                return redirect(_home(element))
    return render(
        request,
        "registry/enter.html",
        {
            "shell": shell_of(request),
            "kind": kind,
            "kind_title": name_of(kind),
            "form": form,
            "places": places,
            "place_code": request.POST.get("place") or request.GET.get("place") or "",
            "latitude": request.POST.get("latitude", ""),
            "longitude": request.POST.get("longitude", ""),
            "whose": _whose(about),
            "back": _back(about, kind.family),
        },
        status=status,
    )


def _about(request: HttpRequest, subject: str) -> dict[str, Any]:
    """Whom the record is about, as the address says.

    :raises NotFound: nobody whom the person may see.
    """
    if subject == "none":
        return {}
    text = request.GET.get(subject, "")
    try:
        key = UUID(text)
    except ValueError as error:
        raise NotFound(_("Please open the person or household first.")) from error
    if subject == "person":
        return {"person": person_for(standing(request), key)}
    return {"household": household_for(standing(request), key)}


def _place(request: HttpRequest) -> Place | None:
    code = request.POST.get("place", "")
    return place_for(standing(request), code, verb=KEEP) if code else None


def _position(request: HttpRequest) -> dict[str, Decimal]:
    """Where the phone said it was; what is no position is left out."""
    found: dict[str, Decimal] = {}
    for name, most in (("latitude", 90), ("longitude", 180)):
        text = request.POST.get(name, "")[:20]
        try:
            number = float(text)
        except ValueError:
            return {}
        if not -most <= number <= most:
            return {}
        found[name] = Decimal(f"{number:.5f}")
    return found


def _whose(about: dict[str, Any]) -> str:
    if "person" in about:
        return masked_name(about["person"].name)
    return masked_address(about["household"].address) if "household" in about else ""


def _back(about: dict[str, Any], family: str) -> str:
    if "person" in about:
        return reverse("register-record", args=["people", about["person"].pk])
    if "household" in about:
        return reverse("register-record", args=["households", about["household"].pk])
    return f"{reverse('register')}?what={family}"


def _home(element: Element) -> str:
    """Back to whom it is about, where the keeper goes on; else to the record."""
    if element.person is not None:
        return reverse("register-record", args=["people", element.person.pk])
    if element.household is not None:
        return reverse("register-record", args=["households", element.household.pk])
    return url_of(element)


@never_cache
@staff_only(KEEP_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def enter_person(request: HttpRequest, household_id: UUID) -> HttpResponse:
    """Somebody else who lives in the household."""
    household = household_for(standing(request), household_id)
    form = NewPersonForm(request.POST if request.method == "POST" else None)
    back = reverse("register-record", args=["households", household.pk])
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.enter_person(
                    household=household,
                    **form.cleaned_data,
                    by=standing(request),
                    at=timezone.now(),
                )
            except Refused as refusal:
                show_refusal(form, refusal)
                status = refusal.status
            else:
                messages.success(request, _("It was entered."))
                return redirect(back)
    context = {
        "shell": shell_of(request),
        "form": form,
        "back": back,
        "title": _("Somebody who lives here"),
        "lead": masked_address(household.address) or household.code,
    }
    return render(request, "registry/enter_people.html", context, status=status)


@never_cache
@staff_only(KEEP_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def enter_household(request: HttpRequest) -> HttpResponse:
    """A household that stands on no list yet."""
    mine = standing(request)
    form = NewHouseholdForm(request.POST if request.method == "POST" else None)
    field: Any = form.fields["place"]
    general = places_of(mine, KEEP_PEOPLE).filter(grid_kind="general")
    codes = set(general.values_list("code", flat=True))
    field.choices = [row for row in offered_places(mine, KEEP_PEOPLE) if row[0] in codes]
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                household = services.enter_household(
                    grid=place_for(mine, form.cleaned_data["place"], verb=KEEP_PEOPLE),
                    address=form.cleaned_data["address"],
                    by=mine,
                    at=timezone.now(),
                )
            except Refused as refusal:
                show_refusal(form, refusal)
                status = refusal.status
            else:
                messages.success(request, _("It was entered."))
                return redirect("register-record", "households", household.pk)
    context = {
        "shell": shell_of(request),
        "form": form,
        "back": f"{reverse('register')}?what={queries.HOUSEHOLDS}",
        "title": _("Enter a household"),
        "lead": "",
    }
    return render(request, "registry/enter_people.html", context, status=status)
