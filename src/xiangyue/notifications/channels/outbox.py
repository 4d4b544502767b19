"""The default for every channel: the outbox keeps the text, and a page shows it."""

from xiangyue.notifications.models import Delivery


def send(delivery: Delivery) -> None:
    """Nothing to do: the row is written, and staff see on the outbox page that it is no more."""
