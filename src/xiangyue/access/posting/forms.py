"""What staff enter to find, give and end posts."""

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xiangyue.access.posting import queries
from xiangyue.places.models import Place


class PostsForm(forms.Form):
    """Narrows the list of posts; everything is optional."""

    place = forms.CharField(label=_("Place"), max_length=60, required=False)
    role = forms.ChoiceField(label=_("Role"), required=False)
    organisation = forms.CharField(label=_("Works for"), max_length=60, required=False)
    name = forms.CharField(label=_("Name of the person"), max_length=60, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # passed through
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = [("", _("All")), *queries.role_names().items()]


class GivePostForm(forms.Form):
    """A post at a place that is already known, and whom it goes to."""

    role = forms.ChoiceField(label=_("Role"))
    organisation = forms.ChoiceField(
        label=_("Works for"),
        required=False,
        help_text=_("For those who handle what a unit has in hand."),
    )
    phone = forms.CharField(
        label=_("Mobile number"),
        max_length=40,
        required=False,
        help_text=_("Whoever is registered is found by the number."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("Name of the person"),
        max_length=60,
        required=False,
        help_text=_("Enough by itself if only one person here has it; needed with a new number."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: object, place: Place, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # passed through
        language = get_language()
        role, unit = self.fields["role"], self.fields["organisation"]
        assert isinstance(role, forms.ChoiceField)
        assert isinstance(unit, forms.ChoiceField)
        role.choices = [
            (each.key, each.name.in_language(language)) for each in queries.roles_fitting(place)
        ]
        unit.choices = [
            ("", _("No unit")),
            *((each.code, each.name) for each in queries.units_at(place)),
        ]
