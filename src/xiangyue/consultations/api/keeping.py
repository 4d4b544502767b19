"""Beginning, moderating and closing, for those who keep consultations."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router
from ninja.responses import Status

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.requests import standing
from xiangyue.consultations import access, queries, rules, services
from xiangyue.consultations.api.schemas import (
    AppealDecideIn,
    ConsultationBeginIn,
    ConsultationOut,
    ConsultationsOut,
    HandsIn,
    HandsOut,
    HideIn,
    KeptConsultationOut,
    KeptStatementOut,
    ListQuery,
    ModerateIn,
)
from xiangyue.consultations.api.telling import (
    hands_row,
    kept_statement_row,
    page_of,
    place_with,
    row,
    signed_in,
)
from xiangyue.consultations.forms import end_of
from xiangyue.consultations.models import Consultation, ShowOfHands, Statement
from xiangyue.consultations.pages.desk import with_consultations
from xiangyue.consultations.queries import Narrowed

router = Router()


def _kept(request: HttpRequest, found: Consultation) -> dict[str, Any]:
    mine = standing(request)
    statements = found.statements.all()
    if not access.keeps(mine, found):
        statements = statements.filter(state=Statement.State.OPEN)
    hands = ShowOfHands.objects.filter(
        statement__consultation=found, place__in=access.courtyards(mine, found)
    ).select_related("place")
    return row(found) | {
        "participant_count": rules.tellable([found.participant_count])[0],
        "statements": [kept_statement_row(one) for one in statements],
        "hands": [hands_row(one) for one in hands[:2_000]],
    }


@router.get("/kept-consultations", auth=REQUIRED, response=ConsultationsOut, summary="Those I keep")
def list_kept(request: HttpRequest, query: Query[ListQuery]) -> dict[str, Any]:
    mine = with_consultations(request)
    narrowed = Narrowed.from_query(query.dict(exclude={"page"}))
    rows = queries.listed(access.kept_consultations(mine), narrowed, at=timezone.now())
    return page_of(rows, query.page)


@router.post(
    "/kept-consultations",
    auth=REQUIRED,
    response={201: ConsultationOut},
    summary="Begin a consultation",
)
def begin(request: HttpRequest, entered: ConsultationBeginIn) -> Status[dict[str, Any]]:
    made = services.begin(
        by=signed_in(request),
        at=timezone.now(),
        place=place_with(entered.place),
        closes_at=end_of(min(entered.closes_on, date(9000, 1, 1))),
        **entered.dict(exclude={"place", "closes_on"}),
    )
    return Status(201, row(made))


@router.get(
    "/kept-consultations/{uuid:consultation_id}",
    auth=REQUIRED,
    response=KeptConsultationOut,
    summary="One at the desk",
)
def show_kept(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    return _kept(request, access.kept_consultation(with_consultations(request), consultation_id))


@router.post(
    "/kept-consultations/{uuid:consultation_id}/close",
    auth=REQUIRED,
    response=KeptConsultationOut,
    summary="Close it",
)
def close(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    found = access.kept_consultation(with_consultations(request), consultation_id)
    return _kept(
        request, services.close(consultation=found, by=signed_in(request), at=timezone.now())
    )


@router.get(
    "/kept-statements/{uuid:statement_id}",
    auth=REQUIRED,
    response=KeptStatementOut,
    summary="A statement at the desk",
)
def show_kept_statement(request: HttpRequest, statement_id: UUID) -> dict[str, Any]:
    return kept_statement_row(
        access.statement_to_moderate(with_consultations(request), statement_id)
    )


@router.post(
    "/kept-statements/{uuid:statement_id}/moderate",
    auth=REQUIRED,
    response=KeptStatementOut,
    summary="Put it to all, or hide it with a reason",
)
def moderate(request: HttpRequest, statement_id: UUID, entered: ModerateIn) -> dict[str, Any]:
    found = access.statement_to_moderate(with_consultations(request), statement_id)
    return kept_statement_row(
        services.moderate(
            statement=found, by=signed_in(request), at=timezone.now(), **entered.dict()
        )
    )


@router.post(
    "/kept-statements/{uuid:statement_id}/decide-appeal",
    auth=REQUIRED,
    response=KeptStatementOut,
    summary="Decide an appeal against hiding; never who hid it",
)
def decide_appeal(
    request: HttpRequest, statement_id: UUID, entered: AppealDecideIn
) -> dict[str, Any]:
    found = access.statement_to_moderate(with_consultations(request), statement_id)
    return kept_statement_row(
        services.decide_appeal(
            statement=found, by=signed_in(request), at=timezone.now(), **entered.dict()
        )
    )


@router.put(
    "/kept-statements/{uuid:statement_id}/hands",
    auth=REQUIRED,
    response=HandsOut,
    summary="Enter what a courtyard's hands said; again: correct it",
)
def enter_hands(request: HttpRequest, statement_id: UUID, entered: HandsIn) -> dict[str, Any]:
    found = access.kept_statement(with_consultations(request), statement_id)
    made = services.enter_show_of_hands(
        statement=found,
        place=place_with(entered.place),
        by=signed_in(request),
        at=timezone.now(),
        **entered.dict(exclude={"place"}),
    )
    return hands_row(made)


@router.post(
    "/kept-reasons/{uuid:reason_id}/hide",
    auth=REQUIRED,
    response={204: None},
    summary="Hide a reason, saying for what",
)
def hide_reason(request: HttpRequest, reason_id: UUID, entered: HideIn) -> Status[None]:
    services.hide_reason(
        reason=access.reason_to_moderate(with_consultations(request), reason_id),
        by=signed_in(request),
        hidden_for=entered.hidden_for,
        at=timezone.now(),
    )
    return Status(204, None)
