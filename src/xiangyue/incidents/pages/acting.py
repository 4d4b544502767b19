"""The page of one act, the same for every front: what to enter, and what was refused, in place."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.access.requests import signed_in, standing
from xiangyue.incidents.access import incident_for
from xiangyue.incidents.acts import (
    Act,
    act_named,
    acts_for,
    form_for,
    pending_extension,
    perform,
)
from xiangyue.incidents.models import Incident
from xiangyue.incidents.pictures import check_weight
from xiangyue.incidents.rules import Verb
from xiangyue.incidents.services import Actor, loop_policy
from xiangyue.kernel.refusals import Conflict, NotAllowed, Refused

# Whoever decides on an answer has it before their eyes.
ABOUT_THE_ANSWER = {Verb.PASS, Verb.SEND_BACK, Verb.CONFIRM, Verb.OBJECT}


def shell_of(request: HttpRequest) -> str:
    """The base template of whoever asks: the desk's for desk posts, else the phone's."""
    return "site/desk.html" if standing(request).works_at_desk else "site/phone.html"


@signed_in
def act_on_incident(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Show the form of an act, or do it and go back to the incident."""
    actor = Actor(standing(request))
    return act_page(
        request,
        incident=incident_for(actor.standing, number),
        act=act_named(verb),
        actor=actor,
        back=reverse("incident", args=[number]),
        base=shell_of(request),
    )


def in_reach(acts: list[Act]) -> tuple[list[Act], list[Act]]:
    """What is usually next, and the rest: dangerous ones last; without a usual one, all are."""
    main = [act for act in acts if act.look == "main"]
    rest = sorted((act for act in acts if act.look != "main"), key=lambda act: act.look)
    return main, rest


def act_page(
    request: HttpRequest,
    *,
    incident: Incident,
    act: Act,
    actor: Actor,
    back: str,
    base: str,
) -> HttpResponse:
    """One act of one actor; refusals keep what was entered and answer with their own status."""
    if act not in acts_for(incident, actor) and request.method == "GET":
        raise NotAllowed(_("This cannot be done with the incident as it is now."))
    form = form_for(act, incident, actor, request.POST if request.method == "POST" else None)
    status = 200
    context: dict[str, Any] = {}
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                perform(act, form, at=timezone.now(), photos=photos_sent(request))
            except Refused as refusal:
                status = refusal.status
                show_refusal(form, refusal)
                context["refusal"] = refusal
                context["is_stale"] = isinstance(refusal, Conflict)
            else:
                messages.success(request, _("Done: %(act)s.") % {"act": act.title})
                return redirect(back)
    return render(
        request,
        "incidents/act.html",
        {
            "shell": base,
            "incident": incident,
            "act": act,
            "form": form,
            "back": back,
            "photo_limit": loop_policy().photo_limit,
            "extension": pending_extension(incident) if act.verb is Verb.DECIDE_EXTENSION else None,
            "shows_answer": act.verb in ABOUT_THE_ANSWER,
            **context,
        },
        status=status,
    )


def photos_sent(request: HttpRequest) -> list[bytes]:
    """The pictures that came with a form.

    :raises PhotoRefused: one of them has more bytes than a photo may have.
    """
    files = request.FILES.getlist("photos")
    for file in files:
        check_weight(file.size or 0)
    return [file.read() for file in files]


def show_refusal(form: Any, refusal: Refused) -> None:
    """Put the refusal beside the field it is about; what concerns no field stands on top."""
    shown = False
    for name, message in refusal.fields.items():
        field = name if name in form.fields else f"answer_{name}"
        if field in form.fields:
            is_whole = len(refusal.fields) == 1
            form.add_error(field, str(refusal.message if is_whole else message))
            shown = True
    if not shown:
        form.add_error(None, str(refusal.message))
