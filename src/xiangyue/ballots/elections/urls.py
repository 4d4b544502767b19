from django.urls import path

from xiangyue.ballots.elections.acts import ACTS, RECALL_ACTS
from xiangyue.ballots.elections.pages import desk, public, recalls, telling

urlpatterns = [
    path("elections/", public.elections, name="elections"),
    path("elections/<uuid:election_id>/", public.election, name="election"),
    path("elections/rounds/<uuid:round_id>/result.json", public.result_json, name="election-json"),
    path("elections/rounds/<uuid:round_id>/result.pdf", public.result_pdf, name="election-pdf"),
    path("elections/rounds/<uuid:round_id>/slip.pdf", public.slip_pdf, name="election-slip"),
    path("elections/rounds/<uuid:round_id>/slips.pdf", telling.slips_pdf, name="election-slips"),
    path("elections/rounds/<uuid:round_id>/door/", telling.door, name="election-door"),
    path(
        "elections/rounds/<uuid:round_id>/door/<int:entry_number>/",
        telling.hand_out,
        name="election-hand-out",
    ),
    path(
        "elections/rounds/<uuid:round_id>/door/<int:entry_number>/undo/",
        telling.take_back,
        name="election-take-back",
    ),
    path("elections/rounds/<uuid:round_id>/counts/", telling.counts, name="election-counts"),
    path("recalls/<uuid:recall_id>/", public.recall, name="recall"),
    path("desk/elections/", desk.elections, name="elections-desk"),
    path("desk/elections/announce/<str:code>/", desk.announce, name="announce-election"),
    path("desk/elections/<uuid:election_id>/", desk.election, name="keep-election"),
    *(
        path(f"desk/elections/<uuid:election_id>/{act}/", desk.act, {"act": act}, f"election-{act}")
        for act in ACTS
    ),
    path("desk/elected/<int:elected_id>/certificate.pdf", desk.certificate_pdf, name="certificate"),
    path("desk/elected/<int:elected_id>/recall/", recalls.ask, name="ask-recall"),
    path("desk/recalls/<uuid:recall_id>/", recalls.recall, name="keep-recall"),
    *(
        path(f"desk/recalls/<uuid:recall_id>/{act}/", recalls.act, {"act": act}, f"recall-{act}")
        for act in RECALL_ACTS
    ),
]
