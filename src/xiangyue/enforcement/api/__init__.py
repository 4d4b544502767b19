"""Keeping a compact for other software: whatever the pages can do, with the same refusals."""

from ninja import Router

from xiangyue.enforcement.api.calling import router as calling
from xiangyue.enforcement.api.keeping import router as keeping
from xiangyue.enforcement.api.public import router as public
from xiangyue.enforcement.api.reminding import router as reminding

router = Router(tags=["keeping the compact"])
router.add_router("", public)
router.add_router("", keeping)
router.add_router("", reminding)
router.add_router("", calling)
