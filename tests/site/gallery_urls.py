"""The site's addresses with the gallery, which a real installation does not serve."""

from django.urls import path

from xiangyue.site import gallery
from xiangyue.site.urls import urlpatterns as site_urls

urlpatterns = [
    *site_urls,
    path("gallery/<slug:page>/", gallery.gallery, name="gallery-page"),
]
