from dataclasses import dataclass
from typing import Any

from django import forms
from django.apps import apps
from django.utils.translation import gettext_lazy as _

from xiangyue.webhooks.events import offered
from xiangyue.webhooks.models import Endpoint
from xiangyue.webhooks.rules import URL_MOST

FIRST = "incidents"


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

    def groups(self) -> list["Group"]:
        """The boxes to tick, under the names of the modules whose happenings they are: matters
        first, for which most ask."""
        found: dict[str, list[forms.boundfield.BoundWidget]] = {}
        for box in self["names"]:
            found.setdefault(str(box.data["value"]).partition(".")[0], []).append(box)
        return [
            Group(
                title=str(apps.get_app_config(label).verbose_name),
                boxes=boxes,
                chosen_count=sum(bool(box.data["selected"]) for box in boxes),
                is_first=label == FIRST,
            )
            for label, boxes in sorted(found.items(), key=lambda pair: pair[0] != FIRST)
        ]


@dataclass(frozen=True, slots=True)
class Group:
    """One module's happenings: folded up unless some are chosen, or it comes first."""

    title: str
    boxes: list[forms.boundfield.BoundWidget]
    chosen_count: int
    is_first: bool

    @property
    def heading(self) -> str:
        if self.chosen_count:
            counts = {"title": self.title, "count": self.chosen_count, "all": len(self.boxes)}
            return str(_("%(title)s: %(count)s of %(all)s chosen") % counts)
        return f"{self.title} ({len(self.boxes)})"

    @property
    def is_open(self) -> bool:
        return self.is_first or bool(self.chosen_count)
