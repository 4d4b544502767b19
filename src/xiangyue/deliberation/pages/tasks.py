"""What is done about decisions: the supervision committee's list, and one task."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xiangyue.access.requests import signed_in, standing
from xiangyue.deliberation import access, queries
from xiangyue.deliberation.acts import TaskAct, task_act_named, task_acts_for
from xiangyue.deliberation.forms import TaskListForm
from xiangyue.deliberation.models import Task
from xiangyue.deliberation.pages import me, shell_of, tried
from xiangyue.deliberation.pages.desk import with_issues
from xiangyue.deliberation.queries import TaskFilter
from xiangyue.kernel.refusals import NotAllowed

TASK_TABS = ("", "open", "late", "checked", "all")


@never_cache
@signed_in
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """What waits to be checked first; then what is open, late, checked."""
    mine, narrowed = with_issues(request), TaskFilter.from_query(request.GET)
    today = timezone.localdate()
    rows = queries.tasks_listed(access.kept_tasks(mine), narrowed, today=today)
    page = Paginator(rows, queries.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "shell": shell_of(request),
        "page": page,
        "rows": [(task, bool(_checking(task, mine))) for task in page],
        "filter": narrowed,
        "form": TaskListForm(request.GET or None),
        "tabs": [(which, narrowed.which == which) for which in TASK_TABS],
        "today": today,
    }
    return render(request, "deliberation/tasks.html", context)


def _checking(task: Task, mine: Any) -> list[TaskAct]:
    return [act for act in task_acts_for(task, mine) if act.is_checking]


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, issue_task: UUID, task_act: str) -> HttpResponse:
    """The page of one act on a task."""
    meant, mine = task_act_named(task_act), standing(request)
    task = access.kept_task(mine, issue_task)
    form = meant.form(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = tried(
            form,
            lambda: meant.do(task=task, by=me(request), at=timezone.now(), **form.cleaned_data),
        )
        if status == 0:
            messages.success(request, str(meant.done))
            return redirect("kept-issue", task.issue.number)
    if meant.is_checking and meant not in task_acts_for(task, mine) and not form.is_bound:
        refuse_checking(task, mine)
    context = {
        "shell": shell_of(request),
        "task": task,
        "issue": task.issue,
        "act": meant,
        "form": form,
        "back": reverse("kept-issue", args=[task.issue.number]),
    }
    return render(request, "deliberation/task_act.html", context, status=status)


def refuse_checking(task: Task, mine: Any) -> None:
    """:raises NotAllowed: they had a part in it (SE01); a task that is not done says so itself."""
    from django.utils.translation import gettext as _

    if mine.person_id in {task.done_by_id, task.doer_id, task.planned_by_id}:
        raise NotAllowed(
            _("You had a part in this task; somebody else of the committee checks it."),
            source="SE01; JC-35",
        )
