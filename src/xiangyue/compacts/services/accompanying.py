"""A procedure beside a version, its end before its time, and what was adopted on paper before."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.access.rules import Standing
from xiangyue.compacts import rules
from xiangyue.compacts.gates import OPINIONS
from xiangyue.compacts.kinds import kind_of
from xiangyue.compacts.models import StateChoices, Version
from xiangyue.compacts.reading import unsettled
from xiangyue.compacts.services.acting import (
    DRAFT,
    NotNow,
    NotReady,
    WordsMissing,
    check_may,
    digest_of_rows,
    keep_edition,
    line_given,
    lock,
    recorded,
    rows_of,
)
from xiangyue.compacts.services.following import did_not_come_about
from xiangyue.compacts.wording import unlawful_in_words
from xiangyue.places.models import Person
from xiangyue.procedures.models import Run, RunState
from xiangyue.procedures.reading import row_drawing
from xiangyue.procedures.services import begin_here

LONGEST_REASON = 300


@transaction.atomic
def attach_run(*, version: Version, run: Run, by: Person, at: datetime) -> Version:
    """Let a procedure accompany the version; its steps then come before what happens here.

    :raises NotNow: it has one, or was published already; the procedure has ended, has come further
        than the text, is another place's or accompanies another text.
    """
    beside = Run.objects.select_for_update().get(pk=run.pk)
    locked = lock(version)
    check_may(by, DRAFT, locked.compact, at=at)
    if locked.run_id is not None or locked.state != StateChoices.DRAFT:
        raise NotNow(_("A procedure accompanies this version already, or it is too late for one."))
    heard = row_drawing(beside, OPINIONS)
    if (
        beside.state != RunState.RUNNING
        or beside.place_id != locked.compact.place_id
        or beside.compact_versions.exists()
        or (heard is not None and heard.done_at is not None)
    ):
        raise NotNow(_("This procedure belongs to another text, or has come further than this."))
    locked.run = run
    locked.save(update_fields=["run"])
    return locked


@transaction.atomic
def accompany(*, version: Version, actor: Standing, by: Person, at: datetime) -> Run:
    """Begin the procedure that the kind declares, and let it accompany the version.

    :raises NotAllowed: no post of theirs begins procedures there.
    :raises NotNow: the kind declares none, or one accompanies it already.
    """
    locked = lock(version)
    procedure = kind_of(locked.compact).procedure
    if not procedure:
        raise NotNow(_("No procedure is declared for compacts of this kind."))
    if locked.run_id is not None or locked.state != StateChoices.DRAFT:
        raise NotNow(_("A procedure accompanies this version already, or it is too late for one."))
    run = begin_here(
        template=procedure,
        place=locked.compact.place,
        title=locked.compact.title,
        actor=actor,
        subject=locked,
        at=at,
    )
    attach_run(version=locked, run=run, by=by, at=at)
    return run


@transaction.atomic
def withdraw(*, version: Version, reason: str, by: Person, at: datetime) -> Version:
    """End a version that does not come about, with a reason that everybody can read.

    Its opinions and answers stay; the procedure beside it is ended. Records
    `compacts.version_withdrawn`.

    :raises NotNow: it is in force or over.
    """
    locked = lock(version)
    check_may(by, DRAFT, locked.compact, at=at)
    words = line_given(
        reason, _("Please say why; everybody can read it."), field="reason", most=LONGEST_REASON
    )
    did_not_come_about(locked, reason=words, by=by, at=at)
    return locked


@transaction.atomic
def take_over(
    *, version: Version, how: str, in_force_from: date, by: Person, at: datetime
) -> Version:
    """Enter a text that was adopted before this software, as it is in force since.

    Only the first version of a compact, and only with how it was adopted, which everybody reads.
    It went through no vote here, so nothing is said of one. Records `compacts.version_in_force`.

    :raises NotNow: another version was in force here before.
    :raises WordsMissing: no words, no clauses, or a day that has not come.
    """
    locked = lock(version)
    check_may(by, DRAFT, locked.compact, at=at)
    if locked.number != 1 or locked.state != StateChoices.DRAFT:
        raise NotNow(_("Only a compact's first text can be taken over from paper."))
    if locked.run is not None:
        raise NotNow(_("A procedure accompanies this text: what it lacks is not taken over."))
    clauses = list(locked.clauses.all())
    if not clauses:
        raise WordsMissing(_("Write the clauses first."))
    if in_force_from > timezone.localdate(at):
        said = _("This day has not come yet.")
        raise WordsMissing(said, fields={"in_force_from": said})
    words = line_given(how, _("Say when and how it was adopted."), field="how", most=LONGEST_REASON)
    if stopping := unsettled(locked, for_vote=False):
        raise NotReady(unlawful_in_words(stopping), source="CP01; VCOL art. 27")
    locked.clauses.update(is_left_out=False)
    keep_edition(locked, rules.Stage.ADOPTED, clauses, at=at)
    locked.taken_over = words
    locked.state, locked.in_force_from = StateChoices.IN_FORCE, in_force_from
    locked.digest = digest_of_rows(rows_of(clauses))
    locked.save()
    recorded(
        "version_in_force", locked, at=at, actor_id=by.pk, digest=locked.digest,
        clause_count=len(clauses), in_force_from=in_force_from, is_taken_over=True,
    )  # fmt: skip
    return locked
