"""Households and people are kept in `places`; here keepers enter them within their area."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.access.queries import require
from xiangyue.access.rules import Standing
from xiangyue.kernel.identifiers import speakable_code
from xiangyue.places.models import Household, Person, Place
from xiangyue.places.services import register_household, register_person
from xiangyue.registry.catalogue import HOUSEHOLD_KIND, PERSON_KIND, kind_named
from xiangyue.registry.checking import ValuesRefused, checked_values


@transaction.atomic
def enter_household(*, grid: Place, address: str, by: Standing, at: datetime) -> Household:
    """Put a household on the list of a general grid.

    :raises NotAllowed: no post of theirs keeps the lists there.
    :raises NoGeneralGrid: the place is not a general grid.
    :raises ValuesRefused: the address will not do.
    """
    _require_keeping(by, grid.path)
    kept = checked_values(kind_named(HOUSEHOLD_KIND), {"address": address})
    return register_household(
        code=f"{grid.code}-{speakable_code(6)}",
        grid=grid,
        address=str(kept.get("address", "")),
        at=at,
        actor_id=by.person_id,
    )


@transaction.atomic
def enter_person(
    *,
    household: Household,
    name: str,
    by: Standing,
    at: datetime,
    phone: str = "",
    birth_date: str = "",
) -> Person:
    """Put somebody on the list of those who live in the household.

    :raises NotAllowed: no post of theirs keeps the lists there.
    :raises ValuesRefused: something that was entered will not do.
    :raises PhoneTaken: the number is somebody else's.
    """
    _require_keeping(by, household.place_path)
    kept = checked_values(
        kind_named(PERSON_KIND), {"name": name, "phone": phone, "birth_date": birth_date}
    )
    called = str(kept.get("name", ""))
    if not called or len(called) > 60:
        message = _("Please enter the name, at most 60 characters.")
        raise ValuesRefused(message, fields={"name": message})
    born = kept.get("birth_date")
    return register_person(
        name=called,
        phone=str(kept["phone"]) if "phone" in kept else None,
        household=household,
        birth_date=date.fromisoformat(str(born)) if born else None,
        at=at,
        actor_id=by.person_id,
    )


def _require_keeping(by: Standing, place_path: str) -> None:
    require(
        by,
        "places.keep_people",
        place_path=place_path,
        message=_("Your posts do not include keeping the register here."),
    )
