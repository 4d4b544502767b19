"""How the software says no.

A service that cannot do what was asked raises a subclass of `Refused`. Pages show its
message in place with status 422, the API answers with problem+json; both translate it in one
place (`xiangyue.site.refusals`), so that a page and its API twin refuse with the same words.
"""

from datetime import datetime
from typing import ClassVar

from django.utils.functional import Promise


class Refused(Exception):  # noqa: N818 - a refusal is an outcome for a person, not a programming error
    """An action that was refused, with nothing done.

    `message` is a sentence a clerk can act on (translatable), `code` names the refusal for a
    machine, `source` cites the law or mechanism behind the rule where there is one, and
    `fields` says which entered field is meant, by field name.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 422

    def __init__(
        self,
        message: "str | Promise",
        *,
        source: str = "",
        fields: "dict[str, str | Promise] | None" = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.source = source
        self.fields = fields or {}

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(Refused):
    """The person may not do this here."""

    code = "not_allowed"
    status = 403


class NotFound(Refused):
    """There is no such thing, or none that this person may know of."""

    code = "not_found"
    status = 404


class Conflict(Refused):
    """Somebody else was quicker; look again before acting."""

    code = "conflict"
    status = 409


class TooMany(Refused):
    """Too many attempts in too short a time; `again_at` says when the next may come, if known."""

    code = "too_many"
    status = 429
    again_at: datetime | None = None
