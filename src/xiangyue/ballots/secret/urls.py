from django.urls import path

from xiangyue.ballots.secret import pages

urlpatterns = [
    path("votes/<uuid:box_id>/secret/", pages.vote, name="secret-vote"),
    path("votes/<uuid:box_id>/secret/box/", pages.board, name="secret-box"),
    path("votes/<uuid:box_id>/secret/check/", pages.check, name="secret-check"),
    path("votes/<uuid:box_id>/secret/recount.json", pages.recount, name="secret-recount"),
    path("votes/<uuid:box_id>/secret/trustee/", pages.trustee, name="secret-trustee"),
    path("desk/votes/<uuid:box_id>/trustees/", pages.trustees, name="secret-trustees"),
]
