"""A run as a timeline: for who works on it, and for everybody."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiangyue.access.requests import signed_in, standing
from xiangyue.kernel.refusals import Refused
from xiangyue.procedures import access
from xiangyue.procedures.blueprint import EvidenceKind
from xiangyue.procedures.forms import FileForm, ReferenceForm, SeatForm, TextForm, WhyForm
from xiangyue.procedures.models import Run, RunState
from xiangyue.procedures.pages.lists import shell_of
from xiangyue.procedures.services import NotReady
from xiangyue.procedures.showing import (
    ShownEvidence,
    procedure_name,
    public_steps,
    shown_steps,
)
from xiangyue.procedures.wording import leave_out_label


@never_cache
@signed_in
@require_safe
def desk(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Each step: what is missing in plain words, who does it, until when and why."""
    return run_page(request, access.run_for(standing(request), run_id))


def run_page(
    request: HttpRequest,
    found: Run,
    *,
    filled: dict[str, Any] | None = None,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a run; `filled` are forms that were refused, by what they are for."""
    mine, now = standing(request), timezone.now()
    filled = filled or {}
    steps = shown_steps(found, mine, at=now)
    for one in steps:
        if one.is_open and one.may_work:
            for evidence in one.evidence:
                if evidence.is_drawn:
                    continue
                evidence.form = filled.get(evidence.asked.key) or form_for(evidence)
    opened = next((one for one in steps if one.is_open), None)
    context = {
        "shell": shell_of(request),
        "run": found,
        "name": procedure_name(found),
        "steps": steps,
        "opened": opened if found.state == RunState.RUNNING else None,
        "done_count": sum(1 for one in steps if one.row.done_at is not None),
        "seat_form": filled.get("seat") or SeatForm(prefix="seat"),
        "leave_form": filled.get("leave_out") or WhyForm(field="note", label=leave_out_label()),
        "keeps": access.may_run(mine, found),
        "refused": refused,
        "sentences": refused.sentences if isinstance(refused, NotReady) else [],
    }
    return render(request, "procedures/run.html", context, status=status)


def form_for(evidence: ShownEvidence, data: Any = None, files: Any = None) -> Any:
    """The form by which a kind of evidence is laid on the table."""
    key = evidence.asked.key
    if evidence.asked.kind is EvidenceKind.FILE:
        return FileForm(data, files, prefix=key)
    if evidence.asked.kind is EvidenceKind.REFERENCE:
        return ReferenceForm(data, prefix=key, choices=evidence.choices)
    return TextForm(data, prefix=key)


@require_safe
def public(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """What has been decided here and where it stands, without anybody's data."""
    found = access.public_run(run_id)
    mine = standing(request)
    context = {
        "run": found,
        "name": procedure_name(found),
        "steps": public_steps(found),
        "may_open": access.may_see(mine, found),
    }
    return render(request, "procedures/public_run.html", context)
