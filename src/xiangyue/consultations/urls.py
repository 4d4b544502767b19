from django.urls import path

from xiangyue.consultations.pages import desk, public, resident

urlpatterns = [
    path("consultations/", public.consultations, name="consultations"),
    path("consultations/<uuid:consultation_key>/", public.consultation, name="consultation"),
    path(
        "consultations/<uuid:consultation_key>/result/", public.result, name="consultation-result"
    ),
    path(
        "consultations/<uuid:consultation_key>/answers.csv",
        public.export,
        name="consultation-export",
    ),
    path(
        "consultations/<uuid:consultation_key>/answer/", resident.answer, name="answer-consultation"
    ),
    path("consultations/<uuid:consultation_key>/mine/", resident.my_answers, name="my-answers"),
    path(
        "consultations/<uuid:consultation_key>/propose/", resident.propose, name="propose-statement"
    ),
    path("statements/<uuid:statement_key>/", public.statement, name="statement"),
    path("statements/<uuid:statement_key>/answer/", resident.give_answer, name="give-answer"),
    path("statements/<uuid:statement_id>/appeal/", resident.appeal, name="appeal-statement"),
    path("statements/<uuid:statement_key>/reasons/", resident.give_reason, name="give-reason"),
    path("reasons/<uuid:reason_key>/support/", resident.support, name="support-reason"),
    path("reasons/<uuid:reason_id>/hide/", desk.hide_reason, name="hide-reason"),
    path("desk/consultations/", desk.kept, name="kept-consultations"),
    path("desk/consultations/begin/", desk.begin, name="begin-consultation"),
    path(
        "desk/consultations/<uuid:consultation_id>/",
        desk.kept_consultation,
        name="kept-consultation",
    ),
    path("desk/consultations/<uuid:consultation_id>/close/", desk.close, name="close-consultation"),
    path("desk/statements/<uuid:statement_id>/", desk.moderate, name="moderate-statement"),
    path("desk/statements/<uuid:statement_id>/hands/", desk.hands, name="enter-hands"),
]
