"""Every address of the site; each module lists its own."""

from django.conf import settings
from django.urls import include, path

from xiangyue.site import gallery, preferences
from xiangyue.site.api import api
from xiangyue.site.data_requests import pages as data_requests
from xiangyue.site.feeds import pages as feeds
from xiangyue.site.home import day
from xiangyue.site.home import pages as home
from xiangyue.site.offline import pages as offline
from xiangyue.site.record import pages as record

handler400 = "xiangyue.site.trouble.unreadable"
handler404 = "xiangyue.site.trouble.missing"
handler500 = "xiangyue.site.trouble.broken"

urlpatterns = [
    path("", home.home, name="home"),
    path("today/", day.today, name="today"),
    path("kept/", offline.kept, name="kept"),
    path("who.json", offline.who, name="who"),
    path("service-worker.js", offline.service_worker, name="service-worker"),
    path("language/", preferences.set_language, name="set-language"),
    path("large-print/", preferences.set_large_print, name="set-large-print"),
    path("desk/data-requests/", data_requests.data_requests, name="data-requests"),
    path("desk/data-requests/<uuid:request_id>/", data_requests.data_request, name="data-request"),
    path("desk/record/", record.record, name="record"),
    path("desk/record/head.json", record.newest_head, name="record-head"),
    path("desk/record/key.pub", record.signing_key, name="record-key"),
    path("desk/record/<int:entry_id>/proof.json", record.entry_proof, name="record-proof"),
    path("account/calendar/", feeds.calendar_feed, name="calendar-feed"),
    path("feeds/<str:token>.ics", feeds.feed, name="feed"),
    path("api/v1/", api.urls),
    path("", include("xiangyue.access.urls")),
    path("", include("xiangyue.calendars.urls")),
    path("", include("xiangyue.publicity.urls")),
    path("", include("xiangyue.ballots.urls")),
    path("", include("xiangyue.ballots.secret.urls")),
    path("", include("xiangyue.ballots.elections.urls")),
    path("", include("xiangyue.procedures.urls")),
    path("", include("xiangyue.rosters.urls")),
    path("", include("xiangyue.insight.urls")),
    path("", include("xiangyue.incidents.urls")),
    path("", include("xiangyue.meetings.urls")),
    path("", include("xiangyue.notifications.urls")),
    path("", include("xiangyue.registry.importing.urls")),
    path("", include("xiangyue.registry.exporting.urls")),
    path("", include("xiangyue.registry.urls")),
    path("", include("xiangyue.patrols.urls")),
    path("", include("xiangyue.consultations.urls")),
    path("", include("xiangyue.orders.urls")),
    path("", include("xiangyue.councils.urls")),
    path("", include("xiangyue.assemblies.urls")),
    path("", include("xiangyue.deliberation.urls")),
    path("", include("xiangyue.compacts.urls")),
    path("", include("xiangyue.enforcement.urls")),
    path("", include("xiangyue.open311.urls")),
    path("", include("xiangyue.webhooks.urls")),
]

if settings.DEBUG:
    urlpatterns += [
        path("gallery/", gallery.gallery, name="gallery"),
        path("gallery/<slug:page>/", gallery.gallery, name="gallery-page"),
    ]
