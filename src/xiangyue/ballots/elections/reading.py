"""What the declarations say of elections."""

from fractions import Fraction
from uuid import UUID

from xiangyue.ballots.blueprint import DecisionRule
from xiangyue.ballots.elections.blueprint import ElectionKind
from xiangyue.ballots.elections.electorate_models import Electorate
from xiangyue.ballots.elections.models import Election
from xiangyue.ballots.elections.recall_models import Recall
from xiangyue.ballots.elections.rules import Terms
from xiangyue.ballots.reading import declared_rule, fits
from xiangyue.ballots.rules import Base, Threshold
from xiangyue.blueprints.models import Declaration
from xiangyue.blueprints.queries import all_current, current, meaning
from xiangyue.places.models import Place


def kind_of(holder: Election | Recall) -> ElectionKind:
    """The kind as it stood when the election was announced."""
    return meaning(holder.kind, ElectionKind)


def declared_kind(key: str) -> tuple[Declaration, ElectionKind]:
    """:raises NotFound: no such kind is declared."""
    row = current("election_kind", key)
    return row, meaning(row, ElectionKind)


def kinds_for(place: Place) -> list[ElectionKind]:
    """What may be elected at the place."""
    kinds = [meaning(row, ElectionKind) for row in all_current("election_kind")]
    found = [kind for kind in kinds if fits(declared_rule(kind.rule)[1], place)]
    return sorted(found, key=lambda kind: kind.position)


def electorate_of(election: Election) -> Electorate | None:
    """How it is held where not all voters vote; None where they do."""
    found: Electorate | None = getattr(election, "electorate", None)
    return found


def named_roll_id(election: Election) -> UUID | None:
    """The list by whose numbers people are voted for: the voters' list where all vote, else the
    list of those who may be elected."""
    electorate = electorate_of(election)
    return election.roll_id if electorate is None else electorate.eligible_id


def rule_for(election: Election) -> DecisionRule:
    """How it is voted: as the roll has it once it is drawn, else as it is declared now."""
    if election.roll is not None:
        return meaning(election.roll.rule, DecisionRule)
    return declared_rule(rule_key_of(election))[1]


def rule_key_of(election: Election) -> str:
    """The rule by whose roll, quorum and majority it is voted."""
    electorate, kind = electorate_of(election), kind_of(election)
    way = kind.way(electorate.electors) if electorate is not None else None
    return way.rule if way is not None else kind.rule


def terms_of(election: Election) -> Terms:
    """Who counts as elected."""
    rule, kind, electorate = rule_for(election), kind_of(election), electorate_of(election)
    way = kind.way(electorate.electors) if electorate is not None else None
    first_round = rule.majority.threshold()
    run_off = kind.run_off if way is None else way.run_off
    return Terms(
        turnout=rule.ways[0].threshold(),
        first_round=first_round,
        run_off=Threshold(Fraction(run_off), is_strict=False) if run_off else first_round,
        base=Base(rule.majority.base),
    )
