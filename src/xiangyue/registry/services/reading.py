"""Reading in clear: for a purpose, logged for whoever it is about, and never many unasked."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.access.queries import require
from xiangyue.access.rules import Standing
from xiangyue.access.services import NotFilledIn, log_read
from xiangyue.activity.services import record
from xiangyue.kernel.refusals import TooMany
from xiangyue.places.models import Person
from xiangyue.registry.blueprint import ElementField
from xiangyue.registry.catalogue import policy
from xiangyue.registry.checking import Value
from xiangyue.registry.holding import is_about, readable_keys, subjects_of, value_of
from xiangyue.registry.models import Element, ElementRead
from xiangyue.registry.services.ground import acting, locked

PURPOSE_LENGTH = 200


class TooManyReads(TooMany):
    """So many records within a day are read only with somebody else's approval (GD07)."""

    code = "too_many_reads"


@transaction.atomic
def read_element(
    *, element: Element, purpose: str, by: Standing, at: datetime
) -> tuple[Element, dict[str, Value]]:
    """The record and what it holds in clear, of the fields that the reader may read.

    The reading is logged with its purpose; whoever it is about finds it on their own page (GD05).
    One's own record is read without a log. Empty fields are left out.

    :raises NotAllowed: no post of theirs sees the register there.
    :raises NotFilledIn: without a purpose nobody reads personal data.
    :raises TooManyReads: it would be more than the county allows within a day (GD07).
    """
    element, kind = locked(element, at=at, version=None)
    if is_about(element, by.person_id):
        return element, _clear(element, kind.fields)
    require(
        by,
        "registry.see",
        place_path=element.place_path,
        message=_("Your posts do not include the register here."),
    )
    fields = [
        field for field in kind.fields if by.may(field.read_verb, place_path=element.place_path)
    ]
    found = _clear(element, fields)
    seen = [field for field in fields if field.is_personal and field.key in found]
    if seen:
        _log(element, seen, purpose=purpose, by=by, at=at)
    return element, found


def _clear(element: Element, fields: Iterable[ElementField]) -> dict[str, Value]:
    values = {field.key: value_of(element, field) for field in fields}
    return {key: value for key, value in values.items() if value is not None}


def checked_purpose(purpose: str) -> str:
    """:raises NotFilledIn: without a purpose nobody reads personal data."""
    purpose = " ".join(purpose.replace("\x00", "").split())
    if not 2 <= len(purpose) <= PURPOSE_LENGTH:
        message = _("Please say what you need to see this for.")
        raise NotFilledIn(message, source="GD05", fields={"purpose": message})
    return purpose


def _log(
    element: Element, seen: list[ElementField], *, purpose: str, by: Standing, at: datetime
) -> None:
    purpose = checked_purpose(purpose)
    reader = Person.objects.select_for_update().get(pk=acting(by))
    _check_count(reader, element, at=at)
    keys = sorted(field.key for field in seen)
    ElementRead.objects.create(
        element=element, reader=reader, field_keys=keys, purpose=purpose, read_at=at
    )
    for subject in subjects_of(element):
        log_read(reader=reader, subject=subject, what=readable_keys(seen), purpose=purpose, at=at)
    record(
        name="registry.element_read",
        subject=element,
        at=at,
        actor_id=reader.pk,
        place_path=element.place_path,
        facts={"kind": element.kind_key, "fields": keys},
    )


def _check_count(reader: Person, element: Element, *, at: datetime) -> None:
    """The reader's row is locked, so that no two windows count past each other."""
    most = policy().reads_without_approval
    read = ElementRead.objects.filter(
        reader=reader, read_at__gt=at - timedelta(days=1), read_at__lte=at, bulk=None
    ).exclude(element=element)
    if read.values("element").distinct().count() >= most:
        raise TooManyReads(
            _(
                "You have opened %(count)d records within a day. For more, ask for a reading of"
                " many records and say what for; somebody else decides."
            )
            % {"count": most},
            source="GD07",
        )
