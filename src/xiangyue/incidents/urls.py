"""The addresses of incidents' pages."""

from django.urls import path

from xiangyue.incidents.pages import acting, desk, incident, photos, places, public, resident, slips
from xiangyue.incidents.serving import photo_file, shown_file

urlpatterns = [
    path("at/<str:code>/", resident.arrive_at, name="arrive"),
    path("report/", resident.report, name="report"),
    path("report/suggest/", resident.suggest, name="suggest"),
    path("report/sent/", resident.reported, name="reported"),
    path("enter/", resident.enter_for_others, name="enter-for-others"),
    path("mine/", resident.my_incidents, name="my-incidents"),
    path("slip/", resident.slip, name="find-slip"),
    path("slip/<str:code>/", resident.slip, name="slip"),
    path("slip/<str:code>/<slug:verb>/", resident.act_by_slip, name="slip-act"),
    path("incidents/<str:number>/", incident.show_incident, name="incident"),
    path("incidents/<str:number>/reporter/", incident.see_reporter, name="see-reporter"),
    path("incidents/<str:number>/slip/", slips.reissue_slip, name="reissue-slip"),
    path("incidents/<str:number>/support/", resident.support, name="support"),
    path("incidents/<str:number>/do/<slug:verb>/", acting.act_on_incident, name="act"),
    path("desk/", desk.inbox, name="inbox"),
    path("desk/dispatch/", desk.bulk_dispatch, name="bulk-dispatch"),
    path("desk/views/", desk.save_view, name="save-view"),
    path("desk/views/<uuid:view_id>/delete/", desk.delete_view, name="delete-view"),
    path("desk/export.xlsx", desk.export_inbox, name="export-inbox"),
    path("desk/areas/", desk.areas, name="areas"),
    path("desk/areas/<str:code>/", desk.areas, name="areas-of"),
    path("desk/map/", desk.map_page, name="incident-map"),
    path("desk/map/points.json", desk.incident_points, name="incident-points"),
    path("desk/places/", places.show_place, name="own-place"),
    path("desk/places/<str:code>/", places.show_place, name="place"),
    path("public/", public.public_place, name="public-county"),
    path("public/<str:code>/", public.public_place, name="public-place"),
    path("public/incidents/<str:number>/", public.public_incident, name="public-incident"),
    path("incidents/<str:number>/photos/<uuid:photo_id>/", photos.decide, name="photo-decide"),
    path(
        "incidents/<str:number>/photos/<uuid:photo_id>/take-down/",
        photos.take_down,
        name="photo-take-down",
    ),
    path("likenesses/<uuid:likeness_id>/dismiss/", photos.dismiss, name="likeness-dismiss"),
    path("uploads/shown/<uuid:showing_id>/<slug:size>.jpg", shown_file, name="shown-file"),
    path("uploads/photos/<uuid:photo_id>/<slug:size>.jpg", photo_file, name="photo-file"),
]
