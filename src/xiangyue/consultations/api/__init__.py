"""Consultations for other software: whatever the pages can do, with the same refusals."""

from ninja import Router

from xiangyue.consultations.api.keeping import router as keeping
from xiangyue.consultations.api.reading import router as reading
from xiangyue.consultations.api.taking_part import router as taking_part

router = Router(tags=["consultations"])
router.add_router("", reading)
router.add_router("", taking_part)
router.add_router("", keeping)
