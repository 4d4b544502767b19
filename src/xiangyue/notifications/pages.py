"""The inbox on phone and desk, how one is reached, the outbox, and the loudspeaker's sheet."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyue.access.requests import person, signed_in, staff_only, standing
from xiangyue.blueprints.queries import meaning
from xiangyue.kernel.refusals import NotFound, Refused
from xiangyue.notifications import access, queries, services
from xiangyue.notifications.blueprint import DeclaredMessage
from xiangyue.notifications.demonstration import is_demo
from xiangyue.notifications.forms import EmailForm, OutboxForm, TextsForm
from xiangyue.notifications.models import Channel, Delivery, DeliveryState, Message, Side
from xiangyue.notifications.rules import masked
from xiangyue.notifications.wording import words_of
from xiangyue.places.models import Person, Place
from xiangyue.places.rules import short_name

TONES = {
    DeliveryState.QUEUED: "busy",
    DeliveryState.SENT: "good",
    DeliveryState.WRITTEN: "quiet",
    DeliveryState.FAILED: "bad",
    DeliveryState.HELD: "warn",
}


def _shell(request: HttpRequest) -> str:
    return "site/desk.html" if standing(request).works_at_desk else "site/phone.html"


def _who(request: HttpRequest) -> Person:
    found = person(request)
    assert found is not None  # the page's guard saw to it
    return found


def subject_url(message: Message) -> str:
    """The page of what a message is about, as its reader may see it; a list where it names none."""
    if not message.number:
        declared = message.declaration
        opens = meaning(declared, DeclaredMessage).opens if declared is not None else ""
        return reverse(opens or "my-incidents")
    name = "public-incident" if message.side == Side.CONCERNED else "incident"
    return reverse(name, args=[message.number])


@never_cache
@signed_in
@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """What the person has been told, newest first; `?unread=1` leaves out what they read."""
    is_unread = request.GET.get("unread") == "1"
    rows = queries.inbox_of(_who(request).pk, is_unread=is_unread)
    page = Paginator(rows, queries.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "shell": _shell(request),
        "page": page,
        "messages_shown": [_row(message) for message in page],
        "is_unread": is_unread,
        "unread_total": queries.unread_count(_who(request).pk),
    }
    return render(request, "notifications/messages.html", context)


def _row(message: Message) -> dict[str, Any]:
    title, body = words_of(message)
    return {"message": message, "title": title, "body": body}


@never_cache
@signed_in
@require_safe
def message(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """One message; opening it is reading it."""
    found = access.message_for(standing(request), message_id)
    services.mark_read(message=found, at=timezone.now())
    title, body = words_of(found)
    context = {
        "shell": _shell(request),
        "message": found,
        "title": title,
        "body": body,
        "subject_url": subject_url(found),
    }
    return render(request, "notifications/message.html", context)


@signed_in
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    services.mark_all_read(person=_who(request), at=timezone.now())
    return redirect("messages")


# --- how one is reached -------------------------------------------------------------------------


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def reach(request: HttpRequest) -> HttpResponse:
    """Choose text messages and an e-mail address."""
    form, status = None, 200
    if request.method == "POST":
        form = EmailForm(request.POST) if "email" in request.POST else None
        if form is None:
            return _after_choice(request)
        try:
            if form.is_valid():
                return _link_sent(request, form.cleaned_data["email"])
        except Refused as refusal:
            form.add_error("email", str(refusal))
        status = 422
    return _reach_page(request, form, status=status)


def _after_choice(request: HttpRequest) -> HttpResponse:
    if "drop" in request.POST:
        services.drop_email(person=_who(request))
    else:
        services.choose_texts(
            person=_who(request), has_optional_texts="has_optional_texts" in request.POST
        )
    return redirect("reach")


def _link_sent(request: HttpRequest, email: str) -> HttpResponse:
    link = request.build_absolute_uri(reverse("confirm-email")) + "?token={token}"
    services.ask_to_confirm_email(person=_who(request), email=email, link=link, at=timezone.now())
    return redirect(f"{reverse('reach')}?sent=1")


def _reach_page(
    request: HttpRequest, form: forms.Form | None, *, status: int = 200
) -> HttpResponse:
    found = queries.reach_of(_who(request))
    context = {
        "shell": _shell(request),
        "reach": found,
        "phone": masked(_who(request).phone or ""),
        "texts_form": TextsForm(initial={"has_optional_texts": found.has_optional_texts}),
        "email_form": form or EmailForm(),
        "is_link_sent": request.GET.get("sent") == "1",
    }
    return render(request, "notifications/reach.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_email(request: HttpRequest) -> HttpResponse:
    """The page behind the link in the mail; its button confirms the address, not the link alone.

    Mail servers follow links to look at them.
    """
    token = request.POST.get("token") or request.GET.get("token", "")
    if request.method == "POST":
        services.confirm_email(token=token)
        return render(request, "notifications/email_confirmed.html")
    return render(request, "notifications/confirm_email.html", {"token": token})


# --- the outbox ---------------------------------------------------------------------------------


@never_cache
@staff_only(access.OUTBOX)
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """Every text that left the house or should have, with addresses masked and codes hidden."""
    access.require_outbox(standing(request))
    form = OutboxForm(request.GET or None)
    channel, state = request.GET.get("channel", ""), request.GET.get("state", "")
    page = Paginator(queries.outbox(channel=channel, state=state), queries.PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    counts = queries.outbox_counts()
    context = {
        "page": page,
        "rows": _outbox_rows(page),
        "form": form,
        "channels": queries.channels_in_use(),
        "states": [
            {"state": one, "count": counts.get(one, 0), "is_current": one == state}
            for one in DeliveryState
        ],
        "total": sum(counts.values()),
        "state": state,
        "channel": channel,
    }
    return render(request, "notifications/outbox.html", context)


def _outbox_rows(deliveries: Iterable[Delivery]) -> list[dict[str, Any]]:
    shows_codes = is_demo()
    return [
        {
            "delivery": delivery,
            "address": delivery.address
            if delivery.channel in {Channel.LOUDSPEAKER, Channel.INBOX}
            else masked(delivery.address),
            "text": queries.shown_text(delivery, shows_codes=shows_codes),
            "tone": TONES[DeliveryState(delivery.state)],
            "may_retry": services.may_retry(delivery),
        }
        for delivery in deliveries
    ]


@staff_only(access.OUTBOX)
@require_POST
def retry(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Give a failed text to its channel again and come back to where the button was."""
    services.retry_delivery(
        delivery=access.delivery_for(standing(request), delivery_id),
        actor=_who(request),
        at=timezone.now(),
    )
    query = request.POST.get("query", "")[:200]
    return redirect(f"{reverse('outbox')}?{query}")


@never_cache
@require_safe
def codes(request: HttpRequest) -> HttpResponse:
    """The newest codes, for whoever looks around in a demonstration; elsewhere there is no page.

    :raises Http404: this is not a demonstration.
    """
    if not is_demo():
        raise Http404
    rows = _outbox_rows(queries.fresh_codes(at=timezone.now())[:20])
    return render(request, "notifications/codes.html", {"rows": rows})


# --- the loudspeaker ----------------------------------------------------------------------------


@never_cache
@staff_only("incidents.see")
@require_safe
def loudspeaker(request: HttpRequest) -> HttpResponse:
    """The sheet from which a village reads out what was settled, to be printed."""
    mine = standing(request)
    code = request.GET.get("place", "")
    place = Place.objects.filter(code=code).first() if code else None
    if code and place is None:
        raise NotFound(_("There is no such place in your area."))
    villages = queries.announcing_villages(mine)
    if place is None and len(villages) == 1:
        place = villages[0]
    page = Paginator(queries.announcements(mine, place=place), queries.PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    names = {village.path: short_name(village.name) for village in villages}
    context = {
        "shell": _shell(request),
        "page": page,
        "rows": [
            {
                "delivery": row,
                "village": names.get(row.place_path, ""),
                "is_read": bool(row.sent_at),
            }
            for row in page
        ],
        "villages": [(village.code, short_name(village.name)) for village in villages],
        "place": place,
        "place_name": short_name(place.name) if place is not None else "",
        "today": timezone.localdate(),
    }
    return render(request, "notifications/loudspeaker.html", context)


@staff_only("incidents.see")
@require_POST
def read_out(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    services.read_out(
        delivery=access.announcement_for(standing(request), delivery_id),
        actor=_who(request),
        at=timezone.now(),
    )
    query = request.POST.get("query", "")[:200]
    return redirect(f"{reverse('loudspeaker')}?{query}")
