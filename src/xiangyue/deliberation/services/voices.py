"""Whose voice is whose: so that nobody counts twice, whichever way their voice came."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from xiangyue.deliberation.rules import name_key
from xiangyue.deliberation.services.acting import WordsMissing
from xiangyue.places.models import Person, Place
from xiangyue.places.rules import path_range

# What a voice begins with whose owner nobody knows any more.
FORGOTTEN = "f:"
MOST_AT_ONCE = 200
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice as it is kept; `person` where the place's lists know them."""

    voice: str
    person: Person | None
    said_by: str = ""


def voice_of(person: Person) -> str:
    return f"p:{person.pk}"


def _of_nobody_known(line: str) -> str:
    digest = salted_hmac("xiangyue.deliberation", name_key(line), algorithm="sha256").hexdigest()
    return f"n:{digest[:48]}"


def voices_in(text: str, *, place: Place) -> list[Voice]:
    """The people that are named, one a line, found among those who live at the place.

    Somebody whose name others share is named with the number of a phone or household behind it.
    Who stands in no list counts by the line as it is written.

    :raises WordsMissing: nobody, too many, or a name that several people have.
    """
    lines = list(dict.fromkeys(" ".join(line.split()) for line in text.splitlines()))
    lines = [line for line in lines if line]
    if not lines:
        raise _wrong(_("Please write who supports it, one name a line."))
    if len(lines) > MOST_AT_ONCE:
        raise _wrong(_("Please enter at most %(most)d at once.") % {"most": MOST_AT_ONCE})
    found: dict[str, Voice] = {}
    for line in lines:
        if "\x00" in line or len(name_key(line)) < 2 or len(line) > LONGEST_NAME:
            raise _wrong(_("“%(line)s” is no name.") % {"line": line[:20]})
        one = _voice(line, place)
        found.setdefault(one.voice, one)
    return list(found.values())


def _voice(line: str, place: Place) -> Voice:
    name, _space, hint = line.partition(" ")
    people = _living(place).filter(name=name)
    if hint:
        people = people.filter(Q(phone=hint) | Q(household__code=hint))
    known = list(people[:2])
    if len(known) == 1:
        return Voice(voice_of(known[0]), known[0])
    if known:
        raise _wrong(
            _(
                "Several people here are called %(name)s: write the number of the phone or the"
                " household behind the name, with a space."
            )
            % {"name": name}
        )
    return Voice(_of_nobody_known(line), None, line)


def _living(place: Place) -> QuerySet[Person]:
    low, high = path_range(place.path)
    here = Q(household__place_path__gte=low, household__place_path__lt=high) | Q(
        place__path__gte=low, place__path__lt=high
    )
    return Person.objects.filter(here)


def _wrong(said: str) -> WordsMissing:
    return WordsMissing(said, fields={"names": said, "said_by": said})
