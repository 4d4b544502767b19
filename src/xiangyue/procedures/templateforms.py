"""The editor's forms about a whole template: its name and purpose, a new one, its scenarios."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xiangyue.procedures.forms import Told, Words


class HeadForm(forms.Form):
    """What a template is called and for."""

    use_required_attribute = False
    name_zh = Told(
        label=pgettext_lazy("step", "Name"), most=60, must=_("Please name the procedure.")
    )
    name_en = Told(label=_("Name in English"), hint=_("Optional."), most=100)
    purpose_zh = Words(label=_("What it is for"), rows=2, must=_("Please say what it is for."))
    levels = forms.MultipleChoiceField(
        label=_("At places of which level"),
        error_messages={"required": _("Please choose at least one.")},
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("county", _("County")),
            ("town", _("Town")),
            ("village", _("Village or community")),
            ("group", _("Villagers' group")),
        ],
    )
    is_public = forms.BooleanField(label=_("Everybody may follow it"), required=False)
    source = Told(
        label=_("Basis"),
        hint=_("Law with article, or where it is agreed."),
        must=_("Please say what it rests on."),
    )

    @staticmethod
    def initial_of(body: Mapping[str, Any]) -> dict[str, Any]:
        name, purpose = body.get("name") or {}, body.get("purpose") or {}
        return {
            "name_zh": name.get("zh", ""),
            "name_en": name.get("en", "") if name.get("en") != name.get("zh") else "",
            "purpose_zh": purpose.get("zh", ""),
            "levels": body.get("levels", []),
            "is_public": body.get("is_public", True),
            "source": body.get("source", ""),
        }

    def declared(self, body: Mapping[str, Any]) -> dict[str, Any]:
        entered = self.cleaned_data
        old = (body.get("purpose") or {}).get("zh"), (body.get("purpose") or {}).get("en")
        purpose = entered["purpose_zh"].strip()
        return {
            **body,
            "name": {
                "zh": entered["name_zh"].strip(),
                "en": entered["name_en"].strip() or entered["name_zh"].strip(),
            },
            "purpose": {"zh": purpose, "en": old[1] if old[0] == purpose else purpose},
            "levels": entered["levels"],
            "is_public": entered["is_public"],
            "source": entered["source"].strip(),
        }


class NewForm(forms.Form):
    """A procedure that there is not yet."""

    use_required_attribute = False
    key = forms.RegexField(
        label=_("Short name for addresses"),
        regex=r"^[a-z][a-z0-9_]{2,39}$",
        help_text=_("Small letters, digits and _, such as sports_ground."),
        error_messages={
            "required": _("Please give a short name."),
            "invalid": _("Small letters, digits and _ only; it begins with a letter."),
        },
    )
    name = Told(label=pgettext_lazy("step", "Name"), most=60, must=_("Please name the procedure."))
    name_en = Told(label=_("Name in English"), hint=_("Optional."), most=100)
    purpose = Words(label=_("What it is for"), rows=2, must=_("Please say what it is for."))


class ScenariosForm(forms.Form):
    """The scenarios as text."""

    text = Words(
        label=_("Scenarios"),
        rows=24,
        hint=_("As in the county's files: one [[scenarios]] after another."),
    )
