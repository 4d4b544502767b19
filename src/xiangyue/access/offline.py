"""What a phone without network needs of the server, and what it claims when it sends later.

A phone keeps what was written in a dead spot, for one owner, and sends it when it can. It says
for whom it sends (`OWNER`), so that nothing is taken in under somebody else's session, and when
it was written by its own clock, which decides nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse

from xiangyue.access.requests import account

VISITOR = "visitor"
OWNER = "Outbox-Owner"  # asked: for whom it is sent; answered: whose page this is
LOCATION = "Outbox-Location"  # answered: taken in; go on there
REFUSED = "Outbox-Refused"  # answered: not for whom this session is
KEEP = "Keep-Offline"  # answered: a phone may keep this page
_NEVER = "_never_kept_offline"
CLAIMS = ("phone_recorded", "phone_offset_then", "phone_offset_now")
CLOCK_WAS_CHANGED = timedelta(minutes=2)
FARTHEST = timedelta(days=36_500)


def owner_of(request: HttpRequest) -> str:
    """Whose drafts and kept pages these are: an account, or whoever has not signed in."""
    found = account(request)
    return str(found.pk) if found is not None else VISITOR


def keep_on_phone(response: HttpResponse) -> HttpResponse:
    """Let the owner's phone keep this page for where there is no network.

    Never a page that names a hidden reporter or shows a confidential matter.
    """
    response.headers[KEEP] = "1"
    return response


def never_keep(request: HttpRequest) -> None:
    """Whatever page comes of this request, no phone keeps it."""
    request.__dict__[_NEVER] = True


@dataclass(frozen=True, slots=True)
class Claim:
    """When something was recorded, as a phone tells it; believed for explaining alone.

    `recorded_at` is by the phone's clock. `offset` is by how much the server's clock is ahead of
    it, as far as the phone knows; `is_clock_changed` when it differed between recording and
    sending.
    """

    recorded_at: datetime
    offset: timedelta | None = None
    is_clock_changed: bool = False

    @property
    def likely_at(self) -> datetime:
        """When that was by the server's clock."""
        return self.recorded_at + (self.offset or timedelta())


def claim_of(request: HttpRequest) -> Claim | None:
    """What the phone claims in the form that it sent; nothing where it claims nothing sensible."""
    recorded, then, now = (_milliseconds(request.POST.get(name, "")) for name in CLAIMS)
    if recorded is None or not timedelta() < recorded < FARTHEST:
        return None
    is_changed = then is not None and now is not None and abs(then - now) > CLOCK_WAS_CHANGED
    return Claim(
        recorded_at=datetime.fromtimestamp(0, UTC) + recorded,
        offset=then if then is not None else now,
        is_clock_changed=is_changed,
    )


def _milliseconds(text: str) -> timedelta | None:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 14):
        return None
    return timedelta(milliseconds=int(text))


Handler = Callable[[HttpRequest], HttpResponse]


def outbox_answered(handle: Handler) -> Handler:
    """Speak with a phone's outbox: nothing for another owner, and no page where none is looked at.

    A form that was sent from an outbox and would lead on is answered 204 with the address, which
    spares the phone a page over a weak signal.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        sent_for = request.headers.get(OWNER, "")
        if not sent_for or request.method != "POST":
            response = handle(request)
            if _is_page(response):
                response.headers[OWNER] = owner_of(request)
            if _NEVER in request.__dict__:
                del response.headers[KEEP]
            return response
        if sent_for != owner_of(request):
            return HttpResponse(status=403, headers={REFUSED: "owner"})
        response = handle(request)
        if response.status_code in {302, 303}:
            answer = HttpResponse(status=204, headers={LOCATION: response.headers["Location"]})
            answer.cookies = response.cookies
            return answer
        return response

    return middleware


def _is_page(response: HttpResponse) -> bool:
    """Whether a phone might keep it; what systems ask for is nobody's page."""
    return response.headers.get("Content-Type", "").startswith("text/html")
