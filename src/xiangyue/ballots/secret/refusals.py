"""How secret votes say no."""

from xiangyue.kernel.refusals import Conflict, NotAllowed, Refused


class TrusteesMissing(Refused):
    """The box cannot be locked, or not be opened: not every trustee has done their part."""

    code = "trustees_missing"


class ShareRefused(Refused):
    """A trustee's part does not hold."""

    code = "share_refused"


class NotTrustee(NotAllowed):
    """Only the trustee does their part."""

    code = "not_trustee"


class SlipRefused(Conflict):
    """This voter has taken a slip already, or another way of voting."""

    code = "slip_refused"


class SealRefused(Refused):
    """A sealed vote does not hold; `reason` names the check, for whoever wrote the program."""

    code = "seal_refused"


class NotAnonymous(Refused):
    """A vote came with a cookie or a token, from which one could tell who cast it."""

    code = "not_anonymous"
    status = 400


class BoxStands(Conflict):
    """The box has gone on; this step is past, or has not come."""

    code = "box_stands"
