"""历史数据迁移: a county brings the matters of the system that it had before, with their whole
life, and they stand here as if they had been lived here.

Each life is told as the acts that made it, and every act is asked the same as today: whether the
state allows it, in what capacity its actor acts, what is missing. So no report can be taken over
as answered that nobody verified, and none whose handler verified it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from xiangyue.incidents.models import Incident
from xiangyue.incidents.rules import Verb
from xiangyue.incidents.services import closing, dispatching, handling, joining, oversight
from xiangyue.incidents.services.acting import Actor
from xiangyue.incidents.services.batch import Batch, acting_in
from xiangyue.incidents.services.reporting import Report, report_incident, support_incident
from xiangyue.incidents.voice_models import Extension
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAct:
    """One thing that happened to a matter: the verb, when, by whom, and what else the verb takes.

    `close` and `raise` are what the clock did, without an actor; `support` has the person among
    its facts. `into` (merge) and `parts` (split: a key for each unit's part) name other matters
    by their keys.
    """

    verb: str
    at: datetime
    actor: Actor | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """A matter under the key it had before: its report, and what happened to it, in order.

    The life of a part, which its whole was split into, has no report of its own.
    """

    key: str
    report: Report | None
    acts: Sequence[PastAct] = ()


class LifeRefused(Refused):
    """A matter cannot have gone like this; the sentence says which, and why."""

    code = "life_refused"


VERBS: Mapping[str, Callable[..., object]] = {
    Verb.DISPATCH: dispatching.dispatch_incident,
    Verb.TAKE_ON: handling.take_on_incident,
    Verb.HAND_ON: dispatching.hand_on_incident,
    Verb.REFUSE: dispatching.refuse_incident,
    Verb.SPLIT: joining.split_incident,
    Verb.MERGE: joining.merge_incident,
    Verb.WAIT: handling.wait_incident,
    Verb.RESUME: handling.resume_incident,
    Verb.REQUEST_EXTENSION: handling.request_extension,
    Verb.DECIDE_EXTENSION: handling.decide_extension,
    Verb.URGE: oversight.urge_incident,
    Verb.SUPERVISE: oversight.supervise_incident,
    Verb.ESCALATE: dispatching.escalate_incident,
    Verb.HANDLE: handling.handle_incident,
    Verb.PASS: handling.pass_incident,
    Verb.SEND_BACK: handling.send_back_incident,
    Verb.CONFIRM: closing.confirm_incident,
    Verb.OBJECT: closing.object_to_incident,
    Verb.REOPEN: closing.reopen_incident,
    Verb.WITHDRAW: closing.withdraw_incident,
    Verb.NOTE: oversight.note_incident,
    Verb.RECLASSIFY: dispatching.reclassify_incident,
    "close": closing.close_in_silence,
    "raise": oversight.raise_by_the_clock,
}


def take_over_past(*, lives: Iterable[Life], at: datetime) -> dict[str, Incident]:
    """Take over matters with their whole life; returns the incidents by their keys.

    All or none: the first refusal undoes the whole batch. What happened is recorded with the time
    at which it happened, and nobody is told of it today. Clocks, due times and steps come out as
    if each act had been done here one by one. A few thousand lives at a time keep memory small.

    :raises LifeRefused: an act that the loop does not allow, comes before what it follows or
        after `at`, or names a matter that is not among the lives.
    """
    with acting_in(Batch()):
        return tell(lives, at=at)


def tell(lives: Iterable[Life], *, at: datetime) -> dict[str, Incident]:
    """Let the lives happen in the order of time, through the verbs, wherever these write."""
    telling = Telling(at)
    happenings: list[tuple[datetime, int, Life, PastAct | None]] = []
    seen: set[str] = set()
    for life in lives:
        if life.key in seen:
            raise LifeRefused(_("There are two matters with the key %s.") % life.key)
        seen.add(life.key)
        before = None
        if life.report is not None:
            before = life.report["at"]
            happenings.append((before, len(happenings), life, None))
        for act in life.acts:
            if before is not None and act.at < before:
                raise _refused(life, act.verb, _("It comes before what it follows."))
            before = act.at
            happenings.append((act.at, len(happenings), life, act))
    for _at, _order, life, happening in sorted(happenings, key=lambda each: each[:2]):
        telling.happen(life, happening)
    return telling.incidents


class Telling:
    """Lets what happened to matters happen, one act at a time, and knows the matters by key."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.incidents: dict[str, Incident] = {}
        self.extensions: dict[str, Extension] = {}

    def happen(self, life: Life, act: PastAct | None) -> None:
        """Take in the report (no act), or act on it.

        :raises LifeRefused: the loop does not allow it; nothing was done.
        """
        verb = "report" if act is None else act.verb
        try:
            if act is None:
                assert life.report is not None
                self._check_time(life.report["at"])
                self.incidents[life.key], _code = report_incident(**life.report)
            else:
                self._check_time(act.at)
                self._act(life.key, act)
        except LifeRefused:
            raise
        except Refused as refusal:
            raise _refused(life, verb, str(refusal), source=refusal.source) from refusal

    def _check_time(self, at: datetime) -> None:
        if at > self.at:
            raise Refused(_("It has not happened yet."))

    def _act(self, key: str, act: PastAct) -> None:
        incident, facts = self._named(key), dict(act.facts)
        if act.verb == "support":
            person: Person = facts["person"]
            support_incident(incident=incident, person=person, at=act.at)
            return
        service = VERBS.get(act.verb)
        if service is None:
            raise Refused(_("There is no such act.") + f" ({act.verb})")
        if act.actor is not None:
            facts["actor"] = act.actor
        parts: Sequence[str] = facts.pop("parts", ())
        if "into" in facts:
            facts["into"] = self._named(facts["into"])
        if act.verb == Verb.DECIDE_EXTENSION:
            if key not in self.extensions:
                raise Refused(_("No extension has been asked for."))
            facts["extension"] = self.extensions[key]
        else:
            facts["incident"] = incident
        done = service(at=act.at, **facts)
        if isinstance(done, Extension):
            self.extensions[key] = done
        elif isinstance(done, Incident):
            self.incidents[key] = done
        elif isinstance(done, list):
            self.incidents |= dict(zip(parts, done, strict=True))
        else:
            raise Refused(_("The clock did not do this at that time."))

    def _named(self, key: str) -> Incident:
        if key not in self.incidents:
            raise Refused(_("There is no matter with the key %s by then.") % key)
        return self.incidents[key]


def _refused(life: Life, verb: str, why: str, *, source: str = "") -> LifeRefused:
    return LifeRefused(
        _("Matter %(key)s, “%(verb)s”: %(why)s") % {"key": life.key, "verb": verb, "why": why},
        source=source,
    )


__all__ = ["Life", "LifeRefused", "PastAct", "Telling", "take_over_past", "tell"]
