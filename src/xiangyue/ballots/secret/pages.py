"""The pages of a secret vote: voting, the board, how one checks it, the trustee's, the clerk's."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xiangyue.access.pages import show_refusal
from xiangyue.access.requests import person, signed_in, staff_only, standing
from xiangyue.ballots import access
from xiangyue.ballots.models import BallotState, Mode
from xiangyue.ballots.pages import shell_of
from xiangyue.ballots.secret import queries, services
from xiangyue.ballots.secret.forms import TrusteesForm
from xiangyue.ballots.secret.models import SecretBox
from xiangyue.ballots.secret.refusals import NotTrustee
from xiangyue.kernel.refusals import NotFound, Refused


def _shown(request: HttpRequest, name: str, box: SecretBox, **facts: Any) -> HttpResponse:
    now = timezone.now()
    ballot = box.ballot
    return render(
        request,
        f"ballots/secret/{name}.html",
        {
            "shell": shell_of(request),
            "ballot": ballot,
            "box": box,
            "taken_count": queries.taken_count(box),
            "is_open": ballot.state == BallotState.OPEN and now < ballot.closes_at,
            "is_over": ballot.state in {BallotState.CLOSED, BallotState.COUNTED},
            **facts,
        },
    )


@never_cache
@signed_in
@require_safe
def vote(request: HttpRequest, box_id: UUID) -> HttpResponse:
    """Take a slip, choose, seal and cast: all done by the page's script, without a cookie."""
    box = queries.public_box(box_id)
    if box.manifest is None:
        return redirect("secret-check", box_id)
    return _shown(request, "vote", box, manifest=box.manifest)


@never_cache
@require_safe
def board(request: HttpRequest, box_id: UUID) -> HttpResponse:
    """Every receipt in the box on one page: a search on the server would tell whose it is."""
    box = queries.public_box(box_id)
    return _shown(request, "board", box, rows=queries.board_rows(box), tally=_tally(box))


def _tally(box: SecretBox) -> list[dict[str, Any]]:
    if box.tally is None or box.manifest is None:
        return []
    return [
        {"text": question["text"], "rows": list(zip(question["choices"], row, strict=True))}
        for question, row in zip(box.manifest["questions"], box.tally, strict=True)
    ]


@require_safe
def check(request: HttpRequest, box_id: UUID) -> HttpResponse:
    """How one checks a secret vote, in ten lines."""
    return _shown(request, "check", queries.public_box(box_id))


@never_cache
@require_safe
def recount(request: HttpRequest, box_id: UUID) -> HttpResponse:
    """The file for scripts/recount.py.

    :raises BoxStands: the vote is still open.
    """
    content = queries.published(queries.public_box(box_id))
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False})
    response.headers["Content-Disposition"] = f'attachment; filename="vote-{box_id}.json"'
    return response


@never_cache
@signed_in
@require_safe
def trustee(request: HttpRequest, box_id: UUID) -> HttpResponse:
    """The trustee's part: make a key, later open the sum; the key stays on their device.

    :raises NotTrustee: the person is none.
    """
    box = queries.public_box(box_id)
    mine = queries.trustee_of(box.ballot, person(request))
    if mine is None:
        raise NotTrustee(_("You are no trustee of this vote."))
    if box.ballot.state == BallotState.PLANNED:
        stage = "delivered" if mine.key else "make"
    elif box.ballot.state in {BallotState.CLOSED, BallotState.COUNTED}:
        stage = "opened" if mine.shares is not None else "open"
    else:
        stage = "waits"
    return _shown(request, "trustee", box, mine=mine, stage=stage)


@never_cache
@staff_only(access.KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def trustees(request: HttpRequest, box_id: UUID) -> HttpResponse:
    """The clerk names the trustees and sees who has made a key, and who has opened."""
    ballot = access.ballot_to_keep(standing(request), box_id)
    if Mode.SECRET_ONLINE not in ballot.modes:
        raise NotFound(_("In this vote there is no secret box."))
    form = TrusteesForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                services.name_trustees(
                    ballot=ballot,
                    people=form.cleaned_data["phones"],
                    by=person(request),
                    at=timezone.now(),
                )
            except Refused as refusal:
                status = refusal.status
                show_refusal(form, refusal)
            else:
                return redirect("secret-trustees", box_id)
    box = queries.box_of(ballot)
    return render(
        request,
        "ballots/secret/trustees.html",
        {
            "shell": shell_of(request),
            "ballot": ballot,
            "box": box,
            "form": form,
            "trustees": box.trustees.all() if box is not None else [],
            "is_planned": ballot.state == BallotState.PLANNED,
        },
        status=status,
    )
