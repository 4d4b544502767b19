from django.urls import path

from xiangyue.compacts.pages import answering, corrections, drafting, public, resident, steps

KEPT = "desk/compact-versions/<uuid:version_id>/"

urlpatterns = [
    path("compacts/", public.compacts, name="compacts"),
    path("compacts/<uuid:compact_key>/", public.compact, name="compact"),
    path("compacts/<uuid:compact_key>/history/", public.history, name="compact-history"),
    path("compacts/<uuid:compact_key>/aloud/", public.aloud, name="compact-aloud"),
    path("compacts/<uuid:compact_key>/aloud.txt", public.aloud_text, name="compact-aloud-text"),
    path("compacts/<uuid:compact_key>/a3.pdf", public.poster, {"paper": "a3"}, name="compact-a3"),
    path("compacts/<uuid:compact_key>/a4.pdf", public.poster, {"paper": "a4"}, name="compact-a4"),
    path("compact-versions/<uuid:version_key>/", public.version, name="compact-version"),
    path("compact-versions/<uuid:version_key>/changes/", public.changes, name="compact-changes"),
    path("compact-versions/<uuid:version_key>/say/", resident.speak, name="compact-say"),
    path("compact-versions/<uuid:version_key>/enter/", resident.enter, name="compact-enter"),
    path("compact-versions/<uuid:version_key>/asked/", resident.ask, name="compact-ask"),
    path("compact-opinions/mine/", resident.mine, name="my-compact-opinions"),
    path("compact-opinions/<str:opinion_receipt>/", resident.receipt, name="compact-receipt"),
    path("desk/compacts/", drafting.kept, name="kept-compacts"),
    path("desk/compacts/begin/", drafting.begin, name="begin-compact"),
    path("desk/compacts/<uuid:compact_id>/", drafting.begin_next, name="kept-compact"),
    path("desk/compacts/<uuid:compact_id>/tell/", corrections.tell, name="tell-compact"),
    path(
        "desk/compact-tellings/<uuid:telling_id>/remove/", corrections.untell, name="untell-compact"
    ),
    path(KEPT, drafting.draft, name="draft-compact"),
    path(f"{KEPT}clauses/", drafting.add, name="add-clause"),
    path(f"{KEPT}accompany/", steps.accompany, name="accompany-compact"),
    path(f"{KEPT}publish/", steps.publish, name="publish-compact"),
    path(f"{KEPT}revise/", steps.revise, name="revise-compact"),
    path(f"{KEPT}opinions/", answering.register, name="compact-register"),
    path(f"{KEPT}vote/", steps.call_vote, name="call-compact-vote"),
    path(f"{KEPT}sheet/", steps.sign, name="sign-compact"),
    path(f"{KEPT}file/", steps.file_it, name="file-compact"),
    path(f"{KEPT}acknowledge/", steps.acknowledge, name="acknowledge-compact"),
    path(f"{KEPT}result/", steps.post_result, name="post-compact"),
    path(f"{KEPT}force/", steps.force, name="force-compact"),
    path(f"{KEPT}withdraw/", steps.withdraw, name="withdraw-compact"),
    path(f"{KEPT}take-over/", steps.take_over, name="take-over-compact"),
    path("desk/clauses/<uuid:clause_id>/", drafting.edit, name="edit-clause"),
    path("desk/clauses/<uuid:clause_id>/move/", drafting.move, name="move-clause"),
    path("desk/clauses/<uuid:clause_id>/remove/", drafting.remove, name="remove-clause"),
    path("desk/clauses/<uuid:clause_id>/order/", corrections.order, name="order-correction"),
    path(
        "desk/clauses/<uuid:clause_id>/findings/<str:clause_check>/",
        drafting.judge,
        name="judge-clause",
    ),
    path("desk/corrections/<uuid:correction_id>/lift/", corrections.lift, name="lift-correction"),
    path("desk/compact-opinions/<uuid:opinion_id>/", answering.answer, name="answer-opinion"),
    path("desk/signings/<uuid:signing_id>/sheet/", steps.sheet, name="compact-sheet"),
]
