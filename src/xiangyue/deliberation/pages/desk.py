"""The desk: issues kept, written down for others, decided; the list of those to be told."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xiangyue.access.requests import signed_in, standing
from xiangyue.access.rules import Standing
from xiangyue.deliberation import access, queries, services, showing
from xiangyue.deliberation.acts import Act, Doing, act_named, acts_for, task_acts_for
from xiangyue.deliberation.forms import EnterForm, ListForm
from xiangyue.deliberation.models import Issue, StateChoices
from xiangyue.deliberation.origins import origin_of
from xiangyue.deliberation.pages import me, shell_of, tried
from xiangyue.deliberation.printing import slip_pdf
from xiangyue.deliberation.queries import Narrowed
from xiangyue.deliberation.services.telling import to_tell_aloud
from xiangyue.documents.serving import handed_out
from xiangyue.kernel.refusals import NotAllowed


def with_issues(request: HttpRequest) -> Standing:
    """The standing of whoever asks.

    :raises NotAllowed: none of their posts has to do with issues at a desk.
    """
    mine = standing(request)
    if not access.has_issues(mine):
        raise NotAllowed(_("Your posts do not include this page."))
    return mine


@never_cache
@signed_in
@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """The issues of my area; filters in the address."""
    mine, narrowed = with_issues(request), Narrowed.from_query(request.GET)
    rows = access.kept_issues(mine)
    page = Paginator(queries.listed(rows, narrowed), queries.PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    now = timezone.now()
    context = {
        "shell": shell_of(request),
        "page": page,
        "rows": [(one, showing.due_words(one), showing.is_late(one, at=now)) for one in page],
        "filter": narrowed,
        "form": ListForm(request.GET or None),
        "tabs": [(which, narrowed.which == which) for which in queries.TABS],
        "look_count": queries.to_look_at(rows).count(),
        "may_enter": bool(access.places_to_enter(mine)),
    }
    return render(request, "deliberation/kept.html", context)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Write down what somebody brought up; `?incident=` or `?consultation=` says out of what."""
    mine = standing(request)
    places = access.places_to_enter(mine)
    if not places:
        raise NotAllowed(_("Your posts do not include writing down issues here."))
    origin, filled = origin_of(mine, request.GET)
    form = EnterForm(
        request.POST if request.method == "POST" else None, places=places, initial=filled
    )
    status = 200
    if form.is_bound:
        made: list[Issue] = []
        status = tried(
            form,
            lambda: made.append(
                services.raise_issue(
                    by=me(request),
                    at=timezone.now(),
                    is_for_others=True,
                    origin=origin,
                    **form.chosen(),
                )
            ),
        )
        if status == 0:
            messages.success(request, _("It is written down."))
            if access.kept_issues(mine).filter(pk=made[0].pk).exists():
                return redirect("kept-issue", made[0].number)
            return redirect("decisions")
    context = {
        "shell": shell_of(request),
        "form": form,
        "origin": origin,
        "back": reverse("kept-issues") if access.has_issues(mine) else reverse("decisions"),
    }
    return render(request, "deliberation/enter.html", context, status=status)


@never_cache
@signed_in
@require_safe
def kept_issue(request: HttpRequest, issue: str) -> HttpResponse:
    """One issue at the desk: what it says, how far it is, what I may do."""
    mine = with_issues(request)
    found = access.kept_issue(mine, issue)
    now = timezone.now()
    context = {
        "shell": shell_of(request),
        "issue": found,
        "tone": showing.TONES[StateChoices(found.state)],
        "steps": showing.timeline(found, is_desk=True),
        "stages": showing.stages(found),
        "due": showing.due_words(found),
        "is_late": showing.is_late(found, at=now),
        "acts": acts_for(found, mine),
        "tasks": [(task, task_acts_for(task, mine)) for task in found.tasks.all()],
        "today": timezone.localdate(now),
        "resolution": found.resolutions.exclude(outcome="put_off").first(),
        "photos": found.photos.all(),
        "may_add_photo": services.may_add_photo(found, mine),
        "may_remove_photo": services.may_remove_photo(found, mine),
        "research": found.research.select_related("written_by"),
        "lawyers_notes": found.lawyers_notes.all(),
        "similar": [
            one
            for one in queries.similar(
                place=found.place, title=found.title, text=found.text, at=now, limit=4
            )
            if one.pk != found.pk
        ]
        if found.state == StateChoices.COLLECTED
        else [],
        "joined": Issue.objects.filter(merged_into=found),
        "topic": queries.topic_names().get(found.topic, ""),
        "aloud_count": to_tell_aloud(found).count(),
        "may_enter": any(
            mine.may(verb, place_path=found.place_path)
            for verb in ("deliberation.enter", "deliberation.keep")
        ),
        "run_missing": _run_link(found, mine),
    }
    return render(request, "deliberation/kept_issue.html", context)


def _run_link(found: Issue, mine: Standing) -> str:
    from xiangyue.procedures.access import runs_of

    if found.run_id is None or not runs_of(mine).filter(pk=found.run_id).exists():
        return ""
    return reverse("procedure-run", args=[found.run_id])


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, issue: str, issue_act: str) -> HttpResponse:
    """The page of one act on an issue: what it asks, and what was refused, in place."""
    meant, mine = act_named(issue_act), standing(request)
    found = issue_for_act(mine, issue, meant)
    posted = request.method == "POST"
    form = meant.form(
        request.POST if posted else None,
        request.FILES if posted else None,
        issue=found,
        initial=_initial(meant, request),
    )
    status = 200
    if form.is_bound:
        seen = request.POST.get("seen", "")
        status = tried(
            form,
            lambda: meant.do(
                Doing(
                    issue=found,
                    entered=form.chosen() if hasattr(form, "chosen") else form.cleaned_data,
                    by=me(request),
                    at=timezone.now(),
                    seen=int(seen) if seen.isascii() and seen.isdigit() else None,
                    standing=mine,
                )
            ),
        )
        if status == 0:
            messages.success(request, str(meant.done))
            return redirect(_back(mine, found))
    context = {
        "shell": shell_of(request),
        "issue": found,
        "act": meant,
        "form": form,
        "back": _back(mine, found),
        "has_file": "file" in form.fields,
    }
    return render(request, "deliberation/act.html", context, status=status)


def issue_for_act(mine: Standing, number: str, meant: Act) -> Issue:
    """The issue, for somebody whose posts grant one of the act's verbs there.

    :raises NotFound: there is none, or none for this person.
    :raises NotAllowed: they see it, but do not do this.
    """
    if meant.name in {"voices", "told"}:
        return access.issue_to_enter_for(mine, number)
    found = access.kept_issue(mine, number)
    if not any(mine.may(verb, place_path=found.place_path) for verb in meant.verbs):
        raise NotAllowed(_("Your posts do not include this for issues here."))
    return found


def _initial(meant: Act, request: HttpRequest) -> dict[str, Any]:
    today = timezone.localdate()
    filled: dict[str, dict[str, Any]] = {
        "merge": {"into": request.GET.get("into", "")[:20]},
        "resolve": {"resolved_on": today},
        "plan": {"due_on": today + timedelta(days=14)},
    }
    return filled.get(meant.name, {})


def _back(mine: Standing, found: Issue) -> str:
    if access.kept_issues(mine).filter(pk=found.pk).exists():
        return reverse("kept-issue", args=[found.number])
    return reverse("issue", args=[found.number])


@never_cache
@signed_in
@require_safe
def telling_list(request: HttpRequest, issue: str) -> HttpResponse:
    """Those without a phone who wait to be told in person; every look is recorded."""
    mine = standing(request)
    found = access.issue_to_enter_for(mine, issue)
    rows = services.read_telling_list(issue=found, by=me(request), at=timezone.now())
    context = {
        "shell": shell_of(request),
        "issue": found,
        "rows": rows,
        "steps": showing.timeline(found)[-3:],
        "back": _back(mine, found),
    }
    return render(request, "deliberation/telling.html", context)


@never_cache
@signed_in
@require_safe
def slip(request: HttpRequest, issue: str) -> HttpResponse:
    """The list on paper, with how the issue stands in words to read out."""
    found = access.issue_to_enter_for(standing(request), issue)
    now = timezone.now()
    rows = services.read_telling_list(issue=found, by=me(request), at=now)
    response = HttpResponse(slip_pdf(found, rows, at=now), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    return response


@signed_in
@require_safe
def research_file(request: HttpRequest, research_id: UUID) -> HttpResponse:
    """A document or picture of the research."""
    note = access.research_file(with_issues(request), research_id)
    return handed_out(
        file=note.file.name or "", content_type=note.content_type, file_name=note.file_name
    )
