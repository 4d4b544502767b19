"""What people are told: their inbox, and the outbox of everything that leaves the house."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xiangyue.blueprints.models import Declaration
from xiangyue.kernel.identifiers import new_id
from xiangyue.places.models import Person


class Side(models.TextChoices):
    """In what capacity somebody is told, which decides what page a message leads to."""

    REPORTER = "reporter", _("As reporter")
    CONCERNED = "concerned", _("As somebody with the same matter")
    STAFF = "staff", _("As staff")


class Message(models.Model):
    """One message in one person's inbox.

    Kept are the declaration as it stood and the few values that fill it; the words are put
    together when it is read, in the reader's language. A message to a hidden reporter has
    neither declaration, values nor number, its time is a whole day and its identifier random:
    no row links the person to the incident (PE02).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    recipient = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="messages")
    declaration = models.ForeignKey(
        Declaration, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    params = models.JSONField(default=dict, blank=True)
    number = models.CharField(max_length=16, blank=True)
    side = models.CharField(max_length=10, choices=Side.choices)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["recipient", "-created_at"], name="message_by_recipient"),
            models.Index(
                fields=["recipient"], condition=Q(read_at__isnull=True), name="message_unread"
            ),
            models.Index(fields=["created_at"], name="message_by_age"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="message_generic_says_nothing",
                condition=Q(declaration__isnull=False) | Q(number="", params={}),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.created_at:%F}"


class Channel(models.TextChoices):
    """What carries a text out of the house; `inbox` stands only on rows that reached nobody."""

    SMS = "sms", _("Text message")
    WECHAT = "wechat", _("WeChat")
    EMAIL = "email", _("E-mail")
    LOUDSPEAKER = "loudspeaker", _("Village loudspeaker")
    INBOX = "inbox", _("Inbox")


class DeliveryState(models.TextChoices):
    QUEUED = "queued", _("To be sent")
    SENT = "sent", _("Sent")
    WRITTEN = "written", _("Written here, not sent")
    FAILED = "failed", _("Failed")
    HELD = "held", _("Reaches nobody")


class Purpose(models.TextChoices):
    """What a text is for; what comes from elsewhere (a sign-in code) brings its own word."""

    MESSAGE = "message", _("Message")
    CONFIRM_ADDRESS = "confirm_address", _("Confirming an address")
    ANNOUNCEMENT = "announcement", _("Announcement")


class Delivery(models.Model):
    """One text on its way to one address: the outbox in which nothing silently goes nowhere.

    Where no channel is connected the row itself is the end of the way (`written`). A secret
    text (a code) is shown to nobody. At `forget_at` text and address are blanked; that there
    was a sending, and what became of it, stays.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    channel = models.CharField(max_length=12, choices=Channel.choices)
    address = models.CharField(max_length=254, blank=True)
    place_path = models.CharField(max_length=255, blank=True)
    text = models.TextField(blank=True)
    purpose = models.CharField(max_length=20)
    is_secret = models.BooleanField(default=False)
    message = models.ForeignKey(
        Message, on_delete=models.SET_NULL, related_name="deliveries", null=True, blank=True
    )
    state = models.CharField(max_length=8, choices=DeliveryState.choices)
    attempt_count = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    forget_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        indexes: ClassVar = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(next_attempt_at__isnull=False),
                name="delivery_due",
            ),
            models.Index(
                fields=["forget_at"],
                condition=Q(forget_at__isnull=False),
                name="delivery_to_forget",
            ),
            models.Index(fields=["-created_at"], name="delivery_newest"),
            models.Index(fields=["channel", "place_path"], name="delivery_by_village"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="delivery_queued_has_a_time",
                condition=Q(state="queued", next_attempt_at__isnull=False)
                | (~Q(state="queued") & Q(next_attempt_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="delivery_sent_has_a_time",
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"


class Reach(models.Model):
    """How a person wishes to be reached besides the page; without a row, as everybody."""

    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, related_name="reach", primary_key=True
    )
    has_optional_texts = models.BooleanField(default=True)
    email = models.CharField(max_length=254, blank=True)
    wechat = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name_plural = "reaches"

    def __str__(self) -> str:
        return f"{self.person_id}"
