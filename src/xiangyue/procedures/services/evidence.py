"""What is laid on the table of an open step, and what is taken away again before it is done."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.access.rules import Standing
from xiangyue.documents.files import PreparedFile, prepare_file
from xiangyue.documents.files import kept as kept_file
from xiangyue.documents.keeping import atomic_with_files, removed_with_rows
from xiangyue.kernel.identifiers import new_id
from xiangyue.kernel.refusals import NotAllowed, NotFound, Refused
from xiangyue.places.models import Person
from xiangyue.procedures import blueprint
from xiangyue.procedures.blueprint import EvidenceKind
from xiangyue.procedures.models import Evidence, Run, StepRun
from xiangyue.procedures.reading import drawings_of, step_of
from xiangyue.procedures.references import choices, kind_of
from xiangyue.procedures.services.acting import (
    check_public,
    open_step,
    person_of,
    recorded,
    words_given,
)
from xiangyue.procedures.sources import Awaited, Drawn, reference_digest

TEXT_LONGEST = 4_000
EVIDENCE_MOST = 100


class WrongEvidence(Refused):
    """Such evidence does not belong to the step."""

    code = "wrong_evidence"


def add_evidence(
    *,
    step_run: StepRun,
    key: str,
    actor: Standing,
    at: datetime,
    text: str = "",
    upload: bytes | PreparedFile | None = None,
    file_name: str = "",
) -> Evidence:
    """Lay a text, or a document or picture, on the table of the open step.

    What lies there already changes nothing. Records `procedures.evidence_added`.

    :raises NotAllowed: they neither keep the run nor do the step.
    :raises StepSettled: the step is done meanwhile, or not open.
    :raises WrongEvidence: the step asks for no such thing, or has a hundred.
    :raises FileRefused: the file cannot be kept.
    :raises WordsMissing: no text, or too much.
    :raises PersonalData: what everybody can read holds a telephone or identity number.
    """
    prepared = None
    if upload is not None:
        prepared = (
            upload
            if isinstance(upload, PreparedFile)
            else prepare_file(upload, name=file_name or "document")
        )
    with atomic_with_files() as files:
        run, row = open_step(step_run=step_run, actor=actor)
        asked = _asked(row, key)
        if asked.kind is EvidenceKind.REFERENCE:
            raise WrongEvidence(_("Please choose this from what stands here."))
        if asked.kind is EvidenceKind.FILE:
            if prepared is None:
                message = _("Please choose a document or a photo.")
                raise WrongEvidence(message, fields={"file": message})
            digest = prepared.digest
            there = _there(row, key, digest)
            if there is not None:
                return there
            row_id = new_id()
            kept: dict[str, Any] = kept_file(
                prepared, folder="procedures", key=row_id, at=at, files=files
            )
            del kept["digest"]
            kept["id"] = row_id
        else:
            if prepared is not None:
                raise WrongEvidence(_("This is written, not attached."))
            words = words_given(text, _("Please write it down."), field="text", most=TEXT_LONGEST)
            if asked.is_public:
                check_public(words, field="text")
            digest = hashlib.sha256(words.encode()).hexdigest()
            there = _there(row, key, digest)
            if there is not None:
                return there
            kept = {"text": words}
        return _add(run, row, asked, digest, kept, actor=actor, at=at)


@transaction.atomic
def refer_to(
    *, step_run: StepRun, key: str, reference_id: str, actor: Standing, at: datetime
) -> Evidence:
    """Let a notice, a ballot or the like that stands here serve as evidence.

    :raises WrongEvidence: it is another matter's, of another kind, or serves another step; or
        what serves comes by itself, and this is not it.
    """
    run, row = open_step(step_run=step_run, actor=actor)
    asked = _asked(row, key)
    kind = kind_of(asked.to) if asked.kind is EvidenceKind.REFERENCE else None
    if kind is None:
        raise WrongEvidence(_("This is not chosen from what stands here."))
    reference_id = reference_id[:36]
    digest = reference_digest(asked.to, reference_id)
    lay_drawn(run, row, actor=actor, at=at)
    there = _there(row, key, digest)
    if there is not None:
        return there
    if (drawing := drawings_of(row, at=at).get(key)) is not None:
        message = _("This comes by itself from what is done elsewhere; nothing is chosen here.")
        if isinstance(drawing, Awaited):
            message = f"{message} {drawing.says}"
        raise WrongEvidence(message, fields={"reference": message})
    if reference_id not in {str(one.pk) for one in choices(row, asked.to)}:
        message = _(
            "This does not belong to this step: it is about another matter, of another kind, or "
            "serves another step already."
        )
        raise WrongEvidence(message, fields={"reference": message})
    kept = {"reference_type": asked.to, "reference_id": reference_id}
    return _add(run, row, asked, digest, kept, actor=actor, at=at)


@transaction.atomic
def remove_evidence(*, evidence: Evidence, actor: Standing, at: datetime) -> None:
    """Take away what was laid down by mistake, as long as the step is open.

    Records `procedures.evidence_removed` with its digest; a file is gone when that has happened.
    """
    run, row = open_step(step_run=evidence.step_run, actor=actor)
    there = Evidence.objects.filter(pk=evidence.pk, step_run=row).first()
    if there is None:
        raise NotFound(_("There is no such document."))
    if there.is_drawn:
        raise WrongEvidence(_("This came by itself from what is done elsewhere; it stays."))
    removed_with_rows(str(there.file.name or ""))
    _take_away(run, row, there, actor=actor, at=at)


@transaction.atomic
def publish_for_step(
    *,
    step_run: StepRun,
    title: str,
    body: str,
    actor: Standing,
    at: datetime,
    days: int | None = None,
    facts: Mapping[str, object] | None = None,
) -> Evidence:
    """Put up the notice that the step declares, and let it serve as the step's evidence.

    :raises NotAllowed: no post of theirs publishes such notices here.
    :raises WrongEvidence: the step declares no notice.
    """
    from xiangyue.blueprints.queries import current, meaning
    from xiangyue.publicity.blueprint import NoticeKind
    from xiangyue.publicity.services import publish_notice

    run, row = open_step(step_run=step_run, actor=actor)
    step = step_of(row)
    asked = next((one for one in step.evidence if one.to == "publicity.notice"), None)
    if step.publicity is None or asked is None:
        raise WrongEvidence(_("This step puts up no notice."))
    kind = meaning(current("notice_kind", step.publicity.notice_kind), NoticeKind)
    if not any(
        holding.role in kind.published_by and run.place_path.startswith(holding.place_path)
        for holding in actor.holdings
    ):
        raise NotAllowed(_("Your posts do not include publishing such a notice here."))
    notice = publish_notice(
        kind=step.publicity.notice_kind, place=run.place, title=title, body=body, subject=run,
        by=Person.objects.get(pk=person_of(actor)), at=at, days=days, facts=facts,
    )  # fmt: skip
    return refer_to(step_run=row, key=asked.key, reference_id=str(notice.pk), actor=actor, at=at)


def lay_drawn(run: Run, row: StepRun, *, actor: Standing, at: datetime) -> None:
    """Lay down what comes by itself for the open step, and take away what no longer stands.

    The run is locked by who calls. What lies there already stays.

    :raises WrongEvidence: it serves a step of another procedure.
    """
    step = step_of(row)
    for key, drawing in drawings_of(row, at=at).items():
        asked = step.evidence_named(key)
        assert asked is not None
        pieces: Sequence[Drawn] = () if isinstance(drawing, Awaited) else drawing
        wanted = {one.digest: one for one in pieces}
        there = {one.digest: one for one in Evidence.objects.filter(step_run=row, key=key)}
        for digest, old in there.items():
            if old.is_drawn and digest not in wanted:
                _take_away(run, row, old, actor=actor, at=at)
        for digest, piece in wanted.items():
            if digest not in there:
                kept = _kept(piece)
                _add(run, row, asked, digest, kept, actor=actor, at=at)


def _kept(piece: Drawn) -> dict[str, Any]:
    if piece.refers_to is None:
        return {"kind": EvidenceKind.TEXT, "text": piece.text, "is_drawn": True}
    to, pk = piece.refers_to._meta.label_lower, str(piece.refers_to.pk)
    if Evidence.objects.filter(reference_type=to, reference_id=pk).exists():
        raise WrongEvidence(
            _("“%(title)s” serves a step of another procedure already; take it away there first.")
            % {"title": piece.refers_to}
        )
    return {
        "kind": EvidenceKind.REFERENCE,
        "reference_type": to,
        "reference_id": pk,
        "is_drawn": True,
    }


def _take_away(run: Run, row: StepRun, there: Evidence, *, actor: Standing, at: datetime) -> None:
    recorded(
        "evidence_removed", run, at=at, actor_id=person_of(actor), step=row.key,
        evidence=there.key, digest=there.digest,
    )  # fmt: skip
    there.delete()


def _asked(row: StepRun, key: str) -> blueprint.Evidence:
    asked = step_of(row).evidence_named(key)
    if asked is None:
        raise WrongEvidence(_("This step asks for no such thing."))
    if sum(1 for _one in row.evidence.all()) >= EVIDENCE_MOST:
        raise WrongEvidence(_("A step has at most a hundred pieces of evidence."))
    return asked


def _there(row: StepRun, key: str, digest: str) -> Evidence | None:
    return Evidence.objects.filter(step_run=row, key=key, digest=digest).first()


def _add(
    run: Run,
    row: StepRun,
    asked: blueprint.Evidence,
    digest: str,
    kept: dict[str, Any],
    *,
    actor: Standing,
    at: datetime,
) -> Evidence:
    added = Evidence.objects.create(
        step_run=row, key=asked.key, digest=digest, added_by_id=person_of(actor), added_at=at,
        **({"kind": asked.kind} | kept),
    )  # fmt: skip
    recorded(
        "evidence_added", run, at=at, actor_id=person_of(actor), step=row.key,
        evidence=asked.key, kind=str(added.kind), digest=digest,
    )  # fmt: skip
    return added
