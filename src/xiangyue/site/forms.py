"""How every Django form of the site is drawn (settings.FORM_RENDERER)."""

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """`{{ form }}` and `{{ form.name.as_field_group }}` in the site's own look."""

    form_template_name = "site/forms/form.html"
    field_template_name = "site/forms/field.html"
