"""Figures in templates."""

from django import template

from xiangyue.insight import wording

register = template.Library()

register.filter("share", wording.share_in_words)
register.filter("per", wording.per_in_words)
register.filter("points", wording.points_in_words)
register.filter("signed", wording.signed)
register.filter("working_hours", wording.hours_in_words)
register.filter("period_words", wording.period_in_words)


@register.filter
def value_words(value: str, split_by: str) -> str:
    return wording.value_in_words(split_by, value)
