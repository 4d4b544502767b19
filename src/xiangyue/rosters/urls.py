from django.urls import path

from xiangyue.rosters import pages

urlpatterns = [
    path("public/duty/", pages.public_duty, name="public-duty"),
    path("duty/", pages.my_duty, name="my-duty"),
    path("duty/turns/<uuid:turn_id>/", pages.turn, name="duty-turn"),
    path("duty/exchanges/<uuid:exchange_id>/agree/", pages.agree, name="duty-agree"),
    path("duty/exchanges/<uuid:exchange_id>/decline/", pages.decline, name="duty-decline"),
    path("desk/duty/", pages.rosters, name="rosters"),
    path("desk/duty/<str:code>/", pages.roster, name="roster"),
    path("desk/duty/<str:code>/plan/", pages.plan, name="roster-plan"),
    path("desk/duty/<str:code>/add/", pages.add, name="roster-add"),
    path("desk/duty/<str:code>/publish/", pages.publish, name="roster-publish"),
    path("desk/duty/turns/<uuid:turn_id>/cancel/", pages.cancel, name="duty-cancel"),
]
