"""What people enter about consultations. Words are asked for by the services, in their own."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xiangyue.consultations.models import HiddenFor
from xiangyue.places.models import Place
from xiangyue.places.rules import short_name


class Words(forms.CharField):
    """Lines of words; whether there are enough is for the service to say."""

    def __init__(self, *, label: Any, rows: int = 3, hint: Any = "") -> None:
        super().__init__(
            label=label,
            help_text=hint,
            required=False,
            strip=False,
            widget=forms.Textarea(attrs={"rows": rows}),
        )


class Count(forms.IntegerField):
    """So many people; empty is none."""

    def __init__(self, *, label: Any) -> None:
        super().__init__(
            label=label,
            required=False,
            min_value=0,
            max_value=10_000,
            widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            error_messages={"invalid": _("Please write a number.")},
        )

    def clean(self, value: Any) -> int:
        return int(super().clean(value) or 0)


class Plain(forms.Form):
    use_required_attribute = False


class BeginForm(Plain):
    place = forms.ChoiceField(label=_("Who is asked?"))
    title = forms.CharField(label=_("Title"), required=False)
    background = Words(
        label=_("Why this is asked"), rows=5, hint=_("What people need to know to judge.")
    )
    statements = Words(
        label=_("First statements"),
        rows=8,
        hint=_("One a line; sentences one can agree or disagree with, different ones."),
    )
    closes_on = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": _("Please say until which day."),
            "invalid": _("Please write a day, like 2026-12-01."),
        },
    )

    def __init__(self, *args: Any, places: list[Place], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {one.code: one for one in places}
        place = self.fields["place"]
        assert isinstance(place, forms.ChoiceField)
        place.choices = [(code, short_name(one.name)) for code, one in self.places.items()]
        self.fields["closes_on"].initial = today + timedelta(days=14)

    def chosen(self) -> dict[str, Any]:
        """What `services.begin` takes."""
        entered = self.cleaned_data
        return {
            "place": self.places[entered["place"]],
            "title": entered["title"],
            "background": entered["background"],
            "statements": entered["statements"].splitlines(),
            "closes_at": end_of(entered["closes_on"]),
        }


def end_of(day: date) -> datetime:
    """The moment at which a civil day is over."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


class ProposeForm(Plain):
    text = Words(
        label=_("Your sentence"),
        rows=2,
        hint=_("One thought in one sentence of at most 140 characters; name nobody."),
    )


class AppealForm(Plain):
    text = Words(label=_("Why should it be shown?"), rows=3)


class ReasonForm(Plain):
    is_for = forms.TypedChoiceField(
        label=_("Your reason is"),
        choices=[("yes", _("for it")), ("no", _("against it"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say whether it is for or against.")},
    )
    text = Words(label=_("Reason"), rows=2, hint=_("At most 200 characters; name nobody."))


class HideForm(Plain):
    hidden_for = forms.ChoiceField(
        label=_("For which reason?"),
        choices=[("", _("Choose")), *HiddenFor.choices],
        required=False,
    )
    why = Words(label=_("Why, in your words"), rows=2, hint=_("Everybody can read it."))


class DecideForm(Plain):
    is_upheld = forms.TypedChoiceField(
        label=_("Is the appeal right?"),
        choices=[("yes", _("Yes: it is shown")), ("no", _("No: it stays hidden"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say whether the appeal is right.")},
    )
    text = Words(label=_("Answer"), rows=2, hint=_("Everybody can read it."))


class HandsForm(Plain):
    place = forms.ChoiceField(label=_("Which courtyard?"))
    present = Count(label=_("Present"))
    agree = Count(label=_("Agree"))
    disagree = Count(label=_("Disagree"))
    passed = Count(label=_("Pass"))

    def __init__(self, *args: Any, places: list[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {one.code: one for one in places}
        place = self.fields["place"]
        assert isinstance(place, forms.ChoiceField)
        place.choices = [(code, short_name(one.name)) for code, one in self.places.items()]

    def chosen(self) -> dict[str, Any]:
        """What `services.enter_show_of_hands` takes."""
        return self.cleaned_data | {"place": self.places[self.cleaned_data["place"]]}


class FilterForm(Plain):
    words = forms.CharField(label=_("Words of the title"), required=False, max_length=60)
