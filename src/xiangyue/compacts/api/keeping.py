"""A version's way over the API: notices, answers, vote, sheet, town, in force, corrections."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import File, Form, Router, UploadedFile

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.requests import standing
from xiangyue.ballots.models import Roll
from xiangyue.compacts import access, queries, services
from xiangyue.compacts.api.telling import (
    kept_opinion_row,
    kept_version_row,
    place_with,
    signed_in,
)
from xiangyue.compacts.models import StateChoices
from xiangyue.compacts.pages import with_compacts
from xiangyue.compacts.schemas import (
    CompactAnswerIn,
    CompactOrderIn,
    CompactTakeOverIn,
    CompactTextIn,
    CompactVoteIn,
    KeptCompactOpinionOut,
    KeptCompactVersionOut,
)
from xiangyue.documents.files import uploaded
from xiangyue.documents.serving import handed_out
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Person

router = Router()
VERSION = "/kept-compact-versions/{uuid:version_id}"
OPINIONS_MOST = 500


def _kept(request: HttpRequest, version_id: UUID) -> Any:
    return access.kept_version(with_compacts(request), version_id)


def _told(request: HttpRequest, version_id: UUID) -> dict[str, Any]:
    return kept_version_row(request, _kept(request, version_id))


@router.post(
    f"{VERSION}/accompany",
    auth=REQUIRED,
    response=KeptCompactVersionOut,
    summary="Let a procedure accompany it",
)
def accompany(request: HttpRequest, version_id: UUID) -> dict[str, Any]:
    services.accompany(
        version=_kept(request, version_id),
        actor=standing(request),
        by=signed_in(request),
        at=timezone.now(),
    )
    return _told(request, version_id)


@router.post(
    f"{VERSION}/publish",
    auth=REQUIRED,
    response=KeptCompactVersionOut,
    summary="Put it up, the first time or the second",
)
def publish(request: HttpRequest, version_id: UUID) -> dict[str, Any]:
    found = _kept(request, version_id)
    is_first = found.state in {StateChoices.DRAFT, StateChoices.FIRST_NOTICE}
    act = services.publish_first if is_first else services.publish_second
    act(version=found, by=signed_in(request), at=timezone.now())
    return _told(request, version_id)


@router.post(
    f"{VERSION}/revise",
    auth=REQUIRED,
    response=KeptCompactVersionOut,
    summary="Open the text for revision",
)
def revise(request: HttpRequest, version_id: UUID) -> dict[str, Any]:
    services.begin_revision(
        version=_kept(request, version_id), by=signed_in(request), at=timezone.now()
    )
    return _told(request, version_id)


@router.get(
    f"{VERSION}/opinions",
    auth=REQUIRED,
    response=list[KeptCompactOpinionOut],
    summary="The register of opinions",
)
def list_opinions(request: HttpRequest, version_id: UUID, which: str = "") -> list[dict[str, Any]]:
    """`which`: waiting, answered or all. Names and contacts for those alone who answer."""
    mine = with_compacts(request)
    found = access.kept_version(mine, version_id)
    is_answering = access.answers(mine, found.compact)
    rows = queries.register_of(found, which=which)[:OPINIONS_MOST]
    return [kept_opinion_row(one, is_answering=is_answering) for one in rows]


@router.get(
    "/kept-compact-opinions/{uuid:opinion_id}",
    auth=REQUIRED,
    response=KeptCompactOpinionOut,
    summary="One opinion at the desk",
)
def show_opinion(request: HttpRequest, opinion_id: UUID) -> dict[str, Any]:
    mine = with_compacts(request)
    found = access.kept_opinion(mine, opinion_id)
    return kept_opinion_row(found, is_answering=access.answers(mine, found.version.compact))


@router.post(
    "/kept-compact-opinions/{uuid:opinion_id}/answer",
    auth=REQUIRED,
    response=KeptCompactOpinionOut,
    summary="Answer an opinion",
)
def answer(request: HttpRequest, opinion_id: UUID, entered: CompactAnswerIn) -> dict[str, Any]:
    found = access.kept_opinion(with_compacts(request), opinion_id)
    made = services.answer_opinion(
        opinion=found, by=signed_in(request), at=timezone.now(), **entered.dict()
    )
    return kept_opinion_row(made, is_answering=True)


@router.post(
    f"{VERSION}/vote", auth=REQUIRED, response=KeptCompactVersionOut, summary="Call the vote"
)
def call_vote(request: HttpRequest, version_id: UUID, entered: CompactVoteIn) -> dict[str, Any]:
    """On a fixed roll of the assembly, one question a clause."""
    roll = Roll.objects.filter(pk=entered.roll).select_related("place", "rule").first()
    if roll is None:
        raise NotFound(_("There is no such roll."))
    services.plan_vote(
        version=_kept(request, version_id),
        roll=roll,
        tellers=list(Person.objects.filter(pk__in=entered.tellers)),
        by=signed_in(request),
        at=timezone.now(),
        **entered.dict(exclude={"roll", "tellers"}),
    )
    return _told(request, version_id)


@router.post(
    f"{VERSION}/sheet",
    auth=REQUIRED,
    response=KeptCompactVersionOut,
    summary="Add the sheet of signatures",
)
def sign(  # noqa: PLR0917 - the parts of one upload
    request: HttpRequest,
    version_id: UUID,
    file: File[UploadedFile],
    place: Form[str],
    signer_count: Form[int],
    signed_on: Form[date],
) -> dict[str, Any]:
    """How many signed is counted by people; nothing is read from the picture."""
    found = _kept(request, version_id)
    services.add_signing(
        version=found,
        place=place_with(place),
        signer_count=signer_count,
        signed_on=signed_on,
        upload=uploaded(file),
        by=signed_in(request),
        at=timezone.now(),
    )
    return _told(request, version_id)


@router.get(
    "/compact-sheets/{uuid:signing_id}", auth=REQUIRED, summary="The sheet of signatures itself"
)
def show_sheet(request: HttpRequest, signing_id: UUID) -> HttpResponse:
    """For those who keep or review the compact alone."""
    found = access.kept_signing(with_compacts(request), signing_id)
    return handed_out(file=found.file, content_type=found.content_type, file_name=found.file_name)


@router.post(
    f"{VERSION}/file",
    auth=REQUIRED,
    response=KeptCompactVersionOut,
    summary="File it with the town",
)
def file_it(request: HttpRequest, version_id: UUID, entered: CompactTextIn) -> dict[str, Any]:
    services.file_with_town(
        version=_kept(request, version_id),
        by=signed_in(request),
        at=timezone.now(),
        note=entered.text,
    )
    return _told(request, version_id)


@router.post(
    f"{VERSION}/acknowledge",
    auth=REQUIRED,
    response=KeptCompactVersionOut,
    summary="The town has it",
)
def acknowledge(request: HttpRequest, version_id: UUID, entered: CompactTextIn) -> dict[str, Any]:
    services.acknowledge(
        version=_kept(request, version_id),
        text=entered.text,
        by=signed_in(request),
        at=timezone.now(),
    )
    return _told(request, version_id)


@router.post(
    f"{VERSION}/result", auth=REQUIRED, response=KeptCompactVersionOut, summary="Post the result"
)
def post_result(request: HttpRequest, version_id: UUID) -> dict[str, Any]:
    services.post_result(
        version=_kept(request, version_id), by=signed_in(request), at=timezone.now()
    )
    return _told(request, version_id)


@router.post(
    f"{VERSION}/force", auth=REQUIRED, response=KeptCompactVersionOut, summary="Put it in force"
)
def force(request: HttpRequest, version_id: UUID) -> dict[str, Any]:
    services.put_in_force(
        version=_kept(request, version_id), by=signed_in(request), at=timezone.now()
    )
    return _told(request, version_id)


@router.post(
    f"{VERSION}/withdraw", auth=REQUIRED, response=KeptCompactVersionOut, summary="Withdraw it"
)
def withdraw(request: HttpRequest, version_id: UUID, entered: CompactTextIn) -> dict[str, Any]:
    services.withdraw(
        version=_kept(request, version_id),
        reason=entered.text,
        by=signed_in(request),
        at=timezone.now(),
    )
    return _told(request, version_id)


@router.post(
    f"{VERSION}/take-over",
    auth=REQUIRED,
    response=KeptCompactVersionOut,
    summary="Take over what was adopted on paper",
)
def take_over(request: HttpRequest, version_id: UUID, entered: CompactTakeOverIn) -> dict[str, Any]:
    services.take_over(
        version=_kept(request, version_id),
        by=signed_in(request),
        at=timezone.now(),
        **entered.dict(),
    )
    return _told(request, version_id)


@router.post(
    "/kept-clauses/{uuid:clause_id}/order",
    auth=REQUIRED,
    response=KeptCompactVersionOut,
    summary="Order a correction",
)
def order(request: HttpRequest, clause_id: UUID, entered: CompactOrderIn) -> dict[str, Any]:
    """The clause is suspended at once."""
    found = access.kept_clause(with_compacts(request), clause_id)
    services.order_correction(
        clause=found, by=signed_in(request), at=timezone.now(), **entered.dict()
    )
    return kept_version_row(request, found.version)


@router.post(
    "/compact-corrections/{uuid:correction_id}/lift",
    auth=REQUIRED,
    response=KeptCompactVersionOut,
    summary="Lift an order of correction",
)
def lift(request: HttpRequest, correction_id: UUID, entered: CompactTextIn) -> dict[str, Any]:
    found = access.kept_order(with_compacts(request), correction_id)
    services.lift_order(order=found, how=entered.text, by=signed_in(request), at=timezone.now())
    return kept_version_row(request, found.clause.version)
