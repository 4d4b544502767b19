"""What is entered about rolls and votes; services decide whether it will do."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xiangyue.ballots.blueprint import DecisionRule
from xiangyue.ballots.models import (
    Ballot,
    Basis,
    MembershipKind,
    Mode,
    ObjectionKind,
    Question,
    Roll,
)
from xiangyue.ballots.reading import reserved_matters, rule_of, rules_for
from xiangyue.ballots.rules import CLOSE_RELATIVES, INVALID, SAME_HOUSEHOLD
from xiangyue.ballots.sentences import choice_name
from xiangyue.ballots.services import Asked
from xiangyue.places.models import Person, Place

RELATIONS = {
    "spouse": _("Spouse"),
    "parent": _("Parent"),
    "child": _("Child"),
    "sibling": _("Brother or sister"),
    "grandparent": _("Grandparent"),
    "grandchild": _("Grandchild"),
}


class DrawForm(forms.Form):
    """Which body at which place votes, and in which way its roll is made."""

    use_required_attribute = False

    rule = forms.ChoiceField(label=_("Which body decides?"), widget=forms.RadioSelect)
    on = forms.DateField(
        label=_("As of which day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Who is of age on this day stands on the roll. Empty: today."),
    )

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language()
        field = self.fields["rule"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (f"{rule.key}:{way.basis}", _named(rule, way.basis, language))
            for rule in rules_for(place)
            for way in rule.ways
        ]

    def chosen(self) -> dict[str, Any]:
        rule, basis = self.cleaned_data["rule"].split(":")
        return {"rule": rule, "basis": basis, "on": self.cleaned_data["on"]}


def _named(rule: DecisionRule, basis: str, language: str | None) -> str:
    name = rule.name.in_language(language)
    return name if len(rule.ways) == 1 else f"{name} · {Basis(basis).label}"


class PlanForm(forms.Form):
    """A vote on a roll: what is asked, how and when people vote, who counts."""

    use_required_attribute = False

    title = forms.CharField(label=_("What the vote is about"), max_length=120)
    about = forms.CharField(
        label=_("In a few sentences"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
    )
    questions = forms.CharField(
        label=_("Questions"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=20_000,
        help_text=_(
            "One on each line; each is voted on by itself. Without choices people agree or not."
            " With choices: Where shall the square be? | East end | West end"
        ),
    )
    matter = forms.ChoiceField(
        label=_("Is it one of the matters that the law reserves?"),
        required=False,
        help_text=_("Only the bodies that the law names may decide these."),
    )
    delegated_by = forms.CharField(
        label=_("Delegated by which decision of the assembly"), required=False, max_length=200
    )
    modes = forms.MultipleChoiceField(
        label=_("How people vote"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one way of voting.")},
    )
    is_secret = forms.BooleanField(label=_("The vote is secret"), required=False)
    opens_at = forms.DateTimeField(
        label=_("Begins"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    closes_at = forms.DateTimeField(
        label=_("Ends"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    meets_at = forms.CharField(
        label=_("Where people meet, or find the paper"), required=False, max_length=120
    )
    tellers = forms.CharField(
        label=_("Tellers"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=500,
        help_text=_(
            "One on each line: a name of the village, with the mobile number if two have the same."
            " Two for votes on paper."
        ),
    )

    def __init__(self, *args: Any, roll: Roll, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule, language = rule_of(roll), get_language()
        ways = self.fields["modes"]
        assert isinstance(ways, forms.MultipleChoiceField)
        ways.choices = [(mode, Mode(mode).label) for mode in rule.modes]
        matter = self.fields["matter"]
        assert isinstance(matter, forms.ChoiceField)
        matter.choices = [
            ("", _("None of them")),
            *((each.key, each.name.in_language(language)) for each in reserved_matters()),
        ]
        if rule.notice_days:
            self.fields["opens_at"].help_text = _(
                "This body is called at least %(days)d days ahead."
            ) % {"days": rule.notice_days}

    def asked(self) -> list[Asked]:
        found = []
        for line in self.cleaned_data["questions"].splitlines():
            text, *choices = re.split(r"\s*[|｜]\s*", line.strip())
            if text or choices:
                found.append(Asked(text, tuple(choices)))
        return found


class ObjectForm(forms.Form):
    use_required_attribute = False

    kind = forms.ChoiceField(
        label=_("What is wrong?"), choices=ObjectionKind.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("In a sentence"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    said_by = forms.CharField(label=_("Who says so"), max_length=60, required=False)

    def __init__(self, *args: Any, is_for_others: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_for_others:
            del self.fields["said_by"]


class AnswerForm(forms.Form):
    use_required_attribute = False

    is_upheld = forms.ChoiceField(
        label=_("Is it right?"),
        choices=[("yes", _("Yes, the roll is put right")), ("no", _("No, the roll is right"))],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("The reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReasonForm(forms.Form):
    use_required_attribute = False

    reason = forms.CharField(label=_("The reason"), max_length=200)


class AddForm(ReasonForm):
    """Somebody of the county whom the register did not name for this roll."""

    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("With the mobile number if two are called so.")
    )
    field_order = ("name", "reason")


class MembersForm(forms.Form):
    use_required_attribute = False

    names = forms.CharField(
        label=_("Names"),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=200_000,
        help_text=_("One on each line, as pasted from a list; a mobile number may follow."),
    )
    on = forms.DateField(
        label=_("Members from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        initial=date.today,
    )


def member_kinds(place: Place) -> dict[str, str]:
    """The lists that the place keeps, by kind, with their names."""
    language = get_language()
    kinds = {kind.value: str(kind.label) for kind in MembershipKind}
    for rule in rules_for(place):
        if rule.body_kind:
            kinds.setdefault(rule.body_kind, rule.name.in_language(language))
    return kinds


class VoteForm(forms.Form):
    """One choice for each question, in big buttons."""

    use_required_attribute = False

    def __init__(self, *args: Any, questions: Sequence[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            facts = {"choices": question.choices}
            self.fields[f"question-{question.position}"] = forms.ChoiceField(
                label=f"{question.position}. {question.text}",
                choices=[
                    (choice["key"], choice_name(facts, choice["key"]))
                    for choice in question.choices
                ],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose one of the answers.")},
            )

    def choices(self) -> dict[int, str]:
        return {
            question.position: self.cleaned_data[f"question-{question.position}"]
            for question in self.questions
        }

    def said(self) -> list[tuple[Question, str, str]]:
        """Each question with what was chosen, and what that is called."""
        return [
            (question, key, choice_name({"choices": question.choices}, key))
            for question, key in zip(self.questions, self.choices().values(), strict=True)
        ]


class CountForm(forms.Form):
    """What a teller counted of one question."""

    use_required_attribute = False

    is_recount = forms.BooleanField(label=_("Count again what agreed"), required=False)

    def __init__(self, *args: Any, question: Question, mode: str, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", f"{mode}-{question.position}")
        super().__init__(*args, **kwargs)
        keys = [choice["key"] for choice in question.choices]
        if mode == Mode.PAPER:
            keys.append(INVALID)
        self.keys = keys
        for key in keys:
            self.fields[key] = forms.IntegerField(
                label=choice_name({"choices": question.choices}, key),
                min_value=0,
                max_value=10_000_000,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
                error_messages={"required": _("Enter a number, 0 when there is none.")},
            )
        self.order_fields([*keys, "is_recount"])

    def counts(self) -> dict[str, int]:
        return {key: self.cleaned_data[key] for key in self.keys}


class MarkForm(forms.Form):
    """Somebody at the door: by hand or with a paper, for themselves or through somebody."""

    use_required_attribute = False

    mode = forms.ChoiceField(label=_("How do they vote?"), widget=forms.RadioSelect)
    proxy = forms.CharField(
        label=_("Who stands for them"),
        required=False,
        max_length=60,
        help_text=_("The number of the one who came, on the same roll; empty when they came."),
    )
    relation = forms.ChoiceField(
        label=_("How they are related"),
        required=False,
        choices=[("", "—"), *((key, RELATIONS[key]) for key in CLOSE_RELATIVES)],
    )
    is_written = forms.BooleanField(label=_("I have seen the proxy in writing"), required=False)
    delegate = forms.ModelChoiceField(
        label=_("Who came for the household"), queryset=Person.objects.none(), required=False
    )

    def __init__(self, *args: Any, ballot: Ballot, entry: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = self.fields["mode"]
        assert isinstance(ways, forms.ChoiceField)
        ways.choices = [
            (mode, Mode(mode).label) for mode in ballot.modes if mode in {Mode.HANDS, Mode.PAPER}
        ]
        if len(ways.choices) == 1:
            ways.initial = ways.choices[0][0]
        limit = rule_of(ballot).proxy_limit()
        if limit is None:
            for name in ("proxy", "relation", "is_written"):
                del self.fields[name]
        elif limit.among == SAME_HOUSEHOLD:
            del self.fields["relation"]
        if entry.household_id is None:
            del self.fields["delegate"]
        else:
            field = self.fields["delegate"]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = Person.objects.filter(household=entry.household_id).order_by("name")


class WomenForm(forms.Form):
    use_required_attribute = False

    women_present = forms.IntegerField(label=_("Women who took part"), min_value=0)
    women_on_roll = forms.IntegerField(label=_("Women on the roll"), min_value=0, required=False)
