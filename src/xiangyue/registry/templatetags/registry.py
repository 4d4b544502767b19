"""How the register is put into words on every front."""

from django import template
from django.utils.translation import get_language

from xiangyue.places.models import Place
from xiangyue.places.rules import short_name
from xiangyue.registry.blueprint import ElementField, ElementKind
from xiangyue.registry.catalogue import kinds_by_key, name_of
from xiangyue.registry.forms import kept_words
from xiangyue.registry.models import Element
from xiangyue.registry.queries import kind_of, title_of
from xiangyue.registry.rules import masked_address, masked_name, masked_phone

register = template.Library()

register.filter("masked_name", masked_name)
register.filter("masked_phone", masked_phone)
register.filter("masked_address", masked_address)
register.filter("kept_words", kept_words)


@register.filter
def element_title(element: Element) -> str:
    return title_of(element)


@register.filter
def element_kind(element: Element) -> str:
    return name_of(kind_of(element))


@register.filter
def kind_name(kind: ElementKind) -> str:
    return name_of(kind)


@register.filter
def kind_words(key: str) -> str:
    """The name of the kind that a key stands for; the key itself when it is declared no more."""
    kind = kinds_by_key().get(key)
    return name_of(kind) if kind is not None else key


@register.filter
def place_words(place: Place) -> str:
    return short_name(place.name)


@register.filter
def purpose_words(field: ElementField) -> str:
    return field.purpose.in_language(get_language())


@register.filter
def basis_words(field: ElementField) -> str:
    return field.basis.in_language(get_language())


@register.filter
def element_icon(element: Element) -> str:
    return kind_of(element).icon


@register.filter
def field_words(key: str, kind: ElementKind) -> str:
    """The label of a field by its key; the key itself when it is declared no more."""
    field = kind.field(key)
    return field.label.in_language(get_language()) if field is not None else key
