"""The API's twin of the desk at which lists of residents are imported."""

from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, File, Query, Router, Schema
from ninja.files import UploadedFile
from ninja.responses import Status

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.requests import person, standing
from xiangyue.places.models import Person
from xiangyue.registry.importing import access, pages, queries, services
from xiangyue.registry.importing.models import Import, State, Verdict
from xiangyue.registry.importing.screening import MEGABYTE, Unfit

router = Router(tags=["imports"], auth=REQUIRED)


class ImportOut(Schema):
    id: UUID
    file_name: str
    digest: str = Field(description="SHA-256 of the file")
    state: str = Field(description=", ".join(State.values))
    uploaded_by: str
    created_at: datetime
    percent: int = Field(description="how far the check is")
    row_count: int
    new_count: int
    changed_count: int
    unchanged_count: int
    faulty_count: int = Field(description="rows with faults")
    fault_count: int
    household_count: int = Field(description="new households")
    refusal: str = Field(description="why the file as a whole was refused; empty when it was not")
    notices: list[str]
    plan: str = Field(description="digest of all changes; confirming names it")
    confirmed_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, batch: Import) -> "ImportOut":
        names = (
            "id", "file_name", "digest", "state", "created_at", "row_count", "new_count",
            "changed_count", "unchanged_count", "faulty_count", "fault_count", "household_count",
            "plan", "confirmed_at", "finished_at",
        )  # fmt: skip
        return cls(
            **{name: getattr(batch, name) for name in names},
            uploaded_by=batch.actor.name,
            percent=queries.progress_of(batch, at=timezone.now()).percent,
            refusal=queries.refusal_of(batch),
            notices=queries.notices_of(batch),
        )


class ImportPage(Schema):
    count: int
    items: list[ImportOut]


class PageQuery(Schema):
    offset: int = Field(0, ge=0, le=200_000)
    limit: int = Field(queries.PAGE_SIZE, ge=1, le=200)


class ImportsQuery(PageQuery):
    state: str = Field("", max_length=10)


class FaultOut(Schema):
    row: int = Field(description="as the spreadsheet counts")
    column: str
    where: str = Field(description="the column's letter and heading in the file")
    code: str
    message: str


class FaultPage(Schema):
    count: int
    items: list[FaultOut]


class FaultsQuery(PageQuery):
    column: str = Field("", max_length=12)
    code: str = Field("", max_length=40)


class AlterationOut(Schema):
    key: str
    title: str
    before: str
    after: str


class RowOut(Schema):
    row: int
    name: str
    place: str
    household: str
    birth_date: date | None
    phone: str
    own_number: str
    alterations: list[AlterationOut]


class RowPage(Schema):
    count: int
    items: list[RowOut]


class RowsQuery(PageQuery):
    verdict: Verdict = Verdict.CHANGED


class ImportPlanIn(Schema):
    plan: str = Field(max_length=64, description="as the preview has it")


def _who(request: HttpRequest) -> Person:
    found = person(request)
    assert found is not None  # the router lets nobody else in
    return found


@router.get("/imports", response=ImportPage, summary="The imports of my area, newest first")
def list_imports(request: HttpRequest, asked: Query[ImportsQuery]) -> ImportPage:
    mine = standing(request)
    access.require_keeping(mine)
    rows = access.imports_seen(mine)
    if asked.state:
        rows = rows.filter(state=asked.state)
    found = rows[asked.offset : asked.offset + asked.limit]
    return ImportPage(count=rows.count(), items=[ImportOut.of(batch) for batch in found])


@router.post("/imports", response={202: ImportOut}, summary="Upload a list of residents")
def create_import(request: HttpRequest, file: File[UploadedFile]) -> Status[ImportOut]:
    mine = standing(request)
    access.require_keeping(mine)
    if (file.size or 0) > settings.IMPORT_MEGABYTES_MOST * MEGABYTE:
        raise services.refused(Unfit("file_too_big", most=settings.IMPORT_MEGABYTES_MOST))
    batch = services.receive_file(
        actor=_who(request),
        standing=mine,
        name=file.name or "",
        content=file.read(),
        at=timezone.now(),
    )
    return Status(202, ImportOut.of(batch))


@router.get("/imports/template.xlsx", summary="An empty list, with the grids of my area")
def download_template(request: HttpRequest) -> HttpResponse:
    access.require_keeping(standing(request))
    return pages.import_template(request)


@router.get("/imports/{uuid:import_id}", response=ImportOut, summary="How far an import is")
def get_import(request: HttpRequest, import_id: UUID) -> ImportOut:
    return ImportOut.of(access.import_for(standing(request), import_id))


@router.get("/imports/{uuid:import_id}/faults", response=FaultPage, summary="All that is wrong")
def list_faults(request: HttpRequest, import_id: UUID, asked: Query[FaultsQuery]) -> FaultPage:
    batch = access.import_for(standing(request), import_id)
    rows = queries.faults_of(batch, column=asked.column, code=asked.code)
    found = rows[asked.offset : asked.offset + asked.limit]
    items = [
        FaultOut(row=one.row, column=one.column, where=one.where, code=one.code,
                 message=one.message)
        for one in queries.shown_faults(batch, found)
    ]  # fmt: skip
    return FaultPage(count=rows.count(), items=items)


@router.get("/imports/{uuid:import_id}/rows", response=RowPage, summary="What would change")
def list_rows(request: HttpRequest, import_id: UUID, asked: Query[RowsQuery]) -> RowPage:
    """Reading what is registered of changed people is noted for them (GD05)."""
    mine = standing(request)
    batch = access.import_for(mine, import_id)
    rows = queries.rows_of(batch, asked.verdict)
    found = list(rows[asked.offset : asked.offset + asked.limit])
    shown = queries.shown_rows(batch, found, reader=mine, at=timezone.now())
    items = [
        RowOut(
            row=one.row,
            name=one.name,
            place=one.place,
            household=one.household,
            birth_date=one.birth_date,
            phone=one.phone,
            own_number=one.own_number,
            alterations=[
                AlterationOut(key=each.key, title=each.title, before=each.before, after=each.after)
                for each in one.alterations
            ],
        )
        for one in shown
    ]
    return RowPage(count=rows.count(), items=items)


@router.get("/imports/{uuid:import_id}/marked.xlsx", summary="The list with its faults marked")
def download_marked(request: HttpRequest, import_id: UUID) -> HttpResponse:
    access.require_keeping(standing(request))
    return pages.marked_list(request, import_id)


@router.post("/imports/{uuid:import_id}/confirm", response=ImportOut, summary="Load the list")
def confirm_import(request: HttpRequest, import_id: UUID, entered: ImportPlanIn) -> ImportOut:
    batch = access.import_for(standing(request), import_id)
    return ImportOut.of(
        services.confirm_import(
            batch=batch, actor=_who(request), plan=entered.plan, at=timezone.now()
        )
    )


@router.post("/imports/{uuid:import_id}/cancel", response=ImportOut, summary="Cancel an import")
def cancel_import(request: HttpRequest, import_id: UUID) -> ImportOut:
    batch = access.import_for(standing(request), import_id)
    return ImportOut.of(services.cancel_import(batch=batch, actor=_who(request), at=timezone.now()))
