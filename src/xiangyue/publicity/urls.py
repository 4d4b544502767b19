from django.urls import path

from xiangyue.publicity.pages import board, desk, drafts, objections

urlpatterns = [
    path("board/", board.board, name="board"),
    path("board/<str:code>/", board.board, name="board-of"),
    path("board/<str:code>/feed.atom", board.feed, {"form": "atom"}, name="board-atom"),
    path("board/<str:code>/feed.rss", board.feed, {"form": "rss"}, name="board-rss"),
    path("notices/<str:notice>/", board.show_notice, name="notice"),
    path("notices/<str:notice>/a3.pdf", board.poster, {"paper": "a3"}, name="poster-a3"),
    path("notices/<str:notice>/a4.pdf", board.poster, {"paper": "a4"}, name="poster-a4"),
    path("notices/<str:notice>/files/<uuid:notice_file>/", board.attachment, name="notice-file"),
    path("notices/<str:notice>/object/", objections.object_to, name="object-to"),
    path("notices/<str:notice>/enter/", objections.object_for_others, name="object-for-others"),
    path("objections/", objections.find_receipt, name="find-receipt"),
    path("objections/mine/", objections.my_objections, name="my-objections"),
    path("objections/<str:receipt>/", objections.show_receipt, name="receipt"),
    path("desk/notices/", desk.notices, name="notices"),
    path("desk/notices/write/", drafts.write, name="write-notice"),
    path("desk/notices/drafts/<uuid:draft_id>/", drafts.draft, name="notice-draft"),
    path("desk/notices/drafts/<uuid:draft_id>/preview/", drafts.preview, name="preview-notice"),
    path("desk/notices/drafts/<uuid:draft_id>/discard/", drafts.discard, name="discard-draft"),
    path("desk/notices/drafts/<uuid:draft_id>/attach/", drafts.attach, name="attach-to-draft"),
    path("desk/notices/files/<uuid:kept_file>/", desk.attachment, name="kept-notice-file"),
    path("desk/notices/files/<uuid:kept_file>/remove/", drafts.detach, name="detach-from-draft"),
    path("desk/notices/<str:notice>/", desk.kept_notice, name="kept-notice"),
    path("desk/notices/<str:notice>/take-down/", desk.take_down, name="take-down"),
    path("desk/notices/<str:notice>/again/", desk.write_again, name="write-again"),
    path("desk/objections/<uuid:notice_objection_id>/", desk.answer, name="answer-objection"),
]
