"""What a meeting needs and what it settles: research, the lawyer's note, the resolution."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.access.queries import standing_of
from xiangyue.blueprints.queries import meaning
from xiangyue.deliberation import rules
from xiangyue.deliberation.blueprint import DeliberationForm
from xiangyue.deliberation.models import (
    Finding,
    Issue,
    LawyersNote,
    Outcome,
    ResearchNote,
    Resolution,
    StateChoices,
)
from xiangyue.deliberation.services.acting import (
    KEEP,
    LEAD,
    LONGEST_TEXT,
    NotNow,
    WordsMissing,
    check_may,
    lock,
    noted,
    public_words,
    words_given,
)
from xiangyue.deliberation.services.telling import announce
from xiangyue.deliberation.turns import Turn
from xiangyue.documents.files import PreparedFile, kept, prepare_file
from xiangyue.documents.keeping import atomic_with_files
from xiangyue.kernel.identifiers import new_id
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.places.models import Person
from xiangyue.procedures.blueprint import EvidenceKind
from xiangyue.procedures.models import Run, StepState
from xiangyue.procedures.reading import step_of, steps_of, with_steps
from xiangyue.procedures.services import add_evidence

LONGEST_NOTE = 4_000
MOST_NOTES = 50


class TooEarly(NotNow):
    """A step that comes before is not done, or the lawyer's note is missing."""

    code = "too_early"


def add_research(
    *,
    issue: Issue,
    text: str,
    by: Person,
    at: datetime,
    upload: bytes | PreparedFile | None = None,
    file_name: str = "",
) -> ResearchNote:
    """Write down what was found before the meeting; everybody reads the words.

    A document or picture is told by its content and seen at the desk alone. Records
    `deliberation.research_added`.

    :raises NotAllowed: no post of theirs keeps issues there.
    :raises NotNow: it is not in deliberation.
    :raises WordsMissing: no words, or too many.
    :raises FileRefused: the file cannot be kept.
    """
    prepared = upload
    if isinstance(prepared, bytes):
        prepared = prepare_file(prepared, name=file_name or "document")
    with atomic_with_files() as files:
        locked = lock(issue, act=rules.Act.RESEARCH)
        check_may(by, KEEP, locked.place_path, at=at)
        words = public_words(
            text, _("Please write what was found."), field="text", most=LONGEST_NOTE
        )
        there = locked.research.filter(
            text=words, digest=prepared.digest if prepared is not None else ""
        ).first()
        if there is not None:
            return there
        if locked.research.count() >= MOST_NOTES:
            raise NotNow(_("An issue has at most fifty research notes."))
        note = ResearchNote(issue=locked, text=words, written_by=by, written_at=at)
        if prepared is not None:
            note.id = new_id()
            columns = kept(prepared, folder="deliberation", key=note.id, at=at, files=files)
            for column, value in columns.items():
                setattr(note, column, value)
        note.save(force_insert=True)
        noted(locked, "research_added", at=at, by=by, has_file=prepared is not None)
        lay(locked, "research", words, by=by, at=at)
        return note


@transaction.atomic
def add_lawyers_note(
    *, issue: Issue, lawyer: str, finding: str, text: str, by: Person, at: datetime
) -> LawyersNote:
    """Enter what a lawyer says the law says to it (SY-29).

    Records `deliberation.lawyers_note_added`.

    :raises NotAllowed: no post of theirs keeps issues there.
    :raises NotNow: it is not in deliberation.
    :raises WordsMissing: no lawyer, finding or words.
    """
    locked = lock(issue, act=rules.Act.LAWYER)
    check_may(by, KEEP, locked.place_path, at=at)
    if finding not in Finding.values:
        said = _("Please say whether the law allows it.")
        raise WordsMissing(said, fields={"finding": said})
    note = LawyersNote.objects.create(
        issue=locked,
        lawyer=words_given(lawyer, _("Please say which lawyer."), field="lawyer", most=80),
        finding=finding,
        text=public_words(
            text, _("Please write what the law says, with articles."), field="text",
            most=LONGEST_NOTE,
        ),
        entered_by=by,
        entered_at=at,
    )  # fmt: skip
    noted(locked, "lawyers_note_added", at=at, by=by, note=note.text, finding=finding)
    return note


def lacks_lawyer(issue: Issue) -> list[str]:
    """What is missing of the lawyer's note; nothing where it is there and the law allows it."""
    latest = issue.lawyers_notes.order_by("-entered_at", "-pk").first()
    if latest is None:
        return [_("The lawyer's note is missing: enter it on the issue's page.")]
    if latest.finding == Finding.UNLAWFUL:
        return [_("The lawyer says that the law does not allow it; change it, then ask again.")]
    return []


@transaction.atomic
def resolve_issue(
    *,
    issue: Issue,
    text: str,
    outcome: str,
    settled_in: str,
    by: Person,
    at: datetime,
    resolved_on: date | None = None,
    reference_type: str = "",
    reference_id: str = "",
    seen: int | None = None,
) -> Resolution:
    """Enter what a meeting settled on: to be done, not to be done, or put off.

    Nothing is settled before the steps that come before a meeting are done, nor without the
    lawyer's note where the form wants one. The words are laid on the table of the procedure's open
    step where it asks for them. Records `deliberation.issue_resolved`; unless it is put off,
    everybody concerned is told.

    :raises NotAllowed: no post of theirs keeps or leads issues there.
    :raises TooEarly: as said; it says which step comes first.
    :raises NotNow: it is not in deliberation.
    :raises WordsMissing: no words, outcome or meeting, or a day to come.
    """
    locked = lock(issue, act=rules.Act.RESOLVE, seen=seen)
    mine = standing_of(by, at=at)
    if not any(mine.may(verb, place_path=locked.place_path) for verb in (KEEP, LEAD)):
        raise NotAllowed(_("Your posts do not include this for issues here."))
    if outcome not in Outcome.values:
        said = _("Please say what was settled: to be done, not to be done, or put off.")
        raise WordsMissing(said, fields={"outcome": said})
    _check_came_to_a_meeting(locked)
    day = resolved_on or timezone.localdate(at)
    if day > timezone.localdate(at):
        said = _("A meeting that has not been held has settled nothing.")
        raise WordsMissing(said, fields={"resolved_on": said})
    made = Resolution.objects.create(
        issue=locked,
        text=public_words(
            text, _("Please write what was settled, in a sentence or two."), field="text",
            most=LONGEST_TEXT,
        ),
        outcome=outcome,
        settled_in=words_given(
            settled_in, _("Please say which meeting settled it."), field="settled_in", most=120
        ),
        reference_type=reference_type,
        reference_id=reference_id,
        resolved_on=day,
        entered_by=by,
        entered_at=at,
    )  # fmt: skip
    if outcome != Outcome.PUT_OFF:
        locked.state = (
            StateChoices.RESOLVED if outcome == Outcome.ACCEPTED else StateChoices.REJECTED
        )
    locked.version += 1
    locked.save(update_fields=["state", "version"])
    noted(locked, "issue_resolved", at=at, by=by, note=made.text, outcome=outcome)
    lay(locked, "meet", made.text, by=by, at=at)
    if outcome != Outcome.PUT_OFF:
        announce(locked, Turn.RESOLVED, at=at)
    return made


def _check_came_to_a_meeting(issue: Issue) -> None:
    assert issue.form is not None
    assert issue.run is not None
    if meaning(issue.form, DeliberationForm).wants_lawyers_note and (
        lacking := lacks_lawyer(issue)
    ):
        raise TooEarly(" ".join(lacking), source="SY-29")
    run = with_steps(Run.objects.filter(pk=issue.run.pk)).get()
    rows = {row.key: row for row in run.steps.all()}
    for step in steps_of(run):
        if step.kind in {"meet", "vote"}:
            return
        if rows[step.key].state in {StepState.WAITING, StepState.OPEN}:
            raise TooEarly(
                _("First comes the step “%(step)s” of the procedure; no step is skipped.")
                % {"step": step.name.zh},
                source="JC-15",
            )


def lay(issue: Issue, kind: str, words: str, *, by: Person, at: datetime) -> None:
    """Lay words on the table of the procedure's open step of this kind, if it asks for a text."""
    if issue.run is None:
        return
    run = with_steps(Run.objects.filter(pk=issue.run.pk)).get()
    row = next((one for one in run.steps.all() if one.state == StepState.OPEN), None)
    if row is None:
        return
    row.run = run
    step = step_of(row)
    asked = next((one for one in step.evidence if one.kind == EvidenceKind.TEXT), None)
    if step.kind != kind or asked is None:
        return
    try:
        with transaction.atomic():
            add_evidence(
                step_run=row, key=asked.key, actor=standing_of(by, at=at), at=at, text=words
            )
    except Refused:
        return  # whoever does the step lays it down
