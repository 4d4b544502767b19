"""Verbs of those who keep posts: never for themselves, never beyond their own area (SE01)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.access.appointments import NoSuchRole, OwnPost, appoint, end_post
from xiangyue.access.blueprint import Role
from xiangyue.access.posting.rules import Found, whom
from xiangyue.access.queries import require, standing_of
from xiangyue.access.rules import Standing, mobile_number
from xiangyue.access.verbs import stands_apart
from xiangyue.blueprints.models import Declaration
from xiangyue.blueprints.queries import meaning
from xiangyue.kernel.refusals import Conflict, Refused
from xiangyue.places.models import Organisation, Person, Place, Post
from xiangyue.places.queries import within
from xiangyue.places.services import register_person

KEEP = "posts.keep"


class RoleUnfit(Refused):
    """The role is not given at places of this kind, or not without a unit."""

    code = "role_unfit"


class DutiesClash(Refused):
    """With their other posts the person would hold duties that are kept apart."""

    code = "duties_clash"


class PersonUnclear(Refused):
    """Number and name do not say who is meant."""

    code = "person_unclear"


class DerivedPost(Refused):
    """The post is held by virtue of another and ends with that one."""

    code = "derived_post"


def role_called(key: str) -> Role:
    """:raises NoSuchRole: the role is not declared."""
    row = Declaration.objects.filter(kind="role", key=key, is_current=True).first()
    if row is None:
        message = _("There is no role called %(role)s here.") % {"role": key}
        raise NoSuchRole(message, fields={"role": message})
    return meaning(row, Role)


@transaction.atomic
def give_post(
    *,
    actor: Standing,
    person: Person,
    role: str,
    place: Place,
    organisation: Organisation | None,
    employment: str = "",
    at: datetime,
) -> Post:
    """Give a person a post, with those that its role brings, within the actor's own area.

    :raises NotAllowed: the place or the unit lies outside the area whose posts they keep.
    :raises OwnPost: to oneself.
    :raises NoSuchRole: the role is not declared.
    :raises RoleUnfit: the role is not given at such a place, or needs a unit.
    :raises DutiesClash: the person's posts together would break SE01.
    :raises Conflict: the person holds the post already.
    """
    check_post(actor=actor, role=role, place=place, organisation=organisation)
    if person.pk == actor.person_id:
        raise OwnPost(_("Nobody gives a post to themself; ask another to do it."), source="SE01")
    Person.objects.select_for_update().get(pk=person.pk)
    open_posts = Post.objects.filter(person=person, role=role, active_to=None)
    same = Q(organisation=organisation) if organisation else Q(place=place, organisation=None)
    if open_posts.filter(same).exists():
        raise Conflict(_("%(name)s holds this post already.") % {"name": person.name})
    _check_duties(person, role, at=at)
    return appoint(
        person=person,
        role=role,
        place=place,
        organisation=organisation,
        employment=employment,
        at=at,
        actor_id=actor.person_id,
    )


def check_post(
    *, actor: Standing, role: str, place: Place, organisation: Organisation | None
) -> Role:
    """Whether the actor may give such a post to somebody else; its role.

    :raises NotAllowed: the place or the unit lies outside the area whose posts they keep.
    :raises NoSuchRole: the role is not declared.
    :raises RoleUnfit: the role is not given at such a place, or needs a unit.
    """
    outside = _("This lies outside the area whose posts you keep.")
    require(actor, KEEP, place_path=place.path, message=outside)
    # A unit brings what it has in hand, wherever the post's place is.
    if organisation is not None:
        require(actor, KEEP, place_path=organisation.place_path, message=outside)
    declared = role_called(role)
    if declared.held_at and place.kind not in declared.held_at:
        message = _("%(role)s is not a post of %(place)s.") % {
            "role": declared.name.in_language(get_language()),
            "place": place.name,
        }
        raise RoleUnfit(message, source=declared.source, fields={"role": message})
    if declared.may_for_unit and organisation is None:
        message = _("This role works for a unit; say for which.")
        raise RoleUnfit(message, source=declared.source, fields={"organisation": message})
    return declared


def _check_duties(person: Person, role: str, *, at: datetime) -> None:
    standing = standing_of(person, at=at)
    verbs = {
        verb for holding in standing.holdings for verb in (*holding.area_verbs, *holding.unit_verbs)
    }
    given = role_called(role)
    for one in (given, *(role_called(key) for key in given.brings)):
        verbs.update(one.may_in_area, one.may_for_unit)
    if not stands_apart(verbs):
        raise DutiesClash(
            _(
                "With this post %(name)s would keep posts or audit and also act on incidents; "
                "nobody does both."
            )
            % {"name": person.name},
            source="SE01",
        )


@transaction.atomic
def take_post(*, actor: Standing, post: Post, at: datetime) -> Post:
    """End a post within the actor's own area, and every post held by virtue of it.

    :raises NotAllowed: the post lies outside the area whose posts they keep.
    :raises OwnPost: one's own, so that somebody who keeps posts always remains.
    :raises DerivedPost: it comes with another post and ends with that one.
    :raises PostEnded: it ended before.
    """
    require(
        actor,
        KEEP,
        place_path=post.place_path,
        message=_("This lies outside the area whose posts you keep."),
    )
    if post.person_id == actor.person_id:
        raise OwnPost(_("Nobody ends their own post; ask another to do it."), source="SE01")
    if post.derived_from_id is not None:
        raise DerivedPost(
            _("This post comes with another and ends with it; end that one."), source="SD-11"
        )
    return end_post(post=post, at=at, actor_id=actor.person_id)


def find_person(*, phone: str, name: str, place: Place) -> Person | None:
    """Whom number and name mean; None for somebody new, whose number and name both are given.

    :raises PersonUnclear: the number is none, belongs to another name, or the name alone means
        nobody or several people at the place.
    """
    name = " ".join(name.split())
    number = ""
    if phone.strip():
        number = mobile_number(phone) or ""
        if not number:
            message = _("Please enter a mobile number of eleven digits.")
            raise PersonUnclear(message, fields={"phone": message})
    holder = Person.objects.filter(phone=number).first() if number else None
    namesakes: list[Person] = []
    if not number and name:
        namesakes = list(within(Person.objects.filter(name=name), place, field="place__path")[:2])
    found = whom(
        phone=number,
        name=name,
        name_of_phone=holder.name if holder else None,
        namesake_count=len(namesakes),
    )
    if found is Found.ONE:
        return holder or namesakes[0]
    if found is Found.NEW:
        return None
    field, message = {
        Found.OTHER_NAME: ("name", _("This number is registered under another name.")),
        Found.NOBODY: (
            ("name", _("Nobody has this number yet; enter the name to register them."))
            if number
            else ("phone", _("Nobody of this name lives here; enter their mobile number."))
        ),
        Found.SEVERAL: ("phone", _("Several people here have this name; enter the number.")),
        Found.NOTHING: ("phone", _("Enter the mobile number, or the name.")),
    }[found]
    raise PersonUnclear(message, fields={field: message})


@transaction.atomic
def give_post_to(
    *,
    actor: Standing,
    phone: str,
    name: str,
    role: str,
    place: Place,
    organisation: Organisation | None,
    expected_id: UUID | None = None,
    at: datetime,
) -> Post:
    """Give a post to whom number and name mean, registering them first if they are new.

    With `expected_id`, only if that is who is meant: somebody confirmed that person.

    :raises PersonUnclear: it is not clear who is meant, or no longer the expected person.
    Raises what `give_post` raises besides.
    """
    check_post(actor=actor, role=role, place=place, organisation=organisation)
    person = find_person(phone=phone, name=name, place=place)
    if expected_id is not None and (person is None or person.pk != expected_id):
        raise PersonUnclear(_("The register has changed meanwhile; please look again."))
    if person is None:
        person = register_person(
            name=" ".join(name.split())[:60],
            phone=mobile_number(phone),
            place=place,
            at=at,
            actor_id=actor.person_id,
        )
    return give_post(
        actor=actor, person=person, role=role, place=place, organisation=organisation, at=at
    )
