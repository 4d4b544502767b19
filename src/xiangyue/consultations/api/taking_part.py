"""Answering, proposing, appealing and giving reasons, for those who are asked."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from ninja.responses import Status

from xiangyue.access.authentication import REQUIRED
from xiangyue.consultations import access, queries, services
from xiangyue.consultations.api.schemas import (
    NextOut,
    OwnAnswerOut,
    StatementAnswerIn,
    StatementDetailOut,
    StatementOut,
    StatementReasonIn,
    StatementTextIn,
)
from xiangyue.consultations.api.telling import (
    signed_in,
    statement_detail,
    statement_row,
)

router = Router()


@router.get(
    "/consultations/{uuid:consultation_key}/next",
    auth=REQUIRED,
    response=NextOut,
    summary="The statement that comes next for me",
)
def show_next(request: HttpRequest, consultation_key: UUID) -> dict[str, Any]:
    found, who = access.public_consultation(consultation_key), signed_in(request)
    mine = access.own_participant(found, who)
    following = queries.next_statement(found, mine)
    return {
        "statement": statement_row(following) if following is not None else None,
        "answered_count": len(queries.own_answers(found, mine)),
        "open_count": queries.open_statements(found).count(),
        "may_answer": access.may_answer(found, who, at=timezone.now()),
    }


@router.get(
    "/consultations/{uuid:consultation_key}/mine",
    auth=REQUIRED,
    response=list[OwnAnswerOut],
    summary="My answers",
)
def list_own(request: HttpRequest, consultation_key: UUID) -> list[dict[str, Any]]:
    found = access.public_consultation(consultation_key)
    said = queries.own_answers(found, access.own_participant(found, signed_in(request)))
    return [
        statement_row(one) | {"value": said[one.pk]}
        for one in queries.open_statements(found)
        if one.pk in said
    ]


@router.put(
    "/statements/{uuid:statement_key}/answer",
    auth=REQUIRED,
    response={204: None},
    summary="Agree, disagree or pass; again: change it",
)
def give_answer(
    request: HttpRequest, statement_key: UUID, entered: StatementAnswerIn
) -> Status[None]:
    services.answer(
        statement=access.open_statement(statement_key),
        by=signed_in(request),
        value=entered.value,
        at=timezone.now(),
    )
    return Status(204, None)


@router.post(
    "/consultations/{uuid:consultation_key}/statements",
    auth=REQUIRED,
    response={201: StatementOut},
    summary="Propose a statement",
)
def propose(
    request: HttpRequest, consultation_key: UUID, entered: StatementTextIn
) -> Status[dict[str, Any]]:
    made = services.propose_statement(
        consultation=access.public_consultation(consultation_key),
        text=entered.text,
        by=signed_in(request),
        at=timezone.now(),
    )
    return Status(201, statement_row(made))


@router.post(
    "/statements/{uuid:statement_id}/appeal",
    auth=REQUIRED,
    response={204: None},
    summary="Appeal against hiding my statement",
)
def appeal(request: HttpRequest, statement_id: UUID, entered: StatementTextIn) -> Status[None]:
    who = signed_in(request)
    found = access.own_hidden_statement(statement_id, who)
    services.appeal(statement=found, by=who, text=entered.text, at=timezone.now())
    return Status(204, None)


@router.post(
    "/statements/{uuid:statement_key}/reasons",
    auth=REQUIRED,
    response={201: StatementDetailOut},
    summary="Give a reason for or against",
)
def give_reason(
    request: HttpRequest, statement_key: UUID, entered: StatementReasonIn
) -> Status[dict[str, Any]]:
    found = access.open_statement(statement_key)
    services.give_reason(
        statement=found, by=signed_in(request), at=timezone.now(), **entered.dict()
    )
    return Status(201, statement_detail(found))


@router.post(
    "/reasons/{uuid:reason_key}/support",
    auth=REQUIRED,
    response=StatementDetailOut,
    summary="Find a reason good, or take that back",
)
def support(request: HttpRequest, reason_key: UUID) -> dict[str, Any]:
    found = access.shown_reason(reason_key)
    services.support_reason(reason=found, by=signed_in(request), at=timezone.now())
    return statement_detail(found.statement)
