"""Every address of the site; each module lists its own."""

from django.urls import include, path

from xiangyue.site.api import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("", include("xiangyue.access.urls")),
]
