"""Writing compacts over the API: clause by clause, with what the legality reading finds."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router
from ninja.responses import Status

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.requests import standing
from xiangyue.compacts import access, queries, services
from xiangyue.compacts.api.telling import (
    clause_row,
    compact_row,
    kept_version_row,
    page_of,
    place_with,
    signed_in,
)
from xiangyue.compacts.pages import with_compacts
from xiangyue.compacts.queries import Narrowed
from xiangyue.compacts.reading import judgements_of, read
from xiangyue.compacts.schemas import (
    CompactBeginIn,
    CompactClauseChangeIn,
    CompactClauseIn,
    CompactJudgeIn,
    CompactMoveIn,
    CompactNextIn,
    CompactOut,
    CompactsOut,
    CompactsQuery,
    CompactTellingIn,
    KeptClauseOut,
    KeptCompactVersionOut,
)

router = Router()
VERSION = "/kept-compact-versions/{uuid:version_id}"
CLAUSE = "/kept-clauses/{uuid:clause_id}"


@router.get("/kept-compacts", auth=REQUIRED, response=CompactsOut, summary="Compacts I keep")
def list_kept(request: HttpRequest, query: Query[CompactsQuery]) -> dict[str, Any]:
    mine = with_compacts(request)
    narrowed = Narrowed.from_query(query.dict(exclude={"page"}))
    rows = queries.listed(access.kept_compacts(mine), narrowed)
    return page_of(rows, query.page, is_public=False)


@router.post(
    "/kept-compacts",
    auth=REQUIRED,
    response={201: KeptCompactVersionOut},
    summary="Begin a compact",
)
def begin(request: HttpRequest, entered: CompactBeginIn) -> Status[dict[str, Any]]:
    made = services.begin_compact(
        by=signed_in(request),
        at=timezone.now(),
        place=place_with(entered.place),
        with_places=[place_with(code) for code in entered.with_places],
        **entered.dict(exclude={"place", "with_places"}),
    )
    return Status(201, kept_version_row(request, made))


@router.get(
    "/kept-compacts/{uuid:compact_id}",
    auth=REQUIRED,
    response=CompactOut,
    summary="A compact with all its versions",
)
def show_kept(request: HttpRequest, compact_id: UUID) -> dict[str, Any]:
    return compact_row(access.kept_compact(with_compacts(request), compact_id), is_public=False)


@router.post(
    "/kept-compacts/{uuid:compact_id}/versions",
    auth=REQUIRED,
    response={201: KeptCompactVersionOut},
    summary="Begin the next version",
)
def begin_next(
    request: HttpRequest, compact_id: UUID, entered: CompactNextIn
) -> Status[dict[str, Any]]:
    mine = with_compacts(request)
    before = access.kept_version(mine, entered.made_from) if entered.made_from else None
    made = services.begin_version(
        compact=access.kept_compact(mine, compact_id),
        made_from=before,
        by=signed_in(request),
        at=timezone.now(),
    )
    return Status(201, kept_version_row(request, made))


@router.post(
    "/kept-compacts/{uuid:compact_id}/tellings",
    auth=REQUIRED,
    response={201: CompactOut},
    summary="Add verses or a song",
)
def tell(
    request: HttpRequest, compact_id: UUID, entered: CompactTellingIn
) -> Status[dict[str, Any]]:
    found = access.kept_compact(with_compacts(request), compact_id)
    services.add_telling(compact=found, by=signed_in(request), at=timezone.now(), **entered.dict())
    return Status(201, compact_row(found, is_public=False))


@router.delete(
    "/compact-tellings/{uuid:telling_id}",
    auth=REQUIRED,
    response=CompactOut,
    summary="Take verses or a song off the page",
)
def untell(request: HttpRequest, telling_id: UUID) -> dict[str, Any]:
    found = access.kept_telling(standing(request), telling_id)
    services.remove_telling(telling=found, by=signed_in(request), at=timezone.now())
    return compact_row(found.compact, is_public=False)


@router.get(VERSION, auth=REQUIRED, response=KeptCompactVersionOut, summary="A version I keep")
def show_version(request: HttpRequest, version_id: UUID) -> dict[str, Any]:
    """Its clauses with what was found in them, and what comes next with what it lacks."""
    return kept_version_row(request, access.kept_version(with_compacts(request), version_id))


@router.post(
    f"{VERSION}/clauses", auth=REQUIRED, response={201: KeptClauseOut}, summary="Write a clause"
)
def add(request: HttpRequest, version_id: UUID, entered: CompactClauseIn) -> Status[dict[str, Any]]:
    found = access.kept_version(with_compacts(request), version_id)
    made = services.add_clause(
        version=found, by=signed_in(request), at=timezone.now(), **entered.dict()
    )
    return Status(201, clause_row(made, read(made, judgements_of(found))))


def _clause(request: HttpRequest, clause_id: UUID) -> dict[str, Any]:
    found = access.kept_clause(with_compacts(request), clause_id)
    return clause_row(found, read(found, judgements_of(found.version)))


@router.get(CLAUSE, auth=REQUIRED, response=KeptClauseOut, summary="A clause with its findings")
def show_clause(request: HttpRequest, clause_id: UUID) -> dict[str, Any]:
    return _clause(request, clause_id)


@router.put(CLAUSE, auth=REQUIRED, response=KeptClauseOut, summary="Change a clause")
def change(request: HttpRequest, clause_id: UUID, entered: CompactClauseChangeIn) -> dict[str, Any]:
    """`seen` is the revision that was read; refused with 409 when somebody changed it since."""
    found = access.kept_clause(with_compacts(request), clause_id)
    services.save_clause(clause=found, by=signed_in(request), at=timezone.now(), **entered.dict())
    return _clause(request, clause_id)


@router.post(
    f"{CLAUSE}/move", auth=REQUIRED, response=KeptCompactVersionOut, summary="Move a clause"
)
def move(request: HttpRequest, clause_id: UUID, entered: CompactMoveIn) -> dict[str, Any]:
    found = access.kept_clause(with_compacts(request), clause_id)
    services.move_clause(clause=found, by=signed_in(request), at=timezone.now(), **entered.dict())
    return kept_version_row(request, found.version)


@router.delete(CLAUSE, auth=REQUIRED, response=KeptCompactVersionOut, summary="Take a clause out")
def remove(request: HttpRequest, clause_id: UUID, seen: int) -> dict[str, Any]:
    found = access.kept_clause(with_compacts(request), clause_id)
    services.remove_clause(clause=found, seen=seen, by=signed_in(request), at=timezone.now())
    return kept_version_row(request, found.version)


@router.post(
    f"{CLAUSE}/findings/{{clause_check}}",
    auth=REQUIRED,
    response=KeptClauseOut,
    summary="Decide on a finding",
)
def judge(
    request: HttpRequest, clause_id: UUID, clause_check: str, entered: CompactJudgeIn
) -> dict[str, Any]:
    found = access.kept_clause(with_compacts(request), clause_id)
    services.judge(
        clause=found,
        check=clause_check,
        by=signed_in(request),
        at=timezone.now(),
        **entered.dict(),
    )
    return _clause(request, clause_id)
