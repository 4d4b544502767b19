"""The API's twin of the register's pages: the same verbs, masks and refusals."""

from xiangyue.registry.api import bulk, keeping, own, records
from xiangyue.registry.api.routing import router

__all__ = ["bulk", "keeping", "own", "records", "router"]
