"""The API of incidents: every verb that a page has, over the same services."""

from xiangyue.incidents.api import acting, desk, organisation, photos, reading, reporting
from xiangyue.incidents.api.routing import router

__all__ = ["acting", "desk", "organisation", "photos", "reading", "reporting", "router"]
