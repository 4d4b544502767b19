"""One line of a resident's first page, which modules fill by their `nearby.py`:

    def lines_for(request: HttpRequest, *, place: Place, at: datetime) -> list[NearbyLine]

It tells what is afoot for whoever asks and lives at the place: what is asked of them, what is
theirs, and what goes on around them. The page shows few, so a module tells at most `MOST` that go
on around somebody, those that end soonest or are newest.
"""

from dataclasses import dataclass
from datetime import date, datetime

MOST = 3


@dataclass(frozen=True, slots=True)
class NearbyLine:
    """One thing, in one line.

    `kind` says in a word what it is and `where` the everyday name of the place that it is of, both
    in the interface language. `asks` is what is asked of the person, in a word or two ("Your
    vote"); "" asks nothing. `is_mine` says that it is the person's own and asks nothing now.
    `begins` is when it begins, `until` when it ends: a moment, or the last civil day. `since` is
    from when on it is there, for what has no end. `about` names the thing as the record does
    (`compacts.version:…`), so that two lines about one thing become one.
    """

    title: str
    url: str
    kind: str = ""
    where: str = ""
    asks: str = ""
    is_mine: bool = False
    begins: datetime | None = None
    until: date | datetime | None = None
    since: datetime | None = None
    about: str = ""


def about(subject_type: str, subject_id: object) -> str:
    """A thing's name for `NearbyLine.about`; "" where there is none."""
    return f"{subject_type}:{subject_id}" if subject_type else ""
