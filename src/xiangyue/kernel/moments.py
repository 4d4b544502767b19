"""Moments that other software sends."""

from datetime import UTC, datetime
from typing import Annotated

from django.utils import timezone
from pydantic import AfterValidator, WithJsonSchema

YEARS = range(1900, 2201)


def known_moment(value: datetime) -> datetime:
    """The moment in UTC; without a time zone it is the county's own.

    Zones in which no place lies, and years that no calendar of ours reaches, are refused here:
    the databases do not agree on how far they go.

    :raises ValueError: as said.
    """
    if value.year not in YEARS:
        raise ValueError(f"a year between {YEARS[0]} and {YEARS[-1]} is needed")
    return (timezone.make_aware(value) if value.utcoffset() is None else value).astimezone(UTC)


Moment = Annotated[
    datetime,
    AfterValidator(known_moment),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
