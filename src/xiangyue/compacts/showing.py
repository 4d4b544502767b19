"""What of opinions one may see: everybody, whoever holds the receipt, the desk."""

from collections.abc import Mapping
from dataclasses import dataclass

from xiangyue.compacts.models import Opinion, Version


@dataclass(frozen=True, slots=True)
class ShownOpinion:
    """An opinion as everybody sees it: its words where they were given, never its name."""

    opinion: Opinion
    about: str
    words: str


def public_opinions(version: Version, *, names: Mapping[str, str]) -> list[ShownOpinion]:
    """The opinions in the order they came; nobody's words before somebody has read them."""
    rows = version.opinions.select_related("clock").order_by("position")
    return [
        ShownOpinion(
            opinion=one,
            about=names.get(str(one.lineage), ""),
            words=one.text if are_words_public(one) else "",
        )
        for one in rows
    ]


def are_words_public(opinion: Opinion) -> bool:
    """Whether everybody may read what was said: allowed, answered, and not kept back."""
    return opinion.is_shown and opinion.answered_at is not None and not opinion.is_withheld
