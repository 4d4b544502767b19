"""What people enter about councils. Words are asked for by the services, in their own."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xiangyue.councils.blueprint import CouncilKind, SeatKind
from xiangyue.councils.finding import person_called, unit_called, units_for
from xiangyue.councils.models import WayChoices
from xiangyue.councils.reading import kinds_at
from xiangyue.places.models import Place
from xiangyue.places.rules import short_name


class Words(forms.CharField):
    """Lines of words; whether there are enough is for the service to say."""

    def __init__(self, *, label: Any, rows: int = 3, hint: Any = "", **kwargs: Any) -> None:
        super().__init__(
            label=label, help_text=hint, required=False, strip=False,
            widget=forms.Textarea(attrs={"rows": rows}), **kwargs,
        )  # fmt: skip


class Line(forms.CharField):
    """A line of words, empty or not."""

    def __init__(self, *, label: Any, hint: Any = "", **kwargs: Any) -> None:
        super().__init__(label=label, help_text=hint, required=False, max_length=400, **kwargs)


class Plain(forms.Form):
    use_required_attribute = False


def choice(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


YES_NO = [("yes", _("Yes")), ("no", _("No"))]


def yes_no(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=YES_NO,
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose yes or no.")},
    )


class FormForm(Plain):
    """Which council, where."""

    what = forms.ChoiceField(label=_("Which council?"))
    came_about = Words(
        label=_("How it comes about"), rows=3, hint=_("Who asked for it, on which occasion.")
    )

    def __init__(self, *args: Any, places: list[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language()
        self.found = {
            f"{place.code}:{key}": (place, key) for place in places for key in kinds_at(place)
        }
        names = {
            f"{place.code}:{key}": f"{short_name(place.name)} · {kind.name.in_language(language)}"
            for place in places
            for key, kind in kinds_at(place).items()
        }
        choice(self, "what", list(names.items()))

    def chosen(self) -> dict[str, Any]:
        place, kind = self.found[self.cleaned_data["what"]]
        return {"place": place, "kind": kind, "came_about": self.cleaned_data["came_about"]}


class SomebodyForm(Plain):
    """Who is meant: a registered person by name, or a name on paper; perhaps a unit's."""

    name = Line(label=_("Name of the person"))
    phone = Line(
        label=_("Mobile number"),
        hint=_("Only where several are called so, or they live elsewhere."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place = place

    def somebody(self) -> dict[str, Any]:
        """:raises WhoIsMeant: as `person_called` says."""
        entered = self.cleaned_data
        person = person_called(entered["name"], self.place, phone=entered["phone"])
        return {"person": person, "name": entered["name"]}


class SeatForm(SomebodyForm):
    """Somebody for a seat, and how they were chosen."""

    seat_key = forms.ChoiceField(label=_("Which seat?"))
    way = forms.ChoiceField(label=_("How were they chosen?"), choices=WayChoices.choices)
    chosen_how = Line(
        label=_("By whom, when"), hint=_("For instance: by the representatives, on 3 June.")
    )
    stands_for = Line(
        label=_("Whom they speak for"),
        hint=_("Everybody reads this instead of the name: traders of the old street."),
    )
    unit = forms.ChoiceField(label=_("Sent by which unit?"), required=False)
    field_order = ("seat_key", "name", "phone", "way", "chosen_how", "stands_for", "unit")

    def __init__(
        self, *args: Any, kind: CouncilKind, only: SeatKind | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        language = get_language()
        seats = [only] if only is not None else [s for s in kind.seats if not s.per_issue]
        choice(self, "seat_key", [(s.key, s.name.in_language(language)) for s in seats])
        ways = dict.fromkeys(way for seat in seats for way in seat.ways)
        choice(self, "way", [(way, WayChoices(way).label) for way in ways])
        if any(seat.is_for_unit for seat in seats):
            units = [(one.code, one.name) for one in units_for(self.place)]
            choice(self, "unit", [("", _("No unit")), *units])
        else:
            del self.fields["unit"]
        if only is not None:
            del self.fields["seat_key"]
            self.fields["why"] = Line(label=_("Why does the seat end?"))

    def chosen(self) -> dict[str, Any]:
        entered = {
            name: self.cleaned_data[name]
            for name in ("seat_key", "way", "chosen_how", "stands_for", "why")
            if name in self.cleaned_data
        }
        unit = unit_called(self.cleaned_data.get("unit", ""), self.place)
        return entered | self.somebody() | {"organisation": unit}


class AnswerForm(Plain):
    """Yes or no to a seat."""

    accepts = yes_no(_("Do you take the seat?"))
    is_named = forms.BooleanField(
        label=_("My name may stand on the public page"),
        required=False,
        help_text=_("Without it everybody reads the seat, and residents alone the name."),
    )


class ComeForm(Plain):
    accepts = yes_no(_("Do you come?"))


class WhyForm(Plain):
    """A reason; the field's name is that of the service's refusals."""

    def __init__(self, *args: Any, field: str, label: Any, hint: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[field] = Words(label=label, rows=2, hint=hint)


class MatterForm(Plain):
    title = Line(label=_("Which matter is it?"))


class StakeForm(SomebodyForm):
    """Whom a matter concerns, and how."""

    stake = Words(label=_("How does it concern them?"), rows=2, hint=_("Everybody can read it."))
    stands_for = Line(
        label=_("Whom they speak for"), hint=_("Everybody reads this instead of the name.")
    )
    unit = forms.ChoiceField(label=_("Or a department or unit"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = [(one.code, one.name) for one in units_for(self.place)]
        choice(self, "unit", [("", _("No unit")), *units])

    def chosen(self) -> dict[str, Any]:
        entered = {name: self.cleaned_data[name] for name in ("stake", "stands_for")}
        unit = unit_called(self.cleaned_data["unit"], self.place)
        return entered | self.somebody() | {"organisation": unit}


class ForOthersForm(SomebodyForm):
    """What somebody without a phone says at the counter."""

    stake = Words(label=_("How does it concern them?"), rows=2)

    def chosen(self) -> dict[str, Any]:
        return {"name": self.cleaned_data["name"], "stake": self.cleaned_data["stake"]}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["phone"]


class ConcernedForm(Plain):
    """“I am concerned”."""

    stake = Words(
        label=_("How does it concern you?"),
        rows=3,
        hint=_("If you are asked in, everybody reads this, without your name."),
    )


class DecideForm(Plain):
    is_welcome = yes_no(_("Are they asked in?"))
    reason = Words(label=_("If not: why?"), rows=2, hint=_("Whoever asked reads it."))


class AskForm(Plain):
    """What a group is asked."""

    client_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    title = Line(label=_("In a few words"))
    text = Words(label=_("Which matter is it?"), rows=5)
    about = Line(
        label=_("Whom is it about?"),
        hint=_("Name of whoever lives here; several parted by a comma. They are asked first."),
    )
    said_by = Line(label=_("Who asks?"))
    contact = Line(label=_("How are they reached?"), hint=_("Only who takes it reads this."))

    def __init__(
        self, *args: Any, work: str, for_others: bool, place: Place, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.place = place
        self.fields["client_key"].initial = uuid4
        if work != "judging":
            del self.fields["about"]
        if not for_others:
            del self.fields["said_by"]
        if work != "errands":
            del self.fields["contact"]

    def chosen(self) -> dict[str, Any]:
        entered = {
            name: self.cleaned_data[name]
            for name in ("client_key", "title", "text", "said_by", "contact")
            if name in self.cleaned_data
        }
        named = self.cleaned_data.get("about", "").replace("，", ",").replace("、", ",").split(",")
        people = [person_called(name, self.place) for name in named if name.strip()]
        return entered | {"concerned": [one for one in people if one is not None]}


class TakeForm(Plain):
    is_woman = forms.BooleanField(label=_("I am a woman"), required=False)
    is_close = forms.BooleanField(
        label=_("I am related or close to somebody it is about"),
        required=False,
        help_text=_("Then you step back; it is kept that you did."),
    )


class ConcludeForm(Plain):
    """What came of a matter, and how it went."""

    result = Words(label=_("What came of it?"), rows=4)
    minutes = Words(label=_("How it went (minutes)"), rows=6)

    def __init__(self, *args: Any, work: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if work == "judging":
            del self.fields["result"]


class FilterForm(Plain):
    words = forms.CharField(label=_("Name"), required=False, max_length=60)
