"""What people enter about issues. Words are asked for by the services, in their own."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.deliberation.choosing import councils_for, sittings_for
from xiangyue.deliberation.models import Asks, Finding, Issue, Outcome, TaskKind
from xiangyue.deliberation.queries import forms_declared, topic_names
from xiangyue.incidents.blueprint import Audience, IncidentCategory
from xiangyue.places.models import Place
from xiangyue.places.rules import short_name


class Words(forms.CharField):
    """Lines of words; whether there are enough is for the service to say."""

    def __init__(self, *, label: Any, rows: int = 3, hint: Any = "") -> None:
        super().__init__(
            label=label,
            help_text=hint,
            strip=False,
            widget=forms.Textarea(attrs={"rows": rows}),
        )

    def validate(self, value: Any) -> None:
        """Nothing is missing here."""


class Told(forms.CharField):
    """One line; whether there is one is for the service to say."""

    def __init__(
        self, *, label: Any, hint: Any = "", most: int = 200, is_optional: bool = False
    ) -> None:
        super().__init__(label=label, help_text=hint, required=not is_optional, max_length=most)

    def validate(self, value: Any) -> None:
        """Nothing is missing here."""


class Plain(forms.Form):
    use_required_attribute = False


def _choices(field: forms.Field, choices: Iterable[tuple[Any, Any]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


def _topics() -> list[tuple[str, Any]]:
    return [("", _("Not said")), *topic_names().items()]


class _IssueForm(Plain):
    """Which place, what about; the key that makes sending it twice once."""

    def __init__(self, *args: Any, places: list[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {one.code: one for one in places}
        _choices(
            self.fields["place"],
            [(code, short_name(one.name)) for code, one in self.places.items()],
        )
        self.fields["client_key"].initial = uuid4()

    def entered(self, *names: str) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "place": self.places[cleaned["place"]],
            "client_key": cleaned.get("client_key"),
            **{name: cleaned[name] for name in ("title", "text", "asks", *names)},
        }


_ASKS = [("", _("No, it is something to be done together")), *Asks.choices]


class RaiseForm(_IssueForm):
    """Three fields: what, a few words, where."""

    title = Told(label=_("What is it about?"), hint=_("In a line, name nobody."), most=200)
    text = Words(
        label=_("What is the matter, and what would help?"),
        rows=4,
        hint=_("Everybody who lives here will read it: no names, no telephone numbers."),
    )
    place = forms.ChoiceField(label=_("Where?"))
    asks = forms.ChoiceField(
        label=_("Is it a wish for disclosure or a hearing?"), choices=_ASKS, required=False
    )
    client_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def chosen(self) -> dict[str, Any]:
        return self.entered()


class EnterForm(_IssueForm):
    """What somebody brought up who does not write it themselves."""

    place = forms.ChoiceField(label=_("Where?"))
    title = Told(label=_("What is it about?"), hint=_("In a line, name nobody."), most=200)
    text = Words(label=_("What was said"), rows=4, hint=_("Everybody can read it: no names."))
    said_by = Told(
        label=_("Who said it"),
        hint=_(
            "The name, so that their voice counts and they are told; nobody else reads it. Empty:"
            " several said it."
        ),
        most=60,
        is_optional=True,
    )
    is_courtyard = forms.BooleanField(label=_("It was said in a courtyard"), required=False)
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    asks = forms.ChoiceField(
        label=_("Is it a wish for disclosure or a hearing?"), choices=_ASKS, required=False
    )
    client_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self.fields["topic"], _topics())

    def chosen(self) -> dict[str, Any]:
        return self.entered("said_by", "is_courtyard", "topic")


class AskAgainForm(Plain):
    text = Words(label=_("Why should it be looked at again?"))


class ListForm(Plain):
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    words = forms.CharField(label=_("Words or number"), required=False, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self.fields["topic"], [("", _("All")), *topic_names().items()])


class TaskListForm(Plain):
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All")), *TaskKind.choices]
    )
    words = forms.CharField(label=_("Words or number"), required=False, max_length=60)


class PeriodForm(Plain):
    since = forms.DateField(
        label=_("Raised from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    before = forms.DateField(
        label=_("until before"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


# --- acts of the desk -------------------------------------------------------------------------


class ActForm(Plain):
    """The base of what an act asks; `seen` is the version on which it was decided."""

    def __init__(self, *args: Any, issue: Issue | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.issue = issue


class ShowForm(ActForm):
    pass


class HideForm(ActForm):
    why = Words(label=_("Why is it kept back?"), hint=_("Who raised it reads this."))


class AcceptForm(ActForm):
    form = forms.ChoiceField(label=_("In which form is it deliberated?"))
    council = forms.ChoiceField(
        label=_("Which council deliberates it?"),
        required=False,
        help_text=_("It lies before the council at once; everybody reads who sits for it."),
    )
    reason = Words(label=_("Why it is taken up"), hint=_("Everybody reads it."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.councils = councils_for(self.issue) if self.issue is not None else {}
        _choices(
            self.fields["council"],
            [("", _("Not said")), *((key, name) for key, (_one, name) in self.councils.items())],
        )
        if not self.councils:
            self.fields["council"].widget = forms.HiddenInput()
        language = get_language()
        _choices(
            self.fields["form"],
            [
                (key, f"{one.name.in_language(language)}：{one.says.in_language(language)}")
                for key, one in forms_declared().items()
            ],
        )

    def chosen(self) -> dict[str, Any]:
        entered = dict(self.cleaned_data)
        found = self.councils.get(entered["council"])
        return entered | {"council": found[0] if found is not None else None}


class DeclineForm(ActForm):
    reason = Words(
        label=_("Why it is not taken up"),
        hint=_("Everybody reads it. With more support it can be asked once more."),
    )


class AnswerForm(ActForm):
    is_granted = forms.TypedChoiceField(
        label=_("Is it done so?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say whether it is done so.")},
    )
    text = Words(label=_("Answer"), rows=5, hint=_("Everybody reads it."))


class MergeForm(ActForm):
    into = Told(
        label=_("Joined to which?"),
        hint=_("The number of the issue that says the same, like Y260608-7K3M."),
        most=20,
    )


class SplitForm(ActForm):
    title = Told(label=_("What is the part about?"), most=200)
    text = Words(label=_("What is the matter, and what would help?"), rows=4)


class ResearchForm(ActForm):
    text = Words(label=_("What the research found"), rows=6, hint=_("Everybody reads it."))
    file = forms.FileField(
        label=_("Document or photo"),
        required=False,
        help_text=_("PDF or photo; seen at the desk alone."),
    )


class LawyerForm(ActForm):
    lawyer = Told(label=_("Which lawyer"), most=80)
    finding = forms.ChoiceField(
        label=_("What the law says"), choices=Finding.choices, required=False,
        widget=forms.RadioSelect,
    )  # fmt: skip
    text = Words(label=_("In words, with articles"), rows=6, hint=_("Everybody reads it."))


class ResolveForm(ActForm):
    outcome = forms.ChoiceField(
        label=_("What was settled"), choices=Outcome.choices, required=False,
        widget=forms.RadioSelect,
    )  # fmt: skip
    text = Words(label=_("In a sentence or two"), rows=4, hint=_("Everybody reads it."))
    sitting = forms.ChoiceField(label=_("In which meeting"), required=False)
    settled_in = Told(
        label=_("In another meeting"),
        hint=_("Of meetings that do not stand above."),
        most=200,
        is_optional=True,
    )
    resolved_on = forms.DateField(
        label=_("On which day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Of a meeting chosen above its own day holds."),
        error_messages={"invalid": _("Please write a day, like 2026-12-01.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sittings = sittings_for(self.issue) if self.issue is not None else {}
        _choices(
            self.fields["sitting"],
            [
                ("", _("Another one, or none was called here")),
                *((key, name) for key, (_one, name) in self.sittings.items()),
            ],
        )
        if not self.sittings:
            self.fields["sitting"].widget = forms.HiddenInput()

    def chosen(self) -> dict[str, Any]:
        entered = dict(self.cleaned_data)
        found = self.sittings.get(entered.pop("sitting"))
        if found is None:
            return entered
        return entered | {
            "settled_in": found[0].title,
            "resolved_on": timezone.localdate(found[0].starts_at),
            "reference_type": found[0]._meta.label_lower,
            "reference_id": str(found[0].pk),
        }


class PlanForm(ActForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=TaskKind.choices)
    text = Words(label=_("What is to be done"), rows=3, hint=_("Everybody reads it."))
    who = Told(label=_("Who does it"), hint=_("The unit or post; everybody reads it."), most=200)
    due_on = forms.DateField(
        label=_("Until which day"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": _("Please say until which day."),
            "invalid": _("Please write a day, like 2026-12-01."),
        },
    )
    amount = forms.DecimalField(
        label=_("Amount in yuan"),
        required=False,
        max_digits=13,
        decimal_places=2,
        help_text=_("Of money to spend alone."),
        error_messages={"invalid": _("Please write an amount, like 1200.50.")},
    )

    def chosen(self) -> dict[str, Any]:
        entered = dict(self.cleaned_data)
        amount: Decimal | None = entered.pop("amount")
        return entered | {"amount_cents": None if amount is None else int(amount * 100)}


class VoicesForm(ActForm):
    names = Words(
        label=_("Who supports it"),
        rows=6,
        hint=_(
            "One name a line. Behind a name that several have, the number of the phone or the"
            " household. Nobody is counted twice, and no name is shown."
        ),
    )


class NothingForm(ActForm):
    pass


class NoteForm(Plain):
    note = Words(label=_("In a few words"), rows=3, hint=_("Everybody reads it."))


class ReportForm(Plain):
    category_key = forms.ChoiceField(label=_("What kind of report"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language()
        found = [
            (row.key, meaning(row, IncidentCategory)) for row in all_current("incident_category")
        ]
        _choices(
            self.fields["category_key"],
            [
                (key, one.name.in_language(language))
                for key, one in found
                if one.audience == Audience.PUBLIC
            ],
        )


class NoticeForm(Plain):
    number = Told(label=_("Number of the notice"), most=20)
