"""The API's twin of budget rounds: the same services, the same refusals."""

from ninja import Router

from xiangyue.orders.api.keeping import router as keeping
from xiangyue.orders.api.taking_part import router as taking_part

router = Router(tags=["budgets"])
router.add_router("", taking_part)
router.add_router("", keeping)
