"""Councils for other software: whatever the pages can do, with the same refusals."""

from ninja import Router

from xiangyue.councils.api.desk import router as desk
from xiangyue.councils.api.groups import router as groups
from xiangyue.councils.api.public import router as public

router = Router(tags=["councils"])
router.add_router("", public)
router.add_router("", groups)
router.add_router("", desk)
