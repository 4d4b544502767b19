"""The clerk's desk: notices kept, objections answered, notices taken down."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyue.access.pages import show_refusal
from xiangyue.access.requests import person, signed_in, standing
from xiangyue.access.rules import Standing
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.places.models import Person, Place
from xiangyue.publicity import queries, services
from xiangyue.publicity.access import (
    boards_to_publish_on,
    desk_notice,
    desk_objection,
    drafts_of,
    has_notices,
    kept_attachment,
    may_enter_for_others,
    may_take_down,
    notices_of,
)
from xiangyue.publicity.forms import AnswerForm, DeskForm, TakeDownForm
from xiangyue.publicity.kinds import ANSWER, PUBLISH, may_answer
from xiangyue.publicity.models import Notice
from xiangyue.publicity.queries import DeskFilter
from xiangyue.publicity.reading import note_objectors_read
from xiangyue.publicity.serving import attached, shell_of
from xiangyue.publicity.tables import Facts
from xiangyue.publicity.wording import gone_in_words


def with_notices(request: HttpRequest) -> Standing:
    """The standing of whoever asks.

    :raises NotAllowed: none of their posts has to do with notices.
    """
    mine = standing(request)
    if not has_notices(mine):
        raise NotAllowed(_("Your posts do not include this page."))
    return mine


def signed_person(request: HttpRequest) -> Person:
    """Who is signed in.

    :raises NotAllowed: nobody.
    """
    who = person(request)
    if who is None:
        raise NotAllowed(_("Please sign in first."))
    return who


@never_cache
@signed_in
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """The notices of the boards that I keep; what waits for an answer first."""
    mine, now = with_notices(request), timezone.now()
    narrowed = DeskFilter.from_query(request.GET)
    rows = notices_of(mine)
    page = Paginator(queries.kept(rows, narrowed, at=now), queries.PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "shell": shell_of(request),
        "page": page,
        "filter": narrowed,
        "form": DeskForm(request.GET or None, places=_boards(mine)),
        "tabs": [
            (which, narrowed.which == which) for which in ("", "answer", "past", "gone", "all")
        ],
        "to_answer_count": queries.to_answer(rows).count(),
        "drafts": drafts_of(mine)[: queries.PAGE_SIZE],
        "may_write": bool(boards_to_publish_on(mine)),
    }
    return render(request, "publicity/notices.html", context)


def _boards(mine: Standing) -> list[Place]:
    paths = {*mine.areas(PUBLISH), *mine.areas(ANSWER)}
    if not paths:
        return []
    return list(
        Place.objects.filter(pk__in=notices_of(mine).values("place")).order_by("path")[:300]
    )


@never_cache
@signed_in
@require_safe
def kept_notice(request: HttpRequest, notice: str) -> HttpResponse:
    """One notice at the desk: its objections with who said them, and what can be done."""
    mine = with_notices(request)
    return notice_page(request, desk_notice(mine, notice), mine)


@signed_in
@require_safe
def attachment(request: HttpRequest, kept_file: UUID) -> HttpResponse:
    """A photo or document of a draft or notice, for those who keep its board."""
    row = kept_attachment(with_notices(request), kept_file)
    is_small = request.GET.get("small") == "1"
    return attached(request, row, is_small=is_small, names_people=True)


def notice_page(
    request: HttpRequest, found: Notice, mine: Standing, *, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    answers = may_answer(mine, found)
    objections = list(
        found.objections.select_related("person", "entered_by", "answered_by", "clock")
    )
    if answers:
        note_objectors_read(objections, notice=found, reader=signed_person(request), at=now)
    context = {
        "shell": shell_of(request),
        "notice": found,
        "attachments": found.attachments.all(),
        "gone": gone_in_words(found, at=now),
        "tables": Facts.model_validate(found.facts).tables if found.facts else (),
        "objections": objections,
        "unsettled": queries.unsettled(found, at=now),
        "answers": answers,
        "may_take_down": may_take_down(mine, found) and found.state != "taken_down",
        "may_write": may_take_down(mine, found),
        "may_enter": may_enter_for_others(mine, found),
    }
    return render(request, "publicity/kept_notice.html", context, status=status)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, notice_objection_id: UUID) -> HttpResponse:
    """Answer an objection; a refusal keeps what was written."""
    mine = with_notices(request)
    found = desk_objection(mine, notice_objection_id)
    services.check_may_answer(found, mine)
    note_objectors_read(
        [found], notice=found.notice, reader=signed_person(request), at=timezone.now()
    )
    form = AnswerForm(request.POST if request.method == "POST" else None, objection=found)
    status, is_stale = 200, found.answered_at is not None
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                services.answer_objection(
                    objection=found, by=signed_person(request), at=timezone.now(),
                    **form.cleaned_data,
                )  # fmt: skip
            except NotAllowed:
                raise
            except Refused as refusal:
                show_refusal(form, refusal)
                status, is_stale = refusal.status, isinstance(refusal, services.AlreadyAnswered)
                found = desk_objection(mine, notice_objection_id)
            else:
                messages.success(request, _("The answer stands beside the notice."))
                return redirect("kept-notice", found.notice.number)
    context = {
        "shell": shell_of(request),
        "objection": found,
        "notice": found.notice,
        "form": form,
        "is_stale": is_stale,
        "gone": gone_in_words(found.notice, at=timezone.now()),
    }
    return render(request, "publicity/answer.html", context, status=status)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def take_down(request: HttpRequest, notice: str) -> HttpResponse:
    """Take a notice down, with a reason that everybody can read."""
    mine = with_notices(request)
    found = desk_notice(mine, notice)
    if not may_take_down(mine, found):
        raise NotAllowed(_("Your posts do not include this board."))
    form = TakeDownForm(
        request.POST if request.method == "POST" else None,
        initial={"is_erased": found.names_people},
    )
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            entered: dict[str, Any] = form.cleaned_data
            try:
                services.take_down(
                    notice=found, by=signed_person(request), at=timezone.now(), **entered
                )
            except NotAllowed:
                raise
            except Refused as refusal:
                show_refusal(form, refusal)
                status = refusal.status
            else:
                messages.success(request, _("It is taken down everywhere."))
                return redirect("kept-notice", found.number)
    context = {"shell": shell_of(request), "notice": found, "form": form}
    return render(request, "publicity/take_down.html", context, status=status)


@signed_in
@require_POST
def write_again(request: HttpRequest, notice: str) -> HttpResponse:
    """A new draft with the notice's words, to post it once more or corrected."""
    mine = with_notices(request)
    found = desk_notice(mine, notice)
    made = services.draft_again(notice=found, by=signed_person(request), at=timezone.now())
    return redirect("notice-draft", made.pk)
