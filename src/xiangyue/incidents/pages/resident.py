"""The resident's phone: home, report, my matters, following by slip."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xiangyue.access.offline import claim_of, keep_on_phone
from xiangyue.access.requests import client_address, person, signed_in, staff_only, standing
from xiangyue.blueprints.models import Declaration
from xiangyue.blueprints.queries import meaning
from xiangyue.incidents.access import incident_of_slip, own_incidents, public_incidents
from xiangyue.incidents.acts import act_named
from xiangyue.incidents.blueprint import IncidentCategory
from xiangyue.incidents.duplicates import likely
from xiangyue.incidents.intake import take_in
from xiangyue.incidents.models import Incident
from xiangyue.incidents.pages.acting import act_page, photos_sent, shell_of, show_refusal
from xiangyue.incidents.pages.incident import show_to_reporter
from xiangyue.incidents.reportform import EnterForOthersForm, ReportForm, suggested
from xiangyue.incidents.services import Actor, loop_policy, support_incident
from xiangyue.incidents.slips import slip_qr
from xiangyue.kernel.refusals import NotFound, Refused
from xiangyue.places.models import Place, PlaceKind

PLACE_COOKIE = "place"
NEW_SLIP = "new_slip"


def place_known(request: HttpRequest) -> Place | None:
    """The place that is known already: the post's, the home's, or the scanned village's."""
    who = person(request)
    if who is not None:
        # Of residents most hold none, which is known already.
        held = who.posts.filter(active_to=None).select_related("place")
        post = held.first() if standing(request).holdings else None
        if post is not None and post.place.kind not in {PlaceKind.COUNTY}:
            return post.place
        if who.place_id is not None:
            return who.place
    code = request.COOKIES.get(PLACE_COOKIE, "")
    return Place.objects.filter(code=code, is_active=True).first() if code else None


@require_GET
def arrive_at(request: HttpRequest, code: str) -> HttpResponse:
    """A village's QR code: remember the village on this phone and go home."""
    place = Place.objects.filter(code=code, is_active=True).first()
    if place is None:
        raise NotFound(_("There is no place with this code."))
    response = redirect("home")
    _remember(response, place)
    return response


def _remember(response: HttpResponse, place: Place) -> None:
    response.set_cookie(
        PLACE_COOKIE,
        place.code,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )


def report(request: HttpRequest) -> HttpResponse:
    """One sentence or photo, and send; signed in, with a slip, or without a name."""
    return _report_page(request, ReportForm, "incidents/report.html")


@staff_only("incidents.enter_for_others")
def enter_for_others(request: HttpRequest) -> HttpResponse:
    """For somebody on the phone or at the counter; ends with the slip for them (N16)."""
    return _report_page(request, EnterForOthersForm, "incidents/enter_for_others.html")


def _report_page(request: HttpRequest, form_class: type[ReportForm], template: str) -> HttpResponse:
    mine = standing(request)
    place = place_known(request)
    form = form_class(
        request.POST if request.method == "POST" else None,
        person=person(request),
        standing=mine,
        place=place,
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            claim = claim_of(request)
            written_at = claim.likely_at if claim is not None else None
            try:
                incident, code = take_in(
                    entered=form.entered(photos=photos_sent(request), written_at=written_at),
                    person=person(request),
                    standing=mine,
                    at=timezone.now(),
                    address_key=client_address(request),
                    channel="counter" if form_class is EnterForOthersForm else "",
                )
            except Refused as refusal:
                status = refusal.status
                show_refusal(form, refusal)
            else:
                if code:
                    request.session[NEW_SLIP] = {"number": incident.number, "code": code}
                response = redirect("reported")
                if place is None:  # so that it need not be chosen a second time
                    _remember(response, incident.place)
                return response
    page = render(
        request,
        template,
        {
            "shell": shell_of(request),
            "form": form,
            "suggestions": _suggestions(request, form),
            "is_signed_in": person(request) is not None,
            "may_join": person(request) is not None and form_class is ReportForm,
            "photo_limit": loop_policy().photo_limit,
        },
        status=status,
    )
    return keep_on_phone(page) if status == 200 else page


def _suggestions(request: HttpRequest, form: ReportForm) -> dict[str, Any]:
    """Likely categories and likely repeats of what has been entered so far; both 建议."""
    data = request.POST
    text = data.get("description", "").strip()[:2000]
    keys = suggested(text) if len(text) >= 2 else []
    rows = {
        row.key: row
        for row in Declaration.objects.filter(
            kind="incident_category", key__in=[*keys, form.category_meant], is_current=True
        )
    }
    language = get_language()
    chosen = rows.get(form.category_meant)
    category = meaning(chosen, IncidentCategory) if chosen else None
    place = Place.objects.filter(code=data.get("place", "")).first()
    repeats = (
        likely(
            category_key=category.key,
            place=place,
            text=text,
            latitude=None,
            longitude=None,
            at=timezone.now(),
        )
        if category is not None and place is not None and len(text) >= 4
        else []
    )
    return {
        "categories": [
            (key, meaning(rows[key], IncidentCategory).name.in_language(language))
            for key in keys
            if key in rows
        ],
        "chosen": chosen.key if chosen else "",
        "emergency": category.emergency.in_language(language)
        if category and category.emergency
        else "",
        "is_confidential": bool(category and category.audience == "confidential"),
        "questions": form.questions,
        "repeats": repeats,
    }


@require_POST
def suggest(request: HttpRequest) -> HttpResponse:
    """While writing: likely categories, their questions, and whether it was reported already."""
    form = ReportForm(request.POST, person=person(request), standing=standing(request), place=None)
    return render(
        request,
        "incidents/_suggestions.html",
        {
            "suggestions": _suggestions(request, form),
            "may_join": person(request) is not None and "came_by" not in request.POST,
        },
    )


def reported(request: HttpRequest) -> HttpResponse:
    """Sent: the number, who has it and until when, and the slip to keep or hand over."""
    slip = request.session.get(NEW_SLIP)
    if not slip:
        return redirect("my-incidents" if person(request) is not None else "home")
    incident = (
        Incident.objects.filter(number=slip["number"])
        .select_related("category", "place", "unit")
        .first()
    )
    if incident is None:
        return redirect("home")
    address = request.build_absolute_uri(reverse("slip", args=[slip["code"]]))
    return render(
        request,
        "incidents/reported.html",
        {
            "shell": shell_of(request),
            "incident": incident,
            "code": slip["code"],
            "qr": slip_qr(address),
            "is_for_others": incident.entered_by_id is not None,
        },
    )


@signed_in
def my_incidents(request: HttpRequest) -> HttpResponse:
    """What I reported, what waits for my word first; and what I joined."""
    mine = own_incidents(standing(request)).select_related("category", "place", "unit")
    which = request.GET.get("which", "")
    if which == "open":
        mine = mine.exclude(state__in=["closed", "merged"])
    elif which == "closed":
        mine = mine.filter(state__in=["closed", "merged"])
    page = Paginator(mine.order_by("-created_at"), 20).get_page(request.GET.get("page"))
    who = person(request)
    supported = (
        public_incidents()
        .filter(supports__person=who)
        .select_related("category", "place", "unit")
        .order_by("-created_at")[:20]
    )
    return render(
        request,
        "incidents/my_incidents.html",
        {"page": page, "which": which, "supported": supported},
    )


@require_POST
@signed_in
def support(request: HttpRequest, number: str) -> HttpResponse:
    """ "This is mine too"."""
    incident = public_incidents().filter(number=number).first()
    who = person(request)
    if incident is None or who is None:
        raise NotFound(_("There is no public incident with this number."))
    support_incident(incident=incident, person=who, at=timezone.now())
    messages.success(request, _("You will be told what becomes of it."))
    return redirect("my-incidents")


def slip(request: HttpRequest, code: str = "") -> HttpResponse:
    """Follow by the slip's code, typed or scanned; no account is needed (N16)."""
    typed = code or request.GET.get("code", "")
    if not typed:
        return render(request, "incidents/find_slip.html")
    try:
        incident = _slip_incident(request, typed)
    except Refused as refusal:
        return render(
            request,
            "incidents/find_slip.html",
            {"refusal": refusal, "typed": typed[:40]},
            status=refusal.status,
        )
    return show_to_reporter(
        request,
        incident,
        Actor(standing(request), holds_slip=True),
        act_url=lambda verb: reverse("slip-act", args=[typed, verb]),
        back=reverse("home"),
    )


def act_by_slip(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """The reporter's word by slip: urge, confirm, object, withdraw, add a note."""
    incident = _slip_incident(request, code)
    return act_page(
        request,
        incident=incident,
        act=act_named(verb),
        actor=Actor(standing(request), holds_slip=True),
        back=reverse("slip", args=[code]),
        base="site/phone.html",
    )


def _slip_incident(request: HttpRequest, code: str) -> Incident:
    return incident_of_slip(code, address=client_address(request), at=timezone.now())
