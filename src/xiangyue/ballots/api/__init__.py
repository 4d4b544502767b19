"""The API's twin of votes: the same services, the same refusals."""

from ninja import Router

from xiangyue.ballots.api.keeping import router as keeping
from xiangyue.ballots.api.taking import router as taking

router = Router()
router.add_router("", taking)
router.add_router("", keeping)
