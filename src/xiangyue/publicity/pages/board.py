"""Boards, notices and feeds: for everybody, without signing in."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiangyue.access.requests import standing
from xiangyue.places.models import Place, PlaceKind
from xiangyue.publicity import queries
from xiangyue.publicity.access import (
    board_place,
    has_notices,
    notices_of,
    public_attachment,
    public_notice,
)
from xiangyue.publicity.feeds import FEED_TYPES, Form, feed_of
from xiangyue.publicity.forms import BoardForm
from xiangyue.publicity.kinds import kind_of
from xiangyue.publicity.models import Notice
from xiangyue.publicity.printing import Paper, how_to_object, poster_pdf
from xiangyue.publicity.queries import BoardFilter
from xiangyue.publicity.serving import asked_again, attached, check_readable, unfindable
from xiangyue.publicity.showing import public_objections
from xiangyue.publicity.tables import Facts


@never_cache
@require_safe
def board(request: HttpRequest, code: str = "") -> HttpResponse:
    """The notices on a place's board: running, past, or all; filters in the address."""
    place = board_place(code)
    narrowed = BoardFilter.from_query(request.GET)
    rows = queries.board(place, narrowed, at=timezone.now())
    page = Paginator(rows, queries.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "place": place,
        "above": queries.boards_above(place)[-1:],
        "below": Place.objects.filter(
            path__startswith=place.path,
            depth=place.depth + 1,
            is_active=True,
            kind__in=[PlaceKind.TOWN, PlaceKind.VILLAGE],
        ).order_by("path"),
        "page": page,
        "filter": narrowed,
        "form": BoardForm(request.GET or None),
        "tabs": [(which, narrowed.which == which) for which in ("", "past", "all")],
    }
    response = render(request, "publicity/board.html", context)
    is_naming = any(one.names_people for one in page.object_list)
    return unfindable(response) if is_naming else response


@never_cache
@require_safe
def show_notice(request: HttpRequest, notice: str) -> HttpResponse:
    """The living text; of what was taken down, when and why, and that it is gone (410)."""
    found = public_notice(notice)
    if not found.is_readable:
        return unfindable(render(request, "publicity/gone.html", {"notice": found}, status=410))
    response = render(request, "publicity/notice.html", _shown(request, found))
    return unfindable(response) if found.names_people else response


def _shown(request: HttpRequest, found: Notice) -> dict[str, object]:
    mine = standing(request)
    kind = kind_of(found)
    return {
        "notice": found,
        "tables": Facts.model_validate(found.facts).tables if found.facts else (),
        "attachments": found.attachments.all(),
        "objections": public_objections(found),
        "ways": how_to_object(found),
        "remedy": kind.remedy.in_language(get_language()) if kind.remedy else "",
        "keeps": has_notices(mine) and notices_of(mine).filter(pk=found.pk).exists(),
    }


@require_safe
def poster(request: HttpRequest, notice: str, paper: Paper) -> HttpResponse:
    """The notice on paper; `?red=1` colours white paper.

    :raises Gone: it is not to be read any more.
    """
    found = public_notice(notice)
    check_readable(found, at=timezone.now())
    made = poster_pdf(
        found,
        address=request.build_absolute_uri(reverse("notice", args=[found.number])),
        paper=paper,
        is_red=request.GET.get("red") == "1",
    )
    response = asked_again(request, made, "application/pdf", names_people=found.names_people)
    response.headers["Content-Disposition"] = f'inline; filename="{found.number}-{paper}.pdf"'
    return response


@require_safe
def attachment(request: HttpRequest, notice: str, notice_file: UUID) -> HttpResponse:
    """A photo or document of a notice; `?small=1` gives a photo as lists show it.

    :raises Gone: the notice is not to be read any more.
    """
    found = public_notice(notice)
    row = public_attachment(found, notice_file)
    check_readable(found, at=timezone.now())
    return attached(
        request, row, is_small=request.GET.get("small") == "1", names_people=found.names_people
    )


@require_safe
def feed(request: HttpRequest, code: str, form: Form) -> HttpResponse:
    """The board's feed, made anew whenever somebody asks."""
    made = feed_of(request, board_place(code), form, at=timezone.now())
    return asked_again(request, made, FEED_TYPES[form], names_people=False)
