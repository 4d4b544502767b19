"""What people enter about rounds; services decide whether it will do, in their own words."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from xiangyue.orders.acting import fen_of, kinds_for
from xiangyue.orders.models import Need, ProgressKind, Project, RefusedFor, Round
from xiangyue.orders.money import yuan
from xiangyue.orders.refusals import MoneyWrong
from xiangyue.orders.services import Cost
from xiangyue.orders.services.building import OF_BUILDERS
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


class Line(forms.CharField):
    def __init__(self, *, label: Any, hint: Any = "") -> None:
        super().__init__(label=label, help_text=hint, required=False)


class Moment(forms.DateTimeField):
    def __init__(self, *, label: Any, hint: Any = "", required: bool = True) -> None:
        super().__init__(
            label=label,
            help_text=hint,
            required=required,
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            error_messages={
                "required": _("Please say when."),
                "invalid": _("Please write day and time, like 2026-12-01 18:00."),
            },
        )


class Money(forms.CharField):
    """An amount in yuan; cleaned to fen."""

    def __init__(self, *, label: Any, hint: Any = "", required: bool = True) -> None:
        super().__init__(
            label=label,
            help_text=hint,
            required=required,
            max_length=20,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            error_messages={"required": _("Please write an amount in yuan.")},
        )

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return fen_of(text, field="amount", least=0)
        except MoneyWrong as wrong:
            raise forms.ValidationError(str(wrong)) from wrong


class Plain(forms.Form):
    use_required_attribute = False


class FilterForm(Plain):
    words = forms.CharField(label=_("Words"), required=False, max_length=60)


class BeginForm(Plain):
    kind = forms.ChoiceField(label=_("Kind"), widget=forms.RadioSelect)
    title = Line(label=_("Title"))
    about = Words(label=_("In a few sentences"), rows=4)
    budget = Money(label=_("Budget in yuan"))
    money_from = Line(
        label=_("Where the money comes from"), hint=_("Everybody reads it, with the budget.")
    )
    needs_until = forms.DateField(
        label=_("Last day for orders"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: after the days of its kind."),
    )

    def __init__(self, *args: Any, places: list[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {place.code: place for place in places}
        language = get_language()
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (
                f"{place.code}:{kind.key}",
                f"{short_name(place.name)} · {kind.name.in_language(language)}",
            )
            for place in places
            for kind in kinds_for(place)
        ]
        if len(field.choices) == 1:
            field.initial = field.choices[0][0]

    def chosen(self) -> dict[str, Any]:
        """What `services.begin_round` takes."""
        said = self.cleaned_data
        code, kind = said["kind"].split(":")
        until = said["needs_until"]
        return {
            "place": self.places[code],
            "kind": kind,
            "title": said["title"],
            "about": said["about"],
            "budget": said["budget"],
            "money_from": said["money_from"],
            "needs_until": end_of(until) if until else None,
        }


def end_of(day: date) -> datetime:
    """The moment at which a civil day is over."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


class NeedForm(Plain):
    text = Words(
        label=_("What is needed?"), rows=2, hint=_("One thing in one sentence; name nobody.")
    )
    spot = Line(label=_("Where?"), hint=_("Such as: the entrance of courtyard 3."))
    said_by = Line(
        label=_("Who says so"), hint=_("Only if you enter it for somebody. Nobody else sees it.")
    )

    def __init__(self, *args: Any, is_for_others: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_for_others:
            del self.fields["said_by"]


class WhyForm(Plain):
    why = Words(label=_("Why?"), rows=2, hint=_("Everybody can read it."))


class ProjectForm(Plain):
    title = Line(label=_("Title"))
    what = Words(label=_("What is built"), rows=4)
    spot = Line(label=_("Where?"))
    lines = Words(
        label=_("What it costs"),
        rows=6,
        hint=_("One item on each line, the amount in yuan last: Paving 120 m² | 36000"),
    )
    costed_by = Line(label=_("Who costed it"))
    upkeep = Money(label=_("Upkeep a year, in yuan"), required=False)
    upkeep_by = Line(label=_("Who pays the upkeep"))
    needs = forms.ModelMultipleChoiceField(
        label=_("Which orders it answers"),
        queryset=Need.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, *args: Any, round_: Round, project: Project | None = None, **kwargs: Any
    ) -> None:
        if project is not None:
            kwargs.setdefault("initial", _initial(project))
        super().__init__(*args, **kwargs)
        field = self.fields["needs"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        rows = round_.needs.filter(project=None) | round_.needs.filter(project=project)
        field.queryset = rows.order_by("-support_count", "number")
        field.label_from_instance = _need_label  # type: ignore[assignment,method-assign]

    def clean_lines(self) -> list[Cost]:
        found = []
        for line in self.cleaned_data["lines"].splitlines():
            if not line.strip():
                continue
            what, amount = _split(line)
            try:
                found.append(Cost(what, fen_of(amount, field="lines")))
            except MoneyWrong as wrong:
                said = _now("“%(line)s”: write the amount in yuan at the end of the line.")
                raise forms.ValidationError(said % {"line": line.strip()[:60]}) from wrong
        return found

    def chosen(self) -> dict[str, Any]:
        """What `services.keep_project` takes."""
        said = dict(self.cleaned_data)
        return said | {"upkeep": said["upkeep"] or 0, "needs": list(said["needs"])}


def _split(line: str) -> tuple[str, str]:
    for mark in ("|", "｜", "\t"):
        if mark in line:
            what, _mark, amount = line.rpartition(mark)
            return what.strip(), amount.strip()
    what, _mark, amount = line.strip().rpartition(" ")
    return what.strip(), amount.strip()


def _initial(project: Project) -> dict[str, Any]:
    return {
        "title": project.title,
        "what": project.what,
        "spot": project.spot,
        "lines": "\n".join(f"{line.what} | {yuan(line.amount)}" for line in project.lines.all()),
        "costed_by": project.costed_by,
        "upkeep": yuan(project.upkeep) if project.upkeep else "",
        "upkeep_by": project.upkeep_by,
        "needs": list(project.needs.values_list("pk", flat=True)),
    }


def _need_label(need: Need) -> str:
    spot = f"（{need.spot}）" if need.spot else ""
    return f"{need.number}. {need.text}{spot} · {need.support_count}"


class RefuseForm(Plain):
    refused_for = forms.ChoiceField(
        label=_("For which reason?"),
        choices=[("", _("Choose")), *RefusedFor.choices],
        required=False,
    )
    why = Words(label=_("Why, in your words"), rows=2, hint=_("Everybody can read it."))


class VoteForm(Plain):
    opens_at = Moment(label=_("Begins"))
    closes_at = Moment(label=_("Ends"))
    meets_at = Line(label=_("Where the box stands, for who votes on paper"))
    tellers = forms.CharField(
        label=_("Tellers"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=500,
        help_text=_(
            "One on each line: a name of the village, with the mobile number if two have the same."
            " At least two."
        ),
    )


class PapersForm(Plain):
    first = forms.IntegerField(
        label=_("Number of the first paper"),
        min_value=1,
        max_value=1_000_000,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": _("Please write the number that stands on the paper.")},
    )
    lines = Words(
        label=_("The papers, one on each line"),
        rows=8,
        hint=_("The numbers of the projects: 1 3 5. A blank paper: -  A spoilt one: x"),
    )


class ProgressForm(Plain):
    kind = forms.ChoiceField(label=_("What is new?"), widget=forms.RadioSelect)
    text = Words(label=_("In a sentence"), rows=2)
    cost = Money(
        label=_("What it cost in fact, in yuan"),
        required=False,
        hint=_("When it is built."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(kind.value, kind.label) for kind in ProgressKind if kind in OF_BUILDERS]


class CheckForm(Plain):
    is_right = forms.TypedChoiceField(
        label=_("Is it built as it was voted on?"),
        choices=[("yes", _("Yes, it is right")), ("no", _("No, something is not right"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say whether it is right.")},
    )
    text = Words(label=_("What you have seen"), rows=2)
