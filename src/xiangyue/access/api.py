"""The API's twin of the pages on which people sign in and see what is held about them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from ninja.responses import Status

from xiangyue.access import queries, services
from xiangyue.access.authentication import REQUIRED
from xiangyue.access.codes import send_code
from xiangyue.access.models import Account, ApiToken, DataRequest, PersonalRead, Purpose, Wish
from xiangyue.access.requests import account, client_address
from xiangyue.kernel.moments import Moment
from xiangyue.kernel.refusals import NotFound

router = Router(tags=["access"])


class PhoneIn(Schema):
    phone: str = Field(max_length=40, examples=["13800138000"])


class TokenByCodeIn(Schema):
    phone: str = Field(max_length=40, examples=["13800138000"])
    code: str = Field(max_length=40, examples=["123456"])
    name: str = Field(max_length=60, description="What the program is")
    days: int = Field(90, ge=1, le=services.TOKEN_DAYS_MOST)


class TokenIn(Schema):
    name: str = Field(max_length=60, description="What the program is")
    days: int = Field(90, ge=1, le=services.TOKEN_DAYS_MOST)


class TokenOut(Schema):
    id: UUID
    name: str
    created_at: datetime
    expires_at: datetime


class NewTokenOut(TokenOut):
    secret: str = Field(description="Shown this once; send it as `Authorization: Bearer …`")


class PostOut(Schema):
    role_name: str
    place_name: str
    organisation_name: str
    active_from: datetime


class MeOut(Schema):
    id: UUID
    name: str
    phone: str
    home_name: str
    posts: list[PostOut]


class ReadOut(Schema):
    reader_name: str
    what: str
    purpose: str
    read_at: datetime

    @staticmethod
    def resolve_reader_name(read: PersonalRead) -> str:
        return read.reader.name


class NameIn(Schema):
    name: str = Field(max_length=60)


class OwnRequestIn(Schema):
    wish: Literal["correction", "deletion"]
    text: str = Field("", max_length=1000)


class OwnRequestOut(OwnRequestIn):
    requested_at: datetime
    answer: str
    answered_at: datetime | None


@router.post("/tokens/code", auth=None, response={204: None}, summary="Send a code to a phone")
def send_token_code(request: HttpRequest, entered: PhoneIn) -> Status[None]:
    send_code(
        phone=entered.phone,
        purpose=Purpose.TOKEN,
        at=timezone.now(),
        ip=client_address(request),
    )
    return Status(204, None)


@router.post("/tokens", auth=None, response={201: NewTokenOut}, summary="A token for a code")
def create_token_by_code(request: HttpRequest, entered: TokenByCodeIn) -> Status[object]:
    now = timezone.now()
    owner = services.sign_in_program(phone=entered.phone, code=entered.code, at=now)
    return _create(owner, name=entered.name, days=entered.days, at=now)


@router.get("/me", auth=REQUIRED, response=MeOut, summary="Who I am and which posts I hold")
def show_me(request: HttpRequest) -> dict[str, object]:
    who = _own(request)
    return {
        "id": who.person.pk,
        "name": who.person.name,
        "phone": who.phone,
        "home_name": queries.home_name(who.person),
        "posts": queries.own_posts(who.person, at=timezone.now()),
    }


@router.get("/me/tokens", auth=REQUIRED, response=list[TokenOut], summary="My working tokens")
def list_tokens(request: HttpRequest) -> list[ApiToken]:
    return list(queries.working_tokens(_own(request), at=timezone.now()))


@router.post("/me/tokens", auth=REQUIRED, response={201: NewTokenOut}, summary="Another token")
def create_token(request: HttpRequest, entered: TokenIn) -> Status[object]:
    return _create(_own(request), name=entered.name, days=entered.days, at=timezone.now())


@router.delete(
    "/me/tokens/{uuid:token_id}", auth=REQUIRED, response={204: None}, summary="Revoke a token"
)
def revoke_token(request: HttpRequest, token_id: UUID) -> Status[None]:
    token = queries.own_token(_own(request), token_id)
    if token is None:
        raise NotFound(_("You have no such token."))
    services.revoke_token(token=token, at=timezone.now())
    return Status(204, None)


@router.post(
    "/me/sign-out-everywhere",
    auth=REQUIRED,
    response={204: None},
    summary="End every session and token",
)
def sign_out_everywhere(request: HttpRequest) -> Status[None]:
    services.sign_out_everywhere(account=_own(request), at=timezone.now())
    return Status(204, None)


@router.put("/me/name", auth=REQUIRED, response={204: None}, summary="Correct my name")
def correct_name(request: HttpRequest, entered: NameIn) -> Status[None]:
    services.correct_name(person=_own(request).person, name=entered.name, at=timezone.now())
    return Status(204, None)


@router.get(
    "/me/data-requests",
    auth=REQUIRED,
    response=list[OwnRequestOut],
    summary="What I asked about my data, and the answers",
)
def list_own_requests(request: HttpRequest) -> list[DataRequest]:
    return list(_own(request).person.data_requests.order_by("-requested_at")[:100])


@router.post(
    "/me/data-requests",
    auth=REQUIRED,
    response={201: OwnRequestOut},
    summary="Ask for my data to be corrected or deleted",
)
def ask_about_data(request: HttpRequest, entered: OwnRequestIn) -> Status[DataRequest]:
    made = services.request_about_data(
        person=_own(request).person,
        wish=Wish(entered.wish),
        text=entered.text,
        at=timezone.now(),
    )
    return Status(201, made)


@router.get("/me/reads", auth=REQUIRED, response=list[ReadOut], summary="Who read my data, and why")
def list_reads(request: HttpRequest, before: Moment | None = None) -> list[PersonalRead]:
    reads = queries.reads_of(_own(request).person, before=before)
    return list(reads[: queries.READS_SHOWN])


def _own(request: HttpRequest) -> Account:
    who = account(request)
    assert who is not None  # REQUIRED saw to it
    return who


def _create(owner: Account, *, name: str, days: int, at: datetime) -> Status[object]:
    token, secret = services.create_token(account=owner, name=name, days=days, at=at)
    return Status(
        201,
        {
            "id": token.pk,
            "name": token.name,
            "created_at": token.created_at,
            "expires_at": token.expires_at,
            "secret": secret,
        },
    )
