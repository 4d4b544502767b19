from django.urls import path

from xiangyue.deliberation.pages import desk, photos, public, resident, tasks

urlpatterns = [
    path("decisions/", public.decisions, name="decisions"),
    path("decisions/figures/", public.figures, name="issue-figures"),
    path("decisions/mine/", resident.mine, name="my-issues"),
    path("decisions/raise/", resident.raise_issue, name="raise-issue"),
    path("decisions/issues/", public.issues, name="issues"),
    path("decisions/issues/<str:issue>/", public.issue, name="issue"),
    path("decisions/issues/<str:issue>/photos/", photos.add, name="add-issue-photo"),
    path(
        "decisions/issues/<str:issue>/photos/<uuid:issue_photo>/", photos.photo, name="issue-photo"
    ),
    path(
        "decisions/issues/<str:issue>/photos/<uuid:issue_photo>/remove/",
        photos.remove,
        name="remove-issue-photo",
    ),
    path("decisions/issues/<str:issue>/support/", resident.support, name="support-issue"),
    path("decisions/issues/<str:issue>/take-back/", resident.take_back, name="unsupport-issue"),
    path("decisions/issues/<str:issue>/withdraw/", resident.withdraw, name="withdraw-issue"),
    path("decisions/issues/<str:issue>/ask-again/", resident.ask_again, name="ask-again"),
    path("desk/issues/", desk.kept, name="kept-issues"),
    path("desk/issues/enter/", desk.enter, name="enter-issue"),
    path("desk/issues/tasks/", tasks.tasks, name="issue-tasks"),
    path("desk/issues/tasks/<uuid:issue_task>/<slug:task_act>/", tasks.act, name="act-on-task"),
    path("desk/issues/research/<uuid:research_id>/", desk.research_file, name="research-file"),
    path("desk/issues/<str:issue>/", desk.kept_issue, name="kept-issue"),
    path("desk/issues/<str:issue>/telling/", desk.telling_list, name="issue-telling"),
    path("desk/issues/<str:issue>/slip.pdf", desk.slip, name="issue-slip"),
    path("desk/issues/<str:issue>/<slug:issue_act>/", desk.act, name="act-on-issue"),
]
