from typing import Any

from django import forms
from django.apps import apps
from django.utils.translation import gettext_lazy as _

from xiangyue.webhooks.events import offered
from xiangyue.webhooks.models import Endpoint
from xiangyue.webhooks.rules import URL_MOST


class EndpointForm(forms.Form):
    """Whose software is told of what, and where."""

    name = forms.CharField(label=_("Whose software"), max_length=60)
    url = forms.CharField(
        label=_("Its address"),
        max_length=URL_MOST,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
        help_text=_("Begins with https:// and lies on the open network."),
    )
    names = forms.MultipleChoiceField(
        label=_("What it is told of"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, endpoint: Endpoint | None = None, **kwargs: Any) -> None:
        if endpoint is not None:
            kwargs.setdefault(
                "initial", {"name": endpoint.name, "url": endpoint.url, "names": endpoint.names}
            )
        super().__init__(*args, **kwargs)
        field = self.fields["names"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(one.name, one.title) for one in offered().values()]

    def groups(self) -> list[tuple[str, list[forms.boundfield.BoundWidget]]]:
        """The boxes to tick, under the names of the modules whose happenings they are."""
        found: dict[str, list[forms.boundfield.BoundWidget]] = {}
        for box in self["names"]:
            module = apps.get_app_config(str(box.data["value"]).partition(".")[0])
            found.setdefault(str(module.verbose_name), []).append(box)
        return list(found.items())
