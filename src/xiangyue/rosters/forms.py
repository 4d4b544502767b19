"""What is entered about duty; services decide whether it will do."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xiangyue.places.models import Organisation, Person
from xiangyue.rosters.models import DutyTurn
from xiangyue.rosters.queries import kinds_of, members_of, partners_of


class PlanForm(forms.Form):
    """Who takes part in a month's rotation, and who begins."""

    use_required_attribute = False
    prefix = "plan"

    kind = forms.ChoiceField(label=_("Which duty?"))
    begins = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    people = forms.ModelMultipleChoiceField(
        label=_("Who takes part"),
        queryset=Person.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("One after the other in this order. Turns that somebody has stay theirs."),
        error_messages={"required": _("Choose who takes part in the rotation.")},
    )
    first = forms.ModelChoiceField(
        label=_("Who begins"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("Whoever comes after the last turn"),
    )

    def __init__(self, *args: Any, unit: Organisation, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_kinds(self, unit)
        members = members_of(unit, at=at)
        for name in ("people", "first"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = members

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or {}
        begins, ends = entered.get("begins"), entered.get("ends")
        if isinstance(begins, date) and isinstance(ends, date) and ends < begins:
            self.add_error("ends", _("The last day comes before the first."))
        return entered


class AddForm(forms.Form):
    """One turn by hand."""

    use_required_attribute = False
    prefix = "add"

    kind = forms.ChoiceField(label=_("Which duty?"))
    person = forms.ModelChoiceField(label=_("Who"), queryset=Person.objects.none())
    begins_at = forms.DateTimeField(
        label=_("Begins"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    ends_at = forms.DateTimeField(
        label=_("Ends"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, unit: Organisation, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_kinds(self, unit)
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = members_of(unit, at=at)


class ExchangeForm(forms.Form):
    """With whom a turn changes hands: somebody takes it over, or gives one of theirs in return."""

    use_required_attribute = False

    with_whom = forms.ChoiceField(label=_("With whom?"))

    def __init__(self, *args: Any, turn: DutyTurn, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members, theirs = partners_of(turn, at=at)
        self.members = {f"take:{each.pk}": each for each in members}
        self.turns = {f"swap:{each.pk}": each for each in theirs}
        field = self.fields["with_whom"]
        assert isinstance(field, forms.ChoiceField)
        groups: list[tuple[str, Any]] = [("", _("Please choose"))]
        if self.members:
            groups.append(
                (str(_("Takes it over")), [(key, each.name) for key, each in self.members.items()])
            )
        if self.turns:
            groups.append(
                (
                    str(_("Against a turn of theirs")),
                    [
                        (key, f"{each.person.name} {_said(each)}")
                        for key, each in self.turns.items()
                    ],
                )
            )
        field.choices = groups

    def chosen(self) -> tuple[Person, DutyTurn | None]:
        """Who takes the turn, and what comes back."""
        key = self.cleaned_data["with_whom"]
        if key in self.members:
            return self.members[key], None
        turn = self.turns[key]
        return turn.person, turn


def _said(turn: DutyTurn) -> str:
    return f"{timezone.localtime(turn.begins_at):%m-%d %H:%M}"


def _offer_kinds(form: forms.Form, unit: Organisation) -> None:
    field = form.fields["kind"]
    assert isinstance(field, forms.ChoiceField)
    language = get_language()
    field.choices = [(kind.key, kind.name.in_language(language)) for kind in kinds_of(unit)]
