"""What people enter about notices. Words are asked for by the services, in their own words."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xiangyue.access.rules import Standing
from xiangyue.places.models import Place
from xiangyue.places.rules import short_name
from xiangyue.publicity.access import boards_to_publish_on, kinds_to_publish
from xiangyue.publicity.kinds import kind_names
from xiangyue.publicity.models import Notice, NoticeDraft, Objection, ShownChoices


class Words(forms.CharField):
    """Lines of words; `missing` is said when there are none, as the service would say it."""

    def __init__(self, *, label: Any, rows: int = 4, hint: Any = "", missing: Any = "") -> None:
        super().__init__(
            label=label,
            help_text=hint,
            required=bool(missing),
            strip=False,
            widget=forms.Textarea(attrs={"rows": rows}),
            error_messages={"required": missing} if missing else None,
        )

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\r\n", "\n") if value else value)


class Line(forms.CharField):
    def __init__(self, *, label: Any, most: int, hint: Any = "", **attrs: str) -> None:
        super().__init__(
            label=label,
            help_text=hint,
            required=False,
            max_length=most,
            widget=forms.TextInput(attrs=attrs),
            error_messages={
                "max_length": _(
                    "Please shorten this to %(limit_value)d characters; it has %(show_value)d."
                )
            },
        )


class ObjectionForm(forms.Form):
    """What somebody objects to; nobody has to say who they are."""

    use_required_attribute = False

    client_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    text = Words(
        label=_("What do you object to, or propose?"),
        rows=6,
        hint=_("In your own words."),
        missing=_("Please say what you object to."),
    )
    is_removal = forms.BooleanField(
        label=_("I am named here and want to be taken out"),
        required=False,
        help_text=_("This is answered within 24 hours and shown to nobody else."),
    )
    said_by = Line(label=_("Your name"), most=60, autocomplete="name")
    contact = Line(
        label=_("How to reach you"),
        most=100,
        hint=_("A telephone number, or whom to tell. Only those who answer see it."),
    )
    is_nameless = forms.BooleanField(label=_("Do not say who I am"), required=False)
    shown = forms.ChoiceField(
        label=_("What may everybody see of it?"),
        choices=ShownChoices.choices,
        initial=ShownChoices.NOTHING,
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, notice: Notice, is_signed_in: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client_key"].initial = uuid4()
        if not notice.names_people:
            del self.fields["is_removal"]
        if is_signed_in:
            del self.fields["said_by"]
            del self.fields["contact"]
        else:
            del self.fields["is_nameless"]

    def clean_shown(self) -> str:
        return self.cleaned_data["shown"] or str(ShownChoices.NOTHING)


class AnswerForm(forms.Form):
    """The answer to an objection, which everybody can read."""

    use_required_attribute = False

    is_upheld = forms.TypedChoiceField(
        label=_("Is the objection right?"),
        choices=[("yes", _("Yes: something changes")), ("no", _("No: it stays as it is"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say whether the objection is right.")},
    )
    text = Words(
        label=_("Answer"),
        rows=6,
        hint=_("Everybody can read it beside the notice. Do not write who objected."),
        missing=_("Please write the answer."),
    )
    is_withheld = forms.BooleanField(
        label=_("Do not show what the objector said"),
        required=False,
        help_text=_("When it names others or hurts somebody. The answer is shown all the same."),
    )

    def __init__(self, *args: Any, objection: Objection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if objection.shown == ShownChoices.NOTHING:
            del self.fields["is_withheld"]


class TakeDownForm(forms.Form):
    """Why a notice comes down, and whether its words are deleted."""

    use_required_attribute = False

    reason = Words(
        label=_("Why is it taken down?"),
        rows=2,
        hint=_("Everybody can read it; name nobody in it."),
        missing=_("Please say why; everybody can read it."),
    )
    is_erased = forms.BooleanField(
        label=_("Delete the words for good"),
        required=False,
        help_text=_("When a consent is withdrawn, or somebody's rights are hurt."),
    )


class DraftForm(forms.Form):
    """A notice while it is being written."""

    use_required_attribute = False

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=_("What kind of notice?"))
    place = forms.ChoiceField(label=_("On which board?"))
    title = Line(label=_("Title"), most=100)
    body = Words(label=_("What it says"), rows=10, hint=_("Plain words; an empty line parts them."))
    table = Words(
        label=_("Table below it"),
        rows=4,
        hint=_("A row a line, the first its headings; cells parted by | or pasted from Excel."),
    )
    days = forms.IntegerField(
        label=_("How many days?"),
        required=False,
        min_value=1,
        max_value=365,
        help_text=_("Empty: as few as this kind of notice allows."),
        error_messages={"invalid": _("Please write a number of days.")},
    )
    names_people = forms.BooleanField(
        label=_("It names people"),
        required=False,
        help_text=_("Then no search engine finds it, and it comes down in time."),
    )

    def __init__(
        self, *args: Any, standing: Standing, draft: NoticeDraft | None = None, **kwargs: Any
    ) -> None:
        if draft is not None:
            names = ("version", "kind", "title", "body", "table", "days", "names_people")
            kwargs["initial"] = {name: getattr(draft, name) for name in names} | {
                "place": draft.place.code
            }
        super().__init__(*args, **kwargs)
        places = boards_to_publish_on(standing)
        language = get_language()
        kinds = kinds_to_publish(standing, places)
        self.places = {place.code: place for place in places}
        if draft is not None:
            self.places.setdefault(draft.place.code, draft.place)
        kind, place = self.fields["kind"], self.fields["place"]
        assert isinstance(kind, forms.ChoiceField)
        assert isinstance(place, forms.ChoiceField)
        kind.choices = [
            (key, f"{one.name.in_language(language)} · {one.purpose.in_language(language)}")
            for key, one in kinds.items()
        ]
        place.choices = [(code, short_name(one.name)) for code, one in self.places.items()]
        if "general" in kinds:
            kind.initial = "general"
        if len(self.places) == 1:
            place.widget = forms.HiddenInput()
            place.initial = next(iter(self.places))

    def chosen_place(self) -> Place:
        return self.places[self.cleaned_data["place"]]


class BoardForm(forms.Form):
    """Which notices of a board."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [("", _("All kinds")), *kind_names().items()]


class DeskForm(BoardForm):
    """Which notices of a desk."""

    place = forms.ChoiceField(label=_("Board"), required=False)
    words = Line(label=_("Words or number"), most=60)

    def __init__(self, *args: Any, places: list[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["place"]
        assert isinstance(place, forms.ChoiceField)
        place.choices = [
            ("", _("All boards")),
            *((one.code, short_name(one.name)) for one in places),
        ]
        if len(places) < 2:
            del self.fields["place"]
