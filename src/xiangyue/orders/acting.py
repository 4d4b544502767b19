"""What every act on a round begins and ends with: who, lock, words, money, record."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.access.queries import standing_of
from xiangyue.activity.services import record
from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.kernel.refusals import NotAllowed
from xiangyue.orders.blueprint import RoundKind
from xiangyue.orders.models import Round, RoundState
from xiangyue.orders.refusals import MoneyWrong, RoundStands, WordsMissing
from xiangyue.places.models import Person, Place
from xiangyue.places.rules import own_segment

KEEP = "orders.keep"
CHECK = "orders.check"
TELL = "ballots.tell"
FOR_OTHERS = "incidents.enter_for_others"
MOST_FEN = 10**14
_AMOUNT = re.compile(r"\d{1,12}(\.\d{1,2})?")


def kind_of(round_: Round) -> RoundKind:
    """The kind as it stood when the round began."""
    return meaning(round_.declaration, RoundKind)


def kinds_for(place: Place) -> list[RoundKind]:
    """The kinds of rounds that may be held at the place."""
    found = [meaning(row, RoundKind) for row in all_current("order_round")]
    return [kind for kind in found if fits(kind, place)]


def fits(kind: RoundKind, place: Place) -> bool:
    if place.kind not in kind.held_at:
        return False
    if kind.segments is None:
        return True
    low, high = kind.segments
    return low <= own_segment(place.kind, place.code) <= high


def kind_name(round_: Round) -> str:
    return kind_of(round_).name.in_language(get_language())


def locked(round_: Round, *, shared: bool = False) -> Round:
    """The round as it is now; whoever changes it waits until this is done."""
    rows = Round.objects.select_for_update(of=("self",), no_key=shared)
    return rows.select_related("declaration", "place", "ballot", "notice").get(pk=round_.pk)


def check_keeps(by: Person, round_: Round, *, at: datetime) -> None:
    """:raises NotAllowed: no post of theirs keeps rounds there."""
    if not standing_of(by, at=at).may(KEEP, place_path=round_.place_path):
        raise NotAllowed(_("Your posts do not include the budget rounds of this place."))


def check_state(round_: Round, *states: str) -> None:
    """:raises RoundStands: the round is in none of these states."""
    if round_.state not in states:
        raise RoundStands(
            _("The round is at another step now: %(state)s.")
            % {"state": RoundState(round_.state).label}
        )


def lives_there(person: Person, round_: Round) -> bool:
    """Whether the person's household or place lies where the money is spent."""
    paths = [person.household.place_path] if person.household_id and person.household else []
    if person.place_id and person.place:
        paths.append(person.place.path)
    return any(path.startswith(round_.place_path) for path in paths)


def words_given(text: str, missing: str, *, field: str, most: int, is_long: bool = False) -> str:
    """The words, trimmed; on one line unless `is_long`.

    :raises WordsMissing: none, too many, or a character among them that no text has.
    """
    words = text.replace("\r\n", "\n").strip() if is_long else " ".join(text.split())
    if len(words) < 2:
        raise WordsMissing(missing, fields={field: missing})
    return _checked(words, field=field, most=most)


def words_if_any(text: str, *, field: str, most: int) -> str:
    return _checked(" ".join(text.split()), field=field, most=most)


def _checked(words: str, *, field: str, most: int) -> str:
    if "\x00" in words:
        said = _("What was sent holds a character that no text has.")
        raise WordsMissing(said, fields={field: said})
    if len(words) > most:
        said = _("Please shorten this to %(most)d characters; it has %(count)d.") % {
            "most": most,
            "count": len(words),
        }
        raise WordsMissing(said, fields={field: said})
    return words


def fen_of(text: str, *, field: str, least: int = 1) -> int:
    """An amount in yuan as it was typed (“84,000”, “84000.50元”), in fen.

    :raises MoneyWrong: it is no amount, below `least` fen, or larger than any budget.
    """
    kept = re.sub(r"[\s,，¥￥元]", "", text.translate(_FULL_WIDTH))
    if not _AMOUNT.fullmatch(kept):
        said = _("Please write an amount in yuan, such as 84000 or 84000.50.")
        raise MoneyWrong(said, fields={field: said})
    fen = int(Decimal(kept) * 100)
    if not least <= fen <= MOST_FEN:
        said = _("This amount is too small or too large.")
        raise MoneyWrong(said, fields={field: said})
    return fen


_FULL_WIDTH = str.maketrans("０１２３４５６７８９．", "0123456789.")


def recorded(
    name: str, round_: Round, *, at: datetime, actor_id: UUID | None = None, **facts: Any
) -> None:
    record(
        name=f"orders.{name}",
        subject=round_,
        at=at,
        actor_id=actor_id,
        place_path=round_.place_path,
        facts=facts,
    )
