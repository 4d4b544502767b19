"""Each verb as people meet it: its name, its form, and the service behind it.

Pages of every front act through `perform`, and say what can be done through `acts_for`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from xiangyue.incidents import forms, services
from xiangyue.incidents.models import Extension, Incident
from xiangyue.incidents.rules import Right, Verb
from xiangyue.incidents.services import Actor, rights_of, verbs_for
from xiangyue.kernel.refusals import NotFound


@dataclass(frozen=True, slots=True)
class Act:
    """A verb's title, its form, what its fields are called by the service, and how it looks.

    `look` is main for what is usually next, danger for what cannot be undone easily.
    """

    verb: Verb
    title: "str | Promise"
    form: type[forms.ActForm]
    service: Callable[..., Any]
    names: Mapping[str, str]
    look: str = ""
    icon: str = ""


NOTE_AS_REASON = {"note": "reason"}

ACTS: dict[Verb, Act] = {
    act.verb: act
    for act in (
        Act(Verb.DISPATCH, _("Dispatch"), forms.UnitForm, services.dispatch_incident, {}, "main"),
        Act(Verb.TAKE_ON, _("Take on"), forms.PlainForm, services.take_on_incident, {}, "main"),
        Act(Verb.HANDLE, _("Handled"), forms.HandleForm, services.handle_incident, {}, "main"),
        Act(Verb.PASS, _("Verified"), forms.PassForm, services.pass_incident, {}, "main"),
        Act(
            Verb.SEND_BACK,
            _("Send back"),
            forms.ReasonForm,
            services.send_back_incident,
            NOTE_AS_REASON,
        ),
        Act(
            Verb.CONFIRM,
            _("Satisfied"),
            forms.WordForm,
            services.confirm_incident,
            {"note": "comment"},
            "main",
        ),
        Act(
            Verb.OBJECT,
            _("Not satisfied"),
            forms.ReasonForm,
            services.object_to_incident,
            NOTE_AS_REASON,
        ),
        Act(Verb.URGE, _("Urge"), forms.WordForm, services.urge_incident, {}),
        Act(Verb.RESUME, _("Resume"), forms.WordForm, services.resume_incident, {}, "main"),
        Act(
            Verb.HAND_ON,
            _("Hand on"),
            forms.HandOnForm,
            services.hand_on_incident,
            NOTE_AS_REASON,
        ),
        Act(
            Verb.REFUSE,
            _("Not ours"),
            forms.ReasonForm,
            services.refuse_incident,
            NOTE_AS_REASON,
        ),
        Act(Verb.WAIT, _("Wait"), forms.ReasonForm, services.wait_incident, NOTE_AS_REASON),
        Act(
            Verb.REQUEST_EXTENSION,
            _("Ask for more time"),
            forms.ExtensionForm,
            services.request_extension,
            {"note": "reason", "days": "limit"},
        ),
        Act(
            Verb.DECIDE_EXTENSION,
            _("Decide on more time"),
            forms.DecideForm,
            services.decide_extension,
            {},
            "main",
        ),
        Act(
            Verb.ESCALATE,
            _("Escalate"),
            forms.ReasonForm,
            services.escalate_incident,
            NOTE_AS_REASON,
        ),
        Act(
            Verb.SPLIT,
            _("Split among units"),
            forms.SplitForm,
            services.split_incident,
            {"unit": "lead"},
        ),
        Act(Verb.MERGE, _("Merge"), forms.MergeForm, services.merge_incident, {}),
        Act(
            Verb.RECLASSIFY,
            _("Reclassify"),
            forms.ReclassifyForm,
            services.reclassify_incident,
            {"note": "reason", "category": "category_key"},
        ),
        Act(Verb.SUPERVISE, _("Supervise"), forms.ReasonForm, services.supervise_incident, {}),
        Act(Verb.NOTE, _("Add a note"), forms.NoteForm, services.note_incident, {}),
        Act(
            Verb.REOPEN,
            _("Reopen"),
            forms.ReasonForm,
            services.reopen_incident,
            NOTE_AS_REASON,
        ),
        Act(
            Verb.WITHDRAW,
            _("Withdraw"),
            forms.WordForm,
            services.withdraw_incident,
            {"note": "reason"},
            "danger",
        ),
    )
}


def acts_for(incident: Incident, actor: Actor) -> list[Act]:
    """What the actor can do now, the usual next step first."""
    verbs = set(verbs_for(incident, actor))
    if Verb.DECIDE_EXTENSION in verbs and pending_extension(incident, actor) is None:
        verbs.discard(Verb.DECIDE_EXTENSION)
    return [act for verb, act in ACTS.items() if verb in verbs]


def pending_extension(incident: Incident, actor: Actor | None = None) -> Extension | None:
    """The extension that waits for a decision; with an actor, only one they may decide."""
    pending = incident.extensions.filter(decided_at=None).select_related("requested_by").first()
    if pending is not None and actor is not None and pending.requested_by_id == actor.person_id:
        return None
    return pending


def act_named(name: str) -> Act:
    """:raises NotFound: no act is called so."""
    try:
        return ACTS[Verb(name)]
    except (ValueError, KeyError) as error:
        raise NotFound(_now("There is nothing of that name to do.")) from error


def form_for(act: Act, incident: Incident, actor: Actor, data: Any = None) -> forms.ActForm:
    """The act's form; a reporter's note is always theirs to read, so they are not asked."""
    form = act.form(data, incident=incident, actor=actor)
    if act.verb is Verb.NOTE and rights_of(incident, actor) == {Right.REPORTER}:
        del form.fields["is_told"]
    return form


def perform(act: Act, form: forms.ActForm, *, at: datetime) -> None:
    """Do the act with what was entered; the form must be valid.

    :raises Refused: as the verb's service does.
    """
    entered = dict(form.cleaned_data)
    version = entered.pop("version", None)
    facts = {
        act.names.get(name, name): value
        for name, value in entered.items()
        if act.form is not forms.PlainForm
    }
    if act.verb is Verb.REQUEST_EXTENSION:
        facts["limit"] = f"{facts['limit']}wd"
    if act.verb is Verb.NOTE and "is_told" not in facts:
        facts["is_told"] = True
    if act.verb is Verb.DECIDE_EXTENSION:
        pending = pending_extension(form.incident)
        if pending is None:
            raise NotFound(_now("No extension has been asked for."))
        act.service(extension=pending, actor=form.actor, at=at, **facts)
        return
    act.service(incident=form.incident, actor=form.actor, at=at, seen_version=version, **facts)
