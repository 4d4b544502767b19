"""Compacts for other software: whatever the pages can do, with the same refusals."""

from ninja import Router

from xiangyue.compacts.api.drafting import router as drafting
from xiangyue.compacts.api.keeping import router as keeping
from xiangyue.compacts.api.public import router as public

router = Router(tags=["compacts"])
router.add_router("", public)
router.add_router("", drafting)
router.add_router("", keeping)
