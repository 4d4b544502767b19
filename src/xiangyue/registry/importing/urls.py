"""The addresses of the import of residents."""

from django.urls import path

from xiangyue.registry.importing import pages

urlpatterns = [
    path("desk/imports/", pages.imports, name="imports"),
    path("desk/imports/template.xlsx", pages.import_template, name="import-template"),
    path("desk/imports/<uuid:import_id>/", pages.show_import, name="import"),
    path("desk/imports/<uuid:import_id>/progress/", pages.import_progress, name="import-progress"),
    path("desk/imports/<uuid:import_id>/confirm/", pages.confirm_import, name="confirm-import"),
    path("desk/imports/<uuid:import_id>/cancel/", pages.cancel_import, name="cancel-import"),
    path("desk/imports/<uuid:import_id>/marked.xlsx", pages.marked_list, name="marked-list"),
]
