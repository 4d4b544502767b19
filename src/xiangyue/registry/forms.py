"""What people enter in the register; the services decide whether it will do."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from xiangyue.incidents.forms import Words
from xiangyue.registry.blueprint import ElementField, ElementKind, FieldType
from xiangyue.registry.catalogue import label_of
from xiangyue.registry.checking import Value
from xiangyue.registry.models import GivenBy
from xiangyue.registry.rules import WHILE_LIVING_HERE, keep_days
from xiangyue.registry.services.ground import REASON_LENGTH, Agreed
from xiangyue.registry.services.reading import PURPOSE_LENGTH

# Longer than any field may be: so much is kept in the form, and the service says what is wrong.
LONGEST_ENTRY = 2_000
USUAL_PURPOSES = (
    gettext_lazy("Visit at home"),
    gettext_lazy("Arranging a service"),
    gettext_lazy("Handling a matter that was reported"),
    gettext_lazy("Checking that the entry is right"),
    gettext_lazy("Emergency"),
)


class ElementForm(forms.Form):
    """Fields of one kind: those that are wanted, each with what it is for beneath it."""

    use_required_attribute = False

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        kind: ElementKind,
        wanted: Iterable[ElementField],
        shown: Mapping[str, Value] | None = None,
        masked: Mapping[str, str] | None = None,
        consented: frozenset[str] = frozenset(),
        asks_reason: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.wanted = list(wanted)
        for field in self.wanted:
            self.fields[field.key] = _form_field(
                field,
                initial=(shown or {}).get(field.key),
                now=(masked or {}).get(field.key, ""),
                is_required=field.is_required and not asks_reason,
            )
            if field.needs_consent and field.key not in consented:
                self.fields[f"agrees_{field.key}"] = forms.BooleanField(
                    required=False,
                    label=_("The person agrees that this is kept: %(purpose)s; for %(time)s.")
                    % {
                        "purpose": field.purpose.in_language(get_language()),
                        "time": kept_words(field),
                    },
                )
        if any(name.startswith("agrees_") for name in self.fields):
            self.fields["given_by"] = forms.ChoiceField(
                label=_("Who agreed"), choices=GivenBy.choices, required=False
            )
        if asks_reason:
            self.fields["reason"] = Words(label=_("Why it is corrected"), max_length=REASON_LENGTH)

    @property
    def entered(self) -> dict[str, object]:
        """What was entered, by field; an untouched value of a correction is left out."""
        found: dict[str, object] = {}
        for field in self.wanted:
            value = self.cleaned_data.get(field.key, "")
            if value != "" and str(value) != str(self.fields[field.key].initial or ""):
                found[field.key] = value
        return found

    @property
    def agreed(self) -> Agreed:
        keys = [field.key for field in self.wanted if self.cleaned_data.get(f"agrees_{field.key}")]
        return Agreed.to(keys, self.cleaned_data.get("given_by") or GivenBy.SELF)


def kept_words(field: ElementField) -> str:
    """For how long a field is kept, in words."""
    if field.keep == WHILE_LIVING_HERE:
        return _("as long as you live here")
    days = keep_days(field.keep)
    if field.keep.endswith("y"):
        return _("%(count)d years") % {"count": days // 365}
    return _("%(count)d days") % {"count": days}


def _form_field(
    field: ElementField, *, initial: Value | None, now: str, is_required: bool
) -> forms.Field:
    hint = field.purpose.in_language(get_language())
    if now:
        hint = _("Now: %(value)s. Left empty, it stays.") % {"value": now} + f" {hint}"
    if isinstance(initial, bool):
        initial = "yes" if initial else "no"
    made: forms.Field
    if field.type is FieldType.CHOICE:
        language = get_language()
        made = forms.ChoiceField(
            choices=[("", "—"), *((c.key, c.label.in_language(language)) for c in field.choices)]
        )
    elif field.type is FieldType.YES_NO:
        made = forms.ChoiceField(choices=[("", "—"), ("yes", _("Yes")), ("no", _("No"))])
    else:
        made = Words(max_length=LONGEST_ENTRY, widget=_WIDGETS[field.type]())
    made.label, made.help_text, made.initial = label_of(field), hint, initial
    # A choice that is missing is the service's to refuse, as words are.
    made.required = is_required and isinstance(made, Words)
    return made


def _text_widget(**attrs: Any) -> Any:
    return lambda: forms.TextInput(attrs={"autocomplete": "off", **attrs})


_WIDGETS: Mapping[FieldType, Any] = {
    FieldType.TEXT: _text_widget(),
    FieldType.NUMBER: _text_widget(inputmode="numeric"),
    FieldType.DATE: lambda: forms.DateInput(attrs={"type": "date"}),
    FieldType.PHONE: _text_widget(type="tel", inputmode="tel"),
    FieldType.ID_NUMBER: _text_widget(),
}


class PurposeForm(forms.Form):
    """What somebody needs to see personal data for."""

    use_required_attribute = False

    purpose = Words(
        label=gettext_lazy("What you need to see it for"),
        max_length=PURPOSE_LENGTH,
        widget=forms.TextInput(attrs={"list": "purposes", "autocomplete": "off"}),
    )


class ReasonForm(forms.Form):
    use_required_attribute = False

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = Words(label=gettext_lazy("Why it is deleted"), max_length=REASON_LENGTH)


class NewPersonForm(forms.Form):
    """Somebody who lives here; the rest is asked when it is needed."""

    use_required_attribute = False

    name = Words(label=gettext_lazy("Name"), max_length=LONGEST_ENTRY)
    phone = forms.CharField(
        label=gettext_lazy("Mobile number"),
        required=False,
        max_length=LONGEST_ENTRY,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
    )
    birth_date = forms.CharField(
        label=gettext_lazy("Date of birth"),
        required=False,
        max_length=LONGEST_ENTRY,
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class NewHouseholdForm(forms.Form):
    use_required_attribute = False

    place = forms.ChoiceField(label=gettext_lazy("Grid"), required=False)
    address = forms.CharField(
        label=gettext_lazy("Address"), required=False, max_length=LONGEST_ENTRY
    )


class BulkReadForm(forms.Form):
    """Which records of which place, and what for."""

    use_required_attribute = False

    kind_key = forms.ChoiceField(label=gettext_lazy("Which records"))
    place = forms.ChoiceField(label=gettext_lazy("Of which place"))
    purpose = Words(label=gettext_lazy("What you need them for"), max_length=PURPOSE_LENGTH)


class DecisionForm(forms.Form):
    use_required_attribute = False

    note = forms.CharField(
        label=gettext_lazy("Remark; a no says why"), required=False, max_length=200
    )
