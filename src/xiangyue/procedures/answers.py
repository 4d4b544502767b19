"""What the API answers about procedures and those under way."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.access.rules import Standing
from xiangyue.kernel.refusals import NotFound
from xiangyue.procedures import access, queries
from xiangyue.procedures.models import Run
from xiangyue.procedures.queries import RunFilter
from xiangyue.procedures.reading import all_procedures
from xiangyue.procedures.schemas import RunQuery
from xiangyue.procedures.showing import procedure_name, shown_steps


def listed(rows: QuerySet[Run], query: RunQuery) -> dict[str, Any]:
    now = timezone.now()
    by = RunFilter.from_query(query.dict(exclude={"page"}))
    page = Paginator(queries.narrowed(rows, by, at=now), queries.PAGE_SIZE).get_page(query.page)
    shown = queries.rows_of(list(page.object_list), at=now, language=get_language())
    return {
        "runs": [
            {
                "id": row.run.pk,
                "procedure": row.run.template_key,
                "procedure_name": row.procedure,
                "version": row.run.template.version,
                "place": row.run.place.code,
                "title": row.run.title,
                "state": row.run.state,
                "step": row.step,
                "position": row.position,
                "step_count": row.step_count,
                "due_at": row.due_at,
                "is_late": row.is_late,
                "began_at": row.run.began_at,
                "ended_at": row.run.ended_at,
            }
            for row in shown
        ],
        "count": page.paginator.count,
        "page": page.number,
        "page_count": page.paginator.num_pages,
    }


def head(run: Run) -> dict[str, Any]:
    return {
        "id": run.pk,
        "procedure": run.template_key,
        "procedure_name": procedure_name(run),
        "version": run.template.version,
        "place": run.place.code,
        "title": run.title,
        "state": run.state,
        "is_public": run.is_public,
        "began_at": run.began_at,
        "ended_at": run.ended_at,
        "end_reason": run.end_reason,
    }


def procedure(key: str) -> dict[str, Any]:
    found = all_procedures().get(key)
    if found is None:
        raise NotFound(_("There is no such procedure."))
    row, one = found
    language = get_language()
    return {
        "key": key,
        "name": one.name.in_language(language),
        "purpose": one.purpose.in_language(language),
        "version": row.version,
        "source": one.source,
        "levels": list(one.levels),
        "is_public": one.is_public,
        "steps": [step.model_dump(mode="json") for step in one.steps],
    }


def detail(mine: Standing, run_id: UUID) -> dict[str, Any]:
    run = access.run_for(mine, run_id)
    return {
        **head(run),
        "steps": [
            {
                "key": one.step.key,
                "name": one.name,
                "says": one.says,
                "state": one.row.state,
                "is_optional": one.row.is_optional,
                "who": list(one.step.who),
                "opened_at": one.row.opened_at,
                "done_at": one.row.done_at,
                "due_at": one.row.clock.due_at if one.row.clock is not None else None,
                "why": one.why,
                "missing": one.missing,
                "evidence": [
                    {
                        "key": evidence.asked.key,
                        "name": evidence.name,
                        "kind": evidence.asked.kind,
                        "least": evidence.asked.least,
                        "is_public": evidence.asked.is_public,
                        "choices": evidence.choices,
                        "pieces": [
                            {
                                "id": piece.row.pk,
                                "kind": piece.row.kind,
                                "title": piece.title,
                                "added_at": piece.row.added_at,
                            }
                            for piece in evidence.pieces
                        ],
                    }
                    for evidence in one.evidence
                ],
                "panel": [
                    {
                        "id": seat.row.pk,
                        "name": seat.row.name,
                        "is_woman": seat.row.is_woman,
                        "is_close": seat.is_close,
                        "recused_at": seat.row.recused_at,
                        "recused_why": seat.row.recused_why,
                    }
                    for seat in one.seats
                ],
                "may_do": one.may_do,
            }
            for one in shown_steps(run, mine, at=timezone.now())
        ],
    }
