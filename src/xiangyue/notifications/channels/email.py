"""E-mail by the mail server of XIANGYUE_EMAIL_HOST."""

from smtplib import SMTPException

from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from xiangyue.notifications.channels.failing import ChannelFailed
from xiangyue.notifications.models import Delivery


def send(delivery: Delivery) -> None:
    """Send the text as a plain mail; its first line is the subject.

    :raises ChannelFailed: the server does not answer or does not take it.
    """
    subject = delivery.text.partition("\n")[0][:80] or _("News")
    mail = EmailMessage(
        subject=subject,
        body=delivery.text,
        to=[delivery.address],
        headers={"X-Delivery": str(delivery.pk)},
    )
    try:
        taken = mail.send()
    except (SMTPException, OSError) as error:
        raise ChannelFailed(f"{type(error).__name__}: {error}") from error
    if not taken:
        raise ChannelFailed("the mail server took nothing")
