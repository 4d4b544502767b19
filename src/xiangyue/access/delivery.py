"""The way a code gets to a phone. Access knows no channel; a module above registers one.

delivery.register(send_direct)  # in AppConfig.ready
"""

from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext as _

from xiangyue.kernel.refusals import Refused


class NoChannel(Refused):
    """Nothing is configured that could carry a message to a phone."""

    code = "no_channel"
    status = 503


class Sender(Protocol):
    """Carries a text to a phone; `purpose` says what for, so that it may be kept or forgotten."""

    def __call__(self, *, phone: str, text: str, purpose: str, at: datetime) -> object: ...


_registered: list[Sender] = []


def register(sender: Sender) -> None:
    """Let `sender` carry the codes from now on, in place of any other."""
    _registered[:] = [sender]


def deliver_code(*, phone: str, text: str, purpose: str, at: datetime) -> None:
    """Hand the text to the registered sender, in the caller's transaction.

    :raises NoChannel: none is registered.
    """
    if not _registered:
        raise NoChannel(
            _("No channel is configured for sending codes to phones; please call the office.")
        )
    _registered[0](phone=phone, text=text, purpose=purpose, at=at)
