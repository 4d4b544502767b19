from django.urls import path

from xiangyue.assemblies.pages import acting, desk, minutes, public, room

urlpatterns = [
    path("assemblies/", public.sittings, name="sittings"),
    path("assemblies/turns/<int:speaking_id>/back/", public.step_back, name="sitting-step-back"),
    path("assemblies/sheets/<uuid:signature_id>/", minutes.sheet, name="sitting-sheet"),
    path("assemblies/<uuid:sitting_id>/", public.sitting, name="sitting"),
    path("assemblies/<uuid:sitting_id>/coming/", public.say_coming, name="sitting-coming"),
    path("assemblies/<uuid:sitting_id>/ask/", public.ask, name="sitting-ask"),
    path("assemblies/<uuid:sitting_id>/here/", public.here, name="sitting-here"),
    path("assemblies/<uuid:sitting_id>/speak/", public.speak, name="sitting-speak"),
    path("assemblies/<uuid:sitting_id>/minutes.pdf", public.public_minutes, name="sitting-pdf"),
    path("assemblies/<uuid:sitting_id>/minutes/", minutes.read, name="sitting-minutes"),
    path("assemblies/<uuid:sitting_id>/minutes/sign/", minutes.sign, name="sign-sitting-minutes"),
    path(
        "assemblies/<uuid:sitting_id>/minutes/full.pdf", minutes.full_pdf, name="sitting-full-pdf"
    ),
    path("desk/assemblies/", desk.kept, name="sittings-desk"),
    path("desk/assemblies/announce/", desk.announce, name="announce-sitting"),
    path("desk/assemblies/wishes/<uuid:wish_id>/", desk.answer_wish, name="answer-wish"),
    path("desk/assemblies/here/<int:attendance_id>/undo/", room.unmark, name="sitting-unmark"),
    path(
        "desk/assemblies/items/<uuid:agenda_item_id>/<slug:item_act>/",
        acting.on_item,
        name="act-on-item",
    ),
    path(
        "desk/assemblies/motions/<uuid:motion_id>/<slug:motion_act>/",
        acting.on_motion,
        name="act-on-motion",
    ),
    path(
        "desk/assemblies/amendments/<uuid:amendment_id>/<slug:amendment_act>/",
        acting.on_amendment,
        name="act-on-amendment",
    ),
    path("desk/assemblies/<uuid:sitting_id>/", desk.run, name="run-sitting"),
    path("desk/assemblies/<uuid:sitting_id>/invited/", desk.invited, name="sitting-invited"),
    path("desk/assemblies/<uuid:sitting_id>/screen/", room.screen, name="sitting-screen"),
    path("desk/assemblies/<uuid:sitting_id>/door/", room.door, name="sitting-door"),
    path("desk/assemblies/<uuid:sitting_id>/door/mark/", room.mark, name="sitting-mark"),
    path("desk/assemblies/<uuid:sitting_id>/minutes/", minutes.write, name="write-sitting-minutes"),
    path(
        "desk/assemblies/<uuid:sitting_id>/minutes/settle/", minutes.settle, name="settle-minutes"
    ),
    path(
        "desk/assemblies/<uuid:sitting_id>/minutes/take-back/",
        minutes.take_back,
        name="take-back-minutes",
    ),
    path(
        "desk/assemblies/<uuid:sitting_id>/minutes/paper/",
        minutes.sign_on_paper,
        name="sign-on-paper",
    ),
    path(
        "desk/assemblies/<uuid:sitting_id>/minutes/correct/",
        minutes.correct,
        name="correct-sitting-minutes",
    ),
    path(
        "desk/assemblies/<uuid:sitting_id>/act/<slug:sitting_act>/",
        acting.on_sitting,
        name="act-on-sitting",
    ),
]
