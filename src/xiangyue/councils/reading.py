"""What is declared of councils, and a council's own version of it."""

from django.utils.translation import get_language

from xiangyue.blueprints.models import Declaration
from xiangyue.blueprints.queries import all_current, current, meaning
from xiangyue.councils.blueprint import CouncilKind, SeatKind
from xiangyue.councils.models import Council
from xiangyue.places.models import Place
from xiangyue.places.rules import own_segment

KIND = "council"


def kind_row(key: str) -> Declaration:
    """:raises NotFound: no such council is declared."""
    return current(KIND, key)


def kind_of(council: Council) -> CouncilKind:
    """The kind as it was declared when the council was formed."""
    return meaning(council.declaration, CouncilKind)


def all_kinds() -> dict[str, CouncilKind]:
    """Every council that is declared now, by key."""
    return {row.key: meaning(row, CouncilKind) for row in all_current(KIND)}


def may_stand_at(kind: CouncilKind, place: Place) -> bool:
    return kind.may_stand_at(kind=place.kind, segment=own_segment(place.kind, place.code))


def kinds_at(place: Place) -> dict[str, CouncilKind]:
    """Which councils the place may have."""
    return {key: kind for key, kind in all_kinds().items() if may_stand_at(kind, place)}


def seat_kind(council: Council, key: str) -> SeatKind | None:
    return kind_of(council).seat(key)


def kind_name(council: Council) -> str:
    return kind_of(council).name.in_language(get_language())


def seat_name(council: Council, key: str) -> str:
    """What people call the seat; its key where no version declares it any more."""
    found = seat_kind(council, key)
    return found.name.in_language(get_language()) if found is not None else key
