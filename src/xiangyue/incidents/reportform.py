"""The form of a report, the same for a resident, a grid worker and a clerk who enters for others.

Nothing is asked that is known: the place comes from the person's home or post, from a village's
QR code or from the phone; the category from the words; the phone number from the account.
"""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xiangyue.access.rules import Standing
from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.incidents.blueprint import IncidentCategory, IncidentClass
from xiangyue.incidents.forms import TOO_LONG, Words
from xiangyue.incidents.intake import Entered
from xiangyue.incidents.models import Urgency
from xiangyue.incidents.rules import suggest_categories
from xiangyue.places.models import Person, Place, PlaceKind
from xiangyue.places.rules import short_name

OTHER_CATEGORY = "0805"


class ReportForm(forms.Form):
    """One sentence or one photo; everything else is suggested."""

    use_required_attribute = False

    client_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    description = Words(
        label=_("What is wrong?"),
        max_length=2000,
        error_messages=TOO_LONG,
        widget=forms.Textarea(
            attrs={"rows": 4, "maxlength": 2000, "placeholder": _("Say it in your own words")}
        ),
    )
    place = forms.ChoiceField(
        label=_("Where?"),
        error_messages={"required": _("Please choose the village or community where it is.")},
    )
    address = forms.CharField(
        label=_("More exactly"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": _("Such as: by the east well")}),
    )
    latitude = forms.DecimalField(
        required=False, min_value=-90, max_value=90, widget=forms.HiddenInput
    )
    longitude = forms.DecimalField(
        required=False, min_value=-180, max_value=180, widget=forms.HiddenInput
    )
    category = forms.ChoiceField(label=_("What kind of matter?"), required=False)
    urgency = forms.TypedChoiceField(
        label=_("How urgent?"),
        choices=Urgency.choices,
        coerce=int,
        required=False,
    )
    is_anonymous = forms.BooleanField(
        label=_("Do not say who I am"),
        required=False,
        help_text=_("You follow it with the code of your slip alone."),
    )

    def __init__(
        self,
        *args: Any,
        person: Person | None,
        standing: Standing,
        place: Place | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.standing = standing
        self.home = place
        self.fields["client_key"].initial = uuid4
        self._choose_place()
        field = self.fields["category"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Decide for me")), *grouped_categories()]
        if person is None:
            del self.fields["is_anonymous"]
        self.questions = self._questions()

    def _choose_place(self) -> None:
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)
        choices: list[tuple[str, Any]] = []
        if self.home is not None:
            near = _near(self.home)
            choices.append((str(_("Near you")), [(row.code, short_name(row.name)) for row in near]))
            field.initial = self.home.code
        else:
            choices.append(("", _("Please choose")))
        field.choices = [*choices, *villages_by_town()]

    @cached_property
    def category_meant(self) -> str:
        """The category that was chosen, else the likeliest by the words, else none."""
        if not self.is_bound:
            return ""
        words = str(self.data.get("description", "")).strip()
        return str(self.data.get("category", "")) or next(iter(suggested(words)), "")

    def _questions(self) -> list[forms.BoundField]:
        """The extra questions of the category that is meant, as fields of this form."""
        key = self.category_meant
        row = next((r for r in all_current("incident_category") if r.key == key), None)
        if row is None:
            return []
        names = []
        for question in meaning(row, IncidentCategory).questions:
            name = f"answer_{question.key}"
            label = question.label.in_language(get_language())
            field: forms.Field
            if question.kind == "choice":
                field = forms.ChoiceField(
                    choices=[
                        ("", "—"),
                        *((c.key, c.label.in_language(get_language())) for c in question.choices),
                    ]
                )
            elif question.kind == "yes_no":
                field = forms.ChoiceField(choices=[("", "—"), ("yes", _("Yes")), ("no", _("No"))])
            elif question.kind == "number":
                field = forms.IntegerField(min_value=0, max_value=1_000_000)
            else:
                field = forms.CharField(max_length=200)
            field.label = label
            field.required = question.is_required
            self.fields[name] = field
            names.append(name)
        return [self[name] for name in names]

    def entered(self, *, photos: list[bytes], written_at: datetime | None = None) -> Entered:
        """What was entered, ready to be taken in; the category falls back to the best guess."""
        data = self.cleaned_data
        return Entered(
            category_key=self.category_meant or OTHER_CATEGORY,
            place=Place.objects.get(code=data["place"]),
            description=data["description"],
            urgency=int(data["urgency"] or 0),
            address=data["address"],
            latitude=_rounded(data["latitude"]),
            longitude=_rounded(data["longitude"]),
            answers={
                name.removeprefix("answer_"): str(value)
                for name, value in data.items()
                if name.startswith("answer_") and value not in (None, "")
            },
            client_key=data["client_key"],
            is_anonymous=bool(data.get("is_anonymous")),
            for_phone=data.get("for_phone", ""),
            for_name=data.get("for_name", ""),
            is_by_telephone=data.get("came_by") == "telephone",
            photos=photos,
            written_at=written_at,
        )


class EnterForOthersForm(ReportForm):
    """A clerk or neighbour enters what somebody says on the phone or at the counter (N16)."""

    came_by = forms.ChoiceField(
        label=_("Came by"),
        choices=[("counter", _("At the counter or the door")), ("telephone", _("By telephone"))],
        widget=forms.RadioSelect,
        initial="counter",
    )
    for_name = forms.CharField(
        label=_("Name of who reports"),
        required=False,
        max_length=60,
    )
    for_phone = forms.CharField(label=_("Their mobile number"), required=False, max_length=20)
    field_order = ("came_by", "description", "place", "address", "category", "urgency")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("is_anonymous", None)


def _rounded(value: Any) -> Any:
    return round(value, 5) if value is not None else None


def _near(home: Place) -> list[Place]:
    """The place, what lies directly in it, and the village it lies in."""
    steps = range(Place.steplen * 4, len(home.path) + 1, Place.steplen)
    above = Place.objects.filter(
        path__in=[home.path[:length] for length in steps], is_active=True
    ).order_by("-path")
    below = Place.objects.filter(
        path__startswith=home.path, depth=home.depth + 1, is_active=True
    ).order_by("path")
    if home.kind in {PlaceKind.COUNTY, PlaceKind.TOWN}:
        return list(above)
    return [*above, *below]


def villages_by_town() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every village and community under its town, for a choice by finger."""
    rows = Place.objects.filter(kind__in=[PlaceKind.TOWN, PlaceKind.VILLAGE], is_active=True)
    groups: list[tuple[str, list[tuple[str, str]]]] = []
    for row in rows.order_by("path"):
        if row.kind == PlaceKind.TOWN:
            groups.append((row.name, [(row.code, row.name)]))
        elif groups:
            groups[-1][1].append((row.code, short_name(row.name)))
    return groups


def grouped_categories() -> list[tuple[str, list[tuple[str, str]]]]:
    """The categories under their classes, in the reader's language."""
    language = get_language()
    classes = [meaning(row, IncidentClass) for row in all_current("incident_class")]
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in all_current("incident_category"):
        category = meaning(row, IncidentCategory)
        groups.setdefault(category.in_class, []).append(
            (category.key, category.name.in_language(language))
        )
    return [
        (each.name.in_language(language), groups.get(each.key, []))
        for each in sorted(classes, key=lambda each: each.position)
    ]


def suggested(text: str) -> list[str]:
    """The likeliest categories of a sentence; labelled as suggestions wherever shown (SE03)."""
    keywords = {
        row.key: meaning(row, IncidentCategory).keywords for row in all_current("incident_category")
    }
    return suggest_categories(text, keywords)
