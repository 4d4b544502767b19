"""`GET /healthz`: well only when every county's database answers and its worker is alive."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from xiangyue.kernel.counties import County, all_counties, bind
from xiangyue.site.marks import BEAT
from xiangyue.site.middleware import Handler
from xiangyue.site.models import Mark

SILENCE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Health:
    """How a county fares: whether its database answers, whether its worker beat lately."""

    county: str
    database: bool
    worker: bool

    @property
    def is_well(self) -> bool:
        return self.database and self.worker


def health_of(county: County, *, at: datetime) -> Health:
    with bind(county.slug):
        try:
            beat_at = Mark.objects.filter(name=BEAT).values_list("marked_at", flat=True).first()
        except DatabaseError:
            return Health(county.slug, database=False, worker=False)
    return Health(county.slug, database=True, worker=beat_at is not None and at - beat_at < SILENCE)


def health_response(counties: Iterable[County], *, at: datetime) -> JsonResponse:
    """200 `{"status": "ok"}`, or 503 that says of which counties what is unwell."""
    unwell = [found for county in counties if not (found := health_of(county, at=at)).is_well]
    headers = {"Cache-Control": "no-store"}
    if not unwell:
        return JsonResponse({"status": "ok"}, headers=headers)
    return JsonResponse(
        {
            "status": "unwell",
            "database": "ok" if all(found.database for found in unwell) else "unreachable",
            "worker": "ok" if all(found.worker for found in unwell) else "silent",
            "counties": [found.county for found in unwell],
        },
        status=503,
        headers=headers,
    )


def health_answered(handle: Handler) -> Handler:
    """Answer for the whole installation before a county is bound: probes know no host name.

    `/<county>/healthz` answers for that county alone.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.endswith("/healthz") or request.method not in {"GET", "HEAD"}:
            return handle(request)
        named = request.path_info.removesuffix("/healthz").removeprefix("/")
        counties = [county for county in all_counties() if named in {"", county.slug}]
        if not counties:
            return handle(request)
        return health_response(counties, at=timezone.now())

    return middleware
