"""Who can sign in to a demonstration: one person of each role, with place and token, in a file."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Q

from xiangyue.access.blueprint import Role
from xiangyue.access.services import account_of, create_token
from xiangyue.ballots.models import Ballot, Teller
from xiangyue.ballots.secret.models import SecretBox, Trustee
from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.blueprints.schema import Said
from xiangyue.councils.models import GroupMatter, Seat
from xiangyue.demo.duties import VILLAGE_LENGTH
from xiangyue.demo.parts import demonstration
from xiangyue.demo.stage import Stage
from xiangyue.incidents.rules import State
from xiangyue.kernel.counties import all_counties, current_county
from xiangyue.places.models import Person, Place, Post
from xiangyue.places.queries import active_posts, full_name

ROLES_SHOWN = (
    "grid_worker",
    "village_clerk",
    "village_party_secretary",
    "supervision_member",
    "first_secretary",
    "mediator",
    "town_dispatcher",
    "town_supervisor",
    "political_legal_member",
    "compact_vetter",
    "department_handler",
    "utility_handler",
    "county_dispatcher",
    "county_supervisor",
    "county_centre_director",
    "confidential_handler",
    "discipline_officer",
    "administrator",
    "auditor",
)
RESIDENT = Said(zh="居民", en="Resident")
TELLER = Said(zh="计票员", en="Teller")
TRUSTEE = Said(zh="票箱保管人", en="Trustee of the box")
SEATED = Said(zh="议事组织成员", en="Member of a council or group")
TOKEN_DAYS = 365


def write_roles(stage: Stage, *, at: datetime) -> Path:
    """Write two residents and one person of each role, for whom something waits.

    The tokens let programs in for a year; only a demonstration has such a file. Nobody but the
    owner of the installation can read it.
    """
    names = {row.key: meaning(row, Role).name for row in all_current("role")}
    residents = Person.objects.select_related("place").in_bulk([stage.first, stage.second])
    people = [
        _listed("resident", RESIDENT, residents[key], residents[key].place, at=at)
        for key in (stage.first, stage.second)
    ]
    plan = demonstration()
    for key in dict.fromkeys((*ROLES_SHOWN, *(plan.shown if plan is not None else ()))):
        post = _post_shown(key, stage, at=at)
        if post is not None:
            people.append(_listed(key, names[key], post.person, post.place, at=at))
    taken = {one["phone"] for one in people}
    for key, name, person in _named(stage):
        if person.phone not in taken:
            taken.add(person.phone)
            people.append(_listed(key, name, person, person.place, at=at))
    slug = current_county().slug
    name_of_file = "demo.json" if len(all_counties()) == 1 else f"demo-{slug}.json"
    file = Path(settings.VAR) / name_of_file
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_text(
        json.dumps({"county": slug, "people": people}, ensure_ascii=False, indent=2) + "\n"
    )
    return file


def _post_shown(role: str, stage: Stage, *, at: datetime) -> Post | None:
    """The role's post nearest to the stage, in the unit that has the most of its matters."""
    path = stage.grid.path
    above = [path[:length] for length in range(Place.steplen, len(path) + 1, Place.steplen)]
    posts = (
        active_posts(at=at)
        .filter(role=role, place_path__in=above)
        .annotate(
            matter_count=Count(
                "organisation__incidents",
                filter=Q(
                    organisation__incidents__state__in=[State.DISPATCHED, State.IN_PROGRESS],
                    organisation__incidents__place_path=path,
                ),
            )
        )
        .select_related("person", "place")
    )
    if role == "grid_worker":
        posts = posts.filter(person=stage.worker.person_id)
    order = ("-matter_count", "-place_path", "person__phone")
    return posts.order_by(*order).first() or _nearby(role, stage, at=at)


def _nearby(role: str, stage: Stage, *, at: datetime) -> Post | None:
    """Somebody in the role in the village: in a street or a unit, which no grid lies in."""
    village = stage.grid.path[:VILLAGE_LENGTH]
    posts = active_posts(at=at).filter(role=role, place_path__startswith=village)
    found = posts.select_related("person", "place").filter(person__phone__isnull=False)
    return found.order_by("place_path", "person__phone").first()


def _named(stage: Stage) -> Iterator[tuple[str, Said, Person]]:
    """Who holds no post but was named for something that waits: a vote, a box, a group's matter."""
    path = stage.grid.path[:VILLAGE_LENGTH]
    running = Ballot.objects.filter(place_path=path, state__in=["open", "closed"])
    boxes = SecretBox.objects.filter(ballot__place_path=path, tally__isnull=True)
    asked = GroupMatter.objects.filter(council__place__path=path, state="asked")
    seats = Seat.objects.filter(council__in=asked.values("council"), state="accepted")
    people = (
        Person.objects.filter(phone__isnull=False, posts=None)
        .exclude(pk__in=[stage.first, stage.second])
        .select_related("place")
        .order_by("phone")
    )
    for key, name, found in (
        (
            "teller",
            TELLER,
            Teller.objects.filter(ballot__in=running).values_list("person", flat=True),
        ),
        (
            "trustee",
            TRUSTEE,
            Trustee.objects.filter(box__in=boxes, proof__isnull=True).values_list(
                "person", flat=True
            ),
        ),
        ("council_member", SEATED, seats.values_list("person", flat=True)),
    ):
        person = people.filter(pk__in=found).first()
        if person is not None:
            yield key, name, person


def _listed(
    role: str, name: Said, person: Person, place: Place | None, *, at: datetime
) -> dict[str, Any]:
    assert person.phone is not None
    account = account_of(phone=person.phone, at=at)
    _token, secret = create_token(account=account, name="demo", at=at, days=TOKEN_DAYS)
    return {
        "role": role,
        "role_name": name.zh,
        "role_name_en": name.en,
        "name": person.name,
        "phone": person.phone,
        "place": full_name(place) if place is not None else "",
        "place_code": place.code if place is not None else "",
        "token": secret,
    }
