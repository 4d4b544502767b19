"""What a county may declare about keeping a compact: committee, teams, areas, reminders."""

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from xiangyue.blueprints.schema import Declared, Piece, Said
from xiangyue.calendars.rules import Limit, LimitUnreadable
from xiangyue.enforcement.rules import (
    LEAST_AGE,
    LEAST_HEARING_DAYS,
    LONGEST_KEPT_DAYS,
    LONGEST_PUT_RIGHT_DAYS,
)

Nominator = Literal["party", "stockade", "clan"]
Level = Literal["village", "group", "micro", "unit", "street"]


def _limit(value: str) -> str:
    try:
        limit = Limit.parse(value)
    except LimitUnreadable as unreadable:
        raise ValueError(str(unreadable)) from unreadable
    if limit.amount == 0:
        raise ValueError("an answer takes some time")
    return value


def _is_later(own: str, base: str) -> bool:
    mine, common = Limit.parse(own), Limit.parse(base)
    return mine.unit is not common.unit or mine.amount > common.amount


class InviteeKind(Piece):
    """Whom a village invites: elders, veterans, heads of clans (LP-14)."""

    key: str = Field(pattern=r"^[a-z_]{1,30}$")
    name: Said


class VettingOffice(Piece):
    """An office that vets, and the functions of the units that speak for it (LP-15)."""

    key: str = Field(pattern=r"^[a-z_]{1,30}$")
    name: Said
    functions: tuple[str, ...] = Field(min_length=1)


class CommitteeSeat(Piece):
    """Who may sit: by office (`is_by_office`, with `roles`), by `roles` they hold, or invited."""

    key: str = Field(pattern=r"^[a-z_]{1,30}$")
    name: Said
    roles: tuple[str, ...] = ()
    is_by_office: bool = False
    is_invited: bool = False
    least: int = Field(0, ge=0, le=50)
    most: int | None = Field(None, ge=1, le=200)

    @model_validator(mode="after")
    def _says_who(self) -> Self:
        if self.is_invited == bool(self.roles):
            raise ValueError("a seat is for invited people, or for holders of roles")
        if self.is_by_office and self.is_invited:
            raise ValueError("who is invited does not sit by office")
        return self


class EnforcementCommittee(Declared):
    """The committee that keeps a compact: seats, invitations, vetting, term and cards.

    `appeal_days` is how long somebody who did not pass may appeal, `appeal_within` how long the
    answer may take; afterwards nothing of it is kept. A card serves `card_days`.
    """

    name: Said
    letter: Said
    seats: tuple[CommitteeSeat, ...] = Field(min_length=1)
    invitee_kinds: tuple[InviteeKind, ...] = Field(min_length=1)
    offices: tuple[VettingOffice, ...] = Field(min_length=1)
    notice_kind: str = "team_members"
    term_years: int = Field(3, ge=1, le=5)
    card_days: int = Field(365, ge=30, le=1100)
    appeal_days: int = Field(15, ge=7, le=60)
    appeal_within: str = "10wd"

    @field_validator("appeal_within")
    @classmethod
    def _is_a_limit(cls, value: str) -> str:
        return _limit(value)

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        for rows in (self.seats, self.invitee_kinds, self.offices):
            keys = [row.key for row in rows]
            if len(keys) != len(set(keys)):
                raise ValueError("each key stands once")
        if sum(seat.is_by_office for seat in self.seats) != 1:
            raise ValueError("exactly one seat, the director's, is held by office (LP-45)")
        return self

    @property
    def director(self) -> CommitteeSeat:
        return next(seat for seat in self.seats if seat.is_by_office)

    def seat(self, key: str) -> CommitteeSeat | None:
        return next((seat for seat in self.seats if seat.key == key), None)

    def weakens(self, base: Self) -> str | None:
        own = {office.key for office in self.offices}
        faults = {
            "be vetted by fewer offices": bool({each.key for each in base.offices} - own),
            "give less time to appeal": self.appeal_days < base.appeal_days,
            "answer appeals later": _is_later(self.appeal_within, base.appeal_within),
            "be shown on another kind of notice": self.notice_kind != base.notice_kind,
            "sit for longer": self.term_years > base.term_years,
        }
        return _said(self.key, faults)


class EnforcementTeam(Declared):
    """A team under the committee: what it does, who heads it, who nominates its members (LP-16).

    `function` is that of the unit which the team is on the duty roster. With `may_note` its
    members on duty may note a breach.
    """

    name: Said
    purpose: Said
    duties: tuple[Said, ...] = Field(min_length=1)
    function: str = Field(pattern=r"^[A-Z]{2,6}$")
    head_roles: tuple[str, ...] = Field(min_length=1)
    head_bodies: tuple[str, ...] = ()
    nominators: tuple[Nominator, ...] = Field(min_length=1)
    size_least: int = Field(2, ge=1, le=50)
    may_note: bool = False

    def weakens(self, base: Self) -> str | None:
        faults = {
            "be headed by anybody": bool(
                {*self.head_roles, *self.head_bodies} - {*base.head_roles, *base.head_bodies}
            ),
            "note breaches": self.may_note and not base.may_note,
            "be smaller": self.size_least < base.size_least,
        }
        return _said(self.key, faults)


class DutySubject(Declared):
    """What is looked after place by place (LP-19); `each` place of these kinds needs somebody."""

    name: Said
    each: tuple[Level, ...] = ()


class SomeoneDuty(Declared):
    """A duty that somebody must hold at every place of a kind (LP-07, LP-38), by their role."""

    name: Said
    each: Level
    roles: tuple[str, ...] = Field(min_length=1)
    reaches_down: bool = Field(default=False, description="a post above serves for all below")


class ReminderRule(Declared):
    """How a reminder goes, and what it never does (REQ-L).

    A clause allows reminders when its text holds one of `allowed_by`, and none when it speaks of
    what somebody is (`not_about`). The person concerned has `hearing_days` to be heard before
    the next step, steps lie `days_between` apart, an objection is answered by somebody else
    within `answer_within`. All of it is erased `kept_days` after it was noted, and
    `put_right_days` after the matter was put right.
    """

    allowed_by: tuple[str, ...] = Field(min_length=1)
    not_about: tuple[str, ...] = Field(min_length=1)
    hearing_days: int = Field(7, ge=LEAST_HEARING_DAYS, le=60)
    days_between: int = Field(7, ge=1, le=60)
    answer_within: str = "10wd"
    kept_days: int = Field(60, ge=1, le=LONGEST_KEPT_DAYS)
    put_right_days: int = Field(3, ge=0, le=LONGEST_PUT_RIGHT_DAYS)
    least_age: int = Field(LEAST_AGE, ge=LEAST_AGE)
    public_list: bool = False
    effects: tuple[str, ...] = ()

    @field_validator("answer_within")
    @classmethod
    def _is_a_limit(cls, value: str) -> str:
        return _limit(value)

    @model_validator(mode="after")
    def _harms_nobody(self) -> Self:
        if self.public_list:
            raise ValueError(
                "no list of people is put up for a breach: naming them hurts their reputation and"
                " privacy (Civil Code arts 1024, 1032; PIPL art. 25), and the compact gives no"
                " right to it; talk with them instead (REQ-L05, docs/decisions)"
            )
        if self.effects:
            raise ValueError(
                "a reminder has no effect on anything: not on awards, points, money, relief or"
                " rights (REQ-L08, REQ-L09, CP01)"
            )
        return self

    def weakens(self, base: Self) -> str | None:
        faults = {
            "keep reminders longer": self.kept_days > base.kept_days,
            "keep what was put right longer": self.put_right_days > base.put_right_days,
            "hear people for a shorter time": self.hearing_days < base.hearing_days,
            "follow faster": self.days_between < base.days_between,
            "answer later": _is_later(self.answer_within, base.answer_within),
            "be about what somebody is": bool(set(base.not_about) - set(self.not_about)),
            "follow from other words": bool(set(self.allowed_by) - set(base.allowed_by)),
        }
        return _said(self.key, faults)


def _said(key: str, faults: dict[str, bool]) -> str | None:
    return next((f"{key} may not {fault}" for fault, is_so in faults.items() if is_so), None)


DECLARES = {
    "enforcement_committee": EnforcementCommittee,
    "enforcement_team": EnforcementTeam,
    "duty_subject": DutySubject,
    "someone_duty": SomeoneDuty,
    "reminder_rule": ReminderRule,
}
