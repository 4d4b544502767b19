"""What the declarations say of elections."""

from fractions import Fraction

from xiangyue.ballots.blueprint import DecisionRule
from xiangyue.ballots.elections.blueprint import ElectionKind
from xiangyue.ballots.elections.models import (
    Election,
)
from xiangyue.ballots.elections.recall_models import Recall
from xiangyue.ballots.elections.rules import Terms
from xiangyue.ballots.reading import declared_rule, fits
from xiangyue.ballots.rules import Threshold
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


def rule_for(election: Election) -> DecisionRule:
    """How it is voted: as the roll has it once it is drawn, else as it is declared now."""
    if election.roll is not None:
        return meaning(election.roll.rule, DecisionRule)
    return declared_rule(kind_of(election).rule)[1]


def terms_of(election: Election) -> Terms:
    """Who counts as elected."""
    rule = rule_for(election)
    return Terms(
        turnout=rule.way("persons").threshold(),
        first_round=rule.majority.threshold(),
        run_off=Threshold(Fraction(kind_of(election).run_off), is_strict=False),
    )
