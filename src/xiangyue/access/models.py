"""Who signs in, with what, and who has read whose personal data."""

import secrets
from collections.abc import Iterator
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from xiangyue.kernel.identifiers import new_id
from xiangyue.places.models import Person


class Accounts(BaseUserManager["Account"]):
    """Accounts are found by phone number; they have no password."""


def new_session_salt() -> str:
    return secrets.token_hex(16)


class Account(AbstractBaseUser):
    """A phone number that signs in with a code, and the person whose it is.

    What it may do follows from the person's posts alone; nobody is a superuser. Every session
    is bound to `session_salt`: a new salt ends them all.
    """

    password = None  # type: ignore[assignment] # the inherited column is not wanted

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    phone = models.CharField(max_length=20, unique=True)
    is_phone_verified = models.BooleanField(default=False)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="account")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    session_salt = models.CharField(max_length=32, default=new_session_salt)

    objects: ClassVar[Accounts] = Accounts()

    USERNAME_FIELD = "phone"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.phone

    def has_usable_password(self) -> bool:
        return False

    def get_session_auth_hash(self) -> str:
        return self._session_hash(None)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(secret)

    def _session_hash(self, secret: str | bytes | None) -> str:
        keyed = salted_hmac(
            "xiangyue.access.session", self.session_salt, secret=secret, algorithm="sha256"
        )
        return keyed.hexdigest()


class Purpose(models.TextChoices):
    """What a code sent to a phone is good for; it is good for nothing else."""

    SIGN_IN = "sign_in", _("Signing in")
    REPORT = "report", _("Making a report")
    TOKEN = "token", _("Letting a program in")
    NUMBER = "number", _("Changing your number")


class PhoneCode(models.Model):
    """The latest code sent to a phone for one purpose; neither phone nor code can be read off it.

    Both are kept as keyed digests, so that asking for codes leaves no list of numbers behind.
    """

    phone_digest = models.CharField(max_length=64)
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    wrong_count = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["phone_digest", "purpose"], name="phone_code_latest"),
        ]
        indexes = [models.Index(fields=["expires_at"], name="phone_code_by_expiry")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.sent_at:%F %T}"


class CodeTally(models.Model):
    """When what is limited was last done under a key, which is kept as a digest (`limits`)."""

    digest = models.CharField(max_length=64, primary_key=True)
    asked_at = models.JSONField(default=list)
    latest_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{len(self.asked_at)} {self.latest_at:%F %T}"


class ApiToken(models.Model):
    """A bearer token for the API; only its digest is kept, so it is shown once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


READABLE = {
    "name": _("Name"),
    "phone": _("Mobile number"),
    "address": _("Address"),
    "household": _("Household"),
    "birth_date": _("Date of birth"),
    "register": _("An entry in the register"),
}


class PersonalRead(models.Model):
    """Somebody read somebody's personal data: who, whose, what, why, when (GD05, PE02).

    `what` lists keys of `READABLE`, separated by commas.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reader = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reads_made")
    subject = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reads_of_me")
    what = models.CharField(max_length=60)
    purpose = models.CharField(max_length=200)
    read_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subject", "read_at"], name="read_by_subject")]

    def __str__(self) -> str:
        return f"{self.what} {self.read_at:%F}"

    def what_named(self) -> str:
        """What was read, in words."""
        return " · ".join(str(READABLE.get(key, key)) for key in self.what.split(","))


class Wish(models.TextChoices):
    CORRECTION = "correction", _("Correction")
    DELETION = "deletion", _("Deletion")


class DataRequest(models.Model):
    """A person asks to have their data corrected or deleted; answered in 15 working days (GD05)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="data_requests")
    wish = models.CharField(max_length=10, choices=Wish.choices)
    text = models.TextField(max_length=1000, blank=True)
    requested_at = models.DateTimeField()
    answer = models.TextField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="data_request_answered_whole",
                condition=models.Q(answered_at=None, answered_by=None, answer="")
                | (
                    models.Q(answered_at__isnull=False, answered_by__isnull=False)
                    & ~models.Q(answer="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wish} {self.requested_at:%F}"
