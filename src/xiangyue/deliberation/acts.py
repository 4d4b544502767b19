"""The acts of the desk on an issue or a task: who may, when, what they ask, what they do.

Pages and the API perform the same acts from the same forms, so that both refuse in the same words.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xiangyue.access.rules import Standing
from xiangyue.deliberation import forms, services
from xiangyue.deliberation.access import kept_issue
from xiangyue.deliberation.models import Issue, Task, TaskStateChoices
from xiangyue.deliberation.rules import Act as Move
from xiangyue.deliberation.rules import State, is_possible
from xiangyue.deliberation.services.acting import CHECK, ENTER, KEEP, LEAD
from xiangyue.documents.files import uploaded
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Person


@dataclass(frozen=True, slots=True)
class Act:
    """One act: `do` gets the issue, the filled form, who, when, and the version that was seen."""

    name: str
    title: str | Promise
    lead: str | Promise
    verbs: tuple[str, ...]
    move: Move | None
    form: type[forms.ActForm]
    do: Callable[..., object]
    done: str | Promise
    look: str = "plain"


@dataclass(frozen=True, slots=True)
class Doing:
    """What an act is done with."""

    issue: Issue
    entered: Mapping[str, Any]
    by: Person
    at: datetime
    seen: int | None
    standing: Standing

    @property
    def common(self) -> dict[str, Any]:
        return {"issue": self.issue, "by": self.by, "at": self.at}

    @property
    def seeing(self) -> dict[str, Any]:
        return self.common | {"seen": self.seen}


def _merge(doing: Doing) -> object:
    into = kept_issue(doing.standing, doing.entered["into"] or "-")
    return services.merge_issue(**doing.seeing, into=into)


def _research(doing: Doing) -> object:
    file = doing.entered.get("file")
    return services.add_research(
        **doing.common,
        text=doing.entered["text"],
        upload=uploaded(file) if file is not None else None,
    )


ACTS: Mapping[str, Act] = {
    act.name: act
    for act in (
        Act(
            "show", _("Show it to everybody"),
            _("You have read it: it names nobody, hurts nobody, breaks no law."),
            (KEEP,), Move.SHOW, forms.ShowForm,
            lambda doing: services.show_issue(**doing.seeing),
            _("Everybody can read and support it now."), "",
        ),
        Act(
            "hide", _("Keep it back"), _("It goes on all the same; only its words are not read."),
            (KEEP,), Move.HIDE, forms.HideForm,
            lambda doing: services.hide_issue(**doing.seeing, **doing.entered),
            _("Only who raised it reads it now."),
        ),
        Act(
            "accept", _("Take it up"),
            _("The Party organisation says yes, why, and in which form it is deliberated."),
            (LEAD,), Move.ACCEPT, forms.AcceptForm,
            lambda doing: services.accept_issue(**doing.seeing, **doing.entered),
            _("It is in deliberation; everybody concerned is told."), "",
        ),
        Act(
            "decline", _("Do not take it up"),
            _("The Party organisation says no, and why."),
            (LEAD,), Move.DECLINE, forms.DeclineForm,
            lambda doing: services.decline_issue(**doing.seeing, **doing.entered),
            _("Everybody concerned is told why."),
        ),
        Act(
            "answer", _("Answer the petition"), _("In writing, in front of everybody."),
            (LEAD,), Move.ANSWER, forms.AnswerForm,
            lambda doing: services.answer_petition(**doing.seeing, **doing.entered),
            _("It is answered; everybody concerned is told."), "",
        ),
        Act(
            "merge", _("Join it to another"),
            _("Voices count there once; its words, history and links stay, and you can undo it."),
            (KEEP,), Move.MERGE, forms.MergeForm, _merge, _("They are one now."),
        ),
        Act(
            "unmerge", _("Let it stand on its own again"),
            _("Its own voices count for it again."),
            (KEEP,), Move.UNMERGE, forms.NothingForm,
            lambda doing: services.undo_merge(**doing.seeing),
            _("It stands on its own again."),
        ),
        Act(
            "split", _("Make a part an issue of its own"),
            _("Who supports the whole supports the part too."),
            (KEEP,), Move.SPLIT, forms.SplitForm,
            lambda doing: services.split_issue(**doing.seeing, **doing.entered),
            _("The part is an issue of its own."),
        ),
        Act(
            "voices", _("Enter who supports it"),
            _("For those without a phone: on the doorstep, from a list on paper."),
            (ENTER, KEEP), Move.SUPPORT, forms.VoicesForm,
            lambda doing: services.enter_voices(**doing.common, **doing.entered),
            _("The voices are counted; nobody counts twice."),
        ),
        Act(
            "research", _("Write down what was found"),
            _("On the spot, from those concerned; before the meeting."),
            (KEEP,), Move.RESEARCH, forms.ResearchForm, _research, _("It is written down."),
        ),
        Act(
            "lawyer", _("Enter the lawyer's note"), _("What the law says to it."),
            (KEEP,), Move.LAWYER, forms.LawyerForm,
            lambda doing: services.add_lawyers_note(**doing.common, **doing.entered),
            _("The lawyer's note is entered."),
        ),
        Act(
            "resolve", _("Enter what was decided"),
            _("What the meeting settled on, in its own words."),
            (KEEP, LEAD), Move.RESOLVE, forms.ResolveForm,
            lambda doing: services.resolve_issue(**doing.seeing, **doing.entered),
            _("It is entered; everybody concerned is told."), "",
        ),
        Act(
            "plan", _("Plan a task"), _("Who does what until when; somebody else checks it."),
            (KEEP,), Move.PLAN, forms.PlanForm,
            lambda doing: services.plan_task(**doing.common, **doing.entered),
            _("The task is planned."), "",
        ),
        Act(
            "told", _("I told those without a phone"),
            _("Those on the list have heard how it stands."),
            (ENTER, KEEP), None, forms.NothingForm,
            lambda doing: services.mark_told(**doing.common),
            _("It is noted that they were told."),
        ),
    )
}  # fmt: skip


def act_named(name: str) -> Act:
    """:raises NotFound: there is no such act."""
    act = ACTS.get(name)
    if act is None:
        raise NotFound(_("There is no such page."))
    return act


def acts_for(issue: Issue, standing: Standing) -> list[Act]:
    """What the person may do about the issue as it stands."""
    return [
        act
        for act in ACTS.values()
        if any(standing.may(verb, place_path=issue.place_path) for verb in act.verbs)
        and (act.move is None or is_possible(act.move, State(issue.state)))
        and _fits(act.name, issue, standing)
    ]


def _fits(name: str, issue: Issue, standing: Standing) -> bool:
    is_owed = issue.is_petition and issue.reached_at is not None
    fits = {
        "show": not issue.is_shown,
        "hide": issue.is_shown or issue.looked_at is None,
        "accept": issue.is_shown and not is_owed,
        "decline": issue.is_shown and not is_owed,
        "answer": issue.is_shown and issue.is_petition,
        "merge": issue.is_shown,
        "unmerge": issue.merged_by_id == standing.person_id,
        "told": False,  # stands beside the list of those to be told
    }
    return fits.get(name, True)


@dataclass(frozen=True, slots=True)
class TaskAct:
    """One act on a task; `do` gets the task, what was entered, who and when."""

    name: str
    title: str | Promise
    states: tuple[str, ...]
    form: type[forms.Plain]
    do: Callable[..., object]
    done: str | Promise
    is_checking: bool = False
    look: str = "plain"


TASK_ACTS: Mapping[str, TaskAct] = {
    act.name: act
    for act in (
        TaskAct(
            "done", _("It is done"), (TaskStateChoices.OPEN,), forms.NoteForm,
            services.finish_task, _("The supervision committee checks it now."), look="",
        ),
        TaskAct(
            "report", _("Make it a report"), (TaskStateChoices.OPEN,), forms.ReportForm,
            services.report_for_task, _("It is dispatched and handled like any report."),
        ),
        TaskAct(
            "notice", _("It became a notice"), (TaskStateChoices.OPEN,), forms.NoticeForm,
            services.refer_to_notice, _("The notice is noted."),
        ),
        TaskAct(
            "drop", _("Drop it"), (TaskStateChoices.OPEN,), forms.NoteForm,
            services.drop_task, _("It is dropped."),
        ),
        TaskAct(
            "check", _("I have seen that it is done"), (TaskStateChoices.DONE,), forms.NoteForm,
            services.check_task, _("It is checked."), is_checking=True, look="",
        ),
        TaskAct(
            "return", _("It is to be done again"), (TaskStateChoices.DONE,), forms.NoteForm,
            services.return_task, _("It goes back to be done again."), is_checking=True,
        ),
    )
}  # fmt: skip


def task_act_named(name: str) -> TaskAct:
    """:raises NotFound: there is no such act."""
    act = TASK_ACTS.get(name)
    if act is None:
        raise NotFound(_("There is no such page."))
    return act


def task_acts_for(task: Task, standing: Standing) -> list[TaskAct]:
    """What the person may do about the task as it stands; who had a part in it checks nothing."""
    keeps = standing.may(KEEP, place_path=task.place_path)
    checks = standing.may(CHECK, place_path=task.place_path) and standing.person_id not in {
        task.done_by_id,
        task.doer_id,
        task.planned_by_id,
    }
    found = []
    for act in TASK_ACTS.values():
        is_theirs = checks if act.is_checking else keeps
        if act.name == "done" and task.doer_id == standing.person_id:
            is_theirs = True
        if act.name in {"report", "notice"} and task.reference_id:
            is_theirs = False
        if is_theirs and task.state in act.states:
            found.append(act)
    return found
