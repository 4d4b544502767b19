"""What procedures may ask of compacts, and draw from them: guards, sources, what serves."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiangyue.ballots.models import BallotState
from xiangyue.compacts import rules
from xiangyue.compacts.gates import (
    OPINIONS,
    REVISED_TEXT,
    TYPE,
    ballots_of,
    force_missing,
    hearing_missing,
    notices_of,
    opinions_missing,
    places_without,
    revised_missing,
)
from xiangyue.compacts.kinds import kind_of
from xiangyue.compacts.models import Answered, Edition, StateChoices, Version
from xiangyue.compacts.reading import unsettled
from xiangyue.compacts.wording import notice_body, unlawful_in_words, version_name
from xiangyue.procedures.guards import guard
from xiangyue.procedures.models import Run, StepRun
from xiangyue.procedures.references import Kind, link, offer
from xiangyue.procedures.sources import Awaited, Drawing, Drawn, source


@guard("opinions_answered")
def opinions_answered(step_run: StepRun, at: datetime) -> list[str]:
    """Every opinion on the version that the run is about has an answer (CP04).

    A run that is about no version kept here has its register on paper; nothing is missing then.
    """
    found: list[str] = []
    for version in Version.objects.filter(run=step_run.run):
        found += opinions_missing(version)
    return found


@guard("compact_ready")
def compact_ready(step_run: StepRun, at: datetime) -> list[str]:
    """What the law asks before the text is in force is done: vote, sheet, town, board (CP05)."""
    found: list[str] = []
    for version in Version.objects.filter(run=step_run.run):
        found += force_missing(version)
    return found


# --- what comes by itself ---------------------------------------------------------------------


def _version(run: Run) -> Version | None:
    return Version.objects.filter(run=run).select_related("compact__declaration").first()


@source("compacts.draft_text")
def draft_text(run: Run, at: datetime) -> Drawing:
    """The draft word for word: as it first hung, before that as it stands."""
    version = _version(run)
    if version is None:
        return None
    if (edition := _edition(version, rules.Stage.FIRST)) is not None:
        return [Drawn(refers_to=edition)]
    if not version.clauses.exists():
        return Awaited(_("Write the clauses first."))
    if stopping := unlawful_in_words(unsettled(version, for_vote=False)):
        return Awaited(" ".join(stopping))
    return [Drawn(text=_words(version))]


@source("compacts.first_notice")
def first_notice(run: Run, at: datetime) -> Drawing:
    version = _version(run)
    return _hung(version, kind_of(version.compact).notices.first) if version is not None else None


@source(OPINIONS)
def opinions(run: Run, at: datetime) -> Drawing:
    """How many opinions came and what became of them, once all are answered; who and what is
    for those alone who answer."""
    version = _version(run)
    if version is None:
        return None
    if version.state == StateChoices.DRAFT:
        return Awaited(_("Put up the draft first; what people say is then registered."))
    if version.state == StateChoices.FIRST_NOTICE and (missing := hearing_missing(version, at=at)):
        return Awaited(" ".join(missing))
    how = list(version.opinions.exclude(answered="").values_list("answered", flat=True))
    return [
        Drawn(
            text=_(
                "%(count)d opinions were registered and answered: %(taken)d taken up, %(partly)d"
                " in part, %(not)d not. %(asked)d households were asked."
            )
            % {
                "count": len(how),
                "taken": how.count(Answered.TAKEN_UP),
                "partly": how.count(Answered.PARTLY),
                "not": how.count(Answered.NOT),
                "asked": version.asked.count(),
            }
        )
    ]


@source(REVISED_TEXT)
def revised_text(run: Run, at: datetime) -> Drawing:
    """The words that the town looks at; they are then put up as they are."""
    version = _version(run)
    if version is None:
        return None
    if (edition := _edition(version, rules.Stage.SECOND)) is not None:
        return [Drawn(refers_to=edition)]
    if version.state != StateChoices.REVISED:
        return Awaited(_("Begin the revision first; the revised words then lie here."))
    if missing := revised_missing(version):
        return Awaited(" ".join(missing))
    return [Drawn(text=_words(version))]


@source("compacts.second_notice")
def second_notice(run: Run, at: datetime) -> Drawing:
    version = _version(run)
    return _hung(version, kind_of(version.compact).notices.second) if version is not None else None


@source("compacts.vote")
def vote(run: Run, at: datetime) -> Drawing:
    """The votes that made the text, once every place has counted."""
    version = _version(run)
    if version is None:
        return None
    if version.voted_at is None:
        return Awaited(_("The text is adopted first, clause by clause."))
    return [Drawn(refers_to=one) for one in ballots_of(version) if one.state == BallotState.COUNTED]


@source("compacts.filing")
def filing(run: Run, at: datetime) -> Drawing:
    """The adopted text as it went to the town."""
    version = _version(run)
    if version is None:
        return None
    edition = _edition(version, rules.Stage.ADOPTED)
    if edition is None or not hasattr(version, "filing"):
        return Awaited(_("File it with the town first."))
    return [Drawn(refers_to=edition)]


@source("compacts.result_notice")
def result_notice(run: Run, at: datetime) -> Drawing:
    version = _version(run)
    return _hung(version, kind_of(version.compact).notices.result) if version is not None else None


def _hung(version: Version, kind: str) -> Drawing:
    """The notices of a kind, once one hangs on each place's board."""
    if places := places_without(version, kind):
        return Awaited(
            " ".join(
                _("It does not hang on the board of %(place)s.") % {"place": place.name}
                for place in places
            )
        )
    return [Drawn(refers_to=notice) for notice in notices_of(version, kind)]


def _edition(version: Version, stage: rules.Stage) -> Edition | None:
    found: Edition | None = version.editions.filter(stage=stage).first()
    return found


def _words(version: Version) -> str:
    return notice_body("", [(one.heading, one.text) for one in version.clauses.all()])


# --- what can be referred to ------------------------------------------------------------------


def _versions(step_run: StepRun) -> QuerySet[Any]:
    return Version.objects.filter(run=step_run.run).select_related("compact")


offer(
    TYPE,
    Kind(
        name=gettext_lazy("Version of a compact"),
        candidates=_versions,
        title=lambda version: f"{version.compact.title} {version_name(version)}",
        url=lambda version: link("compact-version", version.pk) if version.is_public else "",
    ),
)

_STAGES = {
    "first": gettext_lazy("as it hung first"),
    "second": gettext_lazy("as it hung again"),
    "adopted": gettext_lazy("as it was adopted"),
}


def _editions(step_run: StepRun) -> QuerySet[Any]:
    return Edition.objects.filter(version__run=step_run.run).select_related("version__compact")


offer(
    "compacts.edition",
    Kind(
        name=gettext_lazy("A compact's text word for word"),
        candidates=_editions,
        title=lambda edition: f"{edition.version.compact.title} {_STAGES[edition.stage]}",
        url=lambda edition: link("compact-version", edition.version_id),
    ),
)
