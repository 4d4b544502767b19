"""The API's twin of meetings: the same services, the same refusals."""

from ninja import Router

from xiangyue.assemblies.api.minutes import router as minutes_router
from xiangyue.assemblies.api.public import router as public_router
from xiangyue.assemblies.api.running import router as running_router

router = Router()
router.add_router("", public_router)
router.add_router("", running_router)
router.add_router("", minutes_router)
