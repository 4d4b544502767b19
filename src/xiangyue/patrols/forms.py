"""The round's form: one page that a phone can fill in and send where there is no network."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core import signing
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.incidents.blueprint import IncidentCategory, Question
from xiangyue.incidents.forms import TOO_LONG, Words
from xiangyue.patrols.blueprint import PatrolRound
from xiangyue.patrols.models import OutcomeChoices
from xiangyue.patrols.rules import Look
from xiangyue.patrols.services import Found, Walked
from xiangyue.places.models import Household, Place

SALT = "xiangyue.patrols.opened"
MOST_HOUSEHOLDS = 100
NOT_CALLED = "no"


def opened(grid: Place, *, at: datetime) -> str:
    """When the server showed the form of this grid, sealed so that nobody else can say so."""
    return signing.dumps([grid.code, at.isoformat()], salt=SALT)


def opened_at(text: str, grid: Place) -> datetime | None:
    """When the form was shown; nothing where that cannot be told."""
    try:
        code, moment = signing.loads(text, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return parse_datetime(str(moment)) if code == grid.code else None


class Marked(forms.ChoiceField):
    """A choice that stands on its first answer until another is marked."""

    widget = forms.RadioSelect

    def clean(self, value: Any) -> Any:
        return super().clean(value or self.initial)


class PatrolForm(forms.Form):
    """What was seen at each item, in words where something was found, and who was called on."""

    use_required_attribute = False

    client_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    opened = forms.CharField(widget=forms.HiddenInput, required=False, max_length=400)
    latitude = forms.DecimalField(
        required=False, min_value=-90, max_value=90, widget=forms.HiddenInput
    )
    longitude = forms.DecimalField(
        required=False, min_value=-180, max_value=180, widget=forms.HiddenInput
    )

    def __init__(
        self,
        *args: Any,
        declared: PatrolRound,
        grid: Place,
        households: list[Household],
        at: datetime,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.declared, self.grid, self.households = declared, grid, households
        self.fields["client_key"].initial = uuid4
        self.fields["opened"].initial = opened(grid, at=at)
        self.questions = {item.key: _questions_of(item.category) for item in declared.items}
        language = get_language()
        for item in declared.items:
            self.fields[f"item_{item.key}"] = Marked(
                label=item.name.in_language(language),
                choices=[(Look.FINE, _("Nothing found")), (Look.FOUND, _("Found something"))],
                initial=Look.FINE,
            )
            self.fields[f"words_{item.key}"] = Words(
                label=_("What did you find?"),
                required=False,
                max_length=2000,
                error_messages=TOO_LONG,
                widget=forms.Textarea(attrs={"rows": 2, "maxlength": 2000}),
            )
            for question in self.questions[item.key]:
                self.fields[_answer(item.key, question)] = _field_of(question, language)
        for house in households:
            self.fields[f"visit_{house.pk}"] = Marked(
                label=house.address or house.code,
                choices=[(NOT_CALLED, _("Not called on")), *OutcomeChoices.choices],
                initial=NOT_CALLED,
            )

    def items(self) -> list[dict[str, Any]]:
        """The items with their fields, for the page."""
        return [
            {
                "look": self[f"item_{item.key}"],
                "words": self[f"words_{item.key}"],
                "answers": [
                    self[_answer(item.key, question)] for question in self.questions[item.key]
                ],
                "is_found": self[f"item_{item.key}"].value() == Look.FOUND
                or bool(self[f"words_{item.key}"].errors),
            }
            for item in self.declared.items
        ]

    def visit_fields(self) -> list[forms.BoundField]:
        return [self[f"visit_{house.pk}"] for house in self.households]

    def walked(self, *, recorded_at: datetime | None) -> Walked:
        """What was entered; words without a mark are a finding too, so that none is lost."""
        data = self.cleaned_data
        found: dict[str, Found] = {}
        looked: dict[str, str] = {}
        for item in self.declared.items:
            words = str(data.get(f"words_{item.key}") or "").strip()
            looked[item.key] = data.get(f"item_{item.key}") or Look.FINE
            if words:
                looked[item.key] = Look.FOUND
                found[item.key] = Found(
                    words=words,
                    answers={
                        question.key: str(value)
                        for question in self.questions[item.key]
                        if (value := data.get(_answer(item.key, question))) not in (None, "")
                    },
                )
        return Walked(
            looked=looked,
            found=found,
            visits={
                UUID(str(house.pk)): data[f"visit_{house.pk}"]
                for house in self.households
                if data.get(f"visit_{house.pk}", NOT_CALLED) != NOT_CALLED
            },
            latitude=_rounded(data["latitude"]),
            longitude=_rounded(data["longitude"]),
            client_key=data["client_key"],
            opened_at=opened_at(data["opened"], self.grid),
            recorded_at=recorded_at,
        )


def _rounded(value: Any) -> Any:
    return round(value, 5) if value is not None else None


def _answer(item: str, question: Question) -> str:
    return f"answer_{item}_{question.key}"


def _questions_of(category: str) -> list[Question]:
    """What the category cannot do without when something is found."""
    row = next((row for row in all_current("incident_category") if row.key == category), None)
    if row is None:
        return []
    return [each for each in meaning(row, IncidentCategory).questions if each.is_required]


def _field_of(question: Question, language: str | None) -> forms.Field:
    field: forms.Field
    if question.kind == "choice":
        choices = [(each.key, each.label.in_language(language)) for each in question.choices]
        field = forms.ChoiceField(choices=[("", "—"), *choices])
    elif question.kind == "yes_no":
        field = forms.ChoiceField(choices=[("", "—"), ("yes", _("Yes")), ("no", _("No"))])
    elif question.kind == "number":
        field = forms.IntegerField(min_value=0, max_value=1_000_000)
    else:
        field = forms.CharField(max_length=200)
    field.label, field.required = question.label.in_language(language), False
    return field
