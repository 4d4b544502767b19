"""The API's twin of the desk at which posts are kept."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.posting import access, queries, services
from xiangyue.access.requests import standing
from xiangyue.places.models import Post

router = Router(tags=["posts"], auth=REQUIRED)


class HeldPostOut(Schema):
    id: UUID
    person_name: str
    role: str
    role_name: str
    place: str = Field(description="code of the place")
    place_name: str
    organisation: str = Field(description="code of the unit; empty without one")
    organisation_name: str
    derived_from: UUID | None = Field(description="the post by virtue of which it is held")
    active_from: datetime
    active_to: datetime | None

    @classmethod
    def of(cls, post: Post, names: dict[str, str]) -> "HeldPostOut":
        unit = post.organisation
        return cls(
            id=post.pk,
            person_name=post.person.name,
            role=post.role,
            role_name=names.get(post.role, post.role),
            place=post.place.code,
            place_name=post.place.name,
            organisation=unit.code if unit else "",
            organisation_name=unit.name if unit else "",
            derived_from=post.derived_from_id,
            active_from=post.active_from,
            active_to=post.active_to,
        )


class PostPage(Schema):
    count: int
    items: list[HeldPostOut]


class PostsQuery(Schema):
    place: str = Field("", description="code; its posts and those below it")
    role: str = ""
    organisation: str = Field("", description="part of the unit's name")
    name: str = Field("", description="part of the holder's name")
    offset: int = Field(0, ge=0, le=100_000)
    limit: int = Field(queries.PAGE_SIZE, ge=1, le=200)


class PostIn(Schema):
    place: str = Field(max_length=24, description="code of the place")
    role: str = Field(max_length=80)
    organisation: str = Field("", max_length=60, description="code of the unit")
    phone: str = Field("", max_length=40)
    name: str = Field("", max_length=60, description="needed for somebody new, or without a number")


class RoleOut(Schema):
    key: str
    name: str
    needs_unit: bool


class LevelOut(Schema):
    level: str
    count: int
    declared_count: int | None
    agrees: bool


class GridOut(Schema):
    code: str
    name: str


class CoverageOut(Schema):
    levels: list[LevelOut]
    worker_count: int
    standard_count: int = Field(description="workers that the grids need at one each (KPI-23)")
    declared_worker_count: int | None
    bare_grid_count: int
    bare_grids: list[GridOut] = Field(description="the first ones without a named person (SY-10)")
    stray_household_count: int = Field(description="not in one general grid (SY-18)")
    notes: str
    disagreements: list[str]


@router.get("/posts", response=PostPage, summary="Who holds which post in my area")
def list_posts(request: HttpRequest, asked: Query[PostsQuery]) -> PostPage:
    mine = standing(request)
    access.require_keeping(mine)
    rows = queries.narrowed(
        queries.posts_kept_by(mine, at=timezone.now()),
        place=access.place_for(mine, asked.place) if asked.place else None,
        role=asked.role,
        organisation=asked.organisation,
        name=asked.name,
    )
    names = queries.role_names()
    return PostPage(
        count=rows.count(),
        items=[
            HeldPostOut.of(row, names) for row in rows[asked.offset : asked.offset + asked.limit]
        ],
    )


@router.get(
    "/roles", response=list[RoleOut], summary="Of which roles a post may be given at a place"
)
def list_roles(request: HttpRequest, place: str) -> list[RoleOut]:
    mine = standing(request)
    access.require_keeping(mine)
    language = get_language()
    return [
        RoleOut(
            key=role.key,
            name=role.name.in_language(language),
            needs_unit=bool(role.may_for_unit),
        )
        for role in queries.roles_fitting(access.place_for(mine, place))
    ]


@router.post("/posts", response={201: HeldPostOut}, summary="Give a post")
def give_post(request: HttpRequest, entered: PostIn) -> Status[HeldPostOut]:
    mine = standing(request)
    post = services.give_post_to(
        actor=mine,
        phone=entered.phone,
        name=entered.name,
        role=entered.role,
        place=access.place_for(mine, entered.place),
        organisation=access.unit_for(mine, entered.organisation) if entered.organisation else None,
        at=timezone.now(),
    )
    return Status(201, HeldPostOut.of(post, queries.role_names()))


@router.post("/posts/{uuid:post_id}/end", response=HeldPostOut, summary="End a post")
def end_post(request: HttpRequest, post_id: UUID) -> HeldPostOut:
    mine, now = standing(request), timezone.now()
    post = access.post_for(mine, post_id, at=now)
    return HeldPostOut.of(services.take_post(actor=mine, post=post, at=now), queries.role_names())


@router.get("/coverage", response=CoverageOut, summary="Grids without anybody, workers per grid")
def show_coverage(request: HttpRequest) -> CoverageOut:
    mine, now = standing(request), timezone.now()
    access.require_keeping(mine)
    found = queries.coverage(at=now)
    bare = queries.bare_grids(mine, at=now)
    return CoverageOut(
        levels=[
            LevelOut(
                level=each.level,
                count=each.count,
                declared_count=each.declared_count,
                agrees=each.agrees,
            )
            for each in found.levels
        ],
        worker_count=found.worker_count,
        standard_count=found.standard_count,
        declared_worker_count=found.declared_worker_count,
        bare_grid_count=bare.count(),
        bare_grids=[GridOut(code=each.code, name=each.name) for each in bare[: queries.PAGE_SIZE]],
        stray_household_count=queries.stray_households(mine).count(),
        notes=found.notes,
        disagreements=found.disagreements,
    )
