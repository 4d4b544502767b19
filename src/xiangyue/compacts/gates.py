"""What keeps a version from going on, in sentences that say what to do; none: it may.

The same sentences stand on the desk's page, in refusals, and in the guard of procedures.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.ballots.models import Ballot, BallotState
from xiangyue.compacts import rules
from xiangyue.compacts.kinds import kind_of
from xiangyue.compacts.models import CorrectionOrder, Opinion, Version
from xiangyue.compacts.reading import unsettled
from xiangyue.compacts.wording import (
    clause_name,
    day_of,
    number_in_words,
    opinions_in_words,
    unlawful_in_words,
)
from xiangyue.places.models import Place
from xiangyue.procedures.models import RunState, StepRun, StepState
from xiangyue.publicity.models import Notice
from xiangyue.publicity.queries import notices_about
from xiangyue.publicity.queries import unsettled as unsettled_notice

TYPE = "compacts.version"


# --- what stands elsewhere --------------------------------------------------------------------


def notices_of(version: Version, kind: str) -> list[Notice]:
    """The notices of a kind about the version that were not taken down, newest first."""
    return list(notices_about(TYPE, version.pk).filter(kind=kind).exclude(state="taken_down"))


def places_without(version: Version, kind: str) -> list[Place]:
    """The places on whose board no notice of the kind about the version stands."""
    hung = {notice.place_id for notice in notices_of(version, kind)}
    members = version.compact.members.select_related("place")
    return [one.place for one in members if one.place_id not in hung]


def ballots_of(version: Version) -> list[Ballot]:
    """The votes on the version, without those that were annulled."""
    rows = Ballot.objects.filter(subject_type=TYPE, subject_id=str(version.pk))
    return list(
        rows.exclude(state=BallotState.ANNULLED)
        .select_related("place", "rule", "roll")
        .order_by("opens_at", "pk")
    )


def unanswered_count(version: Version) -> int:
    return Opinion.objects.filter(version=version, answered_at=None).count()


# --- the gates --------------------------------------------------------------------------------


def gate_of_first(version: Version, *, at: datetime) -> list[str]:
    """Before the first notice: clauses, none that reads as unlawful, the steps before."""
    if not version.clauses.exists():
        return [_("Write the clauses first.")]
    return [
        *_step_missing(version, "first_notice"),
        *unlawful_in_words(unsettled(version, for_vote=False)),
        *_orders_ignored(version),
    ]


def gate_of_revision(version: Version, *, at: datetime) -> list[str]:
    """Before the revision: the first notice is settled, every opinion answered (CP04)."""
    return [
        *_boards_missing(version, kind_of(version.compact).notices.first, at=at),
        *opinions_missing(version),
        *_step_missing(version, "revise"),
    ]


def gate_of_second(version: Version, *, at: datetime) -> list[str]:
    """Before the second notice: nothing unlawful, nothing doubtful undecided (CP01)."""
    if not version.clauses.exists():
        return [_("Write the clauses first.")]
    return [
        *_step_missing(version, "second_notice"),
        *opinions_missing(version),
        *unlawful_in_words(unsettled(version, for_vote=True)),
        *_orders_ignored(version),
    ]


def gate_of_vote(version: Version, *, at: datetime) -> list[str]:
    """Before anybody votes: the second notice is settled, all is answered and lawful."""
    return [
        *_boards_missing(version, kind_of(version.compact).notices.second, at=at),
        *opinions_missing(version),
        *unlawful_in_words(unsettled(version, for_vote=True)),
        *_step_missing(version, "vote"),
    ]


def gate_of_force(version: Version, *, at: datetime) -> list[str]:
    """Before it is in force: vote, sheet of signatures where asked, town, board, procedure."""
    kind = kind_of(version.compact)
    found = []
    members = list(version.compact.members.select_related("place"))
    counted = {one.place_id for one in ballots_of(version) if one.state == BallotState.COUNTED}
    for member in members:
        if member.place_id not in counted:
            found.append(_("%(place)s has no vote that stands.") % {"place": member.place.name})
    if kind.needs_signing:
        signed = set(version.signings.values_list("place_id", flat=True))
        found += [
            _("%(place)s: add the sheet of signatures; one signature is enough, and whoever has not"
              " signed is bound all the same.") % {"place": member.place.name}
            for member in members
            if member.place_id not in signed
        ]  # fmt: skip
    if not hasattr(version, "filing"):
        found.append(_("File it with the town first."))
    found += [
        _("Post the result on the board of %(place)s.") % {"place": place.name}
        for place in places_without(version, kind.notices.result)
    ]
    if version.run is not None and version.run.state == RunState.RUNNING:
        found.append(_("The procedure “%(title)s” is still under way; complete its last step.") % {
            "title": version.run.title
        })  # fmt: skip
    return found


def opinions_missing(version: Version) -> list[str]:
    """CP04, in one sentence with the number."""
    count = unanswered_count(version)
    return [opinions_in_words(count)] if count else []


def _boards_missing(version: Version, kind: str, *, at: datetime) -> list[str]:
    found = [
        _("It does not hang on the board of %(place)s.") % {"place": place.name}
        for place in places_without(version, kind)
    ]
    for notice in notices_of(version, kind):
        found += unsettled_notice(notice, at=at)
    return found


def _step_missing(version: Version, stage: str) -> list[str]:
    """The procedure that accompanies the version must have come as far."""
    stages = kind_of(version.compact).stages
    if version.run is None or stages is None:
        return []
    if version.run.state == RunState.ENDED_EARLY:
        return [_("The procedure that accompanied it was ended early; withdraw this version.")]
    key = getattr(stages, stage)
    row = StepRun.objects.filter(run=version.run, key=key).first()
    if row is None or row.state != StepState.WAITING:
        return []
    return [_("In the procedure “%(title)s” an earlier step is open; complete it first.") % {
        "title": version.run.title
    }]  # fmt: skip


def standing_orders(version: Version) -> Sequence[CorrectionOrder]:
    """The orders on clauses of the version that have not been lifted."""
    rows = CorrectionOrder.objects.filter(clause__version=version, lifted_at=None)
    return list(rows.select_related("clause"))


def _orders_ignored(version: Version) -> list[str]:
    """What the town ordered to be corrected, and the draft says again in the same words (CP07)."""
    before = version.compact.versions.filter(state=rules.State.IN_FORCE).first()
    if before is None:
        return []
    said = {one.lineage: one for one in version.clauses.all()}
    found = []
    for order in standing_orders(before):
        now = said.get(order.clause.lineage)
        if now is not None and now.text == order.clause.text:
            found.append(
                _("The town ordered on %(day)s that %(clause)s be corrected; it stands as it was.")
                % {
                    "day": day_of(timezone.localdate(order.ordered_at)),
                    "clause": clause_name(now.position, now.heading)
                    or number_in_words(now.position),
                }
            )
    return found
