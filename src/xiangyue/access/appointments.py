"""Posts are given and ended here, with the posts that come by virtue of office."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.access.blueprint import Role
from xiangyue.activity.services import record
from xiangyue.blueprints.models import Declaration
from xiangyue.blueprints.queries import meaning
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Body, Employment, Organisation, Person, Place, Post


class NoSuchRole(Refused):
    """The role is not declared in this county."""

    code = "no_such_role"


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

    Appointing twice to the same open post changes nothing.

    :raises NoSuchRole: the role is not declared.
    """
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
