"""The API of issues: what the pages show and do, by the same services and forms."""

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router
from ninja.responses import Status

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.requests import person, standing
from xiangyue.deliberation import access, queries, services, showing
from xiangyue.deliberation.acts import Doing, act_named, acts_for, task_act_named
from xiangyue.deliberation.forms import ActForm
from xiangyue.deliberation.models import Issue, Task
from xiangyue.deliberation.origins import origin_of
from xiangyue.deliberation.pages import place_looked_at
from xiangyue.deliberation.pages.desk import issue_for_act, with_issues
from xiangyue.deliberation.photoapi import router as photo_router
from xiangyue.deliberation.queries import Narrowed, TaskFilter
from xiangyue.deliberation.schemas import (
    DecisionsOut,
    EnteredIssueIn,
    IssueActIn,
    IssueDetailOut,
    IssueIn,
    IssueListQuery,
    IssueOut,
    IssuesOut,
    IssueTaskOut,
    IssueTaskQuery,
    IssueTasksOut,
    IssueTextIn,
    KeptIssueOut,
    RaisedOut,
    SettlementOut,
    TaskActIn,
    ToTellOut,
)
from xiangyue.deliberation.services.acting import head_of
from xiangyue.kernel.refusals import NotAllowed, NotFound, Refused
from xiangyue.places.models import Person, Place
from xiangyue.procedures.deciding import all_lines

router = Router()
router.add_router("", photo_router)


def _signed_in(request: HttpRequest) -> Person:
    who = person(request)
    if who is None:
        raise NotAllowed(_("Please sign in first."))
    return who


def _place(code: str) -> Place:
    found: Place | None = Place.objects.filter(code=code, is_active=True).first()
    if found is None:
        raise NotFound(_("There is no place with this code."))
    return found


def _row(one: Issue) -> dict[str, Any]:
    names = (
        "number", "title", "text", "topic", "source", "asks", "state", "is_shown",
        "support_count", "raised_at", "answer",
    )  # fmt: skip
    return {name: getattr(one, name) for name in names} | {
        "place": one.place.code,
        "state_name": str(one.get_state_display()),
        "reason": one.reason,
        "merged_into": one.merged_into.number if one.merged_into is not None else None,
    }


def _task(one: Task) -> dict[str, Any]:
    names = (
        "id", "kind", "text", "who", "due_on", "amount_cents", "state", "done_note", "check_note"
    )  # fmt: skip
    return {name: getattr(one, name) for name in names} | {"issue": one.issue.number}


def _detail(one: Issue, who: Person | None, *, is_desk: bool = False) -> dict[str, Any]:
    resolution = one.resolutions.exclude(outcome="put_off").first()
    return _row(one) | {
        "steps": [
            {"at": step.at, "title": step.title, "note": step.note}
            for step in showing.timeline(one, is_desk=is_desk)
        ],
        "tasks": [_task(task) for task in one.tasks.select_related("issue")],
        "photos": [
            {"id": photo.pk, "byte_count": photo.byte_count, "digest": photo.digest}
            for photo in one.photos.all()
        ],
        "resolution": resolution.text if resolution is not None else "",
        "has_voice": who is not None and services.has_supported(one, who),
        "is_mine": who is not None and one.raised_by_id == who.pk,
    }


def _kept(request: HttpRequest, number: str) -> dict[str, Any]:
    mine = standing(request)
    found = access.kept_issue(mine, number)
    return _detail(found, person(request), is_desk=True) | {
        "version": found.version,
        "hidden_why": found.hidden_why,
        "acts": [act.name for act in acts_for(found, mine)],
        "due_at": found.clock.due_at if found.clock is not None else None,
    }


def _page(rows: Any, number: int) -> dict[str, Any]:
    page = Paginator(rows, queries.PAGE_SIZE).get_page(number)
    return {
        "issues": [_row(one) for one in page],
        "count": page.paginator.count,
        "page": page.number,
        "page_count": page.paginator.num_pages,
    }


def _filled(form: django_forms.Form) -> dict[str, Any]:
    """What was entered, as the page takes it.

    :raises Refused: the first fault of each field.
    """
    if not form.is_valid():
        faults = {name: str(errors[0]) for name, errors in form.errors.items()}
        raise Refused(" ".join(faults.values()), fields=dict(faults))
    return form.chosen() if hasattr(form, "chosen") else dict(form.cleaned_data)


# --- everybody --------------------------------------------------------------------------------


@router.get("/decisions", response=DecisionsOut, summary="What is being decided at a place")
def list_decisions(request: HttpRequest, place: str = "") -> dict[str, Any]:
    found = place_looked_at(request)
    lines = all_lines(place=found, person=person(request), at=timezone.now())
    return {"place": found.code, "lines": lines}


@router.get("/issues", response=IssuesOut, summary="The issues that everybody may read")
def list_issues(request: HttpRequest, query: Query[IssueListQuery]) -> dict[str, Any]:
    narrowed = Narrowed.from_query(query.dict(exclude={"page"}))
    if narrowed.which in {"look", "withdrawn"}:
        narrowed = Narrowed()
    return _page(queries.listed(access.public_issues(), narrowed), query.page)


@router.get("/issues/figures", response=SettlementOut, summary="The settlement rate of a place")
def show_settlement(
    request: HttpRequest, place: str = "", since: str = "", before: str = ""
) -> dict[str, Any]:
    found = place_looked_at(request)
    days = {"since": queries.day_of(since), "before": queries.day_of(before)}
    told = queries.figures(found, **days)
    return {
        "place": found.code,
        "collected": told.collected,
        "settled": told.settled,
        "rate": told.rate,
        "counts": told.counts,
        "joined": told.joined,
        "withdrawn": told.withdrawn,
        "kept_back": told.kept_back,
        "parts": [
            {
                "place": one.code,
                "collected": part.collected,
                "settled": part.settled,
                "rate": part.rate,
            }
            for one, part in queries.figures_by_part(found, **days)
        ],
    }


@router.get("/issues/{issue}", response=IssueDetailOut, summary="One issue with its history")
def show_issue(request: HttpRequest, issue: str) -> dict[str, Any]:
    who = person(request)
    return _detail(access.readable_issue(issue, who), who)


# --- residents --------------------------------------------------------------------------------


@router.get("/me/issues", auth=REQUIRED, response=IssuesOut, summary="What I raised or support")
def list_own(request: HttpRequest, page: int = 1) -> dict[str, Any]:
    return _page(access.own_issues(_signed_in(request)), page)


@router.post(
    "/issues", auth=REQUIRED, response={201: RaisedOut, 200: RaisedOut}, summary="Raise an issue"
)
def raise_issue(request: HttpRequest, entered: IssueIn) -> Status[dict[str, Any]]:
    who, now, place = _signed_in(request), timezone.now(), _place(entered.place)
    said: dict[str, Any] = {"place": place, "title": entered.title, "text": entered.text}
    similar = [] if entered.is_new else queries.similar(**said, at=now)
    if similar:
        return Status(200, {"issue": None, "similar": [_row(one) for one in similar]})
    made = services.raise_issue(
        **said, by=who, at=now, asks=entered.asks, client_key=entered.client_key
    )
    return Status(201, {"issue": _row(made), "similar": []})


@router.post(
    "/issues/{issue}/support", auth=REQUIRED, response=IssueDetailOut, summary="This is mine too"
)
def support(request: HttpRequest, issue: str) -> dict[str, Any]:
    who = _signed_in(request)
    found = access.readable_issue(issue, who)
    services.support_issue(issue=found, by=who, at=timezone.now())
    return _detail(access.readable_issue(head_of(found).number, who), who)


@router.delete(
    "/issues/{issue}/support", auth=REQUIRED, response={204: None}, summary="Take my voice back"
)
def take_back(request: HttpRequest, issue: str) -> Status[None]:
    who = _signed_in(request)
    found = access.readable_issue(issue, who)
    services.take_back_support(issue=found, by=who, at=timezone.now())
    return Status(204, None)


@router.post(
    "/issues/{issue}/withdraw", auth=REQUIRED, response=IssueOut, summary="Take my issue back"
)
def withdraw(request: HttpRequest, issue: str) -> dict[str, Any]:
    who = _signed_in(request)
    found = access.readable_issue(issue, who)
    return _row(services.withdraw(issue=found, by=who, at=timezone.now()))


@router.post("/issues/{issue}/ask-again", auth=REQUIRED, response=IssueOut, summary="Ask once more")
def ask_again(request: HttpRequest, issue: str, entered: IssueTextIn) -> dict[str, Any]:
    who = _signed_in(request)
    found = access.readable_issue(issue, who)
    return _row(services.ask_again(issue=found, by=who, at=timezone.now(), text=entered.text))


# --- the desk ---------------------------------------------------------------------------------


@router.get("/kept-issues", auth=REQUIRED, response=IssuesOut, summary="The issues of my area")
def list_kept(request: HttpRequest, query: Query[IssueListQuery]) -> dict[str, Any]:
    narrowed = Narrowed.from_query(query.dict(exclude={"page"}))
    return _page(queries.listed(access.kept_issues(with_issues(request)), narrowed), query.page)


@router.post(
    "/kept-issues", auth=REQUIRED, response={201: IssueOut}, summary="Write down what others said"
)
def enter(request: HttpRequest, entered: EnteredIssueIn) -> Status[dict[str, Any]]:
    who = _signed_in(request)
    origin, _filled_in = origin_of(
        standing(request),
        {"incident": entered.incident, "consultation": entered.consultation},
    )
    made = services.raise_issue(
        by=who,
        at=timezone.now(),
        is_for_others=True,
        origin=origin,
        place=_place(entered.place),
        **entered.dict(exclude={"place", "incident", "consultation"}),
    )
    return Status(201, _row(made))


@router.get(
    "/kept-issues/{issue}", auth=REQUIRED, response=KeptIssueOut, summary="One issue at the desk"
)
def show_kept(request: HttpRequest, issue: str) -> dict[str, Any]:
    with_issues(request)
    return _kept(request, issue)


@router.get(
    "/kept-issues/{issue}/telling",
    auth=REQUIRED,
    response=list[ToTellOut],
    summary="Whom to tell in person; each look is recorded",
)
def list_to_tell(request: HttpRequest, issue: str) -> list[dict[str, Any]]:
    found = access.issue_to_enter_for(standing(request), issue)
    rows = services.read_telling_list(issue=found, by=_signed_in(request), at=timezone.now())
    return [
        {
            "name": row.person.name if row.person is not None else row.said_by,
            "told_at": row.told_at,
        }
        for row in rows
    ]


@router.post(
    "/kept-issues/{issue}/acts/{issue_act}",
    auth=REQUIRED,
    response=IssueOut,
    summary="Show, hide, accept, decline, answer, merge, unmerge, split, voices, research, lawyer,"
    " resolve, plan or told",
)
def act(request: HttpRequest, issue: str, issue_act: str, entered: IssueActIn) -> dict[str, Any]:
    who, mine, meant = _signed_in(request), standing(request), act_named(issue_act)
    found = issue_for_act(mine, issue, meant)
    given = {
        name: value for name, value in entered.dict(exclude={"seen"}).items() if value is not None
    }
    form: ActForm = meant.form(given, issue=found)
    meant.do(
        Doing(
            issue=found,
            entered=_filled(form),
            by=who,
            at=timezone.now(),
            seen=entered.seen,
            standing=mine,
        )
    )
    fresh = Issue.objects.select_related(*access.SHOWN_WITH).get(pk=found.pk)
    return _row(fresh)


@router.get(
    "/issue-tasks", auth=REQUIRED, response=IssueTasksOut, summary="What is done about decisions"
)
def list_tasks(request: HttpRequest, query: Query[IssueTaskQuery]) -> dict[str, Any]:
    narrowed = TaskFilter.from_query(query.dict(exclude={"page"}))
    rows = queries.tasks_listed(
        access.kept_tasks(with_issues(request)), narrowed, today=timezone.localdate()
    )
    page = Paginator(rows, queries.PAGE_SIZE).get_page(query.page)
    return {
        "tasks": [_task(one) for one in page],
        "count": page.paginator.count,
        "page": page.number,
        "page_count": page.paginator.num_pages,
    }


@router.post(
    "/issue-tasks/{uuid:issue_task}/{task_act}",
    auth=REQUIRED,
    response=IssueTaskOut,
    summary="Done, report, notice, drop, check or return",
)
def act_on_task(
    request: HttpRequest, issue_task: UUID, task_act: str, entered: TaskActIn
) -> dict[str, Any]:
    who, mine, meant = _signed_in(request), standing(request), task_act_named(task_act)
    task = access.kept_task(mine, issue_task)
    form = meant.form(entered.dict())
    meant.do(task=task, by=who, at=timezone.now(), **_filled(form))
    return _task(Task.objects.select_related("issue").get(pk=task.pk))
