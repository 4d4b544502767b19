"""What of objections and answers one may see: everybody, whoever holds the receipt, the desk."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from xiangyue.publicity import rules
from xiangyue.publicity.models import Notice, Objection


@dataclass(frozen=True, slots=True)
class ShownObjection:
    """An objection as everybody sees it: its words and its name only where they were given."""

    objection: Objection
    words: str
    said_by: str

    @property
    def position(self) -> int:
        return self.objection.position


def public_objections(notice: Notice) -> list[ShownObjection]:
    """The objections in the order they came; a wish to be taken out is nobody else's business.

    Nobody's words are public before somebody who answers has read them.
    """
    rows = notice.objections.filter(is_removal=False).select_related("person")
    return [
        ShownObjection(
            objection=one,
            words=one.text if are_words_public(one) else "",
            said_by=named(one) if are_words_public(one) and one.shown == rules.Shown.NAME else "",
        )
        for one in rows
    ]


def are_words_public(objection: Objection) -> bool:
    """Whether everybody may read what was said: allowed, answered, and not kept back."""
    return (
        objection.shown != rules.Shown.NOTHING
        and objection.answered_at is not None
        and not objection.is_withheld
    )


def named(objection: Objection) -> str:
    """Who said it, for those who may know; "" when nobody said who they are."""
    return objection.person.name if objection.person is not None else objection.said_by


def outcome_in_words(objection: Objection) -> str:
    if objection.answered_at is None:
        return _("Not answered yet")
    return _("Found right") if objection.is_upheld else _("Not found right")
