"""The vote clause by clause, and what it makes of the text (CP02, CP03, LP-10)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.access.queries import standing_of
from xiangyue.ballots.models import Ballot, BallotState, Result, Roll
from xiangyue.ballots.queries import outcome_of
from xiangyue.ballots.recomputing import faults_of
from xiangyue.ballots.services import Asked, plan_ballot
from xiangyue.calendars.services import start_clock
from xiangyue.compacts import rules
from xiangyue.compacts.gates import ballots_of, gate_of_vote, notices_of
from xiangyue.compacts.kinds import kind_of, rule_for
from xiangyue.compacts.models import StateChoices, Version
from xiangyue.compacts.services.acting import (
    DRAFT,
    NotNow,
    NotReady,
    WordsMissing,
    check_may,
    digest_of_rows,
    keep_edition,
    lock,
    moved,
    recorded,
    rows_of,
)
from xiangyue.compacts.services.following import carry_on, did_not_come_about
from xiangyue.compacts.wording import clause_name
from xiangyue.kernel.refusals import NotAllowed
from xiangyue.places.models import Person

KEEP = "ballots.keep"


@transaction.atomic
def plan_vote(
    *,
    version: Version,
    roll: Roll,
    modes: Collection[str],
    opens_at: datetime,
    closes_at: datetime,
    by: Person,
    at: datetime,
    meets_at: str = "",
    tellers: Sequence[Person] = (),
) -> Ballot:
    """Call the vote of one place on the second text, one question a clause.

    It may be called while the second notice still hangs, with the day of the assembly; it opens
    only when the notice is settled, every opinion answered and nothing unlawful left (`gates`).

    :raises NotNow: before the second notice, or the place has called it already.
    :raises WordsMissing: another body's roll, or a day on which the notice still runs.
    :raises PlanRefused: what the body's own rule refuses.
    """
    locked = lock(version)
    check_may(by, DRAFT, locked.compact, at=at)
    if not standing_of(by, at=at).may(KEEP, place_path=roll.place_path):
        raise NotAllowed(_("Your posts do not include calling votes here."))
    if locked.state != StateChoices.SECOND_NOTICE:
        raise NotNow(_("The vote is called once the revised text hangs on the board."))
    kind = kind_of(locked.compact)
    if not locked.compact.members.filter(place=roll.place_id).exists():
        raise _wrong_roll()
    rule = rule_for(kind, roll.place)
    if rule != roll.rule.key:
        raise _wrong_roll()
    if any(one.place_id == roll.place_id for one in ballots_of(locked)):
        raise NotNow(_("The vote of this place is called already."))
    for notice in notices_of(locked, kind.notices.second):
        if timezone.localdate(opens_at) < notice.ends_on:
            said = _("The notice hangs until then; the vote opens on %(day)s at the earliest.") % {
                "day": f"{notice.ends_on:%F}"
            }
            raise WordsMissing(said, fields={"opens_at": said}, source="LP-12; CP04")
    clauses = list(locked.clauses.all())
    ballot = plan_ballot(
        roll=roll,
        title=_("%(compact)s, clause by clause") % {"compact": locked.compact.title},
        about=_("Each clause is read out and voted on by itself; what fails is left out."),
        questions=[
            Asked(f"{clause_name(one.position, one.heading)}　{one.text}") for one in clauses
        ],
        modes=modes,
        opens_at=opens_at,
        closes_at=closes_at,
        meets_at=meets_at,
        matter=kind.matters.get(rule, kind.matter),
        tellers=tellers,
        subject=locked,
        by=by,
        at=at,
    )
    recorded("vote_called", locked, at=at, actor_id=by.pk, ballot=str(ballot.pk))
    return ballot


def _wrong_roll() -> WordsMissing:
    said = _("Choose a fixed roll of the assembly that decides on this compact.")
    return WordsMissing(said, fields={"roll": said}, source="VCOL arts 22, 27; CP02")


@transaction.atomic
def check_may_open(version: Version, *, at: datetime, by: Person | None = None) -> None:
    """Whoever opens the vote is told what still keeps it closed; the refusal undoes the opening.

    :raises NotReady: an opinion is unanswered, the notice runs, a clause reads as unlawful, the
        procedure beside it has not come as far.
    """
    locked = lock(version)
    if missing := gate_of_vote(locked, at=at):
        raise NotReady(missing, source="CP01; CP04")
    if by is not None:
        carry_on(locked, by=by, at=at, stage="vote")


@transaction.atomic
def take_result(*, version: Version, at: datetime, by: Person | None = None) -> Version:
    """Make of the counted votes the text: a clause stands where every place accepted it.

    Called when a vote is counted, by whom; nothing happens until each place has its result. The
    numbers are reckoned again from who took part (CP02). When no clause stands the version did not
    come about. From now on the ten days run in which it is filed (CP05). Records
    `compacts.version_adopted` or `compacts.version_withdrawn`.

    :raises NotReady: a result is not what its numbers come to.
    """
    locked = lock(version)
    if locked.state != StateChoices.SECOND_NOTICE:
        return locked
    ballots = ballots_of(locked)
    counted = {one.place_id: one for one in ballots if one.state == BallotState.COUNTED}
    members = set(locked.compact.members.values_list("place_id", flat=True))
    if set(counted) != members:
        return locked
    results = list(Result.objects.filter(ballot__in=counted.values()).select_related("ballot"))
    for result in results:
        if faults := faults_of(result):
            raise NotReady(faults, source="CP02")
    by_place = [
        {one.position: one.is_accepted for one in outcome_of(result).questions}
        for result in results
    ]
    clauses = list(locked.clauses.all())
    stands = set(rules.accepted_clauses(by_place, [one.position for one in clauses]))
    for one in clauses:
        one.is_left_out = one.position not in stands
        one.save(update_fields=["is_left_out"])
    if not stands:
        did_not_come_about(locked, reason=_("The vote accepted no clause."), by=by, at=at)
        return locked
    moved(locked, rules.Act.TAKE_RESULT)
    kept = [one for one in clauses if not one.is_left_out]
    keep_edition(locked, rules.Stage.ADOPTED, kept, at=at)
    locked.voted_at = at
    locked.digest = digest_of_rows(rows_of(kept))
    locked.filing_clock = start_clock(limit=kind_of(locked.compact).file_within, at=at)
    locked.save()
    recorded(
        "version_adopted", locked, at=at, digest=locked.digest, clause_count=len(kept),
        left_out_count=len(clauses) - len(kept),
    )  # fmt: skip
    if by is not None:
        carry_on(locked, by=by, at=at)
    return locked
