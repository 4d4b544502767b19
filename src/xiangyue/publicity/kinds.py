"""The declared kinds of notices, and which of them somebody may publish where."""

from django.utils.translation import get_language

from xiangyue.access.rules import Standing
from xiangyue.blueprints.models import Declaration
from xiangyue.blueprints.queries import all_current, current, meaning
from xiangyue.places.models import Place
from xiangyue.publicity.blueprint import NoticeKind
from xiangyue.publicity.models import Notice

KIND = "notice_kind"
PUBLISH = "publicity.publish"
ANSWER = "publicity.answer"


def kind_row(key: str) -> Declaration:
    """:raises NotFound: no such kind is declared."""
    return current(KIND, key)


def kind_of(notice: Notice) -> NoticeKind:
    """The kind as it was declared when the notice was published."""
    return meaning(notice.declaration, NoticeKind)


def all_kinds() -> dict[str, NoticeKind]:
    """Every kind that is declared now, by key."""
    return {row.key: meaning(row, NoticeKind) for row in all_current(KIND)}


def kind_names() -> dict[str, str]:
    """What people call the kinds, by key."""
    language = get_language()
    return {key: kind.name.in_language(language) for key, kind in all_kinds().items()}


def may_publish(standing: Standing, kind: NoticeKind, place: Place) -> bool:
    """Whether a post of theirs publishes notices of this kind on this place's board."""
    return place.kind in kind.levels and _has_post(standing, kind.published_by, PUBLISH, place.path)


def may_answer(standing: Standing, notice: Notice) -> bool:
    """Whether a post of theirs answers objections to this notice."""
    return _has_post(standing, kind_of(notice).answered_by, ANSWER, notice.place_path)


def _has_post(standing: Standing, roles: tuple[str, ...], verb: str, path: str) -> bool:
    return any(
        holding.role in roles and verb in holding.area_verbs and path.startswith(holding.place_path)
        for holding in standing.holdings
    )
