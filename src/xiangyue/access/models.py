"""Who signs in, with what, and who has read whose personal data."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from xiangyue.kernel.identifiers import new_id
from xiangyue.places.models import Person


class Accounts(BaseUserManager["Account"]):
    """Accounts are found by phone number; they have no password."""


class Account(AbstractBaseUser):
    """A phone number that signs in with a code, and the person whose it is.

    What it may do follows from the person's posts alone; nobody is a superuser.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    phone = models.CharField(max_length=20, unique=True)
    is_phone_verified = models.BooleanField(default=False)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="account")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects: ClassVar[Accounts] = Accounts()  # type: ignore[assignment]

    USERNAME_FIELD = "phone"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.phone


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


class PersonalRead(models.Model):
    """Somebody read somebody's personal data: who, whose, what, why, when (GD05, PE02)."""

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
