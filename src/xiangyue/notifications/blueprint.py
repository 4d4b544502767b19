"""What a county may declare about messages: who is told what when something happens."""

from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from xiangyue.activity.catalogue import UnknownActivity, activity_named
from xiangyue.blueprints.schema import Declared, Said
from xiangyue.incidents.rules import State
from xiangyue.notifications.rules import (
    OF_OTHERS,
    PERSONAL,
    PLACEHOLDERS,
    READ_OUT,
    SHORT,
    placeholders_in,
)


class Audience(StrEnum):
    """Who is told. Staff are found by their posts; the nearest are told, not everyone above."""

    REPORTER = "reporter"
    SUPPORTERS = "supporters"  # who has the same matter, the reporters of merged ones too
    ENTERED_BY = "entered_by"  # who reported it for somebody else
    UNIT = "unit"  # who handles for the unit that has it in hand
    HANDLER = "handler"  # who took it on; nobody yet, or no longer there: the unit
    DISPATCHERS = "dispatchers"
    VERIFIERS = "verifiers"
    DECIDERS = "deciders"  # who decides on more time
    SUPERVISORS = "supervisors"
    WATCHERS = "watchers"  # the level that is told when a matter is overdue
    VILLAGE = "village"  # everybody there, over the loudspeaker
    NAMED = "named"  # whom the activity names: of other modules than incidents


OUTSIDE = frozenset({Audience.REPORTER, Audience.SUPPORTERS, Audience.ENTERED_BY})

Way = Literal["resident", "worker", "counter", "telephone", "api"]
Reaching = Literal["inbox", "sms", "loudspeaker"]


class DeclaredMessage(Declared):
    """What one audience is told of one activity.

    `key` is the activity's name, a dot, and what tells it from others on the same activity.
    `short` is what leaves the house (a text message, the loudspeaker) and says no more than
    needed; `title` and `body` are read after signing in. Who wishes no optional text messages
    gets only those that are essential. Empty `states` or `ways` mean any.
    """

    on: str
    to: Audience
    title: Said
    body: Said
    short: Said | None = None
    channels: tuple[Reaching, ...] = ("inbox",)
    states: tuple[State, ...] = Field((), description="only when the incident is then in one")
    by: Literal["anybody", "reporter", "staff"] = "anybody"
    ways: tuple[Way, ...] = Field((), description="only when it was reported in one of these ways")
    short_ways: tuple[Way, ...] = Field(
        ("resident", "counter", "telephone", "api"), description="text messages only then"
    )
    short_from_urgency: int = Field(0, ge=0, le=2, description="text messages only from here on")
    is_essential: bool = False
    is_told_to_actor: bool = Field(default=False, description="even when they did it themselves")
    opens: str = Field("", pattern=r"^[a-z-]*$", description="the page it leads to, by its name")
    is_only_when_told: bool = Field(
        default=False, description="only if the reporter may see the step"
    )

    @field_validator("on")
    @classmethod
    def _has_somebody_to_tell(cls, value: str) -> str:
        try:
            activity = activity_named(value)
        except UnknownActivity as unknown:
            raise ValueError(str(unknown)) from unknown
        names_somebody = {"person", "concerned_count"} & set(activity.facts)
        if not value.startswith("incidents.") and not names_somebody:
            raise ValueError("messages are about incidents, or to whom an activity names")
        return value

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if not self.key.startswith(f"{self.on}."):
            raise ValueError(f"the key begins with the activity: {self.on}.…")
        if (self.to == Audience.NAMED) == self.on.startswith("incidents."):
            raise ValueError("of incidents an audience is told, of others whom the activity names")
        if (self.to == Audience.VILLAGE) != (self.channels == ("loudspeaker",)):
            raise ValueError("the loudspeaker speaks to a village, and nothing else does")
        if self.to != Audience.VILLAGE and "inbox" not in self.channels:
            raise ValueError("every message is in the inbox, whatever else carries it")
        if (self.short is None) != (self.channels == ("inbox",)):
            raise ValueError("`short` is what another channel than the inbox carries")
        allowed = PLACEHOLDERS if self.to == Audience.REPORTER else PLACEHOLDERS - PERSONAL
        if self.to == Audience.VILLAGE:
            allowed = READ_OUT
        if self.to == Audience.NAMED:
            allowed = OF_OTHERS
        self._check((self.title, self.body), allowed)
        if self.short is not None:
            short = {Audience.VILLAGE: READ_OUT, Audience.NAMED: frozenset[str]()}
            self._check((self.short,), short.get(self.to, SHORT))
        return self

    def _check(self, texts: tuple[Said, ...], allowed: frozenset[str]) -> None:
        for text in texts:
            found = placeholders_in(text.zh) | placeholders_in(text.en)
            if refused := sorted(found - allowed):
                raise ValueError(f"this text may not speak of {', '.join(refused)}")

    def weakens(self, base: Self) -> str | None:
        if (self.on, self.to) != (base.on, base.to):
            return f"{self.key} must go to the same people on the same occasion"
        if not set(base.channels) <= set(self.channels):
            return f"{self.key} must use every channel of the common declarations"
        if base.is_essential and not self.is_essential:
            return f"{self.key} is essential; nobody can do without it"
        same = ("states", "by", "ways", "is_only_when_told", "short_ways", "short_from_urgency")
        if any(getattr(self, name) != getattr(base, name) for name in same):
            return f"{self.key} must be sent whenever the common declarations say"
        return None


DECLARES = {"message": DeclaredMessage}
