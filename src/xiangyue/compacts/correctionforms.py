"""What the town enters to order a correction, and a village to tell its compact in songs."""

from django import forms
from django.utils.translation import gettext_lazy as _

from xiangyue.compacts.forms import Line, Plain, Words
from xiangyue.compacts.models import Telling


class OrderForm(Plain):
    law = Line(label=_("Which law does it break?"))
    reason = Words(
        label=_("What is wrong with it?"),
        rows=4,
        hint=_("Everybody can read it. The clause is suspended at once, on page and paper."),
    )


class TellingForm(Plain):
    form = forms.ChoiceField(label=_("Form"), choices=Telling.Form.choices)
    language = Line(label=_("Language"), hint=_("Such as 普通话, 侗语, 苗语."))
    title = Line(label=_("Title"))
    text = Words(label=_("Words"), rows=10, hint=_("Verse by verse, a line each."))
