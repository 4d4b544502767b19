from django.urls import path

from xiangyue.notifications import pages

urlpatterns = [
    path("messages/", pages.messages, name="messages"),
    path("messages/read-all/", pages.read_all, name="read-all-messages"),
    path("messages/reach/", pages.reach, name="reach"),
    path("messages/reach/confirm/", pages.confirm_email, name="confirm-email"),
    path("messages/<uuid:message_id>/", pages.message, name="message"),
    path("outbox/", pages.outbox, name="outbox"),
    path("outbox/codes/", pages.codes, name="demo-codes"),
    path("outbox/<uuid:delivery_id>/retry/", pages.retry, name="retry-delivery"),
    path("loudspeaker/", pages.loudspeaker, name="loudspeaker"),
    path("loudspeaker/<uuid:delivery_id>/read/", pages.read_out, name="read-out"),
]
