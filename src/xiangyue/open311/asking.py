"""What a client asks for, read from its address or its form and checked."""

import re
from datetime import datetime

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from xiangyue.incidents.pictures import check_weight
from xiangyue.kernel.refusals import NotFound, Refused
from xiangyue.open311 import queries
from xiangyue.open311.placing import place_meant, position
from xiangyue.open311.rules import (
    IDS_MOST,
    PAGE_MOST,
    PAGE_SIZE,
    listed,
    parsed_cursor,
    parsed_datetime,
    window,
)
from xiangyue.open311.services import Submitted

_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,60})\](?:\[\])?")
STATUSES = ("open", "closed")
ATTRIBUTES_MOST = 60
MEDIA_URLS_MOST = 9


class NotUnderstood(Refused):
    """A parameter is missing, or has a form that the spec does not know."""

    code = "not_understood"


def _wrong(field: str, message: str) -> NotUnderstood:
    return NotUnderstood(message, fields={field: message})


# --- searching ----------------------------------------------------------------------------------


def numbers_asked(text: str) -> list[str]:
    """The request ids in a comma-delimited text.

    :raises NotUnderstood: more than a hundred.
    """
    numbers = listed(text)
    if len(numbers) > IDS_MOST:
        raise _wrong("service_request_id", _("At most %(most)s ids at once.") % {"most": IDS_MOST})
    return numbers


def search_asked(query: QueryDict, *, now: datetime) -> queries.Search:
    """:raises NotUnderstood: naming the parameter that will not do.
    :raises NotFound: a service_code that is not offered.
    """
    updated_after = _moment(query, "updated_after", "updated_datetime_after")
    updated_before = _moment(query, "updated_before", "updated_datetime_before")
    asked = window(
        start=_moment(query, "start_date"),
        end=_moment(query, "end_date"),
        now=now,
        is_open=updated_after is not None or updated_before is not None,
    )
    if asked is None:
        raise _wrong("end_date", _("start_date and end_date may not lie more than 90 days apart."))
    return queries.Search(
        window=asked,
        service_codes=_service_codes(query),
        statuses=_statuses(query),
        updated_after=updated_after,
        updated_before=updated_before,
        after=_cursor(query),
    )


def _moment(query: QueryDict, *names: str) -> datetime | None:
    for name in names:
        if text := query.get(name, "").strip():
            found = parsed_datetime(text)
            if found is None:
                raise _wrong(
                    name,
                    _("%(name)s is a date and time such as 2026-06-08T09:00:00+08:00.")
                    % {"name": name},
                )
            return found
    return None


def _service_codes(query: QueryDict) -> tuple[str, ...]:
    codes = listed(query.get("service_code", ""))
    unknown = set(codes) - set(queries.offered())
    if unknown:
        raise NotFound(_("There is no service with this service_code."))
    return tuple(codes)


def _statuses(query: QueryDict) -> tuple[str, ...]:
    statuses = [status.lower() for status in listed(query.get("status", ""))]
    if set(statuses) - set(STATUSES):
        raise _wrong("status", _("status is open, closed, or both with a comma."))
    return tuple(statuses)


def _cursor(query: QueryDict) -> tuple[datetime, int] | None:
    if not (text := query.get("cursor", "")):
        return None
    found = parsed_cursor(text)
    if found is None:
        raise _wrong("cursor", _("This is no cursor; follow the Link header of the page before."))
    return found


def page_asked(query: QueryDict) -> tuple[int, int]:
    """Which page, counted from one, and of how many.

    Who asks for no page gets as many as the spec says: its clients know no pages, and would not
    notice what is missing.

    :raises NotUnderstood: one of them is no number within its limits.
    """
    usual = PAGE_SIZE if query.get("page", "").strip() else PAGE_MOST
    return (
        _number(query, "page", default=1, most=10_000),
        _number(query, "page_size", default=usual, most=PAGE_MOST),
    )


def _number(query: QueryDict, name: str, *, default: int, most: int) -> int:
    text = query.get(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 8 and 1 <= int(text) <= most):
        raise _wrong(
            name,
            _("%(name)s is a number between 1 and %(most)s.") % {"name": name, "most": most},
        )
    return int(text)


def is_asked(query: QueryDict, name: str) -> bool:
    return query.get(name, "").strip().lower() in {"true", "1", "yes"}


# --- sending ------------------------------------------------------------------------------------


def submitted(request: HttpRequest) -> Submitted:
    """The request that was sent, with its place and pictures.

    :raises Refused: something is missing or will not do; nothing was kept.
    """
    form = request.POST
    code = form.get("service_code", "").strip()
    if not code:
        raise _wrong("service_code", _("service_code was not provided."))
    category = queries.offered().get(code)
    if category is None:
        raise NotFound(_("There is no service with this service_code."))
    _check_text(form)
    latitude = position(form.get("lat", ""), field="lat", most=90)
    longitude = position(form.get("long", ""), field="long", most=180)
    if (latitude is None) != (longitude is None):
        raise _wrong("lat", _("lat and long go together."))
    address = form.get("address_string", "").strip()
    if len(address) > 200:
        raise _wrong(
            "address_string", _("Please shorten this to %(most)s characters.") % {"most": 200}
        )
    return Submitted(
        category=category,
        place=place_meant(
            address_id=form.get("address_id", "").strip(),
            address=address,
            latitude=latitude,
            longitude=longitude,
        ),
        description=form.get("description", ""),
        address=address,
        latitude=latitude,
        longitude=longitude,
        attributes=attributes_sent(form),
        phone=form.get("phone", "")[:40],
        name=f"{form.get('last_name', '').strip()}{form.get('first_name', '').strip()}",
        client_text=_client_text(request),
        media_urls=_media_urls(form),
        photos=_photos(request),
    )


UNREADABLE = "\ufffd"  # what stands where bytes were that are no UTF-8


def _check_text(form: QueryDict) -> None:
    """:raises NotUnderstood: a character that no text has, which no database keeps, or text in
    another encoding than the spec's, of which only question marks would be kept."""
    for name, values in form.lists():
        if any("\x00" in text for text in (name, *values)):
            raise _wrong(
                name.replace("\x00", ""), _("What was sent holds a character that no text has.")
            )
        if any(UNREADABLE in text for text in (name, *values)):
            field = name.replace(UNREADABLE, "?")[:60]
            raise _wrong(
                field,
                _("%(name)s is not in UTF-8; please send all text in UTF-8.") % {"name": field},
            )


def _media_urls(form: QueryDict) -> tuple[str, ...]:
    """The addresses of pictures, each once, however the client repeats the field.

    :raises NotUnderstood: very many of them.
    """
    sent = [*form.getlist("media_url"), *form.getlist("media_url[]")]
    found = tuple(dict.fromkeys(url.strip() for url in sent if url.strip()))
    if len(found) > MEDIA_URLS_MOST:
        raise _wrong(
            "media_url", _("At most %(most)s pictures at once.") % {"most": MEDIA_URLS_MOST}
        )
    return found


def attributes_sent(form: QueryDict) -> dict[str, list[str]]:
    """The answers under `attribute[code]` and `attribute[code][]`, by code.

    :raises NotUnderstood: a name that is no such thing, or very many of them.
    """
    sent: dict[str, list[str]] = {}
    for name, values in form.lists():
        if not name.startswith("attribute"):
            continue
        match = _ATTRIBUTE.fullmatch(name)
        if match is None or len(sent) >= ATTRIBUTES_MOST:
            raise _wrong(
                "attribute", _("An attribute is sent as attribute[code] or attribute[code][].")
            )
        sent.setdefault(match[1], []).extend(str(value) for value in values)
    return sent


def _client_text(request: HttpRequest) -> str:
    text = request.headers.get("Idempotency-Key", "") or request.POST.get("client_key", "")
    if len(text) > 200:
        raise _wrong("client_key", _("Please shorten this to %(most)s characters.") % {"most": 200})
    return text.strip()


def _photos(request: HttpRequest) -> tuple[bytes, ...]:
    files = [*request.FILES.getlist("media"), *request.FILES.getlist("media[]")]
    for file in files:
        check_weight(file.size or 0)
    return tuple(file.read() for file in files)
