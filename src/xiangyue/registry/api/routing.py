"""The one router of the register: the verbs of one address must meet in one place."""

from ninja import Router

from xiangyue.access.authentication import REQUIRED

router = Router(tags=["register"], auth=REQUIRED)
