"""What people enter about keeping a compact. Words are asked for by the services."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xiangyue.enforcement.blueprint import EnforcementCommittee, EnforcementTeam
from xiangyue.enforcement.clauses import ClauseInForce
from xiangyue.enforcement.models import HelpCall, Member, Team
from xiangyue.enforcement.wording import subjects, team_name
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Household, Person, Place
from xiangyue.places.queries import within
from xiangyue.places.rules import short_name

MOST_NAMESAKES = 20


class Plain(forms.Form):
    use_required_attribute = False


class Several(Refused):
    """Nobody of this name, or more than one; whoever enters it says whom they mean."""

    code = "whom"


def person_named(name: str, village: Place, *, chosen: str = "") -> Person:
    """Whom a typed name means in a village; `chosen` says which of several of one name.

    :raises Several: nobody is called so there, or several are.
    """
    words = " ".join(name.split())
    found = people_called(words, village)
    if chosen:
        found = [each for each in found if str(each.pk) == chosen]
    if len(found) == 1:
        return found[0]
    if not words:
        said = _("Please write the name.")
    elif found:
        said = _("Several people here are called so; choose which.")
    else:
        said = _("Nobody on this village's list is called so; let the clerk enter them first.")
    raise Several(said, fields={"name": said})


def people_called(name: str, village: Place) -> list[Person]:
    """Those of a name who live in the village, at most twenty."""
    if not name:
        return []
    rows = Person.objects.filter(name=name).select_related("household__unit", "place")
    return [
        each for each in rows.order_by("pk")[:200] if _home_path(each).startswith(village.path)
    ][:MOST_NAMESAKES]


def _home_path(person: Person) -> str:
    if person.household is not None:
        return person.household.place_path
    return person.place.path if person.place is not None else ""


class NameForm(Plain):
    """Somebody of the village by name; of several namesakes one is chosen in a second step."""

    name = forms.CharField(label=_("Name"), required=False, max_length=60)
    which = forms.ChoiceField(label=_("Which of them?"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, village: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.village = village
        namesakes = people_called(" ".join(str(self.data.get("name", "")).split()), village)
        which = self.fields["which"]
        assert isinstance(which, forms.ChoiceField)
        if len(namesakes) > 1:
            which.choices = [(str(each.pk), _where(each)) for each in namesakes]
        else:
            del self.fields["which"]

    def person(self) -> Person:
        """:raises Several: as `person_named`."""
        return person_named(
            self.cleaned_data["name"],
            self.village,
            chosen=str(self.cleaned_data.get("which", "")),
        )


def _where(person: Person) -> str:
    if person.household is not None:
        lies = person.household.unit or person.household.grid
        return f"{person.name} · {short_name(lies.name)} {person.household.address}".strip()
    place = short_name(person.place.name) if person.place is not None else ""
    return f"{person.name} · {place}"


class InviteForm(NameForm):
    kind = forms.ChoiceField(label=_("Invited as"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, declared: EnforcementCommittee, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        language = get_language()
        kind.choices = [
            (each.key, each.name.in_language(language)) for each in declared.invitee_kinds
        ]


class AgreedField(forms.BooleanField):
    def __init__(self) -> None:
        super().__init__(label=_("They agree to sit, and to be named on the board"), required=False)


class RoleSeatForm(Plain):
    """Somebody who holds one of the seat's roles in the village."""

    person = forms.ChoiceField(label=_("Who?"))
    has_agreed = AgreedField()

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(each.pk): each for each in people}
        person = self.fields["person"]
        assert isinstance(person, forms.ChoiceField)
        person.choices = [("", _("Choose")), *((key, p.name) for key, p in self.people.items())]


class FormTeamForm(Plain):
    kind = forms.ChoiceField(label=_("Which team?"), widget=forms.RadioSelect)
    phone = forms.CharField(
        label=_("Telephone of the post"),
        required=False,
        max_length=40,
        help_text=_("Everybody sees it; not a member's own number."),
    )

    def __init__(self, *args: Any, kinds: dict[str, EnforcementTeam], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        language = get_language()
        kind.choices = [(key, each.name.in_language(language)) for key, each in kinds.items()]


class PhoneForm(Plain):
    phone = forms.CharField(label=_("Telephone of the post"), required=False, max_length=40)


class NominateForm(NameForm):
    nominated_by = forms.ChoiceField(
        label=_("Nominated by"), required=False, widget=forms.RadioSelect
    )
    is_head = forms.BooleanField(
        label=_("Heads the team (a member of the village's two committees)"), required=False
    )
    has_agreed = AgreedField()

    def __init__(self, *args: Any, declared: EnforcementTeam, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["nominated_by"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, str(Member.Nominator(key).label)) for key in declared.nominators]


class VetForm(Plain):
    """Which office, and whether they pass; there is no field for anything else (LP-15)."""

    office = forms.ChoiceField(label=_("Office"), widget=forms.RadioSelect)
    is_passed = forms.TypedChoiceField(
        label=_("Result"),
        choices=[("yes", _("Passed")), ("no", _("Not passed"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say passed or not passed.")},
    )

    def __init__(self, *args: Any, offices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        office = self.fields["office"]
        assert isinstance(office, forms.ChoiceField)
        office.choices = offices
        office.initial = offices[0][0] if offices else ""


class DecideForm(Plain):
    is_upheld = forms.TypedChoiceField(
        label=_("Is it right?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say yes or no.")},
    )


class AnswerForm(DecideForm):
    text = forms.CharField(
        label=_("Answer"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only the person concerned reads it."),
    )


class WordsForm(Plain):
    """A person's own words."""

    text = forms.CharField(
        label=_("Your words"), required=False, strip=False, widget=forms.Textarea(attrs={"rows": 4})
    )


class AreaForm(Plain):
    """What is to be looked after; who does comes with it or later."""

    place = forms.ChoiceField(label=_("Where?"))
    subject = forms.ChoiceField(
        label=pgettext_lazy("enforcement", "What is it about?"), widget=forms.RadioSelect
    )
    name = forms.CharField(
        label=_("What exactly?"),
        required=False,
        max_length=200,
        help_text=_("Such as: the road from the drum tower to the school."),
    )
    household = forms.CharField(
        label=_("A household's own? Its number"),
        required=False,
        max_length=40,
        help_text=_("Then only this household is shown it."),
    )

    def __init__(self, *args: Any, village: Place, teams: Iterable[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.village = village
        rows = within(Place.objects.filter(is_active=True), village, field="path").order_by("path")
        self.places = {one.code: one for one in rows[:2000]}
        place, subject = self.fields["place"], self.fields["subject"]
        assert isinstance(place, forms.ChoiceField)
        assert isinstance(subject, forms.ChoiceField)
        place.choices = [(code, short_name(one.name)) for code, one in self.places.items()]
        language = get_language()
        subject.choices = [
            (key, each.name.in_language(language)) for key, each in subjects().items()
        ]
        _who_fields(self, teams)

    def chosen(self) -> dict[str, Any]:
        """What `services.set_area` takes.

        :raises Several: the name or the household's number means nobody here.
        """
        entered = self.cleaned_data
        return {
            "place": self.places[entered["place"]],
            "subject": entered["subject"],
            "name": entered["name"],
            "household": household_numbered(entered["household"], self.village),
            **_who(self, self.village),
        }


class AssignForm(Plain):
    """Who looks after it from now on; nobody leaves a gap."""

    def __init__(self, *args: Any, village: Place, teams: Iterable[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.village = village
        _who_fields(self, teams)

    def chosen(self) -> dict[str, Any]:
        """What `services.assign_area` takes."""
        return _who(self, self.village)


def _who_fields(form: Any, teams: Iterable[Team]) -> None:
    form.teams = {str(each.pk): each for each in teams}
    form.fields["team"] = forms.ChoiceField(
        label=_("Contact team"),
        required=False,
        choices=[("", _("None")), *((key, team_name(each)) for key, each in form.teams.items())],
    )
    form.fields["person"] = forms.CharField(
        label=_("Who looks after it? Name"), required=False, max_length=60
    )


def _who(form: Any, village: Place) -> dict[str, Any]:
    name = form.cleaned_data.get("person", "")
    person = None
    if name.strip():
        try:
            person = person_named(name, village)
        except Several as refused:
            raise Several(refused.message, fields={"person": refused.message}) from refused
    return {"team": form.teams.get(form.cleaned_data["team"]), "person": person}


def household_numbered(code: str, village: Place) -> Household | None:
    """The household with a number; None for no number.

    :raises Several: the village has none with it.
    """
    if not code.strip():
        return None
    found = Household.objects.filter(code=code.strip()).first()
    if found is None or not found.place_path.startswith(village.path):
        said = _("No household of this village has this number.")
        raise Several(said, fields={"household": said})
    return found


class NoteForm(NameForm):
    """Which clause, who, where: there is no field for words about anybody (REQ-L10)."""

    clause = forms.ChoiceField(label=_("Which clause?"), widget=forms.RadioSelect)
    place = forms.ChoiceField(label=_("Where?"))
    is_of_age = forms.BooleanField(label=_("They are 18 or older"), required=False)

    field_order = ("clause", "name", "which", "place", "is_of_age")

    def __init__(self, *args: Any, clauses: list[ClauseInForce], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clause, place = self.fields["clause"], self.fields["place"]
        assert isinstance(clause, forms.ChoiceField)
        assert isinstance(place, forms.ChoiceField)
        clause.choices = [
            (str(each.lineage), f"{each.number}. {each.heading or each.text}"[:120])
            for each in clauses
        ]
        rows = within(Place.objects.filter(is_active=True), self.village, field="path")
        self.places = {one.code: one for one in rows.order_by("path")[:2000]}
        place.choices = [(code, short_name(one.name)) for code, one in self.places.items()]

    def chosen(self) -> dict[str, Any]:
        """What `services.note_breach` takes."""
        entered = self.cleaned_data
        return {
            "clause": UUID(entered["clause"]),
            "person": self.person(),
            "seen_at": self.places[entered["place"]],
            "is_of_age": entered["is_of_age"],
        }


class CallForm(Plain):
    """A team asks for helpers."""

    title = forms.CharField(label=_("What is to be done"), max_length=60)
    meets_at = forms.CharField(label=_("Where to meet"), max_length=80)
    starts_at = forms.DateTimeField(
        label=_("When it begins"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    wanted_count = forms.IntegerField(
        label=_("How many helpers"),
        min_value=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    is_risky = forms.BooleanField(
        label=_("There is some risk in it (heights, water, machines, roads)"), required=False
    )
    is_insured = forms.BooleanField(label=_("The helpers are insured"), required=False)


class ThankForm(Plain):
    """Who came, and a word to them."""

    came = forms.MultipleChoiceField(
        label=_("Who came"), widget=forms.CheckboxSelectMultiple, required=False
    )
    thanks = forms.CharField(label=_("A word of thanks"), max_length=200)

    def __init__(self, *args: Any, call: HelpCall, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["came"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [
            (str(each.pk), each.person.name) for each in call.helpers.select_related("person")
        ]
