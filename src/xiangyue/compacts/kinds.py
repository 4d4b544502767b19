"""The declared kinds of compacts, and which of them may be begun at a place."""

from django.utils.translation import get_language

from xiangyue.ballots.reading import fits, rules_for
from xiangyue.blueprints.models import Declaration
from xiangyue.blueprints.queries import all_current, current, meaning
from xiangyue.compacts.blueprint import CompactKind
from xiangyue.compacts.models import Clause, Compact
from xiangyue.places.models import Place
from xiangyue.places.rules import own_segment

KIND = "compact_kind"


def kind_row(key: str) -> Declaration:
    """:raises NotFound: no such kind is declared."""
    return current(KIND, key)


def kind_of(compact: Compact) -> CompactKind:
    """The kind as it was declared when the compact was begun."""
    return meaning(compact.declaration, CompactKind)


def all_kinds() -> dict[str, CompactKind]:
    return {row.key: meaning(row, CompactKind) for row in all_current(KIND)}


def kind_name(compact: Compact) -> str:
    return kind_of(compact).name.in_language(get_language())


def kind_names() -> dict[str, str]:
    language = get_language()
    return {key: kind.name.in_language(language) for key, kind in all_kinds().items()}


def suits(kind: CompactKind, place: Place) -> bool:
    """Whether people of such a place make compacts of this kind, and a body there can decide."""
    if place.kind not in kind.levels:
        return False
    if kind.segments is not None:
        low, high = kind.segments
        if not low <= own_segment(place.kind, place.code) <= high:
            return False
    return rule_for(kind, place) is not None


def rule_for(kind: CompactKind, place: Place) -> str | None:
    """The key of the rule by which the place votes: the first of the kind's that fits it."""
    fitting = {rule.key for rule in rules_for(place) if fits(rule, place)}
    return next((key for key in kind.decision_rules if key in fitting), None)


def topic_name(clause: Clause) -> str:
    """The subject under which the clause stands, in the reader's language."""
    return kind_of(clause.version.compact).topic_name(clause.topic, get_language())
