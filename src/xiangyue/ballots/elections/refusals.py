"""How elections say no."""

from xiangyue.kernel.refusals import Conflict, Refused


class ElectionRefused(Refused):
    """The election cannot be held like this."""

    code = "election_refused"


class ElectionStands(Conflict):
    """The election has gone on; this step is past, or has not come."""

    code = "election_stands"


class NotACandidate(Refused):
    """This person cannot stand, or cannot do this because they stand."""

    code = "not_a_candidate"


class SlipRefused(Conflict):
    """This voter has had their slips, or slips are not handed out now."""

    code = "slip_refused"


class ElectionCountRefused(Refused):
    """What was counted cannot be."""

    code = "election_count_refused"


class RecallRefused(Refused):
    """The recall cannot be asked for, called or decided like this."""

    code = "recall_refused"
