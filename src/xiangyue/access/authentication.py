"""How a request to the API says who it is: a bearer token, or the session of a signed-in page.

`REQUIRED` is for what only people with an account may do; `OPTIONAL` lets a visitor through as
nobody. A bad token is refused by both: a program must learn that it was shut out.
"""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security import HttpBearer, SessionAuth

from xiangyue.access.models import Account
from xiangyue.access.queries import token_account
from xiangyue.access.requests import act_as
from xiangyue.kernel.refusals import Refused


class NotSignedIn(Refused):
    """Nobody is signed in, or the token lets nobody in."""

    code = "not_signed_in"
    status = 401


class Bearer(HttpBearer):
    """`Authorization: Bearer xy_…`: an API token of an account."""

    def authenticate(self, request: HttpRequest, token: str) -> Account:
        account = token_account(token, at=timezone.now()) if len(token) <= 200 else None
        if account is None:
            raise NotSignedIn(_("This token is unknown, expired or revoked."))
        act_as(request, account)
        return account


class SignedInSession(SessionAuth):
    """The session cookie of somebody who signed in on the pages, with CSRF protection."""

    def __call__(self, request: HttpRequest) -> Any:
        if self.param_name not in request.COOKIES:
            return None  # no session, so nothing that a forged request could misuse
        return super().__call__(request)


class Anybody:
    """Lets a visitor through as nobody."""

    def __call__(self, request: HttpRequest) -> str:
        return "nobody"


REQUIRED = [Bearer(), SignedInSession()]
OPTIONAL = [Bearer(), SignedInSession(), Anybody()]
