"""The declared kinds of sittings: which there are, and who calls which where."""

from django.utils.translation import get_language

from xiangyue.access.rules import Standing
from xiangyue.assemblies.blueprint import SittingKind
from xiangyue.assemblies.models import Sitting
from xiangyue.ballots.reading import declared_rule, fits
from xiangyue.blueprints.models import Declaration
from xiangyue.blueprints.queries import all_current, current, meaning
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Place

KIND = "sitting_kind"
KEEP = "assemblies.keep"


def kind_row(key: str) -> Declaration:
    """:raises NotFound: no such kind is declared."""
    return current(KIND, key)


def kind_of(sitting: Sitting) -> SittingKind:
    """The kind as it stood when the sitting was announced."""
    return meaning(sitting.declaration, SittingKind)


def all_kinds() -> dict[str, SittingKind]:
    """Every kind that is declared now, by key."""
    return {row.key: meaning(row, SittingKind) for row in all_current(KIND)}


def kind_name(sitting: Sitting) -> str:
    """What people call it, in the reader's language."""
    return kind_of(sitting).name.in_language(get_language())


def is_held_at(kind: SittingKind, place: Place) -> bool:
    """Whether such a meeting is held at the place: its level, and a rule that fits it if any."""
    if place.kind not in kind.levels:
        return False
    return not kind.decision_rules or any(_fits(key, place) for key in kind.decision_rules)


def _fits(key: str, place: Place) -> bool:
    try:
        _row, rule = declared_rule(key)
    except NotFound:
        return False
    return fits(rule, place)


def may_call(standing: Standing, kind: SittingKind, place: Place) -> bool:
    """Whether a post of theirs calls meetings of this kind at the place."""
    return is_held_at(kind, place) and any(
        holding.role in kind.called_by
        and KEEP in holding.area_verbs
        and place.path.startswith(holding.place_path)
        for holding in standing.holdings
    )
