"""Whether a day finds what waits for somebody: for tests of the page and of the demonstration."""

from datetime import datetime
from importlib import import_module

from django.test import RequestFactory

from xiangyue.access.afoot import which_are_afoot
from xiangyue.access.models import Account
from xiangyue.access.queries import standing_of
from xiangyue.access.requests import _CACHE, act_as
from xiangyue.places.models import Person


def panel_and_question(module: str, person: Person, *, at: datetime) -> tuple[bool, bool]:
    """Whether the module's panel has something for the person, and whether its questions say so."""
    today = import_module(f"xiangyue.{module}.today")
    request = RequestFactory().get("/today/")
    act_as(request, Account(person=person))
    mine = standing_of(person, at=at)
    setattr(request, _CACHE, mine)
    panel = today.panel_of(request, at=at)
    asked = which_are_afoot(today.AFOOT, person=person, standing=mine, at=at)
    return bool(panel), any(asked)
