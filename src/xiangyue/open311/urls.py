from django.urls import path

from xiangyue.open311 import pages, serving
from xiangyue.open311.rendering import FORMATS

V2 = "open311/v2"

urlpatterns = [
    path("desk/systems/", pages.systems, name="systems"),
    path("desk/systems/<uuid:key_id>/revoke/", pages.revoke_key, name="revoke-system-key"),
]

# An address for each form, so that the table of routes names them all.
for form in FORMATS:
    said = {"form": form}
    urlpatterns += [
        path(
            f"open311/discovery.{form}", serving.discovery, said, name=f"open311-discovery-{form}"
        ),
        path(f"{V2}/discovery.{form}", serving.discovery, said),
        path(f"{V2}/services.{form}", serving.service_list, said, name=f"open311-services-{form}"),
        path(f"{V2}/services/<str:code>.{form}", serving.service_definition, said),
        path(f"{V2}/requests.{form}", serving.requests, said, name=f"open311-requests-{form}"),
        path(f"{V2}/requests/<str:number>.{form}", serving.one_request, said),
        path(f"{V2}/tokens/<str:code>.{form}", serving.token, said),
    ]

urlpatterns.append(path("open311/<path:rest>", serving.nothing_here, name="open311-nothing"))
