"""Consultations for other software: whatever the pages can do, with the same refusals."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.requests import person, standing
from xiangyue.consultations import access, mapping, queries, rules, services
from xiangyue.consultations.exporting import answer_rows
from xiangyue.consultations.forms import end_of
from xiangyue.consultations.models import Consultation, ShowOfHands, Statement
from xiangyue.consultations.pages.desk import with_consultations
from xiangyue.consultations.queries import Counts, Line, Narrowed
from xiangyue.kernel.refusals import NotAllowed, NotFound
from xiangyue.places.models import Person, Place

router = Router(tags=["consultations"])
LONGEST_SENT = 5_000
SMALL = "None: fewer than five, or it would give such a number away"


class ConsultationOut(Schema):
    id: UUID
    title: str
    place: str = Field(description="the place's code")
    background: str
    state: Literal["open", "closed"]
    opens_at: datetime
    closes_at: datetime


class ConsultationsOut(Schema):
    consultations: list[ConsultationOut]
    count: int
    page: int
    page_count: int


class ListQuery(Schema):
    which: Literal["", "running", "waiting", "past", "all"] = ""
    words: str = Field("", max_length=60)
    page: int = Field(1, ge=1, le=10_000)


class HiddenOut(Schema):
    position: int
    state: str
    hidden_for: str
    hidden_why: str
    appeal_answer: str


class StatementOut(Schema):
    id: UUID
    position: int
    text: str


class OwnAnswerOut(StatementOut):
    value: int = Field(description="1 agrees, -1 disagrees, 0 passes")


class DetailOut(ConsultationOut):
    open_count: int
    proposed_count: int
    hidden: list[HiddenOut]
    may_see_result: bool


class NextOut(Schema):
    statement: StatementOut | None = Field(description="None: everything is answered")
    answered_count: int
    open_count: int
    may_answer: bool


class CountsOut(Schema):
    agree: int | None = Field(description=SMALL)
    disagree: int | None = Field(description=SMALL)
    passed: int | None = Field(description=SMALL)


class LineOut(StatementOut):
    counts: CountsOut
    leanings: list[str] = Field(description="of each group: agree, disagree, divided, few")
    hands: CountsOut | None
    present_count: int | None = Field(description="in all courtyards; " + SMALL)


class SaidOut(Schema):
    statement: UUID
    agrees: bool


class GroupOut(Schema):
    letter: str
    size: int
    stands_for: list[SaidOut]


class ResultOut(Schema):
    is_advice: bool = Field(description="always: it decides nothing")
    people: int | None = Field(description=SMALL)
    unites: list[SaidOut]
    groups: list[GroupOut]
    statements: list[LineOut]
    dots: list[list[float]] = Field(description="x, y, group; five people or more each")


class ReasonOut(Schema):
    id: UUID
    is_for: bool
    text: str
    support_count: int | None = Field(description=SMALL)


class StatementDetailOut(StatementOut):
    consultation: UUID
    reasons: list[ReasonOut]


class TextIn(Schema):
    text: str = Field(max_length=LONGEST_SENT)


class AnswerIn(Schema):
    value: Literal[1, -1, 0]


class ReasonIn(TextIn):
    is_for: bool


class BeginIn(Schema):
    place: str = Field(max_length=24)
    title: str = Field(max_length=LONGEST_SENT)
    background: str = Field(max_length=LONGEST_SENT)
    statements: list[str] = Field(max_length=50)
    closes_on: date = Field(description="the last day")


class HideIn(Schema):
    hidden_for: str = Field(max_length=20)


class ModerateIn(Schema):
    is_open: bool
    hidden_for: str = Field("", max_length=20)
    why: str = Field("", max_length=LONGEST_SENT)


class DecideIn(TextIn):
    is_upheld: bool


class HandsIn(Schema):
    place: str = Field(max_length=24)
    present: int = Field(ge=0, le=10_000)
    agree: int = Field(0, ge=0, le=10_000)
    disagree: int = Field(0, ge=0, le=10_000)
    passed: int = Field(0, ge=0, le=10_000)


class HandsOut(Schema):
    statement: UUID
    place: str
    present_count: int
    agree_count: int
    disagree_count: int
    pass_count: int


class KeptStatementOut(StatementOut):
    state: str
    hidden_for: str
    hidden_why: str
    appeal: str
    appeal_waits: bool
    appeal_answer: str


class KeptOut(ConsultationOut):
    participant_count: int | None = Field(description=SMALL)
    statements: list[KeptStatementOut]
    hands: list[HandsOut]


# --- how things are told ----------------------------------------------------------------------


def _me(request: HttpRequest) -> Person:
    who = person(request)
    if who is None:
        raise NotAllowed(_("Please sign in first."))
    return who


def _place(code: str) -> Place:
    found: Place | None = Place.objects.filter(code=code, is_active=True).first()
    if found is None:
        raise NotFound(_("There is no place with this code."))
    return found


def _row(one: Consultation) -> dict[str, Any]:
    names = ("title", "background", "state", "opens_at", "closes_at")
    return {name: getattr(one, name) for name in names} | {"id": one.pk, "place": one.place.code}


def _page(rows: Any, number: int) -> dict[str, Any]:
    page = Paginator(rows, queries.PAGE_SIZE).get_page(number)
    return {
        "consultations": [_row(one) for one in page],
        "count": page.paginator.count,
        "page": page.number,
        "page_count": page.paginator.num_pages,
    }


def _said(lines: tuple[Line, ...]) -> list[dict[str, Any]]:
    return [{"statement": one.statement.pk, "agrees": one.agrees} for one in lines]


def _counts(counts: Counts) -> dict[str, int | None]:
    return {"agree": counts.agree, "disagree": counts.disagree, "passed": counts.passed}


def _statement(one: Statement) -> dict[str, Any]:
    return {"id": one.pk, "position": one.position, "text": one.text}


def _statement_detail(found: Statement) -> dict[str, Any]:
    return _statement(found) | {
        "consultation": found.consultation_id,
        "reasons": [
            {
                "id": one.pk,
                "is_for": one.is_for,
                "text": one.text,
                "support_count": rules.tellable([one.support_count])[0],
            }
            for one in queries.shown_reasons(found)[:200]
        ],
    }


def _kept_statement(one: Statement) -> dict[str, Any]:
    names = ("state", "hidden_for", "hidden_why", "appeal", "appeal_waits", "appeal_answer")
    return _statement(one) | {name: getattr(one, name) for name in names}


def _hands(one: ShowOfHands) -> dict[str, Any]:
    names = ("present_count", "agree_count", "disagree_count", "pass_count")
    return {name: getattr(one, name) for name in names} | {
        "statement": one.statement_id,
        "place": one.place.code,
    }


# --- for everybody ----------------------------------------------------------------------------


@router.get("/consultations", response=ConsultationsOut, summary="What is asked")
def list_consultations(request: HttpRequest, query: Query[ListQuery]) -> dict[str, Any]:
    narrowed = Narrowed.from_query(query.dict(exclude={"page"}))
    rows = queries.listed(Consultation.objects.all(), narrowed, at=timezone.now())
    return _page(rows, query.page)


@router.get("/consultations/{uuid:consultation_key}", response=DetailOut, summary="One of them")
def show_consultation(request: HttpRequest, consultation_key: UUID) -> dict[str, Any]:
    found = access.public_consultation(consultation_key)
    counts = queries.counted_by_state(found)
    names = ("position", "state", "hidden_for", "hidden_why", "appeal_answer")
    return _row(found) | {
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
        "unites": _said(shown.unites),
        "groups": [
            {"letter": one.letter, "size": one.size, "stands_for": _said(one.stands_for)}
            for one in shown.groups
        ],
        "statements": [
            _statement(one.statement)
            | {
                "counts": _counts(one.counts),
                "leanings": list(one.leanings),
                "hands": _counts(one.hands) if one.hands is not None else None,
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
    return _statement_detail(access.open_statement(statement_key))


# --- for those who are asked ------------------------------------------------------------------


@router.get(
    "/consultations/{uuid:consultation_key}/next",
    auth=REQUIRED,
    response=NextOut,
    summary="The statement that comes next for me",
)
def show_next(request: HttpRequest, consultation_key: UUID) -> dict[str, Any]:
    found, who = access.public_consultation(consultation_key), _me(request)
    mine = access.own_participant(found, who)
    following = queries.next_statement(found, mine)
    return {
        "statement": _statement(following) if following is not None else None,
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
    said = queries.own_answers(found, access.own_participant(found, _me(request)))
    return [
        _statement(one) | {"value": said[one.pk]}
        for one in queries.open_statements(found)
        if one.pk in said
    ]


@router.put(
    "/statements/{uuid:statement_key}/answer",
    auth=REQUIRED,
    response={204: None},
    summary="Agree, disagree or pass; again: change it",
)
def give_answer(request: HttpRequest, statement_key: UUID, entered: AnswerIn) -> Status[None]:
    services.answer(
        statement=access.open_statement(statement_key),
        by=_me(request),
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
    request: HttpRequest, consultation_key: UUID, entered: TextIn
) -> Status[dict[str, Any]]:
    made = services.propose_statement(
        consultation=access.public_consultation(consultation_key),
        text=entered.text,
        by=_me(request),
        at=timezone.now(),
    )
    return Status(201, _statement(made))


@router.post(
    "/statements/{uuid:statement_id}/appeal",
    auth=REQUIRED,
    response={204: None},
    summary="Appeal against hiding my statement",
)
def appeal(request: HttpRequest, statement_id: UUID, entered: TextIn) -> Status[None]:
    who = _me(request)
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
    request: HttpRequest, statement_key: UUID, entered: ReasonIn
) -> Status[dict[str, Any]]:
    found = access.open_statement(statement_key)
    services.give_reason(statement=found, by=_me(request), at=timezone.now(), **entered.dict())
    return Status(201, _statement_detail(found))


@router.post(
    "/reasons/{uuid:reason_key}/support",
    auth=REQUIRED,
    response=StatementDetailOut,
    summary="Find a reason good, or take that back",
)
def support(request: HttpRequest, reason_key: UUID) -> dict[str, Any]:
    found = access.shown_reason(reason_key)
    services.support_reason(reason=found, by=_me(request), at=timezone.now())
    return _statement_detail(found.statement)


# --- for those who keep them ------------------------------------------------------------------


def _kept(request: HttpRequest, found: Consultation) -> dict[str, Any]:
    mine = standing(request)
    statements = found.statements.all()
    if not access.keeps(mine, found):
        statements = statements.filter(state=Statement.State.OPEN)
    hands = ShowOfHands.objects.filter(
        statement__consultation=found, place__in=access.courtyards(mine, found)
    ).select_related("place")
    return _row(found) | {
        "participant_count": rules.tellable([found.participant_count])[0],
        "statements": [_kept_statement(one) for one in statements],
        "hands": [_hands(one) for one in hands[:2_000]],
    }


@router.get("/kept-consultations", auth=REQUIRED, response=ConsultationsOut, summary="Those I keep")
def list_kept(request: HttpRequest, query: Query[ListQuery]) -> dict[str, Any]:
    mine = with_consultations(request)
    narrowed = Narrowed.from_query(query.dict(exclude={"page"}))
    rows = queries.listed(access.kept_consultations(mine), narrowed, at=timezone.now())
    return _page(rows, query.page)


@router.post(
    "/kept-consultations",
    auth=REQUIRED,
    response={201: ConsultationOut},
    summary="Begin a consultation",
)
def begin(request: HttpRequest, entered: BeginIn) -> Status[dict[str, Any]]:
    made = services.begin(
        by=_me(request),
        at=timezone.now(),
        place=_place(entered.place),
        closes_at=end_of(min(entered.closes_on, date(9000, 1, 1))),
        **entered.dict(exclude={"place", "closes_on"}),
    )
    return Status(201, _row(made))


@router.get(
    "/kept-consultations/{uuid:consultation_id}",
    auth=REQUIRED,
    response=KeptOut,
    summary="One at the desk",
)
def show_kept(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    return _kept(request, access.kept_consultation(with_consultations(request), consultation_id))


@router.post(
    "/kept-consultations/{uuid:consultation_id}/close",
    auth=REQUIRED,
    response=KeptOut,
    summary="Close it",
)
def close(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    found = access.kept_consultation(with_consultations(request), consultation_id)
    return _kept(request, services.close(consultation=found, by=_me(request), at=timezone.now()))


@router.get(
    "/kept-statements/{uuid:statement_id}",
    auth=REQUIRED,
    response=KeptStatementOut,
    summary="A statement at the desk",
)
def show_kept_statement(request: HttpRequest, statement_id: UUID) -> dict[str, Any]:
    return _kept_statement(access.statement_to_moderate(with_consultations(request), statement_id))


@router.post(
    "/kept-statements/{uuid:statement_id}/moderate",
    auth=REQUIRED,
    response=KeptStatementOut,
    summary="Put it to all, or hide it with a reason",
)
def moderate(request: HttpRequest, statement_id: UUID, entered: ModerateIn) -> dict[str, Any]:
    found = access.statement_to_moderate(with_consultations(request), statement_id)
    return _kept_statement(
        services.moderate(statement=found, by=_me(request), at=timezone.now(), **entered.dict())
    )


@router.post(
    "/kept-statements/{uuid:statement_id}/decide-appeal",
    auth=REQUIRED,
    response=KeptStatementOut,
    summary="Decide an appeal against hiding; never who hid it",
)
def decide_appeal(request: HttpRequest, statement_id: UUID, entered: DecideIn) -> dict[str, Any]:
    found = access.statement_to_moderate(with_consultations(request), statement_id)
    return _kept_statement(
        services.decide_appeal(
            statement=found, by=_me(request), at=timezone.now(), **entered.dict()
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
        place=_place(entered.place),
        by=_me(request),
        at=timezone.now(),
        **entered.dict(exclude={"place"}),
    )
    return _hands(made)


@router.post(
    "/kept-reasons/{uuid:reason_id}/hide",
    auth=REQUIRED,
    response={204: None},
    summary="Hide a reason, saying for what",
)
def hide_reason(request: HttpRequest, reason_id: UUID, entered: HideIn) -> Status[None]:
    services.hide_reason(
        reason=access.reason_to_moderate(with_consultations(request), reason_id),
        by=_me(request),
        hidden_for=entered.hidden_for,
        at=timezone.now(),
    )
    return Status(204, None)
