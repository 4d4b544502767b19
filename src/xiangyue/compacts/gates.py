"""What keeps a version from going on, in sentences that say what to do; none: it may.

The same sentences stand on the desk's page, in refusals, and in the guard of procedures.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.ballots.models import Ballot, BallotState
from xiangyue.compacts import rules
from xiangyue.compacts.kinds import kind_of
from xiangyue.compacts.models import CorrectionOrder, Opinion, StateChoices, Version
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
from xiangyue.procedures.reading import row_drawing, steps_of
from xiangyue.publicity.models import Notice
from xiangyue.publicity.queries import notices_about
from xiangyue.publicity.queries import unsettled as unsettled_notice

TYPE = "compacts.version"
# From which the procedure beside a version draws what was said, and the words the town looks at.
OPINIONS, REVISED_TEXT = "compacts.opinions", "compacts.revised_text"


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
        *hearing_missing(version, at=at),
        *_step_missing(version, "revise"),
    ]


def hearing_missing(version: Version, *, at: datetime) -> list[str]:
    """What keeps the hearing from being over: the first notice is settled, all is answered."""
    return [
        *_boards_missing(version, kind_of(version.compact).notices.first, at=at),
        *opinions_missing(version),
    ]


def gate_of_second(version: Version, *, at: datetime) -> list[str]:
    """Before the second notice: nothing unlawful, nothing doubtful undecided (CP01)."""
    if not version.clauses.exists():
        return [_("Write the clauses first.")]
    return [*_step_missing(version, "second_notice"), *revised_missing(version)]


def revised_missing(version: Version) -> list[str]:
    """What keeps the revised text itself from the board; no procedure is asked."""
    return [
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
    found = force_missing(version)
    if version.run is not None and version.run.state == RunState.RUNNING:
        found.append(
            _("The procedure “%(title)s” is still under way; with its last step this is in force.")
            % {"title": version.run.title}
        )
    return found


def force_missing(version: Version) -> list[str]:
    """What the law asks before it is in force, whatever procedure accompanies it."""
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
    """The procedure that accompanies the version must have come as far, or come by the act."""
    row = step_before(version, stage)
    if row is None or version.run is None:
        return []
    steps = steps_of(version.run)
    keys = [step.key for step in steps]
    way = steps[keys.index(row.key) : keys.index(_stage_key(version, stage))]
    if all(step.is_done_by_act for step in way):
        return []
    name = steps[keys.index(row.key)].name.in_language(get_language())
    return [
        _("In the procedure “%(title)s” the step “%(step)s” comes first.")
        % {"title": version.run.title, "step": name}
    ]


def step_before(version: Version, stage: str) -> StepRun | None:
    """The procedure's open step while the one that an act here belongs to is not reached yet."""
    key = _stage_key(version, stage)
    rows = {row.key: row for row in StepRun.objects.filter(run=version.run_id)} if key else {}
    if key not in rows or rows[key].state != StepState.WAITING:
        return None
    return next((row for row in rows.values() if row.state == StepState.OPEN), None)


def _stage_key(version: Version, stage: str) -> str:
    stages = kind_of(version.compact).stages
    return str(getattr(stages, stage)) if version.run_id is not None and stages is not None else ""


def is_heard(version: Version) -> bool:
    """Whether the procedure beside it has closed the hearing of opinions on the draft."""
    return version.state == StateChoices.FIRST_NOTICE and _is_done(version, OPINIONS)


def is_reviewed(version: Version) -> bool:
    """Whether the town has completed its look at the revised words, and nothing stops them."""
    return (
        version.state == StateChoices.REVISED
        and _is_done(version, REVISED_TEXT)
        and not unsettled(version, for_vote=True)
    )


def _is_done(version: Version, source: str) -> bool:
    if version.run is None:
        return False
    row = row_drawing(version.run, source)
    return row is not None and row.state == StepState.DONE


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
