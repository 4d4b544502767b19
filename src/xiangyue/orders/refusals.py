"""How rounds say no."""

from xiangyue.kernel.refusals import Conflict, Refused


class WordsMissing(Refused):
    """An act that needs words came without them, or with too many."""

    code = "words_missing"


class MoneyWrong(Refused):
    """An amount is none, or lies outside what is declared."""

    code = "money_wrong"


class RoundStands(Conflict):
    """The round has gone on; this step is past, or has not come."""

    code = "round_stands"


class NotReady(Refused):
    """Something keeps the round from going on."""

    code = "round_not_ready"


class SlipRefused(Refused):
    """A slip that cannot be taken as it is."""

    code = "slip_refused"


class SlipsDiffer(Refused):
    """The tellers have not typed all papers, or have typed some differently."""

    code = "slips_differ"


class NotYours(Refused):
    """Nobody checks what they have built, costed or reported themselves (SE01)."""

    code = "checked_by_others"
    status = 403
