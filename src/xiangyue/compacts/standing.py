"""How far a version is, and what comes next: the stages, and each next act with what it lacks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from xiangyue.access.rules import Standing
from xiangyue.compacts import access, rules
from xiangyue.compacts.gates import (
    ballots_of,
    gate_of_first,
    gate_of_force,
    gate_of_revision,
    gate_of_second,
    gate_of_vote,
    places_without,
)
from xiangyue.compacts.kinds import kind_of
from xiangyue.compacts.models import StateChoices, Version


@dataclass(frozen=True, slots=True)
class Stage:
    title: str
    is_done: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class NextStep:
    """One act that comes next: what it lacks, and where it is done by this person ("" not)."""

    title: str
    missing: tuple[str, ...]
    url: str = ""
    is_pressed: bool = False  # a button rather than a page
    confirm: str = ""


_ORDER = (
    rules.State.DRAFT,
    rules.State.FIRST_NOTICE,
    rules.State.REVISED,
    rules.State.SECOND_NOTICE,
    rules.State.VOTED,
    rules.State.IN_FORCE,
)


def stages_of(version: Version) -> list[Stage]:
    """The way of every version; none for one that did not come about."""
    names = [
        _("Draft"),
        _("First notice"),
        _("Revision"),
        _("Second notice and vote"),
        _("Signed, filed, posted"),
        _("In force"),
    ]
    state = rules.State(version.state)
    if state is rules.State.WITHDRAWN:
        return []
    at = len(_ORDER) if state is rules.State.SUPERSEDED else _ORDER.index(state)
    return [
        Stage(name, is_done=number < at, is_current=number == at)
        for number, name in enumerate(names)
    ]


def next_steps(  # noqa: PLR0911 - one a state
    mine: Standing, version: Version, *, at: datetime
) -> list[NextStep]:
    """What comes next, for whoever looks; who may not do it reads what is missing all the same."""
    drafts = access.drafts(mine, version.compact)
    reviews = access.reviews(mine, version.compact)
    state = version.state

    def url(name: str, *, allowed: bool = drafts) -> str:
        return reverse(name, args=[version.pk]) if allowed else ""

    if state == StateChoices.DRAFT:
        found = [
            NextStep(
                _("Put up the draft"), tuple(gate_of_first(version, at=at)), url("publish-compact")
            )
        ]
        if version.number == 1:
            found.append(
                NextStep(_("Take it over as adopted on paper"), (), url("take-over-compact"))
            )
        return found
    if state == StateChoices.FIRST_NOTICE:
        return [
            NextStep(
                _("Begin the revision"),
                tuple(gate_of_revision(version, at=at)),
                url("revise-compact"),
                is_pressed=True,
            )
        ]
    if state == StateChoices.REVISED:
        return [
            NextStep(
                _("Put up the revised draft"),
                tuple(gate_of_second(version, at=at)),
                url("publish-compact"),
            )
        ]
    if state == StateChoices.SECOND_NOTICE:
        return _before_the_vote(version, url("call-compact-vote"), at=at)
    if state == StateChoices.VOTED:
        found = _after_the_vote(version, url, at=at)
        if waits_for_town(version):
            link = url("acknowledge-compact", allowed=reviews)
            found.append(NextStep(_("Acknowledge the filing"), (), link))
        return found
    if waits_for_town(version):
        link = url("acknowledge-compact", allowed=reviews)
        return [NextStep(_("Acknowledge the filing"), (), link)]
    return []


def waits_for_town(version: Version) -> bool:
    """Whether it is filed, and the town has not said yet that it has it."""
    return hasattr(version, "filing") and version.filing.acknowledged_at is None


def _before_the_vote(version: Version, url: str, *, at: datetime) -> list[NextStep]:
    called = {ballot.place_id for ballot in ballots_of(version)}
    members = set(version.compact.members.values_list("place_id", flat=True))
    found = []
    if members - called:
        found.append(NextStep(_("Call the vote"), (), url))
    if called:
        found.append(
            NextStep(
                _("Open the vote on its day, among the votes"), tuple(gate_of_vote(version, at=at))
            )
        )
    return found


def _after_the_vote(
    version: Version, link: Callable[[str], str], *, at: datetime
) -> list[NextStep]:
    kind = kind_of(version.compact)
    found = []
    if kind.needs_signing and not version.signings.exists():
        found.append(NextStep(_("Add the sheet of signatures"), (), link("sign-compact")))
    if not hasattr(version, "filing"):
        found.append(NextStep(_("File it with the town"), (), link("file-compact")))
    if places_without(version, kind.notices.result):
        found.append(
            NextStep(_("Post the result on the board"), (), link("post-compact"), is_pressed=True)
        )
    found.append(
        NextStep(
            _("Put it in force"),
            tuple(gate_of_force(version, at=at)),
            link("force-compact"),
            is_pressed=True,
            confirm=_("From today it holds, and what held before is replaced."),
        )
    )
    return found
