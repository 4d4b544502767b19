"""Our side of allauth, which runs the step after the code: a second factor, then the session."""

from base64 import urlsafe_b64encode
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from xiangyue.access.models import Account
from xiangyue.access.queries import standing_of
from xiangyue.access.rules import session_life

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SIGNED_IN_AT = "signed_in_at"


class AccountAdapter(DefaultAccountAdapter):
    """Phone and code come from `codes`; nobody signs up or has a password."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_stages(self) -> list[str]:
        return ["allauth.mfa.stages.AuthenticateStage"]

    def get_phone(self, user: AbstractBaseUser) -> tuple[str, bool]:
        assert isinstance(user, Account)
        return user.phone, user.is_phone_verified

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        assert isinstance(user, Account)
        start_session(request, user)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """No message after each step: the page that follows says enough."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nobody has a mail address here."""

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        from xiangyue.access.services import AccountClosed

        raise AccountClosed(_("This account is closed; please ask at the village office."))


class MfaAdapter(DefaultMFAAdapter):
    """Secrets of second factors are kept encrypted."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return _("Xiangyue")


def _cipher() -> MultiFernet:
    """Encrypts with a key drawn from the secret key; older secret keys still decrypt."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (
        salted_hmac("xiangyue.access.second_factor", "", secret=secret, algorithm="sha256")
        for secret in secrets
    )
    return MultiFernet([Fernet(urlsafe_b64encode(keyed.digest())) for keyed in digests])


def start_session(request: HttpRequest, account: Account) -> None:
    """Begin a session under a new key, as long as the person's posts let it last."""
    now = timezone.now()
    login(request, account, backend=BACKEND)
    request.session.cycle_key()
    request.session[SIGNED_IN_AT] = now.timestamp()
    life = session_life(standing_of(account.person, at=now))
    request.session.set_expiry(int(life.total_seconds()))
