from django.urls import path

from xiangyue.councils.pages import desk, groups, matters, public, resident

urlpatterns = [
    path("councils/", public.councils_at, name="councils"),
    path("councils/at/<str:code>/", public.councils_at, name="councils-at"),
    path("councils/at/<str:code>/begin/", public.begin_group, name="begin-group"),
    path("councils/mine/", resident.mine, name="my-councils"),
    path("councils/<uuid:council_key>/", public.council, name="council"),
    path("councils/<uuid:council_key>/roster.pdf", public.roster, name="council-roster"),
    path("councils/<uuid:council_key>/join/", public.join, name="join-council"),
    path("councils/<uuid:council_key>/ask/", public.ask, name="ask-group"),
    path("council-matters/<uuid:matter_key>/", public.matter, name="council-matter"),
    path(
        "council-matters/<uuid:matter_key>/concerned/", public.concerned, name="council-concerned"
    ),
    path(
        "council-matters/<uuid:council_matter_id>/step-back/",
        resident.recuse,
        name="recuse-from-matter",
    ),
    path(
        "council-seats/<uuid:council_seat_id>/answer/",
        resident.answer_seat,
        name="answer-council-seat",
    ),
    path(
        "council-seats/<uuid:council_seat_id>/leave/",
        resident.leave_seat,
        name="leave-council-seat",
    ),
    path("stakes/<uuid:stake_id>/answer/", resident.answer_stake, name="answer-stake"),
    path("groups/<uuid:council_id>/", groups.group, name="group"),
    path("group-matters/<uuid:group_matter_id>/", groups.group_matter, name="group-matter"),
    path("group-matters/<uuid:group_matter_id>/minutes.pdf", groups.minutes, name="group-minutes"),
    path("group-matters/<uuid:group_matter_id>/<str:group_act>/", groups.act, name="group-act"),
    path("desk/councils/", desk.kept, name="kept-councils"),
    path("desk/councils/form/", desk.form_council, name="form-council"),
    path("desk/councils/coverage/", desk.council_coverage, name="council-coverage"),
    path("desk/councils/<uuid:council_id>/", desk.kept_council, name="kept-council"),
    path("desk/councils/<uuid:council_id>/seat/", desk.seat_somebody, name="seat-somebody"),
    path("desk/councils/<uuid:council_id>/publish/", desk.publish, name="publish-roster"),
    path("desk/councils/<uuid:council_id>/begin/", desk.begin, name="begin-council"),
    path("desk/councils/<uuid:council_id>/dissolve/", desk.dissolve, name="dissolve-council"),
    path("desk/councils/<uuid:council_id>/matters/", desk.take_up, name="take-up-matter"),
    path(
        "desk/council-seats/<uuid:council_seat_id>/answer/",
        desk.answer_on_paper,
        name="answer-on-paper",
    ),
    path("desk/council-seats/<uuid:council_seat_id>/end/", desk.end_seat, name="end-council-seat"),
    path(
        "desk/council-seats/<uuid:council_seat_id>/replace/",
        desk.replace,
        name="replace-council-seat",
    ),
    path(
        "desk/council-matters/<uuid:council_matter_id>/",
        matters.kept_matter,
        name="kept-council-matter",
    ),
    path(
        "desk/council-matters/<uuid:council_matter_id>/invite/",
        matters.invite,
        name="invite-stakeholder",
    ),
    path(
        "desk/council-matters/<uuid:council_matter_id>/enter/",
        matters.enter_ask,
        name="enter-concerned",
    ),
    path(
        "desk/council-matters/<uuid:council_matter_id>/close/",
        matters.close,
        name="close-council-matter",
    ),
    path("desk/stakes/<uuid:stake_id>/", matters.stake, name="kept-stake"),
]
