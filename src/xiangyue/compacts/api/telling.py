"""How the API tells compacts, versions, clauses and opinions; whom and where it means."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.access.requests import person, standing
from xiangyue.access.rules import Standing
from xiangyue.calendars.queries import explain_clock
from xiangyue.compacts import access, queries
from xiangyue.compacts.kinds import kind_name
from xiangyue.compacts.models import Clause, Compact, Opinion, Version
from xiangyue.compacts.queries import Kept
from xiangyue.compacts.reading import Found, judgements_of, read
from xiangyue.compacts.standing import next_steps
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


def version_row(version: Version) -> dict[str, Any]:
    names = (
        *("number", "state", "first_published_at", "second_published_at", "voted_at"),
        *("in_force_from", "in_force_to", "taken_over", "withdrawn_reason", "digest"),
    )
    return {name: getattr(version, name) for name in names} | {
        "id": version.pk,
        "compact": version.compact_id,
        "state_words": version.get_state_display(),
    }


def compact_row(compact: Compact, *, is_public: bool) -> dict[str, Any]:
    versions = sorted(compact.versions.all(), key=lambda one: -one.number)
    return {
        "id": compact.pk,
        "kind": compact.kind,
        "kind_name": kind_name(compact),
        "title": compact.title,
        "place": compact.place.code,
        "places": [one.place.code for one in compact.members.select_related("place")],
        "versions": [version_row(one) for one in versions if one.is_public or not is_public],
    }


def page_of(rows: Any, number: int, *, is_public: bool) -> dict[str, Any]:
    page = Paginator(rows, queries.PAGE_SIZE).get_page(number)
    return {
        "compacts": [compact_row(one, is_public=is_public) for one in page],
        "count": page.paginator.count,
        "page": page.number,
        "page_count": page.paginator.num_pages,
    }


def text_rows(text: Sequence[queries.Standing | Kept]) -> list[dict[str, Any]]:
    """The text as everybody reads it; the words of a suspended clause are not told."""
    found: list[dict[str, Any]] = []
    for number, one in enumerate(text, start=1):
        if isinstance(one, Kept):
            found.append(
                {"id": None, "number": number, "lineage": one.lineage, "topic": "",
                 "heading": one.heading, "text": one.text}
            )  # fmt: skip
            continue
        order = one.order
        found.append(
            {
                "id": one.clause.pk,
                "number": one.number,
                "lineage": one.clause.lineage,
                "topic": one.clause.topic,
                "heading": one.clause.heading,
                "text": "" if order is not None else one.clause.text,
                "suspended": {
                    "id": order.pk,
                    "law": order.law,
                    "reason": order.reason,
                    "ordered_at": order.ordered_at,
                }
                if order is not None
                else None,
            }
        )
    return found


def finding_row(one: Found) -> dict[str, Any]:
    names = ("check", "name", "words", "law", "why", "instead", "is_settled")
    return {name: getattr(one, name) for name in names} | {
        "level": one.level.value,
        "reasons": one.judgement.reasons if one.judgement is not None else "",
    }


def clause_row(clause: Clause, found: list[Found]) -> dict[str, Any]:
    names = ("position", "lineage", "topic", "heading", "text", "revision", "is_left_out")
    return {name: getattr(clause, name) for name in names} | {
        "id": clause.pk,
        "findings": [finding_row(one) for one in found],
    }


def kept_row(mine: Standing, version: Version, *, at: datetime) -> dict[str, Any]:
    judgements = judgements_of(version)
    filing = getattr(version, "filing", None)
    clock = version.filing_clock
    return version_row(version) | {
        "revision": version.revision,
        "run": version.run_id,
        "clauses": [clause_row(one, read(one, judgements)) for one in version.clauses.all()],
        "steps": [
            {"title": one.title, "missing": list(one.missing)}
            for one in next_steps(mine, version, at=at)
        ],
        "opinion_count": version.opinions.count(),
        "waiting_count": version.opinions.filter(answered_at=None).count(),
        "filing_due_at": clock.due_at if clock is not None else None,
        "filed_at": filing.filed_at if filing is not None else None,
        "acknowledged_at": filing.acknowledged_at if filing is not None else None,
        "signings": [
            {"id": str(one.pk), "signer_count": one.signer_count, "signed_on": f"{one.signed_on}"}
            for one in version.signings.all()
        ],
    }


def kept_version_row(request: HttpRequest, version: Version) -> dict[str, Any]:
    """The version as it stands now, for whoever keeps it."""
    mine = standing(request)
    fresh = access.kept_version(mine, version.pk)
    return kept_row(mine, fresh, at=timezone.now())


def receipt_row(opinion: Opinion) -> dict[str, Any]:
    names = ("position", "text", "received_at", "answered", "answer", "answered_at")
    return {name: getattr(opinion, name) for name in names} | {
        "code": opinion.receipt_code,
        "version": opinion.version_id,
        "due_at": opinion.clock.due_at,
        "due_why": explain_clock(opinion.clock),
    }


def kept_opinion_row(opinion: Opinion, *, is_answering: bool) -> dict[str, Any]:
    """Who said it and how to reach them is told to those alone who answer."""
    names = (
        *("position", "lineage", "way", "is_from_away", "text", "received_at", "answered"),
        *("answer", "answered_at"),
    )
    named = opinion.person.name if opinion.person is not None else opinion.said_by
    return {name: getattr(opinion, name) for name in names} | {
        "id": opinion.pk,
        "said_by": named if is_answering else "",
        "contact": opinion.contact if is_answering else "",
        "due_at": opinion.clock.due_at,
    }
