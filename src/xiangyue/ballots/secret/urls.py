from django.urls import path

from xiangyue.ballots.secret import pages

urlpatterns = [
    path("votes/<uuid:ballot_id>/secret/", pages.vote, name="secret-vote"),
    path("votes/<uuid:ballot_id>/secret/box/", pages.board, name="secret-box"),
    path("votes/<uuid:ballot_id>/secret/check/", pages.check, name="secret-check"),
    path("votes/<uuid:ballot_id>/secret/recount.json", pages.recount, name="secret-recount"),
    path("votes/<uuid:ballot_id>/secret/trustee/", pages.trustee, name="secret-trustee"),
    path("desk/votes/<uuid:ballot_id>/trustees/", pages.trustees, name="secret-trustees"),
]
