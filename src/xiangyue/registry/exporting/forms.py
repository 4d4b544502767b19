"""What is entered to take records out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xiangyue.access.rules import Standing
from xiangyue.registry.catalogue import HOUSEHOLD_KIND, PERSON_KIND, all_kinds, name_of
from xiangyue.registry.pages.finding import offered_places
from xiangyue.registry.services.bulk import TAKE_OUT


class TakeOutForm(forms.Form):
    """Which records of which place, and what for."""

    use_required_attribute = False

    kind_key = forms.ChoiceField(label=_("Which records"))
    place = forms.ChoiceField(label=_("Of which place"))
    purpose = forms.CharField(
        label=_("What you need them for"),
        max_length=200,
        required=False,
        help_text=_(
            "Needed for records of people: it stands on the sheet, and everybody on the list can"
            " read it."
        ),
    )

    def __init__(self, *args: Any, mine: Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind, place = self.fields["kind_key"], self.fields["place"]
        assert isinstance(kind, forms.ChoiceField)
        assert isinstance(place, forms.ChoiceField)
        first = {PERSON_KIND: 0, HOUSEHOLD_KIND: 1}
        kinds = sorted(all_kinds(), key=lambda each: first.get(each.key, 2))
        kind.choices = [(each.key, name_of(each)) for each in kinds]
        place.choices = offered_places(mine, TAKE_OUT)
