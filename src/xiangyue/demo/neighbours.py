"""Who of a village can be asked to sit, to keep or to stand for something in the played life."""

from datetime import datetime

from django.db.models import Q, QuerySet

from xiangyue.ballots.drawing import residents_of
from xiangyue.places.models import Person, Place

GROWN = 20  # years, so that whoever is asked is of age on whichever day it is


def grown_ups(place: Place, *, at: datetime) -> QuerySet[Person]:
    """Those of whom it is not known that they are young."""
    return residents_of(place).filter(Q(birth_date=None) | Q(birth_date__year__lt=at.year - GROWN))
