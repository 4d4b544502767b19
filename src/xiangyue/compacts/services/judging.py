"""What people say of the findings of the legality reading, with reasons that are kept (CP01)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.access.queries import standing_of
from xiangyue.compacts import rules
from xiangyue.compacts.legality import Level
from xiangyue.compacts.models import Clause, Judgement
from xiangyue.compacts.reading import found_in
from xiangyue.compacts.services.acting import (
    DRAFT,
    REVIEW,
    EditedMeanwhile,
    NotNow,
    WordsMissing,
    check_may,
    lock,
    may,
    recorded,
    words_given,
)
from xiangyue.kernel.refusals import NotAllowed
from xiangyue.places.models import Person

LONGEST_REASONS = 1_000


@transaction.atomic
def judge(
    *,
    clause: Clause,
    check: str,
    verdict: str,
    reasons: str,
    by: Person,
    at: datetime,
    seen: int | None = None,
) -> Judgement:
    """Say of one finding that the clause may stand, or must be put otherwise.

    The town decides on both levels; somebody of the village who did not write the clause may
    decide on what is doubtful, never on what reads as unlawful. It holds for these very words:
    other words are read anew. `seen` is the clause's revision that was read. Records
    `compacts.finding_judged`.

    :raises NotAllowed: they wrote it (SE01), or it is the town's to decide.
    :raises NotNow: nothing of the kind is found in it, or the vote is over.
    :raises EditedMeanwhile: the words changed since.
    :raises WordsMissing: without reasons.
    """
    version = lock(clause.version)
    fresh = version.clauses.select_related("written_by").filter(pk=clause.pk).first()
    if fresh is None:
        raise NotNow(_("Somebody removed this clause meanwhile."))
    if seen is not None and fresh.revision != seen:
        raise EditedMeanwhile(_("The words changed meanwhile; read them again before you decide."))
    if version.state not in rules.UNDER_WAY - {rules.State.VOTED}:
        raise NotNow(_("The vote is over; the town orders corrections now."), source="CP07")
    levels = {one.level for one in found_in(fresh.heading, fresh.text) if one.check == check}
    if not levels:
        raise NotNow(_("Nothing of the kind is found in these words any more."))
    if verdict not in Judgement.Verdict.values:
        said = _("Say whether the clause may stand.")
        raise WordsMissing(said, fields={"verdict": said})
    mine = standing_of(by, at=at)
    if not may(mine, REVIEW, version.compact):
        check_may(by, DRAFT, version.compact, at=at)
        if Level.UNLAWFUL in levels and verdict == rules.Verdict.STANDS:
            raise NotAllowed(
                _("What reads as unlawful is for the town to decide; you can put it otherwise."),
                source="CP01; VCOL art. 27",
            )
    if fresh.written_by_id == by.pk and verdict == rules.Verdict.STANDS:
        raise NotAllowed(
            _("You wrote these words; somebody else decides whether they may stand."),
            source="SE01",
        )
    made = Judgement.objects.create(
        version=version,
        lineage=fresh.lineage,
        check_key=check,
        words_digest=rules.words_digest(fresh.heading, fresh.text),
        verdict=verdict,
        reasons=words_given(
            reasons, _("Give the reasons; they are kept."), field="reasons", most=LONGEST_REASONS
        ),
        judged_by=by,
        judged_at=at,
    )
    recorded(
        "finding_judged", version, at=at, actor_id=by.pk, lineage=str(fresh.lineage), check=check,
        verdict=verdict,
    )  # fmt: skip
    return made
