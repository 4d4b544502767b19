"""Built-in template tags of the site's shell: icons and small pieces of addresses."""

import re
from functools import lru_cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

register = template.Library()

TONE_ICONS = {
    "good": "circle-check",
    "busy": "circle-half",
    "warn": "alert-triangle",
    "bad": "alert-circle",
    "brand": "info-circle",
    "wait": "pause",
    "quiet": "circle",
}


@register.simple_tag
def icon(name: str, css_class: str = "") -> SafeString:
    """An icon of frontend/icons.txt, hidden from screen readers: words stand beside it."""
    return _icon(name, css_class)


@lru_cache(maxsize=1_000)
def _icon(name: str, css_class: str) -> SafeString:
    """Made once: a page has dozens, and the file's address is the same as long as we run."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        f" {css_class}" if css_class else "",
        static("bundle/icons.svg"),
        name,
    )


@register.filter
def tone_icon(tone: str) -> str:
    """The shape that goes with a tone, so that no state is told by colour alone."""
    return TONE_ICONS.get(tone, "circle")


@register.simple_tag
def badge(tone: str, words: str) -> SafeString:
    """What a `c-badge` draws, for tables of fifty rows: components took a third of their time."""
    return format_html(
        '<span class="badge tone-{}">{}{}</span>', tone, icon(tone_icon(tone)), words
    )


@register.simple_tag
def line(url: str, title: str, meta: str, tone: str = "", words: str = "") -> SafeString:
    """What a `c-item` draws, with a `c-badge` beside it where a tone is given, for lists that
    everybody's phone asks for: as components they took most of the first page's time."""
    aside = format_html('<div class="item-aside">{}</div>', badge(tone, words)) if tone else ""
    return format_html(
        '<li class="item"><div class="item-words{}"><a class="item-title" href="{}">{}</a>'
        "{}</div>{}{}</li>",
        "" if tone else " item-words-alone",
        url,
        title,
        format_html('<div class="item-meta">{}</div>', meta) if meta else "",
        aside,
        icon("chevron-right", "item-arrow"),
    )


@register.simple_tag
def door(url: str, title: str, icon_name: str) -> SafeString:
    """What a `c-door` draws, for the same page and for the same reason."""
    return format_html(
        '<a class="door" href="{}">{}<span>{}</span></a>', url, icon(icon_name), title
    )


@register.simple_tag(takes_context=True)
def same_page_with(context: dict[str, Any], **changes: object) -> str:
    """`?…` of this page with some parameters changed; an empty value removes one."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else None
    if query is None:
        from django.http import QueryDict

        query = QueryDict(mutable=True)
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


# Laws by the short names that declarations and refusals cite them by.
_LAWS = {
    "VCOL": _("Villagers' Committees Law"),
    "RCOL": _("Residents' Committees Law"),
    "PIPL": _("Personal Information Protection Law"),
    "Civil Code": _("Civil Code"),
}
_ARTICLES = re.compile(r"\s?\barts?\.? (\d[\d, -]*\d|\d)")
_ENGLISH = re.compile(r"\b[a-z]{2,} [a-z]{2,}")


@register.filter
def cited(source: str) -> str:
    """Where a rule comes from, as a reader in Chinese cites it: laws by name, articles by number,
    and without remarks that were written in English for who keeps the declaration."""
    if not (get_language() or "").startswith("zh"):
        return source
    parts = []
    for part in source.split(";"):
        words = part.strip()
        for short, name in _LAWS.items():
            words = re.sub(rf"\b{short}\b", f"《{name}》", words)
        words = _ARTICLES.sub(lambda found: f"第{found[1].replace(', ', '、')}条", words)
        if words and not _ENGLISH.search(words):
            parts.append(words)
    return "；".join(parts) or source
