"""My record: what is held about me, why and how long, who read it; on phone and paper (GD05)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from xiangyue.access.models import Wish
from xiangyue.access.queries import READS_SHOWN, reads_of
from xiangyue.access.requests import person, signed_in, standing
from xiangyue.access.services import request_about_data
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Person
from xiangyue.registry import services
from xiangyue.registry.access import own_element, record_of_person
from xiangyue.registry.blueprint import ElementField
from xiangyue.registry.forms import LONGEST_ENTRY
from xiangyue.registry.models import Element
from xiangyue.registry.ownrecord import own_record, own_requests
from xiangyue.registry.pages.shared import shell_of
from xiangyue.registry.queries import kind_of

TEXT_LENGTH = 1000


@never_cache
@signed_in
@require_safe
def my_record(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _who(request: HttpRequest) -> Person:
    found = person(request)
    assert found is not None  # the page's guard saw to it
    return found


def _page(
    request: HttpRequest,
    *,
    refusal: Refused | None = None,
    entered: dict[str, str] | None = None,
) -> HttpResponse:
    """The page; after a refusal with what was entered and why it will not do."""
    who, now = _who(request), timezone.now()
    return render(
        request,
        "registry/my_record.html",
        {
            "shell": shell_of(request),
            "person": who,
            "entries": own_record(who, at=now),
            "requests": own_requests(who, at=now),
            "reads": reads_of(who)[:READS_SHOWN],
            "refusal": refusal,
            "entered": entered or {},
            "now": now,
            "wishes": Wish.choices,
        },
        status=refusal.status if refusal is not None else 200,
    )


@signed_in
@require_POST
def change_mine(request: HttpRequest) -> HttpResponse:
    """What the catalogue leaves to the resident: changed at once, without asking anybody."""
    who, now = _who(request), timezone.now()
    try:
        element = record_of_person(who, at=now)
        own = [field for field in _own_fields(element) if field.key in request.POST]
        entered = {field.key: request.POST[field.key][:LONGEST_ENTRY] for field in own}
        services.change_own(element=element, values=entered, by=standing(request), at=now)
    except Refused as refusal:
        return _page(request, refusal=refusal, entered=request.POST.dict())
    messages.success(request, _("Saved."))
    return redirect("my-record")


def _own_fields(element: Element) -> list[ElementField]:
    return [field for field in kind_of(element).fields if field.is_own_to_change]


@signed_in
@require_POST
def withdraw_mine(request: HttpRequest, code: UUID, field_key: str) -> HttpResponse:
    """No longer agreed: the value is deleted at once."""
    try:
        services.withdraw_consent(
            element=own_element(_who(request), code),
            field_key=field_key,
            by=standing(request),
            at=timezone.now(),
        )
    except Refused as refusal:
        return _page(request, refusal=refusal)
    messages.success(request, _("It was deleted at once."))
    return redirect("my-record")


@signed_in
@require_POST
def ask_about_mine(request: HttpRequest) -> HttpResponse:
    """Ask a keeper to correct or delete something; answered within 15 working days."""
    wish, text = request.POST.get("wish", ""), request.POST.get("text", "")
    try:
        request_about_data(
            person=_who(request),
            wish=Wish(wish) if wish in Wish.values else Wish.CORRECTION,
            text=text[: TEXT_LENGTH + 1],
            at=timezone.now(),
        )
    except Refused as refusal:
        return _page(request, refusal=refusal, entered=request.POST.dict())
    messages.success(request, _("Your request was sent; the answer comes within 15 working days."))
    return redirect("my-record")
