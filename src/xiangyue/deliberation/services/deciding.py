"""Yes or no: looked at, accepted for deliberation, declined, asked again, answered."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.access.queries import standing_of
from xiangyue.blueprints.queries import current, meaning
from xiangyue.calendars.services import hold_calendar, start_clock
from xiangyue.councils.models import Council
from xiangyue.councils.services import take_up
from xiangyue.deliberation import rules
from xiangyue.deliberation.blueprint import DeliberationForm
from xiangyue.deliberation.models import Issue, StateChoices
from xiangyue.deliberation.services.acting import (
    KEEP,
    LEAD,
    LONGEST_REASON,
    LONGEST_TEXT,
    NotNow,
    check_may,
    head_of,
    lock,
    noted,
    policy,
    public_words,
    stop_running,
)
from xiangyue.deliberation.services.supporting import has_supported, reach
from xiangyue.deliberation.services.telling import announce
from xiangyue.deliberation.turns import Turn
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.places.models import Person, Place
from xiangyue.procedures.blueprint import EvidenceKind, Procedure
from xiangyue.procedures.models import Run, RunState, StepState
from xiangyue.procedures.reading import step_of, with_steps
from xiangyue.procedures.services import add_evidence, begin, complete_step

RUN_TITLE = 120


@transaction.atomic
def show_issue(*, issue: Issue, by: Person, at: datetime, seen: int | None = None) -> Issue:
    """Let everybody read an issue. Records `deliberation.issue_shown`.

    :raises NotAllowed: no post of theirs keeps issues there.
    :raises NotNow: everybody reads it already.
    """
    locked = lock(issue, act=rules.Act.SHOW, seen=seen)
    check_may(by, KEEP, locked.place_path, at=at)
    if locked.is_shown:
        raise NotNow(_("Everybody reads it already."))
    locked.is_shown, locked.hidden_why, locked.looked_at = True, "", at
    locked.version += 1
    locked.save(update_fields=["is_shown", "hidden_why", "looked_at", "version"])
    noted(locked, "issue_shown", at=at, by=by)
    return locked


@transaction.atomic
def hide_issue(
    *, issue: Issue, why: str, by: Person, at: datetime, seen: int | None = None
) -> Issue:
    """Keep an issue's words from everybody, saying why to who raised it; it goes on all the same.

    Records `deliberation.issue_hidden`.

    :raises NotAllowed: no post of theirs keeps issues there.
    :raises WordsMissing: without a reason.
    """
    locked = lock(issue, act=rules.Act.HIDE, seen=seen)
    check_may(by, KEEP, locked.place_path, at=at)
    if not locked.is_shown and locked.looked_at is not None:
        raise NotNow(_("It is kept back already."))
    locked.hidden_why = public_words(
        why, _("Please say why; who raised it reads this."), field="why", most=200
    )
    locked.is_shown, locked.looked_at = False, at
    locked.version += 1
    locked.save(update_fields=["is_shown", "hidden_why", "looked_at", "version"])
    noted(locked, "issue_hidden", at=at, by=by, note=locked.hidden_why)
    return locked


@transaction.atomic
def accept_issue(
    *,
    issue: Issue,
    form: str,
    reason: str,
    by: Person,
    at: datetime,
    council: Council | None = None,
    seen: int | None = None,
) -> Issue:
    """Take an issue up (JC-35): the Party organisation says in which form it is deliberated, why.

    Begins the form's procedure with the issue as its subject; what the issue says and why it is
    taken up are laid down in its first steps, which are done as far as `by` does them. Everybody
    concerned is told. With a `council` it lies before that. Records `deliberation.issue_accepted`.

    :raises NotAllowed: no post of theirs leads the deliberation there.
    :raises NotNow: it is decided already, nobody has looked at it yet, or is owed an answer.
    :raises WordsMissing: without a reason.
    :raises NotFound: no such form is declared.
    """
    hold_calendar()
    locked = lock(issue, act=rules.Act.ACCEPT, seen=seen)
    check_may(by, LEAD, locked.place_path, at=at)
    _check_owes_no_answer(locked)
    if not locked.is_shown:
        raise NotNow(_("Let everybody read it first, then take it up."))
    words = public_words(
        reason, _("Please say why it is taken up; everybody reads it."),
        field="reason", most=LONGEST_REASON,
    )  # fmt: skip
    declared = current("deliberation_form", form)
    shape = meaning(declared, DeliberationForm)
    stop_running(locked, at=at)
    run = begin(
        template=shape.template,
        place=_place_for(shape.template, locked.place),
        title=locked.title[:RUN_TITLE],
        subject=locked,
        by=by,
        at=at,
    )
    locked.state, locked.reason = StateChoices.ACCEPTED, words
    locked.decided_by, locked.decided_at = by, at
    locked.form, locked.run = declared, run
    if council is not None:
        take_up(council=council, title=locked.title, subject=locked, by=None, at=at)
        locked.council_type, locked.council_id = council._meta.label_lower, str(council.pk)
    locked.version += 1
    locked.save()
    noted(locked, "issue_accepted", at=at, by=by, note=words, form=form, run=str(run.pk))
    _begin_the_way(run, locked, by=by, at=at)
    announce(locked, Turn.ACCEPTED, at=at)
    return locked


def _check_owes_no_answer(issue: Issue) -> None:
    """A petition with enough voices ends with a written answer and nothing else (SY-26)."""
    if issue.is_petition and issue.reached_at is not None:
        raise NotNow(_("This petition has enough supporters: it is owed an answer."))


def _place_for(template: str, place: Place) -> Place:
    """The issue's place, or the nearest above at which such a procedure runs."""
    levels = meaning(current("procedure", template), Procedure).levels
    steps = range(Place.steplen, len(place.path) + 1, Place.steplen)
    rows = Place.objects.filter(path__in=[place.path[:length] for length in steps], kind__in=levels)
    found: Place | None = rows.order_by("-path").first()
    return found or place


def _begin_the_way(run: Run, issue: Issue, *, by: Person, at: datetime) -> None:
    """Lay down what is known: what people brought up, which issue comes up and why.

    Stops at the first step that asks for more, or that `by` does not do.
    """
    said = {
        "collect": f"{issue.title}\n{issue.text}",
        "decide": f"{issue.title}\n{issue.reason}",
    }
    actor = standing_of(by, at=at)
    while True:
        fresh = with_steps(Run.objects.filter(pk=run.pk)).get()
        row = next((one for one in fresh.steps.all() if one.state == StepState.OPEN), None)
        if fresh.state != RunState.RUNNING or row is None:
            return
        row.run = fresh
        step = step_of(row)
        if step.kind not in said or any(one.kind != EvidenceKind.TEXT for one in step.evidence):
            return
        try:
            with transaction.atomic():
                for asked in step.evidence:
                    add_evidence(
                        step_run=row, key=asked.key, actor=actor, at=at, text=said[step.kind]
                    )
                complete_step(step_run=row, actor=actor, at=at)
        except Refused:
            return


@transaction.atomic
def decline_issue(
    *, issue: Issue, reason: str, by: Person, at: datetime, seen: int | None = None
) -> Issue:
    """Do not take an issue up, saying why in front of everybody; it can be asked again once.

    Records `deliberation.issue_declined` and tells everybody concerned.

    :raises NotAllowed: no post of theirs leads the deliberation there.
    :raises NotNow: it is decided already, or is a petition, which is answered.
    :raises WordsMissing: without a reason.
    """
    hold_calendar()
    locked = lock(issue, act=rules.Act.DECLINE, seen=seen)
    check_may(by, LEAD, locked.place_path, at=at)
    _check_owes_no_answer(locked)
    locked.reason = public_words(
        reason, _("Please say why it is not taken up; everybody reads it."),
        field="reason", most=LONGEST_REASON,
    )  # fmt: skip
    locked.state = StateChoices.DECLINED
    locked.decided_by, locked.decided_at = by, at
    locked.declined_count = locked.support_count
    locked.version += 1
    stop_running(locked, at=at)
    locked.save()
    noted(
        locked, "issue_declined", at=at, by=by, note=locked.reason,
        support_count=locked.support_count,
    )  # fmt: skip
    announce(locked, Turn.DECLINED, at=at)
    return locked


@transaction.atomic
def ask_again(*, issue: Issue, text: str, by: Person, at: datetime) -> Issue:
    """Ask once more for what was declined, now that more people support it.

    Records `deliberation.issue_asked_again`; a new clock runs.

    :raises NotAllowed: they neither raised nor support it.
    :raises NotNow: it is not declined, was asked again already, or too few more support it.
    :raises WordsMissing: without a word why.
    """
    hold_calendar()
    locked = lock(issue, act=rules.Act.ASK_AGAIN)
    if not has_supported(locked, by):
        raise NotAllowed(_("Those who support it ask again."))
    declared = policy()
    if not rules.may_ask_again(
        support_count=locked.support_count,
        declined_count=locked.declined_count,
        more=declared.ask_again_more,
        has_asked=locked.asked_again_at is not None,
    ):
        if locked.asked_again_at is not None:
            raise NotNow(_("It was asked again already; that is possible once."))
        raise NotNow(
            _("It can be asked again when %(count)d more people support it.")
            % {"count": locked.declined_count + declared.ask_again_more - locked.support_count}
        )
    words = public_words(
        text, _("Please say why it should be looked at again."), field="text", most=LONGEST_REASON
    )
    locked.state, locked.asked_again_at = StateChoices.COLLECTED, at
    locked.clock = None if locked.is_petition else start_clock(limit=declared.decide_within, at=at)
    locked.version += 1
    locked.save()
    noted(locked, "issue_asked_again", at=at, note=words, support_count=locked.support_count)
    reach(locked, at=at)
    return locked


@transaction.atomic
def answer_petition(
    *,
    issue: Issue,
    text: str,
    is_granted: bool,
    by: Person,
    at: datetime,
    seen: int | None = None,
) -> Issue:
    """Answer a petition of topic in writing, in front of everybody (SY-26).

    Records `deliberation.petition_answered` and tells everybody concerned.

    :raises NotAllowed: no post of theirs leads the deliberation there.
    :raises NotNow: it is no petition, or is answered.
    :raises WordsMissing: without an answer.
    """
    hold_calendar()
    locked = lock(head_of(issue), act=rules.Act.ANSWER, seen=seen)
    check_may(by, LEAD, locked.place_path, at=at)
    if not locked.is_petition:
        raise NotNow(_("This is no petition: it is taken up or not."))
    if not locked.is_shown:
        raise NotNow(_("Let everybody read it first, then answer it."))
    locked.answer = public_words(
        text, _("Please write the answer; everybody reads it."), field="text", most=LONGEST_TEXT
    )
    locked.state = StateChoices.ANSWERED
    locked.decided_by, locked.decided_at = by, at
    locked.version += 1
    stop_running(locked, at=at)
    locked.save()
    noted(locked, "petition_answered", at=at, by=by, note=locked.answer, is_granted=is_granted)
    announce(locked, Turn.ANSWERED, at=at)
    return locked
