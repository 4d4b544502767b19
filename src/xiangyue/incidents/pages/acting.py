"""The page of one act, the same for every front: what to enter, and what was refused, in place.

What a phone sends late may meet a matter that has changed: it is then told what happened since.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.access.offline import CLAIMS, claim_of, keep_on_phone, owner_of
from xiangyue.access.requests import signed_in, standing
from xiangyue.incidents.access import SHOWN_WITH, incident_for, visible_to, works_on
from xiangyue.incidents.acts import (
    Act,
    act_named,
    acts_ahead,
    acts_for,
    form_for,
    pending_extension,
    perform,
)
from xiangyue.incidents.forms import ActForm
from xiangyue.incidents.models import Incident
from xiangyue.incidents.pictures import check_weight
from xiangyue.incidents.rules import Verb
from xiangyue.incidents.sent import Sending, digest_of, steps_since, was_taken
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
    act = act_named(verb)
    sending = sending_of(request)
    if sending is not None and was_taken(sending, number=number, verb=act.verb, actor=actor):
        return _done(request, act, _back_of(actor, number))
    return act_page(
        request,
        incident=incident_for(actor.standing, number),
        act=act,
        actor=actor,
        back=reverse("incident", args=[number]),
        base=shell_of(request),
    )


def _back_of(actor: Actor, number: str) -> str:
    """The incident's page; the first page for whom it is out of sight since they handed it on."""
    is_seen = visible_to(actor.standing).filter(number=number).exists()
    return reverse("incident", args=[number]) if is_seen else reverse("home")


def _done(request: HttpRequest, act: Act, back: str) -> HttpResponse:
    messages.success(request, _("Done: %(act)s.") % {"act": act.title})
    return redirect(back)


UNSAID = {"csrfmiddlewaretoken", "client_key", "version", *CLAIMS}


def sending_of(request: HttpRequest) -> Sending | None:
    """The act as it was sent under a key; nothing where there is no key, or none that is one."""
    try:
        key = UUID(request.POST.get("client_key", ""))
    except ValueError:
        return None
    said = {name: values for name, values in request.POST.lists() if name not in UNSAID}
    digest = digest_of(said, photo_count=len(request.FILES.getlist("photos")))
    return Sending(key, digest, claim_of(request))


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
    """One act of one actor; refusals keep what was entered and answer with their own status.

    `?ahead` asks for the form of what can be done only after what is next.
    """
    can_be_done = [
        *acts_for(incident, actor),
        *(acts_ahead(incident, actor) if "ahead" in request.GET else []),
    ]
    if act not in can_be_done and request.method == "GET":
        raise NotAllowed(_("This cannot be done with the incident as it is now."))
    form = form_for(act, incident, actor, request.POST if request.method == "POST" else None)
    status = 200
    context: dict[str, Any] = {}
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                perform(
                    act,
                    form,
                    at=timezone.now(),
                    photos=photos_sent(request),
                    sending=sending_of(request),
                )
            except Refused as refusal:
                show_refusal(form, refusal)
                context = {"refusal": refusal, **_meanwhile(act, form, refusal)}
                status = 409 if context["meanwhile"] else refusal.status
                context["is_stale"] = status == 409
                incident = context["incident"]
            else:
                is_by_slip = actor.holds_slip
                return _done(request, act, back if is_by_slip else _back_of(actor, incident.number))
    response = render(
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
            "owner": owner_of(request),
            **context,
        },
        status=status,
    )
    return keep_on_phone(response) if may_be_kept(incident) and status == 200 else response


def may_be_kept(incident: Incident) -> bool:
    """Whether a phone may keep the incident's pages: no confidential one, no hidden reporter's."""
    return incident.audience != "confidential" and not incident.is_kept_from_village


def _meanwhile(act: Act, form: ActForm, refusal: Refused) -> dict[str, Any]:
    """The incident as it stands, and what happened since the person looked that may be why.

    `may_still` says whether they could do the same now that they know.
    """
    actor = form.actor
    incident = Incident.objects.select_related(*SHOWN_WITH).get(pk=form.incident.pk)
    if not isinstance(refusal, Conflict | NotAllowed):
        return {"incident": incident, "meanwhile": [], "may_still": False}
    steps = list(steps_since(incident, form.cleaned_data.get("version")))
    if not works_on(actor.standing, incident):
        steps = [step for step in steps if step.is_told]
    return {
        "incident": incident,
        "meanwhile": steps[::-1],
        "may_still": act in acts_for(incident, actor),
    }


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
