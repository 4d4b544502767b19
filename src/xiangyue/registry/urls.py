"""The addresses of the register's pages."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from xiangyue.registry.pages import bulk, entering, finding, own, record


class PartConverter(StringConverter):
    """The parts of the register: people, households and all other records."""

    regex = "people|households|records"


register_converter(PartConverter, "register_part")

ONE = "register/<register_part:part>/<uuid:key>/"

urlpatterns = [
    path("register/", finding.register, name="register"),
    path("register/catalogue/", finding.catalogue, name="register-catalogue"),
    path("register/burden/", finding.burden, name="register-burden"),
    path("register/enter/household/", entering.enter_household, name="register-enter-household"),
    path("register/enter/<slug:kind_key>/", entering.enter, name="register-enter"),
    path(
        "register/households/<uuid:household_id>/enter/",
        entering.enter_person,
        name="register-enter-person",
    ),
    path(ONE, record.show_record, name="register-record"),
    path(f"{ONE}read/", record.read_record, name="register-read"),
    path(f"{ONE}supplement/", record.supplement, name="register-supplement"),
    path(f"{ONE}correct/", record.correct, name="register-correct"),
    path(f"{ONE}confirm/", record.confirm, name="register-confirm"),
    path(f"{ONE}delete/", record.delete, name="register-delete"),
    path("register/bulk/", bulk.bulk_reads, name="register-bulk"),
    path("register/bulk/<uuid:bulk_id>/", bulk.bulk_read, name="register-bulk-read"),
    path("register/bulk/<uuid:bulk_id>/use/", bulk.use_bulk_read, name="register-use-bulk"),
    path("register/deletions/", bulk.deletions, name="register-deletions"),
    path("register/deletions/<uuid:certificate_id>/", bulk.deletion, name="register-deletion"),
    path(
        "register/deletions/<uuid:certificate_id>/certificate.json",
        bulk.deletion_file,
        name="register-deletion-file",
    ),
    path("me/record/", own.my_record, name="my-record"),
    path("me/record/change/", own.change_mine, name="change-my-record"),
    path("me/record/ask/", own.ask_about_mine, name="ask-about-my-record"),
    path(
        "me/record/<uuid:code>/withdraw/<slug:field_key>/", own.withdraw_mine, name="withdraw-mine"
    ),
]
