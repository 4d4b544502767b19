"""What people enter about meetings; services decide whether it will do.

What is entered at an item is in `item_forms.py`, about the minutes in `minutes_forms.py`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xiangyue.assemblies.blueprint import SittingKind
from xiangyue.assemblies.models import Item, Sitting
from xiangyue.ballots.models import Roll
from xiangyue.ballots.reading import reserved_matters
from xiangyue.councils.models import Council
from xiangyue.places.models import Person, Place


class Words(forms.CharField):
    """Words that the service asks for, in its own words, when they are missing or too many."""

    def __init__(self, *, label: Any, rows: int = 4, hint: Any = "", initial: str = "") -> None:
        super().__init__(
            label=label,
            help_text=hint,
            required=False,
            strip=False,
            initial=initial,
            widget=forms.Textarea(attrs={"rows": rows}),
        )

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\r\n", "\n") if value else value)


def _when(label: Any) -> forms.SplitDateTimeField:
    return forms.SplitDateTimeField(
        label=label,
        widget=forms.SplitDateTimeWidget(
            date_attrs={"type": "date", "aria-label": _("Day")},  # type: ignore[dict-item] # lazy
            time_attrs={"type": "time", "aria-label": _("Time of day")},  # type: ignore[dict-item]
            time_format="%H:%M",
        ),
        error_messages={
            "required": _("Please say when."),
            "invalid_date": _("Please write the day as 2026-06-10."),
            "invalid_time": _("Please write the time as 08:30."),
        },
    )


class Plain(forms.Form):
    """The base of all; a page that only asks whether has nothing more."""

    use_required_attribute = False


class SittingForm(Plain):
    """Something is entered about a meeting."""

    def __init__(self, *args: Any, subject: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subject = subject
        self.prepare(subject, at=at)

    def prepare(self, subject: Any, *, at: datetime) -> None:
        """Fill in what depends on the meeting."""

    def choose(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)


class ListForm(Plain):
    """Which meetings are listed."""

    place = forms.ChoiceField(label=_("Place"), required=False)
    q = forms.CharField(label=_("What it is about"), required=False, max_length=60)

    def __init__(self, *args: Any, places: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Everywhere")), *((one.code, one.name) for one in places)]


class AnnounceForm(Plain):
    """Which meeting is called, when, where and about what."""

    what = forms.ChoiceField(label=_("Which meeting, and where it belongs"))
    title = forms.CharField(label=_("What the meeting is about"), required=False, max_length=200)
    starts_at = _when(_("When"))
    where = forms.CharField(label=_("Where people meet"), required=False, max_length=200)
    agenda = Words(
        label=_("Agenda"), rows=6, hint=_("One item on each line. Papers can be added afterwards.")
    )
    expected_count = forms.IntegerField(
        label=_("How many belong to it"), required=False, min_value=1, max_value=100_000,
        help_text=_("Only where no roll says it, such as the households of a courtyard."),
    )  # fmt: skip
    client_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        places: Sequence[tuple[Place, Sequence[SittingKind]]],
        councils: Sequence[Council],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        language = get_language()
        self._places = {place.code: place for place, _kinds in places}
        self._councils = {str(one.pk): one for one in councils}
        rows: list[tuple[str, str]] = []
        for place, kinds in places:
            for kind in kinds:
                name = kind.name.in_language(language)
                if kind.invites == "council":
                    own = [one for one in councils if one.place_id == place.pk]
                    rows += [
                        (f"{place.code}:{kind.key}:{one.pk}", f"{place.name} · {name}")
                        for one in own
                    ]
                else:
                    rows.append((f"{place.code}:{kind.key}:", f"{place.name} · {name}"))
        field = self.fields["what"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = rows
        self.fields["client_key"].initial = uuid4()

    def facts(self) -> dict[str, Any]:
        """What `services.announce` takes."""
        said = self.cleaned_data
        code, kind, council = said["what"].split(":")
        return {
            "kind": kind,
            "place": self._places[code],
            "council": self._councils.get(council),
            "title": said["title"],
            "where": said["where"],
            "starts_at": said["starts_at"],
            "items": [line for line in said["agenda"].splitlines() if line.strip()],
            "expected_count": said["expected_count"],
            "client_key": said["client_key"],
        }


class MoveForm(SittingForm):
    """To when and where, and why."""

    starts_at = _when(_("New time"))
    where = forms.CharField(label=_("Where people meet"), required=False, max_length=200)
    reason = Words(label=_("Reason"), rows=2, hint=_("Everybody can read it."))

    def prepare(self, subject: Sitting, *, at: datetime) -> None:
        self.fields["starts_at"].initial = timezone.localtime(subject.starts_at)
        self.fields["where"].initial = subject.where


class ReasonForm(SittingForm):
    """Why it is called off."""

    reason = Words(label=_("Reason"), rows=2, hint=_("Everybody can read it."))


class ItemForm(SittingForm):
    """An item: its title, what people should read before, and whether the law reserves it."""

    title = forms.CharField(label=_("What the item is about"), required=False, max_length=400)
    text = Words(label=_("What people should read before"), rows=6)
    matter = forms.ChoiceField(
        label=_("Is it one of the matters that the law reserves?"),
        required=False,
        help_text=_("Only the bodies that the law names may decide these, by a vote."),
    )

    def prepare(self, subject: Any, *, at: datetime) -> None:
        language = get_language()
        if isinstance(subject, Item):
            del self.fields["matter"]
            self.fields["title"].initial, self.fields["text"].initial = subject.title, subject.text
        else:
            self.choose(
                "matter",
                [
                    ("", _("No")),
                    *((one.key, one.name.in_language(language)) for one in reserved_matters()),
                ],
            )


class OpenForm(SittingForm):
    """Who chairs and who writes."""

    chair = forms.ChoiceField(label=_("Who chairs"))
    minute_taker = forms.ChoiceField(label=_("Who writes the minutes"))

    def __init__(self, *args: Any, people: Sequence[Person], **kwargs: Any) -> None:
        self._people = {str(one.pk): one for one in people}
        super().__init__(*args, **kwargs)

    def prepare(self, subject: Sitting, *, at: datetime) -> None:
        rows = [(key, one.name) for key, one in self._people.items()]
        for name in ("chair", "minute_taker"):
            self.choose(name, [("", _("Please choose")), *rows])

    def chosen(self) -> dict[str, Person]:
        return {name: self._people[self.cleaned_data[name]] for name in ("chair", "minute_taker")}


class RollForm(SittingForm):
    """On which roll the meeting meets, or how many belong where there is none."""

    roll = forms.ChoiceField(label=_("The roll"), required=False)
    count = forms.IntegerField(
        label=_("How many belong to it"), required=False, min_value=1, max_value=100_000
    )

    def __init__(self, *args: Any, rolls: Sequence[Roll], **kwargs: Any) -> None:
        self._rolls = {str(one.pk): one for one in rolls}
        super().__init__(*args, **kwargs)

    def prepare(self, subject: Sitting, *, at: datetime) -> None:
        if not self._rolls:
            del self.fields["roll"]
            self.fields["count"].initial = subject.expected_count
            return
        del self.fields["count"]
        self.choose(
            "roll",
            [
                (key, _("%(day)s, %(count)d names") % {
                    "day": f"{one.drawn_on:%Y-%m-%d}", "count": one.entry_count})
                for key, one in self._rolls.items()
            ],
        )  # fmt: skip

    def chosen(self) -> Roll | None:
        return self._rolls.get(self.cleaned_data.get("roll") or "")


class PaperListForm(SittingForm):
    """The names on a paper list."""

    names = Words(
        label=_("Names"),
        rows=10,
        hint=_("One on each line; on a roll, the number will do. Who is noted already stays."),
    )
    is_voice = forms.BooleanField(
        label=_("They belong to the meeting and count (not only guests)"), required=False,
        initial=True,
    )  # fmt: skip

    def lines(self) -> list[str]:
        return [line for line in self.cleaned_data["names"].splitlines() if line.strip()]


class WishForm(Plain):
    """What should be talked about; somebody may enter it for somebody else."""

    text = Words(label=_("What should be talked about?"), rows=3)
    said_by = forms.CharField(
        label=_("For whom do you enter it?"), required=False, max_length=60,
        help_text=_("Leave it empty if they would rather not say."),
    )  # fmt: skip

    def __init__(self, *args: Any, is_for_others: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_for_others:
            del self.fields["said_by"]


class AnswerWishForm(Plain):
    """Onto the agenda, or why not."""

    is_taken = forms.TypedChoiceField(
        label=_("Does it come onto the agenda?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say whether it comes onto the agenda.")},
    )
    title = forms.CharField(label=_("How it stands on the agenda"), required=False, max_length=200)
    answer = Words(label=_("Answer"), rows=3, hint=_("Whoever asked reads it."))


class CodeForm(Plain):
    """The code on the screen."""

    code = forms.CharField(
        label=_("The code on the screen"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        help_text=_("It changes every minute; who has no phone is marked at the door."),
    )
