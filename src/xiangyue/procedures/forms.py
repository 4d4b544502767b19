"""What people enter about runs; the editor's forms stand in `designforms.py`."""

from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xiangyue.access.queries import granted
from xiangyue.access.rules import Standing
from xiangyue.places.models import Place
from xiangyue.places.rules import short_name
from xiangyue.procedures.access import RUN, SEE
from xiangyue.procedures.models import Closeness, RunState
from xiangyue.procedures.reading import all_procedures, procedure_names

LEVELS = ("county", "town", "village", "group")


class Words(forms.CharField):
    """Words; `must` is what is said when they are missing, without it they may be."""

    def __init__(self, *, label: Any, rows: int = 3, hint: Any = "", must: Any = "") -> None:
        super().__init__(
            label=label,
            help_text=hint,
            required=bool(must),
            error_messages={"required": must} if must else None,
            strip=False,
            widget=forms.Textarea(attrs={"rows": rows}),
        )


class Told(forms.CharField):
    """One line; `must` is what is said when it is missing, without it it may be."""

    def __init__(self, *, label: Any, hint: Any = "", most: int = 200, must: Any = "") -> None:
        super().__init__(
            label=label,
            help_text=hint,
            required=bool(must),
            max_length=most,
            error_messages={"required": must} if must else None,
        )


def places_in_reach(standing: Standing, verb: str) -> list[Place]:
    """Places at which procedures can run, in the verb's reach, from the top."""
    kinds = {level for _row, one in all_procedures().values() for level in one.levels}
    rows = Place.objects.filter(
        granted(standing, verb, path_field="path"), kind__in=kinds, is_active=True
    )
    return list(rows.order_by("path")[:1000])


def indented(place: Place) -> str:
    return "　" * max(0, place.depth - 3) + short_name(place.name)


def _choices(field: forms.Field, choices: Any) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


class ListForm(forms.Form):
    """The list's filter, as it stands in the address."""

    template = forms.ChoiceField(label=_("Procedure"), required=False)
    step = forms.ChoiceField(label=_("Stands at"), required=False)
    place = forms.ChoiceField(label=_("Place"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, *args: Any, standing: Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", _("All"))]
        chosen = all_procedures().get(self.data.get("template", ""))
        if chosen is None:
            del self.fields["step"]
        else:
            language = get_language()
            steps = ((one.key, one.name.in_language(language)) for one in chosen[1].steps)
            _choices(self.fields["step"], [*every, *steps])
        _choices(self.fields["template"], [*every, *procedure_names().items()])
        _choices(
            self.fields["place"],
            [*every, *((one.code, indented(one)) for one in places_in_reach(standing, SEE))],
        )
        _choices(self.fields["state"], [*every, ("late", _("Late")), *RunState.choices])


class PublicListForm(forms.Form):
    """The public list's filter."""

    template = forms.ChoiceField(label=_("Procedure"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", _("All"))]
        shown = {key: name for key, name in procedure_names().items() if _is_public(key)}
        _choices(self.fields["template"], [*every, *shown.items()])
        _choices(self.fields["state"], [*every, *RunState.choices])


def _is_public(key: str) -> bool:
    return all_procedures()[key][1].is_public


class BeginForm(forms.Form):
    """Which procedure, where, about what."""

    use_required_attribute = False
    template = forms.ChoiceField(
        label=_("Procedure"), error_messages={"required": _("Please choose a procedure.")}
    )
    place = forms.ChoiceField(
        label=_("Place"), error_messages={"required": _("Please choose a place.")}
    )
    title = Told(
        label=_("What it is about"),
        hint=_("In a line. Everybody can read it: no names, no telephone numbers."),
        most=120,
        must=_("Please say in a line what it is about."),
    )
    client_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, standing: Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = places_in_reach(standing, RUN)
        kinds = {one.kind for one in places}
        language_names = procedure_names()
        _choices(
            self.fields["template"],
            [
                ("", _("Please choose")),
                *(
                    (key, language_names[key])
                    for key, (_row, one) in all_procedures().items()
                    if kinds & set(one.levels)
                ),
            ],
        )
        _choices(self.fields["place"], [(one.code, indented(one)) for one in places])


class TextForm(forms.Form):
    use_required_attribute = False
    text = Words(label=_("Write it down"), must=_("Please write it down."))


class FileForm(forms.Form):
    use_required_attribute = False
    file = forms.FileField(
        label=_("Document or photo"),
        error_messages={"required": _("Please choose a document or a photo.")},
        allow_empty_file=True,
        help_text=_("PDF, JPEG, PNG or WebP, at most 15 MB."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/*"}),
    )


class ReferenceForm(forms.Form):
    use_required_attribute = False
    reference = forms.ChoiceField(
        label=_("Choose"), error_messages={"required": _("Please choose one.")}
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self.fields["reference"], [("", _("Please choose")), *choices])


class SeatForm(forms.Form):
    """Somebody on the panel."""

    use_required_attribute = False
    name = Told(label=pgettext_lazy("person", "Name"), most=60, must=_("Please say who it is."))
    is_woman = forms.BooleanField(label=_("A woman"), required=False)
    closeness = forms.ChoiceField(
        label=_("How they stand to whom it is about"), choices=Closeness.choices
    )
    why = Told(label=_("Why they step back"), hint=_("Only where they are close to it."))


class WhyForm(forms.Form):
    """A reason; the field's name is that of the service's refusals."""

    use_required_attribute = False

    def __init__(self, *args: Any, field: str, label: Any, hint: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[field] = Words(label=label, rows=2, hint=hint, must=_("Please say why."))


class NoticeForm(forms.Form):
    """The notice of a step."""

    use_required_attribute = False
    title = Told(label=_("Title"), most=100, must=_("Please give it a title."))
    body = Words(label=_("What it says"), rows=10, must=_("Please write what it says."))
