"""How votes say no."""

from xiangyue.kernel.refusals import Conflict, Refused


class NotItsRule(Refused):
    """The body of this rule does not meet at such a place, or not in this way."""

    code = "not_its_rule"


class NobodyOnRoll(Refused):
    """The register names nobody for this roll."""

    code = "nobody_on_roll"


class RollStands(Conflict):
    """The roll is fixed, or not yet where this can be done."""

    code = "roll_stands"


class RollUnsettled(Refused):
    """Something keeps the roll from being fixed."""

    code = "roll_unsettled"


class NotTheirMatter(Refused):
    """The body may not decide this (EL05)."""

    code = "not_their_matter"


class PlanRefused(Refused):
    """The vote cannot be held as planned."""

    code = "plan_refused"


class BallotNotOpen(Conflict):
    """Votes are taken only between opening and closing."""

    code = "ballot_not_open"


class BallotStands(Conflict):
    """The vote has gone on; this step is past, or has not come."""

    code = "ballot_stands"


class NotOnRoll(Refused):
    """Only who stands on the roll takes part."""

    code = "not_on_roll"


class AlreadyTookPart(Conflict):
    """Nobody is counted twice (EL01)."""

    code = "already_took_part"


class ProxyRefused(Refused):
    """The law does not let this person vote for that one (EL04)."""

    code = "proxy_refused"


class VoteIncomplete(Refused):
    """A vote answers every question with one of its choices."""

    code = "vote_incomplete"


class CountRefused(Refused):
    """What was counted cannot be."""

    code = "count_refused"


class CountsMissing(Refused):
    """Not everything has been counted, or the tellers have counted differently."""

    code = "counts_missing"


class RollChanged(Conflict):
    """The roll is not the one that was fixed; nothing is counted on it."""

    code = "roll_changed"
