"""The one router of incidents: the verbs of one address must meet in one place."""

from ninja import Router

router = Router(tags=["incidents"])
