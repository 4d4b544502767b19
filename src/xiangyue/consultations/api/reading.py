"""What is asked, what came of it and why, for everybody."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router

from xiangyue.access.requests import person
from xiangyue.consultations import access, mapping, queries
from xiangyue.consultations.api.schemas import (
    ConsultationsOut,
    DetailOut,
    ListQuery,
    ResultOut,
    StatementDetailOut,
)
from xiangyue.consultations.api.telling import (
    counted,
    page_of,
    row,
    said,
    statement_detail,
    statement_row,
)
from xiangyue.consultations.exporting import answer_rows
from xiangyue.consultations.models import Consultation, Statement
from xiangyue.consultations.queries import Narrowed

router = Router()


@router.get("/consultations", response=ConsultationsOut, summary="What is asked")
def list_consultations(request: HttpRequest, query: Query[ListQuery]) -> dict[str, Any]:
    narrowed = Narrowed.from_query(query.dict(exclude={"page"}))
    rows = queries.listed(Consultation.objects.all(), narrowed, at=timezone.now())
    return page_of(rows, query.page)


@router.get("/consultations/{uuid:consultation_key}", response=DetailOut, summary="One of them")
def show_consultation(request: HttpRequest, consultation_key: UUID) -> dict[str, Any]:
    found = access.public_consultation(consultation_key)
    counts = queries.counted_by_state(found)
    names = ("position", "state", "hidden_for", "hidden_why", "appeal_answer")
    return row(found) | {
        "open_count": counts.get(Statement.State.OPEN, 0),
        "proposed_count": counts.get(Statement.State.PROPOSED, 0),
        "hidden": [
            {name: getattr(one, name) for name in names} for one in queries.hidden_log(found)
        ],
        "may_see_result": access.may_see_result(found, person(request)),
    }


@router.get(
    "/consultations/{uuid:consultation_key}/result",
    response=ResultOut,
    summary="What unites, the groups, every statement",
)
def show_result(request: HttpRequest, consultation_key: UUID) -> dict[str, Any]:
    found = access.public_consultation(consultation_key)
    access.check_may_see_result(found, person(request))
    shown = queries.result_of(mapping.fresh_enough(found, at=timezone.now()))
    return {
        "is_advice": True,
        "people": shown.people,
        "unites": said(shown.unites),
        "groups": [
            {"letter": one.letter, "size": one.size, "stands_for": said(one.stands_for)}
            for one in shown.groups
        ],
        "statements": [
            statement_row(one.statement)
            | {
                "counts": counted(one.counts),
                "leanings": list(one.leanings),
                "hands": counted(one.hands) if one.hands is not None else None,
                "present_count": one.present_count,
            }
            for one in shown.lines
        ],
        "dots": [list(dot) for dot in shown.dots],
    }


@router.get(
    "/consultations/{uuid:consultation_key}/answers",
    response=list[list[str]],
    summary="The answers without names, heading first, once it is closed",
)
def take_out(request: HttpRequest, consultation_key: UUID) -> list[list[str]]:
    found = access.public_consultation(consultation_key)
    refusal = _("The answers can be taken out when it is closed and five people have answered.")
    return list(answer_rows(found, refusal))


@router.get(
    "/statements/{uuid:statement_key}", response=StatementDetailOut, summary="With its reasons"
)
def show_statement(request: HttpRequest, statement_key: UUID) -> dict[str, Any]:
    return statement_detail(access.open_statement(statement_key))
