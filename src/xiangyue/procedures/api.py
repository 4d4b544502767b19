"""The API of procedures: everything that a page does, over the same services."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import File, Query, Router, UploadedFile
from ninja.responses import Status

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.requests import standing
from xiangyue.documents.files import uploaded
from xiangyue.documents.printing import printed
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Place
from xiangyue.places.rules import short_name
from xiangyue.procedures import access, answers, queries, services
from xiangyue.procedures.chart import paper_facts
from xiangyue.procedures.designapi import router as design_router
from xiangyue.procedures.howfar import area_of, how_far
from xiangyue.procedures.pages.lists import with_procedures
from xiangyue.procedures.pages.work import show_file
from xiangyue.procedures.reading import all_procedures
from xiangyue.procedures.schemas import (
    EvidenceTextIn,
    HowFarOut,
    HowFarQuery,
    NoticeIn,
    ProcedureBeginIn,
    ProcedureOut,
    ProcedureReasonIn,
    PublicRunOut,
    ReferenceIn,
    RunDetailOut,
    RunQuery,
    RunsOut,
    SeatIn,
)
from xiangyue.procedures.showing import public_steps

router = Router(tags=["procedures"])
router.add_router("", design_router)
RUN = "/procedure-runs/{uuid:run_id}"
STEP = RUN + "/steps/{step}"


# --- reading --------------------------------------------------------------------------------------


@router.get("/procedure-runs", auth=REQUIRED, response=RunsOut, summary="Procedures of my area")
def list_runs(request: HttpRequest, query: Query[RunQuery]) -> dict[str, Any]:
    return answers.listed(access.runs_of(with_procedures(request)), query)


@router.get("/public/procedure-runs", response=RunsOut, summary="What is being decided")
def list_public_runs(request: HttpRequest, query: Query[RunQuery]) -> dict[str, Any]:
    return answers.listed(access.public_runs(), query)


@router.get(
    "/public/procedure-runs/{uuid:run_id}",
    response=PublicRunOut,
    summary="A procedure for everybody to follow",
)
def show_public_run(request: HttpRequest, run_id: UUID) -> dict[str, Any]:
    run = access.public_run(run_id)
    return {**answers.head(run), "steps": public_steps(run)}


@router.get("/procedures", response=list[ProcedureOut], summary="Which procedures there are")
def list_procedures(request: HttpRequest) -> list[dict[str, Any]]:
    return [answers.procedure(key) for key in all_procedures()]


@router.get("/procedures/{procedure}", response=ProcedureOut, summary="A procedure, step by step")
def show_procedure(request: HttpRequest, procedure: str) -> dict[str, Any]:
    return answers.procedure(procedure)


@router.get(
    "/procedures/{procedure}/how-far",
    auth=REQUIRED,
    response=HowFarOut,
    summary="How many places of my area stand at which step",
)
def show_how_far(request: HttpRequest, procedure: str, query: Query[HowFarQuery]) -> dict[str, Any]:
    mine = with_procedures(request)
    answers.procedure(procedure)
    place = area_of(mine, query.place.replace("\x00", "")[:24])
    one = all_procedures()[procedure][1]
    now, language = timezone.now(), get_language()
    seen = how_far(mine, procedure, one, place=place, at=now, language=language)
    page = Paginator(seen.without, queries.PAGE_SIZE).get_page(query.page)
    return {
        "procedure": procedure,
        "place": place.code,
        "place_count": seen.place_count,
        "running_count": seen.running_count,
        "done_count": seen.done_count,
        "ended_early_count": seen.ended_early_count,
        "without_count": page.paginator.count,
        "steps": [asdict(step) for step in seen.steps],
        "parts": [
            {
                "place": part.place.code,
                "name": short_name(part.place.name),
                "place_count": part.place_count,
                "running_count": part.running_count,
                "done_count": part.done_count,
                "without_count": part.without_count,
            }
            for part in seen.parts
        ],
        "without": [one.code for one in page.object_list],
        "page": page.number,
        "page_count": page.paginator.num_pages,
    }


@router.get("/procedures/{procedure}/chart.pdf", summary="Its flow chart, on A4")
def show_chart(request: HttpRequest, procedure: str) -> HttpResponse:
    answers.procedure(procedure)
    one = all_procedures()[procedure][1]
    paper = printed("procedures/flow.typ", paper_facts(one, one.steps))
    return HttpResponse(paper, content_type="application/pdf")


@router.get(RUN, auth=REQUIRED, response=RunDetailOut, summary="A procedure under way")
def show_run(request: HttpRequest, run_id: UUID) -> dict[str, Any]:
    return answers.detail(standing(request), run_id)


@router.get(
    RUN + "/evidence/{uuid:evidence_id}/file", auth=REQUIRED, summary="A document of a step"
)
def show_document(request: HttpRequest, run_id: UUID, evidence_id: UUID) -> Any:
    return show_file(request, run_id, evidence_id)


# --- working --------------------------------------------------------------------------------------


@router.post(
    "/procedure-runs", auth=REQUIRED, response={201: RunDetailOut}, summary="Begin a procedure"
)
def begin(request: HttpRequest, entered: ProcedureBeginIn) -> Status[dict[str, Any]]:
    place = Place.objects.filter(code=entered.place, is_active=True).first()
    if place is None:
        raise NotFound(_("There is no place with this code."))
    run = services.begin_here(
        template=entered.template, place=place, title=entered.title, actor=standing(request),
        at=timezone.now(), client_key=entered.client_key,
    )  # fmt: skip
    return Status(201, answers.detail(standing(request), run.pk))


def _step_act(
    request: HttpRequest, run_id: UUID, step: str, service: Any, **entered: Any
) -> dict[str, Any]:
    mine = standing(request)
    run = access.run_for(mine, run_id)
    service(step_run=access.step_for(run, step), actor=mine, at=timezone.now(), **entered)
    return answers.detail(standing(request), run_id)


@router.post(
    f"{STEP}/complete", auth=REQUIRED, response=RunDetailOut, summary="Complete the open step"
)
def complete(request: HttpRequest, run_id: UUID, step: str) -> dict[str, Any]:
    return _step_act(request, run_id, step, services.complete_step)


@router.post(
    f"{STEP}/leave-out", auth=REQUIRED, response=RunDetailOut, summary="Leave an optional step out"
)
def leave_out(
    request: HttpRequest, run_id: UUID, step: str, entered: ProcedureReasonIn
) -> dict[str, Any]:
    return _step_act(request, run_id, step, services.leave_out_step, reason=entered.reason)


@router.post(
    STEP + "/evidence/{evidence}/text",
    auth=REQUIRED,
    response=RunDetailOut,
    summary="Write evidence",
)
def lay_text(
    request: HttpRequest, run_id: UUID, step: str, evidence: str, entered: EvidenceTextIn
) -> dict[str, Any]:
    return _step_act(request, run_id, step, services.add_evidence, key=evidence, text=entered.text)


@router.post(
    STEP + "/evidence/{evidence}/file",
    auth=REQUIRED,
    response=RunDetailOut,
    summary="Add a document or picture",
)
def lay_file(
    request: HttpRequest, run_id: UUID, step: str, evidence: str, file: File[UploadedFile]
) -> dict[str, Any]:
    return _step_act(
        request, run_id, step, services.add_evidence, key=evidence, upload=uploaded(file)
    )


@router.post(
    STEP + "/evidence/{evidence}/reference",
    auth=REQUIRED,
    response=RunDetailOut,
    summary="Let a notice or vote serve as evidence",
)
def lay_reference(
    request: HttpRequest, run_id: UUID, step: str, evidence: str, entered: ReferenceIn
) -> dict[str, Any]:
    return _step_act(
        request, run_id, step, services.refer_to, key=evidence, reference_id=entered.reference
    )


@router.delete(
    RUN + "/evidence/{uuid:evidence_id}",
    auth=REQUIRED,
    response=RunDetailOut,
    summary="Take away evidence of the open step",
)
def remove(request: HttpRequest, run_id: UUID, evidence_id: UUID) -> dict[str, Any]:
    mine = standing(request)
    run = access.run_for(mine, run_id)
    services.remove_evidence(
        evidence=access.evidence_for(run, evidence_id), actor=mine, at=timezone.now()
    )
    return answers.detail(standing(request), run_id)


@router.post(
    f"{STEP}/publish", auth=REQUIRED, response=RunDetailOut, summary="Put up the step's notice"
)
def publish(request: HttpRequest, run_id: UUID, step: str, entered: NoticeIn) -> dict[str, Any]:
    return _step_act(
        request, run_id, step, services.publish_for_step, title=entered.title, body=entered.body
    )


@router.post(
    f"{STEP}/seats", auth=REQUIRED, response=RunDetailOut, summary="Name somebody to the panel"
)
def add_seat(request: HttpRequest, run_id: UUID, step: str, entered: SeatIn) -> dict[str, Any]:
    return _step_act(
        request, run_id, step, services.add_seat, name=entered.name, is_woman=entered.is_woman,
        closeness=entered.closeness, recused_why=entered.why,
    )  # fmt: skip


@router.post(
    RUN + "/seats/{uuid:seat_id}/recuse",
    auth=REQUIRED,
    response=RunDetailOut,
    summary="Note that a member of the panel steps back",
)
def recuse(
    request: HttpRequest, run_id: UUID, seat_id: UUID, entered: ProcedureReasonIn
) -> dict[str, Any]:
    mine = standing(request)
    run = access.run_for(mine, run_id)
    seat = access.seat_for(run, seat_id)
    services.recuse(seat=seat, why=entered.reason, actor=mine, at=timezone.now())
    return answers.detail(standing(request), run_id)


@router.post(f"{RUN}/end", auth=REQUIRED, response=RunDetailOut, summary="End it early")
def end(request: HttpRequest, run_id: UUID, entered: ProcedureReasonIn) -> dict[str, Any]:
    mine = standing(request)
    run = access.run_for(mine, run_id)
    services.end_early(run=run, actor=mine, at=timezone.now(), reason=entered.reason)
    return answers.detail(standing(request), run_id)
