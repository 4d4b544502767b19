"""What people enter about sessions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xiangyue.access.queries import granted
from xiangyue.access.rules import Standing
from xiangyue.meetings.access import CONVENE, SEE
from xiangyue.meetings.blueprint import MeetingSeries
from xiangyue.meetings.models import Meeting, StateChoices
from xiangyue.meetings.series import KINDS_OF_LEVEL, all_series, series_names
from xiangyue.places.models import Place, Post
from xiangyue.places.rules import short_name


class Words(forms.CharField):
    """Words that the service asks for, in its own words, when they are missing or too many."""

    def __init__(self, *, label: Any, rows: int = 4, hint: Any = "") -> None:
        super().__init__(
            label=label,
            help_text=hint,
            required=False,
            strip=False,
            widget=forms.Textarea(attrs={"rows": rows}),
        )

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\r\n", "\n") if value else value)


class SessionForm(forms.Form):
    """The base: the version the person was looking at goes along."""

    use_required_attribute = False
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meeting = meeting
        self.fields["version"].initial = meeting.version


def _when(label: Any) -> forms.SplitDateTimeField:
    return forms.SplitDateTimeField(
        label=label,
        widget=forms.SplitDateTimeWidget(
            date_attrs={"type": "date", "aria-label": _("Day")},  # type: ignore[dict-item] # lazy
            time_attrs={"type": "time", "aria-label": _("Time of day")},  # type: ignore[dict-item]
            time_format="%H:%M",
        ),
        error_messages={
            "required": _("Please say when."),
            "invalid_date": _("Please write the day as 2026-06-10."),
            "invalid_time": _("Please write the time as 08:30."),
        },
    )


class MoveForm(SessionForm):
    """To when."""

    begins_at = _when(_("New time"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["begins_at"].initial = timezone.localtime(self.meeting.begins_at)


class CancelForm(SessionForm):
    """Why it is cancelled."""

    reason = Words(label=_("Reason"), rows=2, hint=_("Everybody asked to come can read it."))


class CorrectionForm(SessionForm):
    """What is to be corrected."""

    text = Words(
        label=_("Correction"), hint=_("The minutes stay as they are; this is added below them.")
    )


class MinutesForm(SessionForm):
    """What was said besides the decisions."""

    text = Words(
        label=_("Minutes"),
        rows=10,
        hint=_("Decisions stand in the agenda already; write only what else matters."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].initial = self.meeting.minutes


class AddForm(forms.Form):
    """An incident by its number, or something else in a line."""

    what = forms.CharField(
        label=_("Put on the agenda"),
        required=False,
        max_length=500,
        help_text=_("The number of an incident, such as 260608-7K3FQ, or a line of your own."),
        error_messages={
            "max_length": _(
                "Please shorten this to %(limit_value)d characters; it has %(show_value)d."
            )
        },
    )


class AttendanceForm(SessionForm):
    """Who of those asked is there, guests by name, who chairs and who writes."""

    people = forms.TypedMultipleChoiceField(
        label=_("Present"), required=False, coerce=UUID, widget=forms.CheckboxSelectMultiple
    )
    guests = Words(label=_("Guests"), rows=3, hint=_("One name a line, with where they are from."))
    chair = forms.TypedChoiceField(label=_("Chairs"), coerce=UUID)
    minute_taker = forms.TypedChoiceField(label=_("Writes the minutes"), coerce=UUID)

    def __init__(
        self, *args: Any, asked: dict[UUID, Post], roles: dict[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        there = list(self.meeting.attendances.select_related("person"))
        names = {
            one: f"{post.person.name}（{roles.get(post.role, post.role)}）"
            for one, post in asked.items()
        }
        for row in there:
            if row.person_id is not None and row.person is not None:
                names.setdefault(row.person_id, row.person.name)
        choices = [(str(one), name) for one, name in names.items()]
        for field in ("people", "chair", "minute_taker"):
            choice = self.fields[field]
            assert isinstance(choice, forms.ChoiceField)
            choice.choices = choices
        self.fields["people"].initial = [str(row.person_id) for row in there if row.person_id]
        self.fields["guests"].initial = "\n".join(row.guest for row in there if row.guest)
        self.fields["chair"].initial = str(self.meeting.chair_id or "")
        self.fields["minute_taker"].initial = str(self.meeting.minute_taker_id or "")


def places_in_reach(standing: Standing, verb: str) -> list[Place]:
    """The places in the verb's reach at which sessions are held, from the top."""
    levels = {one.level for _row, one in all_series().values()}
    kinds = {kind for level in levels for kind in KINDS_OF_LEVEL[level]}
    rows = Place.objects.filter(
        granted(standing, verb, path_field="path"), kind__in=kinds, is_active=True
    )
    return list(rows.order_by("path"))


def _indented(place: Place) -> str:
    return "　" * max(0, place.depth - 3) + short_name(place.name)


class CallForm(forms.Form):
    """Which series, where, when."""

    use_required_attribute = False
    series = forms.ChoiceField(label=_("Session"))
    place = forms.ChoiceField(label=_("Place"))
    begins_at = _when(_("When"))

    def __init__(
        self, *args: Any, standing: Standing, declared: dict[str, MeetingSeries],
        language: str | None, at: datetime, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        series, place = self.fields["series"], self.fields["place"]
        assert isinstance(series, forms.ChoiceField)
        assert isinstance(place, forms.ChoiceField)
        found = places_in_reach(standing, CONVENE)
        kinds = {one.kind for one in found}
        series.choices = [
            (key, one.name.in_language(language))
            for key, one in declared.items()
            if kinds & set(KINDS_OF_LEVEL[one.level])
        ]
        place.choices = [(one.code, _indented(one)) for one in found]
        self.fields["begins_at"].initial = timezone.localtime(at)


class ListForm(forms.Form):
    """The list's filter, as it stands in the address."""

    series = forms.ChoiceField(label=_("Session"), required=False)
    place = forms.ChoiceField(label=_("Place"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    since = forms.DateField(
        label=_("From the day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("to"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, standing: Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", _("All"))]
        for name, choices in (
            ("series", [*every, *series_names().items()]),
            ("place", [*every, *((p.code, _indented(p)) for p in places_in_reach(standing, SEE))]),
            ("state", [*every, *StateChoices.choices]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


class AgreeForm(forms.Form):
    """What was agreed, or a remark."""

    use_required_attribute = False
    note = Words(label=_("Remark"), rows=3)
