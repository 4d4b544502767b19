"""Who of a village can be asked to sit, to keep or to stand for something in the played life."""

from datetime import datetime

from django.db.models import QuerySet

from xiangyue.ballots.drawing import residents_of
from xiangyue.places.models import Person, Place

GROWN = 20  # years, so that whoever is asked is of age on whichever day it is


def grown_ups(place: Place, *, at: datetime) -> QuerySet[Person]:
    return residents_of(place).filter(birth_date__year__lt=at.year - GROWN)
