"""How the API tells a consultation, a statement and a show of hands; whom and where it means."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _

from xiangyue.access.requests import person
from xiangyue.consultations import queries, rules
from xiangyue.consultations.models import Consultation, ShowOfHands, Statement
from xiangyue.consultations.queries import Counts, Line
from xiangyue.kernel.refusals import NotAllowed, NotFound
from xiangyue.places.models import Person, Place


def signed_in(request: HttpRequest) -> Person:
    who = person(request)
    if who is None:
        raise NotAllowed(_("Please sign in first."))
    return who


def place_with(code: str) -> Place:
    found: Place | None = Place.objects.filter(code=code, is_active=True).first()
    if found is None:
        raise NotFound(_("There is no place with this code."))
    return found


def row(one: Consultation) -> dict[str, Any]:
    names = ("title", "background", "state", "opens_at", "closes_at")
    return {name: getattr(one, name) for name in names} | {"id": one.pk, "place": one.place.code}


def page_of(rows: Any, number: int) -> dict[str, Any]:
    page = Paginator(rows, queries.PAGE_SIZE).get_page(number)
    return {
        "consultations": [row(one) for one in page],
        "count": page.paginator.count,
        "page": page.number,
        "page_count": page.paginator.num_pages,
    }


def said(lines: tuple[Line, ...]) -> list[dict[str, Any]]:
    return [{"statement": one.statement.pk, "agrees": one.agrees} for one in lines]


def counted(counts: Counts) -> dict[str, int | None]:
    return {"agree": counts.agree, "disagree": counts.disagree, "passed": counts.passed}


def statement_row(one: Statement) -> dict[str, Any]:
    return {"id": one.pk, "position": one.position, "text": one.text}


def statement_detail(found: Statement) -> dict[str, Any]:
    return statement_row(found) | {
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


def kept_statement_row(one: Statement) -> dict[str, Any]:
    names = ("state", "hidden_for", "hidden_why", "appeal", "appeal_waits", "appeal_answer")
    return statement_row(one) | {name: getattr(one, name) for name in names}


def hands_row(one: ShowOfHands) -> dict[str, Any]:
    names = ("present_count", "agree_count", "disagree_count", "pass_count")
    return {name: getattr(one, name) for name in names} | {
        "statement": one.statement_id,
        "place": one.place.code,
    }
