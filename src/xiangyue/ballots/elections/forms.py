"""What is entered about elections; services decide whether it will do."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xiangyue.ballots.elections.blueprint import ElectionKind
from xiangyue.ballots.elections.electorate_models import Electors
from xiangyue.ballots.elections.models import ClaimKind, Election, Round
from xiangyue.ballots.elections.queries import office_name, standing_candidates
from xiangyue.ballots.elections.reading import electorate_of, named_roll_id
from xiangyue.ballots.forms import RELATIONS
from xiangyue.ballots.models import RollEntry
from xiangyue.ballots.rules import CLOSE_RELATIVES

LARGEST = 10_000_000
YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class Plain(forms.Form):
    use_required_attribute = False

    def __init__(self, *args: Any, election: Election | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.election = election

    def said(self) -> dict[str, Any]:
        """The values as `acts` takes them."""
        return self.cleaned_data


def _moment(label: Any, **kwargs: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, **kwargs)


def _lines(label: Any, rows: int, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class AnnounceForm(Plain):
    """An election: its day, its offices, who runs it."""

    opens_at = _moment(_("The polling place opens"))
    closes_at = _moment(_("It closes"), help_text=_("On the same day."))
    meets_at = forms.CharField(label=_("Polling place"), required=False, max_length=120)
    boxes = forms.CharField(
        label=_("Mobile boxes"),
        required=False,
        max_length=300,
        help_text=_("Which go to whom, for the old, ill and disabled. Empty: there are none."),
    )
    committee = _lines(
        _("Election committee"), 5, max_length=800, required=False,
        help_text=_("One name on each line, with the mobile number if two have the same; the chair"
                    " first."),
    )  # fmt: skip
    chosen_by = forms.CharField(
        label=_("Chosen by which meeting"), required=False, max_length=200,
        help_text=_("The villagers' assembly, the representatives or the groups choose it; nobody"
                    " appoints it."),
    )  # fmt: skip
    is_multi_ethnic = forms.BooleanField(label=_("Several peoples live here"), required=False)
    electors = forms.ChoiceField(
        label=_("Who votes"), widget=forms.RadioSelect, required=False, initial=Electors.RESIDENTS
    )
    wanted_by = forms.CharField(
        label=_("How the residents said that they want it"), required=False, max_length=200,
        help_text=_("Only where the groups vote: which meeting or poll said so."),
    )  # fmt: skip
    groups = _lines(
        _("Residents' groups"), 4, max_length=4000, required=False,
        help_text=_("Only where the groups vote: one on each line."),
    )  # fmt: skip

    def __init__(self, *args: Any, kind: ElectionKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        language = get_language()
        if kind.other_ways:
            named = {Electors.RESIDENTS.value, *(way.electors for way in kind.other_ways)}
            electors = self.fields["electors"]
            assert isinstance(electors, forms.ChoiceField)
            electors.choices = [each for each in Electors.choices if each[0] in named]
        else:
            del self.fields["electors"], self.fields["wanted_by"], self.fields["groups"]
        for office in kind.offices:
            self.fields[f"seats-{office.key}"] = forms.IntegerField(
                label=_("Seats: %(office)s") % {"office": office.name.in_language(language)},
                min_value=0,
                max_value=9,
                initial=office.seats,
            )
        if not kind.committee_least:
            del self.fields["committee"], self.fields["chosen_by"]
        if not kind.wants_woman:
            del self.fields["is_multi_ethnic"]
        if kind.list_days:
            self.fields["opens_at"].help_text = _(
                "The voters' list hangs for %(days)d days before it."
            ) % {"days": kind.list_days}

    def who_votes(self) -> dict[str, Any]:
        """Who votes, as the service takes it."""
        said = self.cleaned_data
        return {
            "electors": said.get("electors") or Electors.RESIDENTS.value,
            "wanted_by": said.get("wanted_by", ""),
            "groups": said.get("groups", "").splitlines(),
        }

    def seats(self) -> dict[str, int]:
        return {
            office.key: self.cleaned_data[f"seats-{office.key}"] for office in self.kind.offices
        }


class JoinForm(Plain):
    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("With the mobile number if two are called so.")
    )


class LeaveForm(Plain):
    name = forms.CharField(label=_("Name"), max_length=60)
    reason = forms.CharField(label=_("The reason"), max_length=200)


class GroupForm(Plain):
    """Whom a residents' group chose to vote for it."""

    group = forms.ChoiceField(label=_("Residents' group"))
    met_on = forms.DateField(
        label=_("It met on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    present_count = forms.IntegerField(
        label=_("How many were there"), min_value=1, max_value=LARGEST
    )
    names = _lines(
        _("Whom it chose"), 3, max_length=300,
        help_text=_("Two or three, one on each line, with the mobile number if two have the same"
                    " name."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        electorate = electorate_of(self.election) if self.election is not None else None
        field = self.fields["group"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(name, name) for name in (electorate.groups if electorate else [])]


class ClaimForm(Plain):
    name = forms.CharField(label=_("Name"), max_length=60)
    kind = forms.ChoiceField(
        label=_("On which ground"), choices=ClaimKind.choices, widget=forms.RadioSelect
    )
    lives_here_since = forms.DateField(
        label=_("Lives here since"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    agreed_by = forms.CharField(
        label=_("Agreed by which decision of the assembly or the representatives"),
        required=False,
        max_length=200,
    )


class AnswerClaimForm(Plain):
    claim = forms.UUIDField(widget=forms.HiddenInput)
    is_accepted = forms.ChoiceField(
        label=_("Put on the list?"), choices=YES_NO, widget=forms.RadioSelect
    )
    answer = forms.CharField(label=_("The reason"), max_length=200)

    def said(self) -> dict[str, Any]:
        return self.cleaned_data | {"is_accepted": self.cleaned_data["is_accepted"] == "yes"}


class NominateForm(Plain):
    office = forms.ChoiceField(label=_("Office"))
    name = forms.CharField(label=_("Name, or number on the voters' list"), max_length=60)
    support_count = forms.IntegerField(
        label=_("On how many nomination slips"), min_value=1, max_value=LARGEST
    )
    is_woman = forms.BooleanField(label=_("A woman"), required=False)
    is_minority = forms.BooleanField(label=_("Of a smaller people"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert self.election is not None
        field = self.fields["office"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (each["key"], office_name(self.election, each["key"])) for each in self.election.offices
        ]
        if not self.election.is_multi_ethnic:
            del self.fields["is_minority"]

    def said(self) -> dict[str, Any]:
        return {"is_minority": False} | self.cleaned_data


class AnswerNominationForm(Plain):
    candidate = forms.UUIDField(widget=forms.HiddenInput)
    accepts = forms.ChoiceField(label=_("Do they stand?"), choices=YES_NO, widget=forms.RadioSelect)
    introduction = _lines(_("What they say of themselves"), 3, max_length=600, required=False)

    def said(self) -> dict[str, Any]:
        return self.cleaned_data | {"accepts": self.cleaned_data["accepts"] == "yes"}


class WithdrawForm(Plain):
    candidate = forms.UUIDField(widget=forms.HiddenInput)


class PublishForm(Plain):
    presented_at = _moment(
        _("When they are presented"), required=False,
        help_text=_("They introduce themselves and answer questions, before election day."),
    )  # fmt: skip
    presented_where = forms.CharField(label=_("Where"), required=False, max_length=120)


class QuestionForm(Plain):
    candidate = forms.ChoiceField(label=_("Who was asked"))
    question = forms.CharField(label=_("Question"), max_length=300)
    answer = _lines(_("What they said"), 3, max_length=1000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert self.election is not None
        field = self.fields["candidate"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(row.pk, row.name) for row in standing_candidates(self.election)]


class TellersForm(Plain):
    names = _lines(
        _("Tellers"), 3, max_length=500,
        help_text=_("At least two, one on each line. Nobody who stands, nor of their household."),
    )  # fmt: skip


class ProxyForm(Plain):
    name = forms.CharField(
        label=_("Who gives their vote"), max_length=60, help_text=_("Name, or number on the list.")
    )
    agent = forms.CharField(
        label=_("Who votes for them"), max_length=60, help_text=_("Name, or number on the list.")
    )
    relation = forms.ChoiceField(
        label=_("How they are related"),
        choices=[("", "—"), *((key, RELATIONS[key]) for key in CLOSE_RELATIVES)],
    )
    is_written = forms.BooleanField(label=_("I have seen the proxy in writing"), required=False)


class ProxyBackForm(Plain):
    proxy = forms.UUIDField(widget=forms.HiddenInput)


class ReasonedForm(Plain):
    reason = forms.CharField(label=_("The reason"), max_length=300)


class NextRoundForm(Plain):
    opens_at = _moment(_("The polling place opens"))
    closes_at = _moment(_("It closes"), help_text=_("On the same day."))


class HandOverForm(Plain):
    items = _lines(
        _("What was handed over"), 5, max_length=4000,
        help_text=_("One thing on each line: seals, accounts, money, assets, contracts, papers."),
    )  # fmt: skip
    overseen_by = forms.CharField(label=_("Who of the town oversaw it"), max_length=120)


FORMS: dict[str, type[Plain]] = {
    "join": JoinForm,
    "leave": LeaveForm,
    "group": GroupForm,
    "claim": ClaimForm,
    "answer-claim": AnswerClaimForm,
    "nominate": NominateForm,
    "answer-nomination": AnswerNominationForm,
    "withdraw": WithdrawForm,
    "publish": PublishForm,
    "question": QuestionForm,
    "tellers": TellersForm,
    "proxy": ProxyForm,
    "proxy-back": ProxyBackForm,
    "void": ReasonedForm,
    "next-round": NextRoundForm,
    "hand-over": HandOverForm,
    "annul": ReasonedForm,
}


class OfficeCountForm(Plain):
    """What a teller counted of one office."""

    returned = forms.IntegerField(label=_("Slips that came back"), min_value=0, max_value=LARGEST)
    spoiled = forms.IntegerField(
        label=_("Spoiled among them"), min_value=0, max_value=LARGEST,
        help_text=_("More names than seats, or not to be read. An empty slip is not spoiled."),
    )  # fmt: skip
    written_in = _lines(
        _("Names written in"), 3, max_length=2000, required=False,
        help_text=_("One on each line with the votes: name or number on the list, then how many."),
    )  # fmt: skip
    is_recount = forms.BooleanField(label=_("Count again what agreed"), required=False)

    def __init__(self, *args: Any, polling: Round, office: dict[str, Any], **kwargs: Any) -> None:
        kwargs.setdefault("prefix", office["key"])
        super().__init__(*args, **kwargs)
        names = dict(
            RollEntry.objects.filter(
                roll=named_roll_id(polling.election), number__in=office["candidates"]
            ).values_list("number", "name")
        )
        self.numbers = [number for number in office["candidates"] if number in names]
        for number in self.numbers:
            self.fields[f"n{number}"] = forms.IntegerField(
                label=names[number], min_value=0, max_value=LARGEST,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )  # fmt: skip
        self.order_fields(
            ["returned", "spoiled", *(f"n{number}" for number in self.numbers), "written_in",
             "is_recount"]
        )  # fmt: skip

    def votes(self) -> dict[int, int]:
        return {number: self.cleaned_data[f"n{number}"] for number in self.numbers}


class RecallForm(Plain):
    reasons = _lines(_("Reasons"), 4, max_length=1000)
    asked_by = forms.ChoiceField(
        label=_("Who asks for it"),
        choices=[
            ("voters", _("Voters: at least a fifth of them")),
            ("representatives", _("Representatives: at least a third of them")),
        ],
        widget=forms.RadioSelect,
    )
    asked_count = forms.IntegerField(
        label=_("How many have signed"), min_value=1, max_value=LARGEST
    )
    of_count = forms.IntegerField(label=_("Of how many"), min_value=1, max_value=LARGEST)


class HearForm(Plain):
    statement = _lines(_("What they say to it"), 4, max_length=2000)


class CallRecallForm(Plain):
    opens_at = _moment(_("The polling place opens"))
    closes_at = _moment(_("It closes"))
    meets_at = forms.CharField(label=_("Polling place"), required=False, max_length=120)
    tellers = _lines(_("Tellers"), 3, max_length=500)


RECALL_FORMS: dict[str, type[Plain]] = {
    "hear": HearForm,
    "call": CallRecallForm,
    "drop": ReasonedForm,
}
