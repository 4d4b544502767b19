"""Verbs on counting: papers typed in twice, and the result that follows from all slips.

The result, the end of the vote and the step to “decided” are one transaction; counting again
returns what stands.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.ballots.models import BallotState, Mode
from xiangyue.ballots.queries import taken_by_mode
from xiangyue.ballots.reading import rule_of
from xiangyue.ballots.services import settle
from xiangyue.kernel.refusals import Refused
from xiangyue.orders import slips
from xiangyue.orders.acting import check_keeps, check_state, kind_of, locked, recorded
from xiangyue.orders.models import Building, Outcome, Round, RoundState, TypedSlip
from xiangyue.orders.reckoning import digest_of_facts, facts_of
from xiangyue.orders.refusals import RoundStands, SlipRefused, SlipsDiffer
from xiangyue.orders.sentences import PAID
from xiangyue.orders.services.voting import costs_of, limits_of
from xiangyue.orders.slips import Papers, Typed
from xiangyue.orders.wording import result_in_words
from xiangyue.places.models import Person
from xiangyue.publicity.models import Notice
from xiangyue.publicity.services import publish_notice

MOST_LINES = 500


@transaction.atomic
def type_papers(
    *, round_: Round, teller: Person, first: int, lines: Sequence[str], at: datetime
) -> int:
    """Write down what one teller reads on the papers, from number `first` on, a line each; how
    many. A number that the teller typed before is typed anew.

    Whether `teller` may is asked by `access.py`. Records `orders.papers_typed`, the count alone.

    :raises RoundStands: papers are typed between the close and the result.
    :raises SlipRefused: a line that is no slip, or more papers than were handed out.
    """
    round_ = locked(round_)
    check_state(round_, RoundState.VOTE)
    if round_.ballot is None or round_.ballot.state != BallotState.CLOSED:
        raise RoundStands(_("Papers are typed in when the vote is closed."), source="EL01")
    known = costs_of(round_)
    kept = [line for line in lines if line.strip()]
    if not kept or len(kept) > MOST_LINES:
        said = _("Write one paper on each line, at most %(most)d at once.") % {"most": MOST_LINES}
        raise SlipRefused(said, fields={"lines": said})
    handed_out = taken_by_mode(round_.ballot).get(Mode.PAPER, 0)
    if first < 1 or first + len(kept) - 1 > handed_out:
        said = _("%(count)d papers were handed out; there is no paper number %(number)d.") % {
            "count": handed_out,
            "number": first if first < 1 else first + len(kept) - 1,
        }
        raise SlipRefused(said, fields={"first": said})
    papers = [_typed(line, known, first + at_) for at_, line in enumerate(kept)]
    for number, paper in enumerate(papers, start=first):
        TypedSlip.objects.update_or_create(
            round=round_,
            number=number,
            teller=teller,
            defaults={"projects": list(paper.projects), "is_spoilt": paper.is_spoilt},
        )
    recorded("papers_typed", round_, at=at, actor_id=teller.pk, count=len(papers))
    return len(papers)


def _typed(line: str, known: dict[int, int], number: int) -> Typed:
    try:
        return slips.typed(line, known=known)
    except ValueError as wrong:
        said = _(
            "Paper %(number)d: “%(line)s” is no slip. Write the numbers of the projects, - for a"
            " blank one, x for a spoilt one."
        ) % {"number": number, "line": line.strip()[:40]}
        raise SlipRefused(said, fields={"lines": said}) from wrong


def papers_of(round_: Round) -> Papers:
    """How the tellers stand; what is marked is not told."""
    assert round_.ballot is not None
    needed = rule_of(round_.ballot).tellers(Mode.PAPER)
    rows = [(row.number, Typed(tuple(row.projects), row.is_spoilt)) for row in round_.typed.all()]
    return slips.compared(rows, tellers=needed)


@transaction.atomic
def count_round(*, round_: Round, by: Person, at: datetime) -> Outcome:
    """Write the result: every slip, every figure, what is paid for and why; hang it on the board.

    Everybody who ordered or supported is told. Records `orders.round_decided`.

    :raises RoundStands: the vote is not closed.
    :raises SlipsDiffer: a paper is not typed by as many tellers as are needed, or differently.
    """
    round_ = locked(round_)
    check_keeps(by, round_, at=at)
    if round_.state in {RoundState.DECIDED, RoundState.DONE}:
        return Outcome.objects.get(pk=round_.pk)
    check_state(round_, RoundState.VOTE)
    ballot = round_.ballot
    if ballot is None or ballot.state != BallotState.CLOSED:
        raise RoundStands(_("Close the vote first."))
    marked, blank, invalid = _all_slips(round_)
    facts = facts_of(round_, marked=marked, blank=blank, invalid=invalid, at=at)
    digest = digest_of_facts(facts)
    outcome = Outcome.objects.create(
        round=round_,
        facts=facts,
        digest=digest,
        made_at=at,
        notice=_put_up(round_, facts, digest, by=by, at=at),
    )
    settle(ballot=ballot, settled={"orders.outcome": digest}, by=by, at=at)
    paid = [each["number"] for each in facts["verdicts"] if each["why"] in PAID]
    round_.projects.filter(number__in=paid).update(building=Building.WAITING)
    round_.state, round_.decided_at = RoundState.DECIDED, at
    round_.save(update_fields=["state", "decided_at"])
    if not paid:
        round_.state = RoundState.DONE
        round_.save(update_fields=["state"])
    # What was marked stands in the result, in an order of its own; the slips themselves go.
    round_.slips.all().delete()
    recorded(
        "round_decided", round_, at=at, actor_id=by.pk, digest=digest, paid=paid,
        spent=facts["spent"], concerned_count=round_.needs.count(),
    )  # fmt: skip
    return outcome


def _all_slips(round_: Round) -> tuple[list[list[int]], int, int]:
    """What the valid slips mark, how many are blank, how many invalid."""
    assert round_.ballot is not None
    handed_out = taken_by_mode(round_.ballot).get(Mode.PAPER, 0)
    papers = papers_of(round_)
    if not papers.is_complete:
        raise SlipsDiffer(
            _(
                "Not all papers are typed alike by two tellers: %(differing)d differ, %(waiting)d"
                " wait for the other teller."
            )
            % {"differing": len(papers.differing), "waiting": len(papers.waiting)}
        )
    if handed_out and not papers.count:
        raise SlipsDiffer(
            _("%(count)d papers were handed out; type in what came back.") % {"count": handed_out}
        )
    costs, limits = costs_of(round_), limits_of(round_)
    marked = [list(projects) for projects in round_.slips.values_list("projects", flat=True)]
    blank = invalid = 0
    seen: set[int] = set()
    for row in round_.typed.order_by("number", "pk"):
        if row.number in seen:
            continue
        seen.add(row.number)
        if row.is_spoilt or slips.fault_of(costs, row.projects, limits) is not None:
            invalid += 1
        elif row.projects:
            marked.append(list(row.projects))
        else:
            blank += 1
    return marked, blank, invalid


def _put_up(
    round_: Round, facts: dict[str, object], digest: str, *, by: Person, at: datetime
) -> Notice | None:
    title, body, tables = result_in_words(round_, facts, digest)
    try:
        return publish_notice(
            kind=kind_of(round_).result_kind, place=round_.place, title=title, body=body,
            facts=tables, subject=round_, by=by, at=at,
        )  # fmt: skip
    except Refused:
        # A board that takes no such notice does not keep the result from standing: it has a page.
        return None
