"""What carries texts out of the house: one function each, `send(delivery)`, chosen by setting.

A channel that is not connected ends in the outbox, where staff see what nobody was sent.
"""

from collections.abc import Callable, Mapping

from django.conf import settings

from xiangyue.notifications.channels import email, http, outbox, wechat
from xiangyue.notifications.channels.failing import ChannelFailed
from xiangyue.notifications.models import Delivery

Send = Callable[[Delivery], None]

OUTBOX = "outbox"
ADAPTERS: Mapping[str, Send] = {
    OUTBOX: outbox.send,
    "http": http.send,
    "smtp": email.send,
    "wechat": wechat.send,
}


def adapter_name(channel: str) -> str:
    """What serves the channel in this installation."""
    return str(settings.CHANNELS.get(channel, OUTBOX))


def is_connected(channel: str) -> bool:
    """Whether the channel leads anywhere beyond the outbox."""
    return adapter_name(channel) != OUTBOX


def send(delivery: Delivery) -> None:
    """Hand the text to what serves its channel; never inside a transaction.

    :raises ChannelFailed: it did not take the text, or nobody can say that it did.
    """
    ADAPTERS[adapter_name(delivery.channel)](delivery)


__all__ = ["ADAPTERS", "OUTBOX", "ChannelFailed", "adapter_name", "is_connected", "send"]
