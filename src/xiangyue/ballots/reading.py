"""What the declarations say, as votes need it."""

from xiangyue.ballots.blueprint import DecisionRule, ReservedMatter
from xiangyue.ballots.models import Ballot, Roll
from xiangyue.blueprints.models import Declaration
from xiangyue.blueprints.queries import all_current, current, meaning
from xiangyue.places.models import Place
from xiangyue.places.rules import own_segment

# Elections and recalls are prepared and counted on pages of their own (`ballots.elections`).
ELECTION, RECALL = "committee_election", "committee_recall"
APART = frozenset({ELECTION, RECALL})


def rule_of(holder: Ballot | Roll) -> DecisionRule:
    """The rule as it stood when the roll was drawn."""
    return meaning(holder.rule, DecisionRule)


def declared_rule(key: str) -> tuple[Declaration, DecisionRule]:
    """:raises NotFound: no such rule is declared."""
    row = current("decision_rule", key)
    return row, meaning(row, DecisionRule)


def fits(rule: DecisionRule, place: Place) -> bool:
    """Whether a body of this rule may meet at the place."""
    if place.kind not in rule.held_at:
        return False
    if rule.segments is None:
        return True
    low, high = rule.segments
    return low <= own_segment(place.kind, place.code) <= high


def rules_for(place: Place) -> list[DecisionRule]:
    """The rules by which a body at the place may decide."""
    rules = [meaning(row, DecisionRule) for row in all_current("decision_rule")]
    return [rule for rule in rules if fits(rule, place) and rule.body not in APART]


def reserved_matters() -> list[ReservedMatter]:
    """What only some bodies may decide, in the law's order."""
    rows = [meaning(row, ReservedMatter) for row in all_current("reserved_matter")]
    return sorted(rows, key=lambda each: each.position)
