"""The API of secret votes: the same as the pages, which use it.

A vote comes without a cookie and without a token: nobody could tell who cast it, and one that
comes with either is refused.
"""

from typing import Any
from uuid import UUID

import segno
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Body, Field, Router, Schema
from ninja.responses import Status

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.requests import person, standing
from xiangyue.ballots.access import ballot_to_keep
from xiangyue.ballots.models import Ballot
from xiangyue.ballots.secret import queries, services
from xiangyue.ballots.secret.models import Trustee
from xiangyue.ballots.secret.refusals import NotAnonymous, NotTrustee
from xiangyue.kernel.refusals import NotAllowed
from xiangyue.places.models import Person

router = Router(tags=["secret votes"])
MOST_OCTETS = 1_500_000


class SecretSlipIn(Schema):
    slip: str = Field(max_length=64, description="SHA-256 of the credential; docs/secret-votes.md")


class TrusteeKeyIn(Schema):
    key: str = Field(max_length=512)
    proof: list[str] = Field(max_length=2)


class OpeningIn(Schema):
    shares: list[Any] = Field(max_length=100)


class TrusteesIn(Schema):
    people: list[UUID] = Field(max_length=services.MOST_TRUSTEES)


class SealedReceiptOut(Schema):
    position: int
    code: str
    before: str
    head: str
    qr: list[str] = Field(description="The address of the receipt on the board, drawn in 0 and 1")


class BoxRowOut(Schema):
    position: int
    code: str
    head: str


class BoxOut(Schema):
    fingerprint: str
    head: str
    taken_count: int
    votes: list[BoxRowOut]


@router.get(
    "/votes/{uuid:box_id}/secret/board", auth=None, response=BoxOut,
    summary="The receipts in the box, with its head",
)  # fmt: skip
def show_board(request: HttpRequest, box_id: UUID) -> dict[str, Any]:
    box = queries.public_box(box_id)
    return {
        "fingerprint": box.fingerprint,
        "head": box.head,
        "taken_count": queries.taken_count(box),
        "votes": queries.board_rows(box),
    }


@router.get(
    "/votes/{uuid:box_id}/secret/recount", auth=None, response=dict[str, Any],
    summary="Everything for a recount by scripts/recount.py, after the close",
)  # fmt: skip
def show_recount(request: HttpRequest, box_id: UUID) -> dict[str, Any]:
    return queries.published(queries.public_box(box_id))


@router.post(
    "/votes/{uuid:box_id}/secret/slips", auth=REQUIRED, response={204: None},
    url_name="take-slip", summary="Take the slip with which a sealed vote is cast",
)  # fmt: skip
def take_slip(request: HttpRequest, box_id: UUID, entered: SecretSlipIn) -> Status[None]:
    box = queries.public_box(box_id)
    services.take_slip(ballot=box.ballot, voter=_own(request), slip=entered.slip, at=timezone.now())
    return Status(204, None)


@router.post(
    "/votes/{uuid:box_id}/secret/votes", auth=None, response=SealedReceiptOut,
    url_name="cast-sealed", summary="Cast a sealed vote, without saying who one is",
)  # fmt: skip
def cast_sealed(
    request: HttpRequest,
    box_id: UUID,
    content: Body[dict[str, Any]],
) -> dict[str, Any]:
    if settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers:
        raise NotAnonymous(
            _("This vote said who casts it, so it was not taken. Vote on the page of the vote."),
            source="EL01",
        )
    box = queries.public_box(box_id)
    receipt = services.cast_sealed(ballot=box.ballot, content=content, at=timezone.now())
    address = request.build_absolute_uri(reverse("secret-box", args=[box_id]))
    drawn = segno.make(f"{address}#{receipt.code}", error="m", micro=False)
    return {
        "position": receipt.position,
        "code": receipt.code,
        "before": receipt.before,
        "head": receipt.head,
        "qr": ["".join("1" if dot else "0" for dot in row) for row in drawn.matrix],
    }


@router.put(
    "/votes/{uuid:box_id}/secret/trustees", auth=REQUIRED, response={204: None},
    summary="Name those who open the box together",
)  # fmt: skip
def name_trustees(request: HttpRequest, box_id: UUID, entered: TrusteesIn) -> Status[None]:
    ballot = ballot_to_keep(standing(request), box_id)
    found = {each.pk: each for each in Person.objects.filter(pk__in=entered.people)}
    people = [found[key] for key in entered.people if key in found]
    services.name_trustees(ballot=ballot, people=people, by=_own(request), at=timezone.now())
    return Status(204, None)


@router.put(
    "/votes/{uuid:box_id}/secret/key", auth=REQUIRED, response={204: None},
    url_name="deliver-key", summary="A trustee's part of the key, with its proof",
)  # fmt: skip
def deliver_key(request: HttpRequest, box_id: UUID, entered: TrusteeKeyIn) -> Status[None]:
    services.deliver_share(
        trustee=_own_part(request, box_id),
        share=entered.dict(),
        by=_own(request),
        at=timezone.now(),
    )
    return Status(204, None)


@router.post(
    "/votes/{uuid:box_id}/secret/openings", auth=REQUIRED, response={204: None},
    url_name="open-part", summary="A trustee's part in opening the sum, with its proofs",
)  # fmt: skip
def open_part(request: HttpRequest, box_id: UUID, entered: OpeningIn) -> Status[None]:
    services.open_part(
        trustee=_own_part(request, box_id),
        shares=entered.shares,
        by=_own(request),
        at=timezone.now(),
    )
    return Status(204, None)


def _own(request: HttpRequest) -> Person:
    found = person(request)
    if found is None:
        raise NotAllowed(_("Sign in as a person first."))
    return found


def _own_part(request: HttpRequest, box_id: UUID) -> Trustee:
    trustee = queries.trustee_of(Ballot(pk=box_id), person(request))
    if trustee is None:
        raise NotTrustee(_("You are no trustee of this vote."))
    return trustee
