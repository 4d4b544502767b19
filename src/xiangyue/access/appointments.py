"""Posts are given and ended here, with the posts that come by virtue of office."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.access.blueprint import Role
from xiangyue.activity.services import Happening, record, record_many
from xiangyue.blueprints.models import Declaration
from xiangyue.blueprints.queries import meaning
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Body, Employment, Organisation, Person, Place, Post


class NoSuchRole(Refused):
    """The role is not declared in this county."""

    code = "no_such_role"


class OwnPost(Refused):
    """Nobody gives a post to themself, or ends their own."""

    code = "own_post"


class PostEnded(Refused):
    """The post has ended already."""

    code = "post_ended"


@transaction.atomic
def appoint(
    *,
    person: Person,
    role: str,
    place: Place,
    organisation: Organisation | None = None,
    body: Body | None = None,
    seat: str = "",
    employment: str = "",
    at: datetime,
    until: datetime | None = None,
    actor_id: UUID | None = None,
) -> Post:
    """Give a person a post from `at` on, and with it the posts its role brings (SD-11).

    Appointing twice to the same open post changes nothing. Whether somebody may is asked by
    `posting.services.give_post`; an import, which nobody does, has no `actor_id`.

    :raises NoSuchRole: the role is not declared.
    :raises OwnPost: to oneself (SE01).
    """
    if actor_id is not None and actor_id == person.pk:
        raise OwnPost(_("Nobody gives a post to themself; ask another to do it."), source="SE01")
    declaration = Declaration.objects.filter(kind="role", key=role, is_current=True).first()
    if declaration is None:
        raise NoSuchRole(_("There is no role called %(role)s here.") % {"role": role})
    post, is_new = Post.objects.get_or_create(
        person=person,
        role=role,
        place=place,
        organisation=organisation,
        body=body,
        active_to=None,
        defaults={
            "place_path": place.path,
            "seat": seat,
            "employment": employment,
            "active_from": at,
        },
    )
    if not is_new:
        return post
    _record_post("access.post_given", post, at=at, actor_id=actor_id)
    for brought in meaning(declaration, Role).brings:
        derived = appoint(
            person=person,
            role=brought,
            place=place,
            employment=Employment.EX_OFFICIO,
            at=at,
            actor_id=actor_id,
        )
        if derived.derived_from_id is None and derived.active_from == at:
            derived.derived_from = post
            derived.save(update_fields=["derived_from"])
    if until is not None:
        end_post(post=post, at=until, actor_id=actor_id)
    return post


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A post to give in bulk: the same facts as `appoint` takes."""

    person: Person
    role: str
    place: Place
    organisation: Organisation | None = None
    employment: str = ""


@transaction.atomic
def appoint_many(
    *, appointments: Sequence[Appointment], at: datetime, actor_id: UUID | None = None
) -> list[Post]:
    """Give many posts at once, as an import does; the same rules and the same record.

    Returns the posts asked for, without those brought by virtue of office.

    :raises NoSuchRole: one role is not declared; no post is given then.
    """
    rows = Declaration.objects.filter(kind="role", is_current=True)
    roles = {row.key: meaning(row, Role) for row in rows}
    if unknown := sorted({each.role for each in appointments} - roles.keys()):
        raise NoSuchRole(_("There is no role called %(role)s here.") % {"role": unknown[0]})
    posts = [
        Post(
            person=each.person,
            role=each.role,
            place=each.place,
            place_path=each.place.path,
            organisation=each.organisation,
            employment=each.employment,
            active_from=at,
        )
        for each in appointments
    ]
    derived = [
        Post(
            person=post.person,
            role=brought,
            place=post.place,
            place_path=post.place_path,
            employment=Employment.EX_OFFICIO,
            derived_from=post,
            active_from=at,
        )
        for post in posts
        for brought in roles[post.role].brings
    ]
    Post.objects.bulk_create([*posts, *derived], batch_size=500)
    record_many(
        Happening(
            name="access.post_given",
            subject=post,
            at=at,
            actor_id=actor_id,
            place_path=post.place_path,
            facts={"person": str(post.person_id), "role": post.role},
        )
        for post in [*posts, *derived]
    )
    return posts


@transaction.atomic
def end_post(*, post: Post, at: datetime, actor_id: UUID | None = None) -> Post:
    """End a post, and every post held by virtue of it; what it allowed ends at that moment (GD02).

    :raises PostEnded: it ended before.
    """
    post = Post.objects.select_for_update().get(pk=post.pk)
    if post.active_to is not None:
        raise PostEnded(_("This post ended on %(date)s.") % {"date": post.active_to.date()})
    post.active_to = at
    post.save(update_fields=["active_to"])
    _record_post("access.post_ended", post, at=at, actor_id=actor_id)
    for derived in Post.objects.filter(derived_from=post, active_to=None):
        end_post(post=derived, at=at, actor_id=actor_id)
    return post


def _record_post(name: str, post: Post, *, at: datetime, actor_id: UUID | None) -> None:
    record(
        name=name,
        subject=post,
        at=at,
        actor_id=actor_id,
        place_path=post.place_path,
        facts={"person": str(post.person_id), "role": post.role},
    )
