"""Verbs on projects: cost them, refuse them with a reason, put the list on the board."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiangyue.orders.acting import (
    check_keeps,
    check_state,
    kind_of,
    locked,
    recorded,
    words_given,
    words_if_any,
)
from xiangyue.orders.models import (
    CostLine,
    Need,
    Project,
    ProjectState,
    RefusedFor,
    Round,
    RoundState,
)
from xiangyue.orders.refusals import MoneyWrong, NotReady, WordsMissing
from xiangyue.orders.wording import list_of_projects
from xiangyue.places.models import Person
from xiangyue.publicity.services import publish_notice

LONGEST_TITLE, LONGEST_WHAT, LONGEST_NAME, LONGEST_LINE, LONGEST_WHY = 60, 2_000, 80, 80, 300
MOST_LINES, MOST_PROJECTS = 40, 200


@dataclass(frozen=True, slots=True)
class Cost:
    """One line of what a project costs, in fen."""

    what: str
    amount: int


@transaction.atomic
def keep_project(
    *,
    round_: Round,
    title: str,
    what: str,
    lines: Sequence[Cost],
    costed_by: str,
    by: Person,
    at: datetime,
    project: Project | None = None,
    spot: str = "",
    upkeep: int = 0,
    upkeep_by: str = "",
    needs: Sequence[Need] | None = None,
) -> Project:
    """Write down what would be built and what it costs: new, or `project` anew.

    `needs` are the orders that it answers; None leaves them. Records `orders.project_costed`.

    :raises RoundStands: it is not the time of costing.
    :raises WordsMissing: no title, no words on what is built, nobody who costed it.
    :raises MoneyWrong: no lines, or one that costs nothing.
    """
    round_ = locked(round_)
    check_keeps(by, round_, at=at)
    check_state(round_, RoundState.COSTING)
    facts = {
        "title": words_given(
            title, _("Please give it a title."), field="title", most=LONGEST_TITLE
        ),
        "what": words_given(
            what, _("Please say what is built."), field="what", most=LONGEST_WHAT, is_long=True
        ),
        "spot": words_if_any(spot, field="spot", most=LONGEST_NAME),
        "costed_by": words_given(
            costed_by, _("Please say who costed it."), field="costed_by", most=LONGEST_NAME
        ),
        "upkeep": upkeep,
        "upkeep_by": words_if_any(upkeep_by, field="upkeep_by", most=LONGEST_NAME),
        "cost": _total(lines),
        "entered_by": by,
        "entered_at": at,
    }
    if upkeep and not facts["upkeep_by"]:
        said = _("Please say who pays the upkeep.")
        raise WordsMissing(said, fields={"upkeep_by": said})
    if project is None:
        last = round_.projects.aggregate(last=Max("number"))["last"] or 0
        if last >= MOST_PROJECTS:
            raise NotReady(_("A round has at most %(most)d projects.") % {"most": MOST_PROJECTS})
        project = Project.objects.create(round=round_, number=last + 1, **facts)
    else:
        project = Project.objects.select_for_update().get(pk=project.pk, round=round_)
        for name, value in facts.items():
            setattr(project, name, value)
        project.save()
        project.lines.all().delete()
    CostLine.objects.bulk_create(
        CostLine(project=project, position=at_, what=line.what.strip(), amount=line.amount)
        for at_, line in enumerate(lines, start=1)
    )
    if needs is not None:
        round_.needs.filter(project=project).exclude(pk__in=[one.pk for one in needs]).update(
            project=None
        )
        round_.needs.filter(pk__in=[one.pk for one in needs]).update(project=project, aside_why="")
    recorded(
        "project_costed", round_, at=at, actor_id=by.pk, number=project.number, cost=project.cost
    )
    return project


def _total(lines: Sequence[Cost]) -> int:
    if not 1 <= len(lines) <= MOST_LINES or any(
        not line.what.strip() or len(line.what.strip()) > LONGEST_LINE or line.amount <= 0
        for line in lines
    ):
        said = _("Please write what it is made of, each line with what it costs.")
        raise MoneyWrong(said, fields={"lines": said})
    return sum(line.amount for line in lines)


@transaction.atomic
def refuse_project(
    *, project: Project, refused_for: str, why: str, by: Person, at: datetime
) -> Project:
    """Keep a project off the ballot paper; the reason stays on its page for everybody.

    Records `orders.project_refused`.

    :raises RoundStands: it is not the time of costing.
    """
    round_ = locked(project.round)
    check_keeps(by, round_, at=at)
    check_state(round_, RoundState.COSTING)
    if refused_for not in RefusedFor.values:
        said = _("Choose one of the reasons.")
        raise WordsMissing(said, fields={"refused_for": said})
    project = Project.objects.select_for_update().get(pk=project.pk)
    project.state, project.refused_for = ProjectState.REFUSED, refused_for
    project.refused_why = words_given(
        why, _("Please say why; everybody can read it."), field="why", most=LONGEST_WHY
    )
    project.save(update_fields=["state", "refused_for", "refused_why"])
    recorded(
        "project_refused", round_, at=at, actor_id=by.pk, number=project.number,
        refused_for=refused_for,
    )  # fmt: skip
    return project


@transaction.atomic
def take_up_project(*, project: Project, by: Person, at: datetime) -> Project:
    """Put a refused project on the list again. Records `orders.project_costed`."""
    round_ = locked(project.round)
    check_keeps(by, round_, at=at)
    check_state(round_, RoundState.COSTING)
    project = Project.objects.select_for_update().get(pk=project.pk)
    project.state, project.refused_for, project.refused_why = ProjectState.DRAFT, "", ""
    project.save(update_fields=["state", "refused_for", "refused_why"])
    recorded(
        "project_costed", round_, at=at, actor_id=by.pk, number=project.number, cost=project.cost
    )
    return project


def unready(round_: Round) -> list[str]:
    """What keeps the list from hanging on the board, in sentences; empty when nothing does."""
    found = []
    listed = list(round_.projects.filter(state=ProjectState.DRAFT))
    least = kind_of(round_).least_projects
    if len(listed) < least:
        found.append(
            _("There is a choice only between at least %(count)d projects.") % {"count": least}
        )
    for project in listed:
        if project.cost > round_.budget:
            found.append(
                _("“%(title)s” costs more than the whole budget: make it smaller, or refuse it.")
                % {"title": project.title}
            )
    if waiting := round_.needs.filter(project=None, aside_why="").count():
        found.append(
            ngettext(
                "%(count)d order has no answer yet: put it into a project, or say why not.",
                "%(count)d orders have no answer yet: put each into a project, or say why not.",
                waiting,
            )
            % {"count": waiting}
        )
    return found


@transaction.atomic
def publish_projects(*, round_: Round, by: Person, at: datetime) -> Round:
    """Hang the list of projects on the board; from now on nothing of it changes.

    Whoever ordered or supported is told that there is an answer. Records
    `orders.needs_answered`.

    :raises NotReady: as `unready` says.
    """
    round_ = locked(round_)
    check_keeps(by, round_, at=at)
    if round_.state == RoundState.NOTICE:
        return round_
    check_state(round_, RoundState.COSTING)
    if reasons := unready(round_):
        raise NotReady(" ".join(reasons))
    title, body, facts = list_of_projects(round_)
    round_.notice = publish_notice(
        kind=kind_of(round_).notice_kind, place=round_.place, title=title, body=body,
        facts=facts, subject=round_, by=by, at=at,
    )  # fmt: skip
    round_.state = RoundState.NOTICE
    round_.save(update_fields=["notice", "state"])
    recorded(
        "needs_answered", round_, at=at, actor_id=by.pk,
        project_count=round_.projects.filter(state=ProjectState.DRAFT).count(),
        concerned_count=round_.needs.count(),
    )  # fmt: skip
    return round_
