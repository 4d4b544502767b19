"""Votes on paper: roll, slip and result as PDF."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiangyue.access.requests import staff_only, standing
from xiangyue.ballots import access, printing


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


@never_cache
@staff_only(access.KEEP)
@require_safe
def roll_pdf(request: HttpRequest, roll_id: UUID) -> HttpResponse:
    """The roll for the wall; it names people, so who keeps it prints it."""
    roll = access.roll_to_keep(standing(request), roll_id)
    response = _pdf(printing.roll_pdf(roll), f"roll-{roll_id}")
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    return response


@never_cache
@require_safe
def slip_pdf(request: HttpRequest, ballot_id: UUID) -> HttpResponse:
    """The paper to hand out; for everybody else a specimen, so that no copy reaches a box."""
    ballot = access.public_ballot(ballot_id)
    specimen = not access.hands_out_papers(standing(request), ballot)
    return _pdf(printing.slip_pdf(ballot, specimen=specimen), f"slip-{ballot_id}")


@never_cache
@require_safe
def result_pdf(request: HttpRequest, ballot_id: UUID) -> HttpResponse:
    return _pdf(printing.result_pdf(access.public_ballot(ballot_id)), f"vote-{ballot_id}")
