"""How every Django form of the site is drawn (settings.FORM_RENDERER)."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

SELECT = "django/forms/widgets/select.html"
OPTION = "django/forms/widgets/select_option.html"


class FormRenderer(TemplatesSetting):
    """`{{ form }}` and `{{ form.name.as_field_group }}` in the site's own look."""

    form_template_name = "site/forms/form.html"
    field_template_name = "site/forms/field.html"

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> str:
        """A select is written here: Django renders two templates for each of its options, and
        the units of a county are more than a thousand."""
        if template_name == SELECT:
            return mark_safe("".join(_select(context["widget"])))  # noqa: S308 - escaped below
        return super().render(template_name, context, request)


def _select(widget: Mapping[str, Any]) -> Iterator[str]:
    """What Django's own templates make of the widget, in pieces."""
    yield f'<select name="{conditional_escape(widget["name"])}"{_attributes(widget)}>'
    for name, options, _index in widget["optgroups"]:
        if name:
            yield f'\n  <optgroup label="{conditional_escape(name)}">'
        for option in options:
            assert option["template_name"] == OPTION, option["template_name"]
            label = conditional_escape(option["label"])
            value = conditional_escape(str(option["value"]))
            yield f'\n  <option value="{value}"{_attributes(option)}>{label}</option>\n'
        if name:
            yield "\n  </optgroup>"
    yield "\n</select>"


def _attributes(widget: Mapping[str, Any]) -> SafeString:
    if not widget["attrs"]:
        return SafeString("")
    found = [
        f" {conditional_escape(name)}"
        + ("" if value is True else f'="{conditional_escape(str(value))}"')
        for name, value in widget["attrs"].items()
        if value is not False
    ]
    return mark_safe("".join(found))  # noqa: S308 - escaped above
