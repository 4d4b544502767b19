from ninja import Router

from xiangyue.publicity.api.desk import router as desk_router
from xiangyue.publicity.api.public import router as public_router

router = Router(tags=["notices"])
router.add_router("", public_router)
router.add_router("", desk_router)
