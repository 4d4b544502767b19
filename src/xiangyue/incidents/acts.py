"""Each verb as people meet it: its name, its form, and the service behind it.

Pages of every front act through `perform`, and say what can be done through `acts_for`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from xiangyue.incidents import forms, services
from xiangyue.incidents.models import Incident, PhotoStage
from xiangyue.incidents.photos import add_photos, prepare_photos
from xiangyue.incidents.pictures import PreparedPhoto
from xiangyue.incidents.rules import MOVES, Right, Verb
from xiangyue.incidents.sent import Sending, done_once, version_meant
from xiangyue.incidents.services import Actor, rights_of, verbs_for
from xiangyue.incidents.voice_models import Extension
from xiangyue.kernel.refusals import NotFound


@dataclass(frozen=True, slots=True)
class Act:
    """A verb's title, what doing it brings about, its form, and what the service calls its fields.

    `look` is main for what is usually next, danger for what cannot be undone easily. With
    `takes_photos` pictures may come along.
    """

    verb: Verb
    title: "str | Promise"
    consequence: "str | Promise"
    form: type[forms.ActForm]
    service: Callable[..., Any]
    names: Mapping[str, str] = field(default_factory=dict)
    look: str = ""
    takes_photos: bool = False


NOTE_AS_REASON = {"note": "reason"}

ACTS: dict[Verb, Act] = {
    act.verb: act
    for act in (
        Act(
            Verb.DISPATCH,
            _("Dispatch"),
            _("The unit is told at once, and takes it on or says that it is not theirs."),
            forms.UnitForm,
            services.dispatch_incident,
            look="main",
        ),
        Act(
            Verb.TAKE_ON,
            _("Take on"),
            _("You are then the reporter's contact, and the reporter is told."),
            forms.PlainForm,
            services.take_on_incident,
            look="main",
        ),
        Act(
            Verb.HANDLE,
            _("Handled"),
            _("Somebody else verifies it first; then the reporter gets your answer."),
            forms.HandleForm,
            services.handle_incident,
            {"note": "reply"},
            look="main",
            takes_photos=True,
        ),
        Act(
            Verb.PASS,
            _("Verified"),
            _("The answer goes to the reporter now, who then has seven days to object."),
            forms.PassForm,
            services.pass_incident,
            look="main",
        ),
        Act(
            Verb.SEND_BACK,
            _("Send back"),
            _("It goes back to who handled it; the time limit stays as it is."),
            forms.ReasonForm,
            services.send_back_incident,
            NOTE_AS_REASON,
            look="main",
        ),
        Act(
            Verb.CONFIRM,
            _("Satisfied"),
            _("The matter is closed. You need not write anything."),
            forms.WordForm,
            services.confirm_incident,
            {"note": "comment"},
            look="main",
        ),
        Act(
            Verb.OBJECT,
            _("Not satisfied"),
            _("Work on it begins again under a new time limit. It never counts against you."),
            forms.ObjectionForm,
            services.object_to_incident,
            NOTE_AS_REASON,
            look="main",
        ),
        Act(
            Verb.URGE,
            _("Urge"),
            _("The unit and its centre are told that you are waiting."),
            forms.WordForm,
            services.urge_incident,
        ),
        Act(
            Verb.RESUME,
            _("Resume"),
            _("The clock runs on; the days waited are added to the time limit."),
            forms.WordForm,
            services.resume_incident,
            look="main",
        ),
        Act(
            Verb.DECIDE_EXTENSION,
            _("Decide on more time"),
            _("Granted, the time limit moves and the reporter is told; refused, it stays."),
            forms.DecideForm,
            services.decide_extension,
            look="main",
        ),
        Act(
            Verb.HAND_ON,
            _("Hand on"),
            _("The other unit takes over, on the same clock; the reporter reads the reason."),
            forms.HandOnForm,
            services.hand_on_incident,
            NOTE_AS_REASON,
        ),
        Act(
            Verb.REFUSE,
            _("Not ours"),
            _("It goes to the dispatcher, who finds the right unit; the clock runs on."),
            forms.ReasonForm,
            services.refuse_incident,
            NOTE_AS_REASON,
        ),
        Act(
            Verb.WAIT,
            _("Wait"),
            _("The clock stands still until you resume; the reporter reads the reason."),
            forms.ReasonForm,
            services.wait_incident,
            NOTE_AS_REASON,
        ),
        Act(
            Verb.REQUEST_EXTENSION,
            _("Ask for more time"),
            _("Somebody else decides on it; until then the time limit stays as it is."),
            forms.ExtensionForm,
            services.request_extension,
            {"note": "reason", "days": "limit"},
        ),
        Act(
            Verb.ESCALATE,
            _("Escalate"),
            _("The centre of the level above decides who answers for it; the reporter is told."),
            forms.ReasonForm,
            services.escalate_incident,
            NOTE_AS_REASON,
        ),
        Act(
            Verb.SPLIT,
            _("Split among units"),
            _("Each unit gets a part with a clock of its own; one leads and answers."),
            forms.SplitForm,
            services.split_incident,
            {"unit": "lead"},
        ),
        Act(
            Verb.SUPERVISE,
            _("Supervise"),
            _("The unit is told what you expect, and the matter is marked as supervised."),
            forms.ReasonForm,
            services.supervise_incident,
        ),
        Act(
            Verb.RECLASSIFY,
            _("Reclassify"),
            _("The time limit becomes that of the right category, from the same start."),
            forms.ReclassifyForm,
            services.reclassify_incident,
            {"note": "reason", "category": "category_key"},
        ),
        Act(
            Verb.NOTE,
            _("Add a note"),
            _("It stands in the history; nothing else changes."),
            forms.NoteForm,
            services.note_incident,
            takes_photos=True,
        ),
        Act(
            Verb.REOPEN,
            _("Reopen"),
            _("It goes to the dispatcher again, under a new time limit."),
            forms.ReasonForm,
            services.reopen_incident,
            NOTE_AS_REASON,
        ),
        Act(
            Verb.MERGE,
            _("Merge"),
            _("It goes on as one with the main incident. This cannot be undone."),
            forms.MergeForm,
            services.merge_incident,
            look="danger",
        ),
        Act(
            Verb.WITHDRAW,
            _("Withdraw"),
            _("The matter is closed and nobody works on it. This cannot be undone."),
            forms.WordForm,
            services.withdraw_incident,
            NOTE_AS_REASON,
            look="danger",
        ),
    )
}


def acts_for(incident: Incident, actor: Actor) -> list[Act]:
    """What the actor can do now, the usual next step first."""
    verbs = set(verbs_for(incident, actor))
    if Verb.DECIDE_EXTENSION in verbs and pending_extension(incident, actor) is None:
        verbs.discard(Verb.DECIDE_EXTENSION)
    return [act for verb, act in ACTS.items() if verb in verbs]


AHEAD = {Verb.TAKE_ON: (Verb.HANDLE,)}


def acts_ahead(incident: Incident, actor: Actor) -> list[Act]:
    """What the actor can do once they have done what is next, for where there is no network."""
    rights = rights_of(incident, actor)
    return [
        ACTS[after]
        for verb in verbs_for(incident, actor)
        for after in AHEAD.get(verb, ())
        if rights & MOVES[after].rights
    ]


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


def perform(
    act: Act,
    form: forms.ActForm,
    *,
    at: datetime,
    photos: Sequence[bytes] = (),
    sending: Sending | None = None,
) -> None:
    """Do the act with what was entered and the photos that came along, or nothing of it.

    The form must be valid. What was sent under a key is done once, be it twice at this moment.

    :raises Refused: as the verb's service does.
    :raises PhotoRefused: a photo cannot be kept.
    """
    prepared = prepare_photos(photos) if act.takes_photos else []

    def do() -> None:
        _perform(act, form, at=at, photos=prepared)

    if sending is None:
        do()
    else:
        incident, actor = form.incident, form.actor
        done_once(sending, incident=incident, verb=act.verb, actor=actor, at=at, act=do)


def _perform(
    act: Act, form: forms.ActForm, *, at: datetime, photos: Sequence[PreparedPhoto]
) -> None:
    with transaction.atomic():
        _do(act, form, at=at)
        if photos:
            incident = form.incident
            is_reporter = rights_of(incident, form.actor) == {Right.REPORTER}
            add_photos(
                incident=incident,
                uploads=photos,
                stage=PhotoStage.REPORT if is_reporter else PhotoStage.HANDLING,
                at=at,
                actor_id=None if is_reporter and incident.reporter_tag else form.actor.person_id,
            )


def _do(act: Act, form: forms.ActForm, *, at: datetime) -> None:
    entered = dict(form.cleaned_data)
    entered.pop("client_key", None)
    seen = entered.pop("version", None)
    if act.verb is Verb.NOTE:  # is true whatever happened meanwhile
        seen = None
    version = version_meant(form.incident, seen, form.actor)
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
