"""What every declaration has in common, and which kinds there are.

Each module says in its `blueprint.py` what a county may declare for it:

    DECLARES = {"incident_category": IncidentCategory}
"""

from datetime import date
from importlib import import_module
from importlib.util import find_spec
from typing import Self

from django.apps import apps
from pydantic import BaseModel, ConfigDict, Field


class Piece(BaseModel):
    """A part of a declaration; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Said(Piece):
    """A text that people read, in both languages of the interface."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def in_language(self, language: str | None) -> str:
        return self.en if (language or "").startswith("en") else self.zh


class Declared(Piece):
    """The base of every kind of declaration."""

    key: str = Field(pattern=r"^[a-z0-9_.\-]{1,80}$")
    source: str = Field(min_length=2, description="Mechanism ID, or law with article")
    effective_from: date = date(2026, 1, 1)

    def weakens(self, base: Self) -> str | None:
        """How this county's version would weaken a safeguard of the common one, or None."""
        return None


def kinds() -> dict[str, type[Declared]]:
    """Every kind that an installed module declares, by its name in the files."""
    found: dict[str, type[Declared]] = {}
    for config in apps.get_app_configs():
        module = f"{config.name}.blueprint"
        if config.name.startswith("xiangyue.") and find_spec(module) is not None:
            found.update(import_module(module).DECLARES)
    return found
