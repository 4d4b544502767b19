"""A program that heard no answer sends again, under the same key, and nothing is done twice."""

import json
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.incidents.models import Incident
from xiangyue.incidents.sent import Sending, digest_of, done_once, was_taken
from xiangyue.incidents.services import Actor
from xiangyue.kernel.refusals import Refused

KEY = "Idempotency-Key"


def _described(meaning: str) -> dict[str, Any]:
    header = {
        "in": "header",
        "name": KEY,
        "required": False,
        "schema": {"type": "string", "format": "uuid"},
        "description": meaning,
    }
    return {"parameters": [header]}


DESCRIBED = _described(
    "your own key for this act; sent again under it, it is done once. The same key with other"
    " words or for another act is refused (409 sent_differently), and so is somebody else's"
    " (403 sent_by_another)."
)
DESCRIBED_FOR_REPORTS = _described(
    "as client_key, which goes first; sent again under it, it is the same report"
)
Done = TypeVar("Done")


class KeyNotUnderstood(Refused):
    """The key of a sending is no UUID."""

    code = "key_not_understood"


def key_of(request: HttpRequest) -> UUID | None:
    """The sender's key, if there is one.

    :raises KeyNotUnderstood: it is none.
    """
    text = request.headers.get(KEY, "").strip()
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise KeyNotUnderstood(_("The header Idempotency-Key must be a UUID.")) from None


def sending_of(request: HttpRequest) -> Sending | None:
    """The act as a program sent it under a key; the version it knew of is none of its words."""
    key = key_of(request)
    if key is None:
        return None
    said = json.loads(request.body or b"{}")
    words = {
        name: [json.dumps(value, sort_keys=True)]
        for name, value in said.items()
        if name != "version"
    }
    return Sending(key, digest_of(words, photo_count=0))


def is_resent(request: HttpRequest, *, number: str, verb: str, actor: Actor) -> bool:
    """Whether this very act was done before.

    :raises SentByAnother, SentDifferently: as `sent.was_taken`.
    """
    sending = sending_of(request)
    return sending is not None and was_taken(sending, number=number, verb=verb, actor=actor)


def acted(
    request: HttpRequest, incident: Incident, act: Callable[[], Done], *, verb: str, actor: Actor
) -> Done | None:
    """What the act returns; None where the same sending is being done at this moment."""
    sending = sending_of(request)
    if sending is None:
        return act()
    return done_once(sending, incident=incident, verb=verb, actor=actor, at=timezone.now(), act=act)
