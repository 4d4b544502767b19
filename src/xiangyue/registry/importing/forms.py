"""What a clerk enters to import a list."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xiangyue.registry.importing.models import State


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("List of residents"),
        help_text=_("An Excel workbook (.xlsx, .xls, .ods) or a text file (.csv)."),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.txt"}),
    )


class ImportsForm(forms.Form):
    """Narrows the list of imports."""

    state = forms.ChoiceField(
        label=_("State"), choices=[("", _("All")), *State.choices], required=False
    )


class FaultsForm(forms.Form):
    """Narrows the faults of one import to those of one column."""

    column = forms.ChoiceField(label=_("Column"), required=False)

    def __init__(self, *args: Any, kinds: list[tuple[str, str, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        column = self.fields["column"]
        assert isinstance(column, forms.ChoiceField)
        column.choices = [
            ("", _("All")),
            *((key, f"{name or key} ({count})") for key, name, count in kinds if key),
        ]
