"""The groups' work: asking, taking, consenting, hearing, concluding."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router
from ninja.responses import Status

from xiangyue.access.authentication import REQUIRED
from xiangyue.councils import access, queries, services
from xiangyue.councils.api.schemas import (
    GroupActIn,
    GroupAskIn,
    GroupMatterDetailOut,
    GroupMattersOut,
)
from xiangyue.councils.api.telling import group_detail, group_row, signed_in
from xiangyue.councils.finding import person_called
from xiangyue.councils.models import GroupMatter, GroupMatterState
from xiangyue.councils.pages.groups import built, tried_act
from xiangyue.councils.printing import minutes_pdf
from xiangyue.kernel.refusals import NotFound

router = Router()


@router.post(
    "/councils/{uuid:council_key}/group-matters",
    auth=REQUIRED,
    response={201: GroupMatterDetailOut},
    summary="Ask a group",
)
def ask(request: HttpRequest, council_key: UUID, entered: GroupAskIn) -> Status[dict[str, Any]]:
    """With `said_by` somebody who keeps the group or sits in it enters it for others."""
    found, who = access.public_council(council_key), signed_in(request)
    people = [person_called(name, found.place) for name in entered.about]
    asker: dict[str, Any] = {"entered_by": who} if entered.said_by.strip() else {"by": who}
    made = services.ask_group(
        council=found, at=timezone.now(), concerned=[one for one in people if one is not None],
        **asker, **entered.dict(exclude={"about"}),
    )  # fmt: skip
    return Status(201, group_detail(made, who))


@router.get(
    "/groups/{uuid:council_id}/matters",
    auth=REQUIRED,
    response=GroupMattersOut,
    summary="What a group has before it, for its members",
)
def list_matters(request: HttpRequest, council_id: UUID, page: int = 1) -> dict[str, Any]:
    who, now = signed_in(request), timezone.now()
    found = access.group_of(who, council_id, at=now)
    rows = access.group_matters_for(who, found, at=now)
    shown = Paginator(rows, queries.PAGE_SIZE).get_page(page)
    return {
        "matters": [group_row(one) for one in shown],
        "count": shown.paginator.count,
        "page": shown.number,
    }


def _matter(request: HttpRequest, group_matter_id: UUID) -> GroupMatter:
    return access.group_matter_for(signed_in(request), group_matter_id, at=timezone.now())


@router.get(
    "/group-matters/{uuid:group_matter_id}",
    auth=REQUIRED,
    response=GroupMatterDetailOut,
    summary="One matter",
)
def show_matter(request: HttpRequest, group_matter_id: UUID) -> dict[str, Any]:
    return group_detail(_matter(request, group_matter_id), signed_in(request))


@router.get("/group-matters/{uuid:group_matter_id}/minutes.pdf", auth=REQUIRED, summary="Minutes")
def show_minutes(request: HttpRequest, group_matter_id: UUID) -> HttpResponse:
    found = _matter(request, group_matter_id)
    if found.state != GroupMatterState.CONCLUDED or found.is_forgotten:
        raise NotFound(_("There are no minutes yet, or no longer."))
    response = HttpResponse(minutes_pdf(found), content_type="application/pdf")
    response["Cache-Control"] = "private, no-store"
    return response


@router.post(
    "/group-matters/{uuid:group_matter_id}/{group_act}",
    auth=REQUIRED,
    response=GroupMatterDetailOut,
    summary="Take, name, consent, hear, propose, agree, conclude, step-back, end",
)
def act(
    request: HttpRequest, group_matter_id: UUID, group_act: str, entered: GroupActIn
) -> dict[str, Any]:
    found, who = _matter(request, group_matter_id), signed_in(request)
    given = {key: said for key, said in entered.dict().items() if said not in (None, False, "")}
    for key in ("consents", "agrees"):
        if getattr(entered, key) is not None:
            given[key] = "yes" if getattr(entered, key) else "no"
    tried_act(built(found, who, given, entered.who, group_act))
    return group_detail(GroupMatter.objects.get(pk=found.pk), who)
