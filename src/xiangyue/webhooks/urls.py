from django.urls import path

from xiangyue.webhooks import pages

ONE = "desk/webhooks/<uuid:endpoint_id>/"

urlpatterns = [
    path("desk/webhooks/", pages.webhooks, name="webhooks"),
    path(ONE, pages.webhook, name="webhook"),
    path(f"{ONE}secret/", pages.rotate, name="rotate-webhook-secret"),
    path(f"{ONE}pause/", pages.pause, name="pause-webhook"),
    path(f"{ONE}resume/", pages.resume, name="resume-webhook"),
    path(f"{ONE}end/", pages.end, name="end-webhook"),
    path("desk/webhooks/events/<uuid:sending_id>/again/", pages.send_again, name="send-again"),
    path("desk/webhooks/events/<uuid:sending_id>/leave/", pages.leave_out, name="leave-out"),
]
