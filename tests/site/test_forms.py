"""Selects are written without templates, and are the same as with Django's."""

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import mark_safe

from xiangyue.site.forms import FormRenderer

HOSTILE = '"><script>alert(1)</script>&'
CHOICES = [
    ("", "—"),
    ("a", HOSTILE),
    (HOSTILE, mark_safe("<b>bold</b>")),
    ("Group & more", [("b", "B"), (3, 1234567)]),
]


@pytest.mark.parametrize("widget", [forms.Select, forms.SelectMultiple])
@pytest.mark.parametrize("value", [None, "", HOSTILE, "b", ["a", "b"], 3])
def test_a_select_is_what_django_makes_of_it(widget, value):
    attrs = {"class": f"wide {HOSTILE}", "required": True, "disabled": False, "data-count": 1234567}
    select = widget(attrs=attrs, choices=CHOICES)
    own, django = (
        select.render(HOSTILE, value, renderer=renderer())
        for renderer in (FormRenderer, TemplatesSetting)
    )
    assert own == django
    assert "<script>" not in own
