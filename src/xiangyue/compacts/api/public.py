"""What everybody may do with compacts over the API: read, compare, give opinions."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router
from ninja.responses import Status

from xiangyue.access.authentication import OPTIONAL, REQUIRED
from xiangyue.access.requests import client_address, standing
from xiangyue.access.rules import network_of
from xiangyue.compacts import access, queries, services
from xiangyue.compacts.api.telling import (
    compact_row,
    page_of,
    receipt_row,
    signed_in,
    text_rows,
    version_row,
)
from xiangyue.compacts.models import Version
from xiangyue.compacts.pages.public import chosen_earlier, clause_names, shown_text
from xiangyue.compacts.printing import poster_pdf, read_aloud
from xiangyue.compacts.queries import Narrowed
from xiangyue.compacts.schemas import (
    CompactAloudOut,
    CompactAskedIn,
    CompactChangeOut,
    CompactClauseHistoryOut,
    CompactCoverageOut,
    CompactDetailOut,
    CompactOpinionForOthersIn,
    CompactOpinionIn,
    CompactReceiptOut,
    CompactsOut,
    CompactsQuery,
    CompactVersionDetailOut,
)
from xiangyue.compacts.services.hearing import is_hearing
from xiangyue.compacts.showing import public_opinions
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Household
from xiangyue.publicity.serving import asked_again

router = Router()
COMPACT = "/compacts/{uuid:compact_key}"
VERSION = "/compact-versions/{uuid:version_key}"
OPINIONS_MOST = 200


@router.get("/compacts", auth=OPTIONAL, response=CompactsOut, summary="Compacts of the county")
def list_compacts(request: HttpRequest, query: Query[CompactsQuery]) -> dict[str, Any]:
    narrowed = Narrowed.from_query(query.dict(exclude={"page"}))
    rows = queries.listed(access.public_compacts(), narrowed)
    return page_of(rows, query.page, is_public=True)


@router.get(COMPACT, auth=OPTIONAL, response=CompactDetailOut, summary="What is in force")
def show_compact(request: HttpRequest, compact_key: UUID) -> dict[str, Any]:
    """A clause that the town has suspended comes without its words."""
    found = access.public_compact(compact_key)
    now = queries.current_of(found)
    return compact_row(found, is_public=True) | {
        "text": text_rows(queries.text_of(now)) if now is not None else [],
        "tellings": [
            {"form": one.form, "language": one.language, "title": one.title, "text": one.text}
            for one in found.tellings.filter(removed_at=None)
        ],
    }


@router.get(
    f"{COMPACT}/history",
    auth=OPTIONAL,
    response=list[CompactClauseHistoryOut],
    summary="Which clause since when",
)
def show_history(request: HttpRequest, compact_key: UUID) -> list[dict[str, Any]]:
    found = access.public_compact(compact_key)
    return [
        {
            "lineage": one.lineage,
            "heading": one.heading,
            "since": one.since,
            "is_in_force": one.is_in_force,
            "wordings": [
                {
                    "version": wording.version.number,
                    "in_force_from": wording.version.in_force_from,
                    "heading": wording.heading,
                    "text": wording.text,
                    "votes": [vote.sentence for vote in wording.outcomes],
                }
                for wording in one.wordings
            ],
        }
        for one in queries.history_of(found)
    ]


def _in_force(compact_key: UUID) -> Version:
    now = queries.current_of(access.public_compact(compact_key))
    if now is None:
        raise NotFound(_("Nothing of this compact is in force."))
    return now


@router.get(f"{COMPACT}/aloud", auth=OPTIONAL, response=CompactAloudOut, summary="To read aloud")
def show_aloud(request: HttpRequest, compact_key: UUID) -> dict[str, Any]:
    return {"lines": read_aloud(_in_force(compact_key))}


@router.get(f"{COMPACT}/poster.pdf", auth=OPTIONAL, summary="The compact on red paper")
def show_poster(
    request: HttpRequest,
    compact_key: UUID,
    paper: str = "a3",
    red: bool = False,  # noqa: FBT001, FBT002
) -> HttpResponse:
    """A3, or `paper=a4`; `red` colours white paper."""
    found = _in_force(compact_key)
    made = poster_pdf(
        found,
        address=request.build_absolute_uri(reverse("compact", args=[found.compact_id])),
        paper="a4" if paper == "a4" else "a3",
        is_red=red,
    )
    return asked_again(request, made, "application/pdf", names_people=False)


@router.get(VERSION, auth=OPTIONAL, response=CompactVersionDetailOut, summary="A version that hung")
def show_version(request: HttpRequest, version_key: UUID) -> dict[str, Any]:
    found = access.public_version(version_key)
    coverage = queries.coverage_of(found)
    return version_row(found) | {
        "text": text_rows(shown_text(found)),
        "opinions": [
            {
                "position": one.opinion.position,
                "about": one.about,
                "text": one.words,
                "answered": one.opinion.answered,
                "answer": one.opinion.answer,
                "received_at": one.opinion.received_at,
                "answered_at": one.opinion.answered_at,
            }
            for one in public_opinions(found, names=clause_names(found))[:OPINIONS_MOST]
        ],
        "is_hearing": is_hearing(found),
        "asked_count": coverage.asked_count,
        "household_count": coverage.household_count,
    }


@router.get(
    f"{VERSION}/changes",
    auth=OPTIONAL,
    response=list[CompactChangeOut],
    summary="What changed, word by word",
)
def show_changes(request: HttpRequest, version_key: UUID, since: str = "") -> list[dict[str, Any]]:
    """`since` is another version of the same compact; without it the one before."""
    found = access.public_version(version_key)
    _others, earlier = chosen_earlier(found, since)
    return [
        {
            "fate": one.fate.value,
            "old_number": one.old_number,
            "new_number": one.new_number,
            "lineage": one.lineage,
            "heading": [{"kind": part.kind.value, "text": part.text} for part in one.heading],
            "text": [{"kind": part.kind.value, "text": part.text} for part in one.text],
        }
        for one in queries.changes_since(found, earlier)
    ]


# --- opinions ---------------------------------------------------------------------------------


@router.post(
    f"{VERSION}/opinions",
    auth=REQUIRED,
    response={201: CompactReceiptOut},
    summary="Say what I think of a draft",
)
def speak(
    request: HttpRequest, version_key: UUID, entered: CompactOpinionIn
) -> Status[dict[str, Any]]:
    """From away too; the code of the receipt opens the answer."""
    made = services.give_opinion(
        version=access.public_version(version_key),
        by=signed_in(request),
        at=timezone.now(),
        **entered.dict(),
    )
    return Status(201, receipt_row(made))


@router.post(
    f"{VERSION}/opinions-for-others",
    auth=REQUIRED,
    response={201: CompactReceiptOut},
    summary="Register an opinion for somebody without a phone",
)
def enter(
    request: HttpRequest, version_key: UUID, entered: CompactOpinionForOthersIn
) -> Status[dict[str, Any]]:
    found = access.version_to_enter_for(standing(request), version_key)
    said = entered.dict(exclude={"household"})
    household = _household(entered.household) if entered.household is not None else None
    made = services.give_opinion(
        version=found,
        entered_by=signed_in(request),
        household=household,
        at=timezone.now(),
        **said,
    )
    return Status(201, receipt_row(made))


def _household(key: UUID) -> Household:
    found = Household.objects.filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is no such household."))
    return found


@router.post(
    f"{VERSION}/asked",
    auth=REQUIRED,
    response=CompactCoverageOut,
    summary="Note that a household was asked",
)
def ask(request: HttpRequest, version_key: UUID, entered: CompactAskedIn) -> dict[str, Any]:
    found = access.version_to_enter_for(standing(request), version_key)
    services.note_asked(
        version=found,
        household=_household(entered.household),
        way=entered.way,
        by=signed_in(request),
        at=timezone.now(),
    )
    return coverage_row(found)


@router.get(
    f"{VERSION}/coverage",
    auth=REQUIRED,
    response=CompactCoverageOut,
    summary="How many households were asked, unit by unit",
)
def show_coverage(request: HttpRequest, version_key: UUID) -> dict[str, Any]:
    return coverage_row(access.version_to_enter_for(standing(request), version_key))


def coverage_row(version: Version) -> dict[str, Any]:
    coverage = queries.coverage_of(version)
    return {
        "asked_count": coverage.asked_count,
        "household_count": coverage.household_count,
        "units": [
            {
                "place": row.place.code,
                "place_name": row.place.name,
                "asked_count": row.coverage.asked_count,
                "household_count": row.coverage.household_count,
            }
            for row in queries.coverage_by_unit(version)
        ],
    }


@router.get(
    "/compact-opinions/{opinion_receipt}",
    auth=OPTIONAL,
    response=CompactReceiptOut,
    summary="Follow an opinion by its receipt",
)
def show_receipt(request: HttpRequest, opinion_receipt: str) -> dict[str, Any]:
    found = access.opinion_of_receipt(
        opinion_receipt, network=network_of(client_address(request)), at=timezone.now()
    )
    return receipt_row(found)


@router.get(
    "/me/compact-opinions",
    auth=REQUIRED,
    response=list[CompactReceiptOut],
    summary="What I said on compacts",
)
def list_own(request: HttpRequest) -> list[dict[str, Any]]:
    """The newest hundred, without their codes, which stand on the receipts alone."""
    return [receipt_row(one) for one in access.own_opinions(standing(request))[:100]]
