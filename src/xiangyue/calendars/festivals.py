"""The names of China's public holidays; rows keep the Chinese one, as the yearly notice has it."""

from django.utils.translation import gettext_lazy as _

# What the holiday library calls each, and what the yearly notice does.
PUBLISHED_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
}

_IN_READERS_LANGUAGE = {
    "元旦": _("New Year's Day"),
    "春节": _("Spring Festival"),
    "清明节": _("Tomb-sweeping Day"),
    "劳动节": _("Labour Day"),
    "端午节": _("Dragon Boat Festival"),
    "国庆节": _("National Day"),
    "中秋节": _("Mid-autumn Festival"),
}


def festival_name(name: str) -> str:
    """A holiday's name in the reader's language; a name that staff gave stays as it is."""
    return str(_IN_READERS_LANGUAGE.get(name, name))
