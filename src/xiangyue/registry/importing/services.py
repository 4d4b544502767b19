"""Verbs on imports: take a file in, confirm what it would do, cancel it, work on it."""

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.access.rules import Standing
from xiangyue.activity.services import record
from xiangyue.kernel.refusals import Conflict, NotAllowed, Refused
from xiangyue.places.models import Person, Place
from xiangyue.registry.importing import faults, files
from xiangyue.registry.importing.checking import KEEP, check, remove_staged
from xiangyue.registry.importing.claiming import TRIES_MOST, Claim, Lost, claim_next
from xiangyue.registry.importing.models import OPEN, Import, State
from xiangyue.registry.importing.screening import MEGABYTE, Unfit, kind_of
from xiangyue.registry.importing.writing import Stale, load

KEPT_FOR = timedelta(days=7)
OPEN_MOST = 5


class FileUnfit(Refused):
    """The file is not taken in; nothing of it is kept."""

    code = "file_unfit"


class NotReady(Conflict):
    """The import is not, or no longer, in a state for this."""

    code = "import_not_ready"


class TooManyImports(Refused):
    """Whoever has several lists under way finishes one first."""

    code = "too_many_imports"


class NoArea(NotAllowed):
    """Whoever keeps no lists imports none."""


def receive_file(
    *, actor: Person, standing: Standing, name: str, content: bytes, at: datetime
) -> Import:
    """Take a file in for the worker to check; returns the import that waits.

    :raises NotAllowed: no post of theirs keeps lists of people.
    :raises TooManyImports: the actor has several under way.
    :raises FileUnfit: the file is no list, or is hostile; it is not kept.
    """
    areas = standing.areas(KEEP)
    if not areas:
        raise NoArea(_("Your posts do not include keeping lists of people."))
    if Import.objects.filter(actor=actor, state__in=OPEN).count() >= OPEN_MOST:
        raise TooManyImports(
            _("You have %(most)s imports under way. Confirm or cancel one of them first.")
            % {"most": OPEN_MOST}
        )
    try:
        if len(content) > settings.IMPORT_MEGABYTES_MOST * MEGABYTE:
            raise Unfit("file_too_big", most=settings.IMPORT_MEGABYTES_MOST)
        kind = kind_of(content, name=name)
    except Unfit as unfit:
        raise refused(unfit) from None
    batch = Import(
        actor=actor,
        place_path=_common_path(areas),
        file_name=_file_name(name),
        kind=kind.value,
        digest=hashlib.sha256(content).hexdigest(),
        size=len(content),
        created_at=at,
    )
    files.keep_source(batch, content)
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
            record(
                name="registry.list_uploaded",
                subject=batch,
                at=at,
                actor_id=actor.pk,
                place_path=batch.place_path,
                facts={"digest": batch.digest},
            )
    except BaseException:
        files.remove_files(batch)
        raise
    return batch


def refused(unfit: Unfit) -> FileUnfit:
    message = faults.said(faults.FILE, unfit.code, unfit.facts)
    return FileUnfit(message, fields={"file": message})


def _common_path(areas: tuple[str, ...]) -> str:
    """The smallest place that holds all the areas."""
    shared = areas[0]
    while not all(area.startswith(shared) for area in areas):
        shared = shared[: -Place.steplen]
    return shared


def _file_name(name: str) -> str:
    kept = "".join(character for character in name.replace("\\", "/").rpartition("/")[2]
                   if character.isprintable())  # fmt: skip
    return kept[-120:] or "—"


@transaction.atomic
def confirm_import(*, batch: Import, actor: Person, plan: str, at: datetime) -> Import:
    """Have the worker load what the preview showed; confirming twice changes nothing.

    `plan` is the digest that came with the preview: what was not seen is not confirmed.

    :raises NotAllowed: it is somebody else's list.
    :raises NotReady: it is not checked, has faults, would change nothing, or was checked anew.
    """
    locked = Import.objects.select_for_update().get(pk=batch.pk)
    if locked.actor_id != actor.pk:
        raise NotAllowed(_("Only whoever uploaded a list confirms it."))
    if locked.state in {State.CONFIRMED, State.LOADING, State.DONE} and locked.plan == plan:
        return locked
    if locked.state != State.READY:
        raise NotReady(_("This import cannot be confirmed now. Look at it again."))
    if not locked.new_count and not locked.changed_count:
        raise NotReady(_("The list says nothing new; there is nothing to load."))
    if locked.plan != plan:
        raise NotReady(_("The list was checked anew since you looked. Look at it again."))
    locked.state = State.CONFIRMED
    locked.confirmed_plan = plan
    locked.confirmed_at = at
    locked.try_count = 0
    locked.save(update_fields=["state", "confirmed_plan", "confirmed_at", "try_count"])
    record(
        name="registry.list_confirmed",
        subject=locked,
        at=at,
        actor_id=actor.pk,
        place_path=locked.place_path,
        facts={"plan": plan},
    )
    return locked


def cancel_import(*, batch: Import, actor: Person, at: datetime) -> Import:
    """Stop an import before it writes, and forget its file; cancelling twice changes nothing.

    :raises NotReady: it is being loaded, or has ended.
    """
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=batch.pk)
        if locked.state == State.CANCELLED:
            return locked
        if locked.state == State.LOADING or locked.state not in OPEN:
            raise NotReady(_("This import is being loaded or has ended; it cannot be cancelled."))
        _end(locked, State.CANCELLED, at=at)
        record(
            name="registry.import_cancelled",
            subject=locked,
            at=at,
            actor_id=actor.pk,
            place_path=locked.place_path,
        )
    _forget(locked)
    return locked


def _end(batch: Import, state: State, *, at: datetime) -> None:
    batch.state, batch.claim, batch.claimed_until, batch.finished_at = state, "", None, at
    batch.save(update_fields=["state", "claim", "claimed_until", "finished_at", "refusal",
                              "refusal_facts"])  # fmt: skip


def _forget(batch: Import) -> None:
    """What is needed no longer goes at once: the file, and the rows made from it."""
    files.remove_files(batch)
    remove_staged(batch)


# --- the worker --------------------------------------------------------------------------------


def work_on_imports(*, at: datetime) -> int:
    """Do what imports wait for, oldest first; returns how many steps were done.

    One that was killed on the way is begun again after a minute; nothing of it was loaded.
    """
    count = 0
    while count < OPEN_MOST and (claim := claim_next(at=at)) is not None:
        _work(claim)
        count += 1
    return count


def _work(claim: Claim) -> None:
    batch = claim.batch
    claim.state = State(batch.state)
    try:
        if batch.try_count > TRIES_MOST:
            raise Unfit("gave_up")
        if batch.state == State.LOADING:
            load(claim)
            _forget(batch)
        else:
            check(claim)
    except Lost:
        if not Import.objects.filter(pk=batch.pk, state__in=OPEN).exists():
            _forget(batch)  # cancelled meanwhile: what this run has staged since goes too
    except Stale:
        Import.objects.filter(pk=batch.pk, claim=batch.claim).update(
            state=State.WAITING, claim="", claimed_until=None
        )
    except Unfit as unfit:
        _refuse(claim, unfit)


def _refuse(claim: Claim, unfit: Unfit) -> None:
    batch = claim.batch
    with transaction.atomic():
        held = Import.objects.select_for_update().filter(pk=batch.pk, claim=batch.claim)
        if not held.exists():
            return
        batch.refusal, batch.refusal_facts = unfit.code, dict(unfit.facts)
        _end(batch, State.REFUSED, at=claim.now)
        record(
            name="registry.list_refused",
            subject=batch,
            at=claim.now,
            actor_id=batch.actor_id,
            place_path=batch.place_path,
            facts={"reason": unfit.code},
        )
    _forget(batch)


def sweep_imports(*, at: datetime) -> int:
    """End what nobody confirmed within a week, and remove what ended imports left behind (GD09)."""
    late = Import.objects.filter(
        state__in=(State.READY, State.FAULTY), created_at__lte=at - KEPT_FOR
    )
    count = 0
    for batch in late:
        with transaction.atomic():
            locked = Import.objects.select_for_update().get(pk=batch.pk)
            if locked.state not in {State.READY, State.FAULTY}:
                continue
            _end(locked, State.EXPIRED, at=at)
        count += 1
    for batch in (
        Import.objects.exclude(state__in=OPEN).filter(rows__isnull=False).distinct()
        | Import.objects.exclude(state__in=OPEN).filter(faults__isnull=False).distinct()
    ):
        remove_staged(batch)
    files.remove_orphaned_files(at=at)
    return count
