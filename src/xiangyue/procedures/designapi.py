"""The API of the editor of procedures, over the same services as its pages."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router
from ninja.responses import Status

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.requests import standing
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Place
from xiangyue.procedures import access, services
from xiangyue.procedures.designs import changes_of, look_at
from xiangyue.procedures.models import Design
from xiangyue.procedures.pages.lists import with_procedures
from xiangyue.procedures.schemas import (
    DesignBeginIn,
    DesignBodyIn,
    DesignNewIn,
    DesignOut,
    WordsIn,
)

router = Router(tags=["procedures"])
DESIGN = "/procedure-designs/{uuid:design_id}"


def _design_out(design: Design) -> dict[str, Any]:
    looked = look_at(design)
    return {
        "id": design.pk,
        "procedure": design.procedure_key,
        "place": design.place.code if design.place is not None else "",
        "state": design.state,
        "version": design.version,
        "body": design.body,
        "faults": [fault.message for fault in looked.faults],
        "scenarios": [(one.says, one.played.fault) for one in looked.scenarios],
        "changes": [
            (one.step, one.what, one.before, one.after) for one in changes_of(design, looked.steps)
        ],
    }


@router.get(
    "/procedure-designs", auth=REQUIRED, response=list[DesignOut], summary="Drafts of procedures"
)
def list_designs(request: HttpRequest, page: int = 1) -> list[dict[str, Any]]:
    """The newest first; 20 to a page."""
    rows = access.designs_of(with_procedures(request)).select_related("place", "made_from")
    found = Paginator(rows.order_by("-began_at", "pk"), 20).get_page(page)
    return [_design_out(design) for design in found.object_list]


@router.get(
    DESIGN, auth=REQUIRED, response=DesignOut, summary="A draft: faults, scenarios, changes"
)
def show_design(request: HttpRequest, design_id: UUID) -> dict[str, Any]:
    return _design_out(access.design_for(standing(request), design_id))


@router.post(
    "/procedure-designs", auth=REQUIRED, response={201: DesignOut}, summary="Begin a next version"
)
def begin_design(request: HttpRequest, entered: DesignBeginIn) -> Status[dict[str, Any]]:
    mine, now = standing(request), timezone.now()
    if entered.place:
        place = Place.objects.filter(code=entered.place, is_active=True).first()
        if place is None:
            raise NotFound(_("There is no place with this code."))
        made = services.begin_addition(procedure=entered.procedure, place=place, actor=mine, at=now)
    else:
        made = services.begin_design(procedure=entered.procedure, actor=mine, at=now)
    return Status(201, _design_out(made))


@router.post(
    "/procedure-designs/new",
    auth=REQUIRED,
    response={201: DesignOut},
    summary="Begin a new kind of procedure",
)
def begin_new(request: HttpRequest, entered: DesignNewIn) -> Status[dict[str, Any]]:
    made = services.begin_new(**entered.dict(), actor=standing(request), at=timezone.now())
    return Status(201, _design_out(made))


@router.put(DESIGN, auth=REQUIRED, response=DesignOut, summary="Save a draft")
def save(request: HttpRequest, design_id: UUID, entered: DesignBodyIn) -> dict[str, Any]:
    mine = standing(request)
    saved = services.save_design(
        design=access.design_for(mine, design_id), body=entered.body, actor=mine,
        at=timezone.now(), seen_version=entered.version,
    )  # fmt: skip
    return _design_out(saved)


@router.post(f"{DESIGN}/submit", auth=REQUIRED, response=DesignOut, summary="Submit a draft")
def submit(request: HttpRequest, design_id: UUID, entered: WordsIn) -> dict[str, Any]:
    mine = standing(request)
    done = services.submit_design(
        design=access.design_for(mine, design_id), actor=mine, at=timezone.now(),
        reason=entered.words,
    )  # fmt: skip
    return _design_out(done)


@router.post(f"{DESIGN}/approve", auth=REQUIRED, response=DesignOut, summary="Put it in force")
def approve(request: HttpRequest, design_id: UUID) -> dict[str, Any]:
    mine = standing(request)
    done = services.approve_design(
        design=access.design_for(mine, design_id), actor=mine, at=timezone.now()
    )
    return _design_out(done)


@router.post(f"{DESIGN}/return", auth=REQUIRED, response=DesignOut, summary="Send it back")
def send_back(request: HttpRequest, design_id: UUID, entered: WordsIn) -> dict[str, Any]:
    mine = standing(request)
    done = services.return_design(
        design=access.design_for(mine, design_id), actor=mine, at=timezone.now(),
        answer=entered.words,
    )  # fmt: skip
    return _design_out(done)


@router.post(f"{DESIGN}/drop", auth=REQUIRED, response=DesignOut, summary="Drop a draft")
def drop(request: HttpRequest, design_id: UUID) -> dict[str, Any]:
    mine = standing(request)
    done = services.drop_design(
        design=access.design_for(mine, design_id), actor=mine, at=timezone.now()
    )
    return _design_out(done)
