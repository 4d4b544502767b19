"""What people enter about incidents, on whatever front."""

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django import forms
from django.db.models import Q, QuerySet
from django.forms.models import ModelChoiceIterator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xiangyue.access.rules import Standing
from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.incidents.access import worklist_of
from xiangyue.incidents.blueprint import IncidentCategory, IncidentClass
from xiangyue.incidents.models import Incident, OutcomeChoices, StateChoices, Urgency
from xiangyue.incidents.routing import UnitsAbove
from xiangyue.incidents.rules import Outcome
from xiangyue.incidents.services import Actor
from xiangyue.places.models import Organisation, Place
from xiangyue.places.rules import path_range, short_name


class ActForm(forms.Form):
    """The base of an act's form: the version the person was looking at goes with it.

    So does a key, under which it is done once however often it arrives.
    """

    use_required_attribute = False

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    client_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, incident: Incident, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.incident = incident
        self.actor = actor
        self.fields["version"].initial = incident.version
        self.fields["client_key"].initial = uuid4


class Words(forms.CharField):
    """Words that the service asks for, in its own words, when they are missing."""

    def to_python(self, value: Any) -> Any:
        """A line's end is one character, as the page counted it; it is sent as two."""
        return super().to_python(value.replace("\r\n", "\n") if value else value)

    def validate(self, value: Any) -> None:
        """Missing ones are the service's to refuse, so that page and API say the same."""


TOO_LONG = {
    "max_length": _("Please shorten this to %(limit_value)d characters; it has %(show_value)d.")
}


def _note(label: Any, *, required: bool, hint: Any = "") -> forms.CharField:
    return Words(
        label=label,
        help_text=hint,
        required=required,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 2000}),
        error_messages=TOO_LONG,
    )


class PlainForm(ActForm):
    """Nothing to enter."""


class WordForm(ActForm):
    """A word that may be left out."""

    note = _note(_("Remark"), required=False)


class ReasonForm(ActForm):
    """A reason, which the act needs."""

    note = _note(_("Reason"), required=True)


# Only the type checker may subscript the field.
if TYPE_CHECKING:
    _OneUnit = forms.ModelChoiceField[Organisation]
else:
    _OneUnit = forms.ModelChoiceField


class ObjectionForm(ActForm):
    """What is still wrong, from the reporter."""

    note = _note(_("What is still wrong?"), required=True)


class UnitChoice(_OneUnit):
    """The units that serve the incident's place, nearest first, each by its own name."""

    def label_from_instance(self, obj: Organisation) -> str:
        return obj.name


def units_serving(place: Place) -> list[Any]:
    """The ids of the units at the place, below it, and at all that holds it."""
    low, high = path_range(place.path)
    below = Organisation.objects.filter(
        place_path__gte=low, place_path__lt=high, is_active=True
    ).values_list("pk", flat=True)
    above = [unit.pk for unit in UnitsAbove(place).units]
    return [*above, *below]


def units_for_dispatch(standing: Standing) -> "QuerySet[Organisation]":
    """The units within the areas in which the person dispatches, and the departments above."""
    condition = Q(pk__in=[])
    for area in standing.areas("incidents.dispatch"):
        low, high = path_range(area)
        steps = range(Place.steplen, len(area) + 1, Place.steplen)
        condition |= Q(place_path__gte=low, place_path__lt=high)
        condition |= Q(place_path__in=[area[:length] for length in steps])
    rows = Organisation.objects.filter(condition, is_active=True).exclude(function="")
    return rows.order_by("place_path", "name")


class ByTown(ModelChoiceIterator):  # type: ignore[type-arg]  # no subscripts at run time
    """Units under the town or county that they are in; a county has more than a thousand."""

    def __iter__(self) -> Iterator[Any]:
        yield "", self.field.empty_label
        areas = Place.objects.filter(kind__in=["county", "town"]).values_list("path", "name")
        names = dict(areas)

        def area(unit: tuple[UUID, str, str]) -> str:
            steps = range(len(unit[2]), 0, -Place.steplen)
            return next((p for n in steps if (p := unit[2][:n]) in names), "")

        # No objects: to make them took a tenth of the inbox's time.
        rows = self.queryset.values_list("pk", "name", "place_path")
        for path, units in groupby(rows, area):
            yield names.get(path, ""), [(key, name) for key, name, _path in units]


class UnitForm(ActForm):
    """To which unit, and a word with it."""

    unit = UnitChoice(label=_("Unit"), queryset=Organisation.objects.none())
    note = _note(_("Word to the unit"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        serving = Organisation.objects.filter(pk__in=units_serving(self.incident.place)).exclude(
            function=""
        )
        field = self.fields["unit"]
        assert isinstance(field, UnitChoice)
        field.queryset = serving.order_by("-place_path", "name")
        if self.incident.suggested_unit_id:
            field.initial = self.incident.suggested_unit_id
            field.help_text = _("Suggested: %(unit)s. You decide.") % {
                "unit": self.incident.suggested_unit
            }


class HandOnForm(UnitForm):
    """To which other unit, and why."""

    note = _note(_("Reason"), required=True)


class SplitForm(UnitForm):
    """Who leads, who helps, and what each does."""

    units = forms.ModelMultipleChoiceField(
        label=_("Units that help"),
        queryset=Organisation.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one unit besides the leading one.")},
    )
    note = _note(_("What each unit is to do"), required=True)
    field_order = ("unit", "units", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].label = _("Leading unit")
        field = self.fields["units"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        lead = self.fields["unit"]
        assert isinstance(lead, UnitChoice)
        field.queryset = lead.queryset


class MergeForm(ActForm):
    """Into which other incident."""

    into = forms.CharField(
        label=_("Number of the main incident"),
        max_length=16,
        help_text=_("The one that stays open, such as 260608-7K3FQ"),
    )
    note = _note(_("Remark"), required=False)

    def clean_into(self) -> Incident:
        number = str(self.cleaned_data["into"]).strip().upper()
        found = worklist_of(self.actor.standing).filter(number=number).first()
        if found is None:
            raise forms.ValidationError(
                _("There is no incident with this number that you may see.")
            )
        return found


def category_choices() -> list[tuple[str, str]]:
    """Every category by code and name, for staff who know the list."""
    language = get_language()
    return [
        (row.key, f"{row.key} {meaning(row, IncidentCategory).name.in_language(language)}")
        for row in all_current("incident_category")
    ]


class ReclassifyForm(ActForm):
    """The right category and urgency, and why."""

    category = forms.ChoiceField(label=_("Category"), choices=category_choices)
    urgency = forms.TypedChoiceField(label=_("Urgency"), choices=Urgency.choices, coerce=int)
    note = _note(_("Reason"), required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].initial = self.incident.category_key
        self.fields["urgency"].initial = self.incident.urgency


class ExtensionForm(ActForm):
    """How many more working days, and why."""

    days = forms.IntegerField(label=_("More working days"), min_value=1, max_value=60, initial=3)
    note = _note(_("Reason"), required=True)


class DecideForm(ActForm):
    """Grant or refuse more time."""

    is_granted = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Grant")), ("no", _("Refuse"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = _note(_("Reason"), required=False, hint=_("Needed when you refuse."))


class HandleForm(ActForm):
    """What came of it, and what the reporter will be told."""

    outcome = forms.ChoiceField(
        label=_("What came of it"),
        choices=[
            choice for choice in OutcomeChoices.choices if choice[0] != Outcome.WITHDRAWN.value
        ],
        widget=forms.RadioSelect,
        help_text=_("“Not fixed” is an honest answer; say why."),
        error_messages={"required": _("Please choose what came of it.")},
    )
    note = _note(
        _("What the reporter will be told"),
        required=True,
        hint=_("In plain words: what was done, when, by whom; what happens next."),
    )


class PassForm(ActForm):
    """Verified, with the line that everybody may read."""

    note = _note(_("How you verified it"), required=False)
    public_summary = forms.CharField(
        label=_("Line for the public page"),
        required=False,
        max_length=200,
        help_text=_("What it was about, without names, house numbers or phone numbers."),
    )


class NoteForm(ActForm):
    """A word for the history, shown to the reporter or not."""

    note = _note(_("Note"), required=True)
    is_told = forms.BooleanField(label=_("The reporter may read this"), required=False)


class InboxForm(forms.Form):
    """The inbox's filter, as it stands in the address."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    place = forms.ChoiceField(label=_("Place"), required=False)
    outcome = forms.ChoiceField(label=_("What came of it"), required=False)
    urgency = forms.BooleanField(label=_("Urgent only"), required=False)
    since = forms.DateField(
        label=_("Reported from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("to"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, standing: Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language()
        self.fields["q"].widget.attrs["data-search"] = ""
        choice = self.fields["state"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", _("Open")), ("all", _("All")), *StateChoices.choices]
        outcome = self.fields["outcome"]
        assert isinstance(outcome, forms.ChoiceField)
        outcome.choices = [("", _("All")), *OutcomeChoices.choices]
        category = self.fields["category"]
        assert isinstance(category, forms.ChoiceField)
        category.choices = [
            ("", _("All")),
            *(
                (row.key, meaning(row, IncidentClass).name.in_language(language))
                for row in all_current("incident_class")
            ),
            *category_choices(),
        ]
        place = self.fields["place"]
        assert isinstance(place, forms.ChoiceField)
        place.choices = [("", _("All")), *_places_within(standing)]


def _places_within(standing: Standing) -> list[tuple[str, str]]:
    """The towns and villages in which the person sees incidents."""
    condition = Q(pk__in=[])
    for area in standing.areas("incidents.see"):
        low, high = path_range(area)
        condition |= Q(path__gte=low, path__lt=high)
    rows = Place.objects.filter(condition, kind__in=["town", "village"], is_active=True)
    return [
        (row.code, row.name if row.kind == "town" else f"　{short_name(row.name)}")
        for row in rows.order_by("path")
    ]


class SavedViewForm(forms.Form):
    """A name for the present filter."""

    name = forms.CharField(label=_("Name of the view"), max_length=40)


class BulkDispatchForm(forms.Form):
    """One unit for all that is ticked."""

    unit = UnitChoice(label=_("Unit"), queryset=Organisation.objects.none())
    note = forms.CharField(label=_("Word to the unit"), required=False, max_length=500)

    def __init__(self, *args: Any, standing: Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, UnitChoice)
        field.iterator = ByTown
        field.empty_label = _("Please choose")
        field.queryset = units_for_dispatch(standing)
