"""The API of incidents: every verb that a page has, over the same services."""

from xiangyue.incidents.api.acting import router as acting_router
from xiangyue.incidents.api.reading import router as reading_router
from xiangyue.incidents.api.reporting import router as reporting_router

__all__ = ["acting_router", "reading_router", "reporting_router"]
