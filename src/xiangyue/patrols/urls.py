from django.urls import path

from xiangyue.patrols import pages

urlpatterns = [
    path("patrol/", pages.my_patrols, name="my-patrols"),
    path("patrol/done/<uuid:patrol_id>/", pages.done, name="patrol-done"),
    path("patrol/<str:code>/", pages.walk, name="patrol"),
    path("patrol/<str:code>/nil/", pages.nil, name="patrol-nil"),
    path("desk/patrols/", pages.coverage, name="patrols"),
    path("desk/patrols/<str:code>/days/", pages.days, name="patrol-days"),
    path("desk/patrols/<str:code>/households/", pages.households, name="patrol-households"),
]
