"""Reads for GeoReport v2: what can be requested, and what everybody may know of requests."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.access.posting.queries import full_names
from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.calendars.rules import Limit
from xiangyue.calendars.wording import limit_in_words
from xiangyue.incidents.answers import NUMBER_MOST, TEXT_MOST, choices_of
from xiangyue.incidents.blueprint import Audience, IncidentCategory, IncidentClass, Question
from xiangyue.incidents.models import Incident, OutcomeChoices
from xiangyue.incidents.photo_models import PhotoShowing
from xiangyue.incidents.rules import State
from xiangyue.open311.models import SystemKey
from xiangyue.open311.rules import Window, coarse
from xiangyue.places.models import Place, PlaceKind
from xiangyue.places.queries import county_place
from xiangyue.places.rules import short_name

# Closed in the spec's two words; an answered matter still awaits its reporter's word.
CLOSED = (State.CLOSED, State.MERGED)


def working_keys(*, at: datetime) -> QuerySet[SystemKey]:
    """The keys that let a system in at `at`, newest first."""
    return (
        SystemKey.objects.filter(revoked_at=None, expires_at__gt=at)
        .select_related("issued_by")
        .order_by("-issued_at")
    )


def ended_keys(*, at: datetime) -> QuerySet[SystemKey]:
    rows = SystemKey.objects.filter(Q(revoked_at__isnull=False) | Q(expires_at__lte=at))
    return rows.select_related("issued_by").order_by("-issued_at")


# --- services -----------------------------------------------------------------------------------


def offered() -> dict[str, IncidentCategory]:
    """The categories that can be requested here, by key.

    Confidential ones are not: they need a way that no other system stands in (PE02, ME03).
    """
    found = (meaning(row, IncidentCategory) for row in all_current("incident_category"))
    return {one.key: one for one in found if one.audience != Audience.CONFIDENTIAL}


def services() -> list[dict[str, Any]]:
    language = get_language()
    classes = [meaning(row, IncidentClass) for row in all_current("incident_class")]
    groups = {one.key: one.name.in_language(language) for one in classes}
    position = {one.key: one.position for one in classes}
    rows = sorted(offered().values(), key=lambda one: (position.get(one.in_class, 99), one.key))
    return [
        {
            "service_code": one.key,
            "service_name": one.name.in_language(language),
            "description": _description(one),
            "metadata": bool(one.questions),
            "type": "realtime",
            "keywords": ", ".join(one.keywords),
            "group": groups.get(one.in_class, ""),
        }
        for one in rows
    ]


def _description(category: IncidentCategory) -> str:
    """What a client may show beside the name: by when it is settled, and what to do first."""
    parts = [
        _("To be settled within %(limit)s.")
        % {"limit": limit_in_words(Limit.parse(category.limit))}
    ]
    if category.emergency:
        parts.insert(0, category.emergency.in_language(get_language()))
    if category.audience != Audience.PUBLIC:
        parts.append(_("Not published; the slip's code follows it."))
    if not category.allows_anonymous:
        parts.append(_("Needs the telephone number of who reports."))
    return " ".join(parts)


DATATYPES = {
    "text": "string",
    "number": "number",
    "yes_no": "singlevaluelist",
    "choice": "singlevaluelist",
}


def definition(category: IncidentCategory) -> dict[str, Any]:
    return {
        "service_code": category.key,
        "attributes": [
            {
                "variable": True,
                "code": question.key,
                "datatype": DATATYPES[question.kind],
                "required": question.is_required,
                "datatype_description": _datatype_description(question),
                "order": order,
                "description": question.label.in_language(get_language()),
                "values": [
                    {"key": key, "name": name} for key, name in choices_of(question).items()
                ],
            }
            for order, question in enumerate(category.questions, start=1)
        ],
    }


def _datatype_description(question: Question) -> str | None:
    if question.kind == "number":
        return _("A whole number between 0 and %(most)s") % {"most": NUMBER_MOST}
    if question.kind == "text":
        return _("At most %(most)s characters") % {"most": TEXT_MOST}
    return None


# --- requests -----------------------------------------------------------------------------------


def published() -> QuerySet[Incident]:
    """What everybody may know of: public matters, whole ones; repeats say where they went."""
    rows = Incident.objects.filter(audience=Audience.PUBLIC, parent=None)
    return rows.select_related("category", "place", "unit", "merged_into")


@dataclass(frozen=True, kw_only=True)
class Search:
    """What a search for requests asks; `after` is where the page before ended."""

    window: Window
    service_codes: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    updated_after: datetime | None = None
    updated_before: datetime | None = None
    after: tuple[datetime, int] | None = None


def found(search: Search) -> QuerySet[Incident]:
    """The requests that the search finds, newest first, in an order that never changes."""
    rows = published()
    if search.window.start:
        rows = rows.filter(created_at__gte=search.window.start)
    if search.window.end:
        rows = rows.filter(created_at__lte=search.window.end)
    if search.service_codes:
        rows = rows.filter(category_key__in=search.service_codes)
    if search.statuses and set(search.statuses) != {"open", "closed"}:
        is_closed = Q(state__in=CLOSED)
        rows = rows.filter(is_closed if "closed" in search.statuses else ~is_closed)
    if search.updated_after:
        rows = rows.filter(told_at__gte=search.updated_after)
    if search.updated_before:
        rows = rows.filter(told_at__lte=search.updated_before)
    if search.after:
        at, key = search.after
        rows = rows.filter(created_at__lte=at).filter(Q(created_at__lt=at) | Q(pk__lt=key))
    return rows.order_by("-created_at", "-pk")


def numbered(numbers: Iterable[str]) -> QuerySet[Incident]:
    return published().filter(number__in=list(numbers)).order_by("-created_at", "-pk")


def as_requests(
    rows: Iterable[Incident], *, has_extensions: bool, absolute: Callable[[str], str]
) -> list[dict[str, Any]]:
    """The rows as the spec words them, with nothing personal: two queries more, however many.

    `absolute` makes an address of this site one that is good everywhere.
    """
    rows = list(rows)
    if not rows:
        return []
    names, pictures = full_names(row.place for row in rows), _pictures(rows)
    found = []
    for row in rows:
        shown = pictures.get(row.pk)
        facts = _as_request(row, address=names[row.place_id])
        if shown is not None:
            facts["media_url"] = absolute(reverse("shown-file", args=[shown, "full"]))
        if has_extensions:
            facts["extended_attributes"] = _extended(row)
        found.append(facts)
    return found


def _pictures(rows: Iterable[Incident]) -> dict[int, UUID]:
    """The first picture of each that somebody has released for everybody (SE09)."""
    shown = PhotoShowing.objects.filter(
        photo__incident__in=[row.pk for row in rows if row.merged_into_id is None],
        withdrawn_at=None,
    ).order_by("photo__stage", "-photo__added_at", "-pk")
    # What is wrong comes before what was done: the last of each is the one that stays.
    return dict(shown.values_list("photo__incident_id", "pk"))


def _as_request(row: Incident, *, address: str) -> dict[str, Any]:
    category = meaning(row.category, IncidentCategory)
    is_closed = row.state in CLOSED
    has_position = row.latitude is not None and row.longitude is not None
    return {
        "service_request_id": row.number,
        "status": "closed" if is_closed else "open",
        "status_notes": _status_notes(row),
        "service_name": category.name.in_language(get_language()),
        "service_code": row.category_key,
        "description": row.public_summary or None,
        "agency_responsible": row.unit.name,
        "service_notice": None,
        "requested_datetime": w3c(row.created_at),
        "updated_datetime": w3c(row.told_at or row.created_at),
        "expected_datetime": w3c(row.due_at) if row.due_at and not is_closed else None,
        "address": address,
        "address_id": row.place.code,
        "zipcode": None,
        "lat": coarse(float(row.latitude or 0)) if has_position else None,
        "long": coarse(float(row.longitude or 0)) if has_position else None,
        "media_url": None,
    }


def _extended(row: Incident) -> dict[str, Any]:
    return {
        "state": row.state,
        "outcome": row.outcome if row.state == State.CLOSED else None,
        "merged_into": row.merged_into.number if row.merged_into else None,
        "reopened_count": row.reopened_count,
    }


def _status_notes(row: Incident) -> str:
    """Where it stands in words; once closed what came of it, once merged where it went."""
    if row.merged_into is not None:
        return _("Handled together with %(number)s.") % {"number": row.merged_into.number}
    if row.state == State.CLOSED and row.outcome:
        return str(OutcomeChoices(row.outcome).label)
    return str(row.get_state_display())


def w3c(at: datetime) -> str:
    return timezone.localtime(at).replace(microsecond=0).isoformat()


# --- where --------------------------------------------------------------------------------------


def jurisdictions() -> frozenset[str]:
    """What a client may call this county: its code, whole or without the trailing zeros."""
    code = county_place().code
    return frozenset({code, code[:6]})


def places_with_names() -> list[tuple[Place, str]]:
    """The towns and villages and what people call them."""
    rows = Place.objects.filter(
        kind__in=[PlaceKind.TOWN, PlaceKind.VILLAGE], is_active=True
    ).order_by("path")
    return [(row, short_name(row.name)) for row in rows]
