"""One's own calendar address over the API."""

from datetime import datetime
from typing import cast

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema
from ninja.responses import Status

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.models import Account
from xiangyue.access.requests import account
from xiangyue.site.feeds import services
from xiangyue.site.feeds.pages import feed_url
from xiangyue.site.models import FeedAddress

router = Router(tags=["me"])


class FeedOut(Schema):
    made_at: datetime | None = Field(description="empty: there is none")


class NewFeedOut(Schema):
    url: str = Field(description="told this once; whoever holds it reads the calendar")


@router.get(
    "/me/calendar-feed", auth=REQUIRED, response=FeedOut, summary="Whether I have a calendar feed"
)
def show_feed(request: HttpRequest) -> dict[str, object]:
    found = FeedAddress.objects.filter(account=cast(Account, account(request))).first()
    return {"made_at": found.made_at if found is not None else None}


@router.post(
    "/me/calendar-feed",
    auth=REQUIRED,
    response={201: NewFeedOut},
    summary="A new calendar address; the old one stops",
)
def renew_feed(request: HttpRequest) -> Status[dict[str, str]]:
    who = cast(Account, account(request))
    secret = services.renew_feed(account=who, at=timezone.now())
    return Status(201, {"url": feed_url(request, secret)})


@router.delete(
    "/me/calendar-feed", auth=REQUIRED, response={204: None}, summary="End my calendar address"
)
def end_feed(request: HttpRequest) -> Status[None]:
    services.end_feed(account=cast(Account, account(request)), at=timezone.now())
    return Status(204, None)
