"""What people enter at an item: what was said, moved, amended and decided."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xiangyue.assemblies.forms import SittingForm, Words
from xiangyue.assemblies.models import Attendance, Item
from xiangyue.assemblies.motion_models import Amendment, Motion, OutcomeChoices
from xiangyue.ballots.models import Ballot


class ItemActForm(SittingForm):
    """Something is entered about an item; who is here can be chosen."""

    def __init__(self, *args: Any, here: Sequence[Attendance] = (), **kwargs: Any) -> None:
        self._here = {str(one.pk): one for one in here}
        super().__init__(*args, **kwargs)

    def names(self, empty: Any) -> list[tuple[str, Any]]:
        return [("", empty), *((key, one.name) for key, one in self._here.items())]

    def attendance(self, name: str) -> Attendance | None:
        return self._here.get(self.cleaned_data.get(name) or "")


class NoteForm(ItemActForm):
    """What was said."""

    text = Words(
        label=pgettext_lazy("assemblies", "What was said"), rows=4,
        hint=_("In the minutes for those who were here; not in the public ones."),
    )  # fmt: skip


class SpeakForm(ItemActForm):
    """Who asks to speak."""

    who = forms.ChoiceField(label=_("Who asks to speak"))

    def prepare(self, subject: Item, *, at: datetime) -> None:
        self.choose("who", self.names(_("Please choose")))


class MotionForm(ItemActForm):
    """What is moved, by whom, seconded by whom."""

    text = Words(label=_("What is moved, as it would be decided"), rows=5)
    mover = forms.ChoiceField(label=_("Who moves it"))
    seconder = forms.ChoiceField(label=_("Who seconds it"), required=False)

    def prepare(self, subject: Item, *, at: datetime) -> None:
        self.choose("mover", self.names(_("Please choose")))
        self.choose("seconder", self.names(_("Nobody yet")))


class BindForm(ItemActForm):
    """Which vote decides the item."""

    ballot = forms.ChoiceField(label=_("Which vote decides the item"))

    def __init__(self, *args: Any, ballots: Sequence[Ballot], **kwargs: Any) -> None:
        self._ballots = {str(one.pk): one for one in ballots}
        super().__init__(*args, **kwargs)

    def prepare(self, subject: Item, *, at: datetime) -> None:
        self.choose("ballot", [(key, str(one)) for key, one in self._ballots.items()])

    def chosen(self) -> Ballot:
        return self._ballots[self.cleaned_data["ballot"]]


class DecideForm(ItemActForm):
    """What was decided, in which words."""

    outcome = forms.ChoiceField(
        label=_("What was decided"),
        widget=forms.RadioSelect,
        choices=OutcomeChoices.choices,
        error_messages={"required": _("Please say what was decided.")},
    )
    motion = forms.ChoiceField(label=_("Which motion"), required=False)
    text = Words(
        label=_("In words"), rows=4, hint=_("Empty: the words of the motion, or of the item.")
    )

    def prepare(self, subject: Item, *, at: datetime) -> None:
        self._motions = {str(one.pk): one for one in subject.motions.filter(state="open")}
        if self._motions:
            self.choose(
                "motion",
                [
                    ("", _("None of the motions")),
                    *(
                        (key, f"{one.position}. {one.text_now[:60]}")
                        for key, one in self._motions.items()
                    ),
                ],
            )
            self.fields["motion"].initial = next(iter(self._motions))
        else:
            del self.fields["motion"]

    def chosen(self) -> Motion | None:
        return self._motions.get(self.cleaned_data.get("motion") or "")


class SecondForm(ItemActForm):
    """Who seconds it."""

    seconder = forms.ChoiceField(label=_("Who seconds it"))

    def prepare(self, subject: Motion, *, at: datetime) -> None:
        self.choose("seconder", self.names(_("Please choose")))


class AmendForm(ItemActForm):
    """How the motion should read."""

    text = Words(
        label=_("The motion as it should read"), rows=6,
        hint=_("Change what should change; what differs is shown beside the motion."),
    )  # fmt: skip
    mover = forms.ChoiceField(label=_("Who moves it"))

    def prepare(self, subject: Motion, *, at: datetime) -> None:
        self.fields["text"].initial = subject.text_now
        self.choose("mover", self.names(_("Please choose")))


class OrderForm(ItemActForm):
    """In which order the amendments are decided."""

    positions = forms.CharField(
        label=_("Numbers in the chair's order"), required=False, max_length=120,
        help_text=_("Such as 2 1 3. Empty: the farthest from the motion first."),
    )  # fmt: skip

    def chosen(self) -> list[int]:
        words = self.cleaned_data["positions"].replace(",", " ").replace("，", " ")
        words = words.replace("、", " ").split()
        return [int(one) if one.isdecimal() and len(one) < 5 else 0 for one in words]


class HandsForm(ItemActForm):
    """How the amendment was decided: by counted hands, or because nobody objects."""

    yes_count = forms.IntegerField(label=_("Hands for it"), required=False, min_value=0)
    no_count = forms.IntegerField(label=_("Hands against it"), required=False, min_value=0)
    consent = forms.ChoiceField(
        label=_("Or without counting"),
        required=False,
        choices=[
            ("", _("The hands were counted")),
            ("yes", _("Adopted: nobody objects")),
            ("no", _("Not adopted: nobody is for it")),
        ],
    )

    def prepare(self, subject: Amendment, *, at: datetime) -> None:
        for name in ("yes_count", "no_count"):
            self.fields[name].widget.attrs["inputmode"] = "numeric"

    def facts(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said["consent"]:
            return {"is_adopted": said["consent"] == "yes"}
        return {"yes_count": said["yes_count"], "no_count": said["no_count"]}
