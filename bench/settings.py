"""The installation's settings, with an empty page beside its own pages."""

from xiangyue.site.settings import *  # noqa: F403 - all of them

ROOT_URLCONF = "bench.urls"
