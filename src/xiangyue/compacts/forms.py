"""What people enter about compacts. Words are asked for by the services, in their own."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xiangyue.ballots.models import Mode, Roll
from xiangyue.compacts.blueprint import CompactKind
from xiangyue.compacts.kinds import all_kinds, suits
from xiangyue.compacts.models import Answered, Clause, Judgement, Version, Way
from xiangyue.compacts.wording import clause_name, version_name
from xiangyue.places.models import Household, Person, Place
from xiangyue.places.rules import short_name

Choices = list[tuple[str, Any]]


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
    def __init__(self, *, label: Any, hint: Any = "", **attrs: str) -> None:
        super().__init__(
            label=label, help_text=hint, required=False, widget=forms.TextInput(attrs=attrs)
        )


class Plain(forms.Form):
    use_required_attribute = False

    def choose(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class FilterForm(Plain):
    words = forms.CharField(label=_("Words of the title"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language()
        kinds = [(key, one.name.in_language(language)) for key, one in all_kinds().items()]
        self.choose("kind", [("", _("All kinds")), *kinds])


class BeginForm(Plain):
    """A new compact: its kind and text to begin with in one choice, so that both fit."""

    what = forms.ChoiceField(
        label=_("What is begun?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is begun.")},
    )
    place = forms.ChoiceField(label=_("Where?"))
    title = Line(label=_("Title"), hint=_("As it stands on the red paper."))
    with_places = forms.MultipleChoiceField(
        label=_("Which villages agree together?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, places: list[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {one.code: one for one in places}
        self.choose("place", [(code, short_name(one.name)) for code, one in self.places.items()])
        kinds = {
            key: kind
            for key, kind in all_kinds().items()
            if any(suits(kind, place) for place in places)
        }
        self.choose("what", _whats(kinds))
        self.neighbours: dict[str, Place] = {}
        if any(kind.is_shared for kind in kinds.values()):
            around = Place.objects.filter(
                kind="village", is_active=True, path__startswith=places[0].path[: -Place.steplen]
            )
            self.neighbours = {
                one.code: one for one in around.exclude(pk=places[0].pk).order_by("path")[:60]
            }
        if self.neighbours:
            self.choose(
                "with_places",
                [(code, short_name(one.name)) for code, one in self.neighbours.items()],
            )
        else:
            del self.fields["with_places"]

    def chosen(self) -> dict[str, Any]:
        """What `services.begin_compact` takes."""
        entered = self.cleaned_data
        kind, _colon, starter = entered["what"].partition(":")
        return {
            "kind": kind,
            "starter": starter,
            "place": self.places[entered["place"]],
            "title": entered["title"],
            "with_places": [self.neighbours[code] for code in entered.get("with_places", [])],
        }


def _whats(kinds: dict[str, CompactKind]) -> Choices:
    language = get_language()
    found: Choices = []
    for key, kind in kinds.items():
        name = kind.name.in_language(language)
        found += [
            (f"{key}:{one.key}", _("%(kind)s: %(starter)s") % {
                "kind": name, "starter": one.name.in_language(language)
            })
            for one in kind.starters
        ]  # fmt: skip
        found.append((key, _("%(kind)s: an empty page") % {"kind": name}))
    return found


class NextForm(Plain):
    """From which version the next one begins."""

    made_from = forms.ChoiceField(label=_("Begin with"), required=False)

    def __init__(self, *args: Any, versions: Sequence[Version], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [
            (str(one.pk), f"{version_name(one)} · {one.get_state_display()}") for one in versions
        ]
        self.choose("made_from", [*named, ("", _("An empty page"))])


class ClauseForm(Plain):
    """One clause; `seen` is the revision that was read, hidden."""

    topic = forms.ChoiceField(
        label=_("Subject"), error_messages={"required": _("Choose the subject.")}
    )
    heading = Line(label=_("Heading"), hint=_("A few words, such as “In front of the door”."))
    text = Words(label=_("What is agreed"), rows=5, hint=_("Plain sentences that can be kept."))
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    clause_id = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, kind: CompactKind, clause: Clause | None = None, **kwargs: Any
    ) -> None:
        if clause is not None:
            kwargs.setdefault("initial", {
                "topic": clause.topic, "heading": clause.heading, "text": clause.text,
                "seen": clause.revision,
            })  # fmt: skip
        super().__init__(*args, **kwargs)
        language = get_language()
        self.choose("topic", [(one.key, one.name.in_language(language)) for one in kind.topics])
        del self.fields["seen" if clause is None else "clause_id"]
        if clause is None:
            self.fields["clause_id"].initial = uuid4()


class JudgeForm(Plain):
    verdict = forms.ChoiceField(
        label=_("May it stand?"),
        choices=Judgement.Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether the clause may stand.")},
    )
    reasons = Words(label=_("Reasons"), rows=3, hint=_("They are kept beside the clause."))


class OpinionForm(Plain):
    """What somebody thinks of the text or of one clause of it."""

    client_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    lineage = forms.ChoiceField(label=_("About which clause?"), required=False)
    text = Words(label=_("What do you think?"), rows=5, hint=_("In your own words."))
    is_from_away = forms.BooleanField(label=_("I am away from home at the moment"), required=False)
    is_shown = forms.BooleanField(
        label=_("Everybody may read my words, without my name"), required=False
    )

    def __init__(self, *args: Any, clauses: Sequence[Clause], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client_key"].initial = uuid4()
        named = [(str(one.lineage), clause_name(one.position, one.heading)) for one in clauses]
        self.choose("lineage", [("", _("The whole text")), *named])

    def said(self) -> dict[str, Any]:
        """What `services.give_opinion` takes."""
        entered = dict(self.cleaned_data)
        entered["lineage"] = entered["lineage"] or None
        return entered


class EnterForm(OpinionForm):
    """An opinion that somebody tells at the counter, at the door, at a gathering."""

    way = forms.ChoiceField(
        label=_("How did it reach you?"),
        choices=[(one.value, one.label) for one in Way if one is not Way.PHONE],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how it reached you.")},
    )
    household = forms.ChoiceField(label=_("Household"), required=False)
    said_by = Line(label=_("Name"), hint=_("Only those who answer see it; it may stay empty."))
    contact = Line(label=_("How to reach them"), hint=_("Only those who answer see it."))

    field_order = ("lineage", "text", "way", "household", "said_by", "contact", "is_shown")

    def __init__(self, *args: Any, households: Sequence[Household], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.households = {str(one.pk): one for one in households}
        self.fields["is_shown"].label = _("They let everybody read it, without their name")
        self.fields["is_from_away"].label = _("They are away from home at the moment")
        self.choose("household", [("", _("Not known")), *_household_names(households)])

    def said(self) -> dict[str, Any]:
        entered = super().said()
        return entered | {"household": self.households.get(entered["household"])}


class AskedForm(Plain):
    """A household that was asked and had nothing to say."""

    household = forms.ChoiceField(
        label=_("Household"), error_messages={"required": _("Choose the household.")}
    )
    way = forms.ChoiceField(
        label=_("How were they asked?"),
        choices=[(one.value, one.label) for one in Way if one is not Way.PHONE],
        initial=Way.DOOR,
    )

    def __init__(self, *args: Any, households: Sequence[Household], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.households = {str(one.pk): one for one in households}
        self.choose("household", _household_names(households))

    def chosen(self) -> dict[str, Any]:
        entered = self.cleaned_data
        return {"household": self.households[entered["household"]], "way": entered["way"]}


def _household_names(households: Sequence[Household]) -> Choices:
    return [
        (
            str(one.pk),
            " ".join(
                word
                for word in (
                    short_name((one.unit or one.grid).name),
                    one.address or one.code,
                )
                if word
            ),
        )
        for one in households
    ]


class AnswerForm(Plain):
    answered = forms.ChoiceField(
        label=_("Is it taken up?"),
        choices=Answered.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether it is taken up.")},
    )
    text = Words(
        label=_("Answer"), rows=5, hint=_("What changes, or why not. Everybody can read it.")
    )
    is_withheld = forms.BooleanField(
        label=_("Do not show what was said"),
        required=False,
        help_text=_("When it names others or hurts somebody. The answer is shown all the same."),
    )


class VoteForm(Plain):
    roll = forms.ChoiceField(
        label=_("Roll"), error_messages={"required": _("Choose a fixed roll.")}
    )
    modes = forms.MultipleChoiceField(
        label=_("Ways of voting"),
        choices=[(one.value, one.label) for one in (Mode.HANDS, Mode.PAPER, Mode.ONLINE)],
        widget=forms.CheckboxSelectMultiple,
        initial=[Mode.HANDS],
        error_messages={"required": _("Choose a way of voting.")},
    )
    opens_at = forms.DateTimeField(
        label=_("Begins"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": _("Say when it begins."), "invalid": _("Write day and time.")},
    )
    closes_at = forms.DateTimeField(
        label=_("Ends"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": _("Say when it ends."), "invalid": _("Write day and time.")},
    )
    meets_at = Line(label=_("Where they meet"))
    tellers = forms.MultipleChoiceField(
        label=_("Tellers"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, *args: Any, rolls: Sequence[Roll], people: Sequence[Person], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rolls = {str(one.pk): one for one in rolls}
        self.people = {str(one.pk): one for one in people}
        self.choose("roll", [
            (key, f"{short_name(one.place.name)} · {one.drawn_on:%F} · {one.entry_count}")
            for key, one in self.rolls.items()
        ])  # fmt: skip
        self.choose("tellers", [(key, one.name) for key, one in self.people.items()])

    def chosen(self) -> dict[str, Any]:
        entered = dict(self.cleaned_data)
        return entered | {
            "roll": self.rolls[entered["roll"]],
            "tellers": [self.people[key] for key in entered["tellers"]],
        }


class SheetForm(Plain):
    place = forms.ChoiceField(label=_("Which place?"))
    file = forms.FileField(
        label=_("Photo of the sheet, or a PDF"),
        error_messages={"required": _("Choose the photo or PDF of the sheet.")},
    )
    signer_count = forms.IntegerField(
        label=_("How many signed?"),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("Say how many signed."), "invalid": _("Please write a number.")
        },
    )  # fmt: skip
    signed_on = forms.DateField(
        label=_("When?"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": _("Say when it was signed."),
            "invalid": _("Please write a day, like 2026-12-01."),
        },
    )

    def __init__(self, *args: Any, places: Sequence[Place], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {one.code: one for one in places}
        self.choose("place", [(code, short_name(one.name)) for code, one in self.places.items()])
        self.fields["signed_on"].initial = today


class LineForm(Plain):
    """One line of words that an act needs: a reason, a note, an acknowledgement."""

    text = Words(label=_("In words"), rows=2)

    def __init__(self, *args: Any, label: Any, hint: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label
        self.fields["text"].help_text = hint


class TakeOverForm(Plain):
    how = Line(
        label=_("When and how was it adopted?"),
        hint=_("Such as: by the villagers' assembly in December 2021, 214 of 301 present."),
    )
    in_force_from = forms.DateField(
        label=_("In force since"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": _("Say since when it is in force."),
            "invalid": _("Please write a day, like 2026-12-01."),
        },
    )
