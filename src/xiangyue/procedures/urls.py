"""The addresses of procedures' pages."""

from django.urls import path

from xiangyue.procedures.pages import design, lists, run, work

RUN = "desk/procedures/<uuid:run_id>/"
STEP = RUN + "<slug:step>/"
DESIGN = "desk/procedures/designs/<uuid:design_id>/"

urlpatterns = [
    path("procedures/", lists.public, name="procedures-public"),
    path("procedures/kinds/", lists.kinds, name="procedure-kinds"),
    path("procedures/kinds/<slug:procedure>/", lists.kind, name="procedure-kind"),
    path("procedures/kinds/<slug:procedure>/chart.pdf", lists.kind_pdf, name="procedure-chart"),
    path("procedures/<uuid:run_id>/", run.public, name="procedure-public"),
    path("desk/procedures/", lists.desk, name="procedures"),
    path("desk/procedures/begin/", lists.begin, name="begin-procedure"),
    path("desk/procedures/how-far/<slug:procedure>/", lists.far, name="procedure-how-far"),
    path("desk/procedures/designs/", design.designs, name="procedure-designs"),
    path("desk/procedures/designs/begin/", design.begin, name="begin-design"),
    path("desk/procedures/designs/new/", design.new, name="new-procedure"),
    path(DESIGN, design.design, name="procedure-design"),
    path(f"{DESIGN}head/", design.head, name="design-head"),
    path(f"{DESIGN}scenarios/", design.scenarios, name="design-scenarios"),
    path(f"{DESIGN}add/", design.add_step, name="design-add-step"),
    path(f"{DESIGN}steps/<slug:design_step>/", design.step, name="design-step"),
    path(
        f"{DESIGN}steps/<slug:design_step>/<slug:way>/", design.move_step, name="design-move-step"
    ),
    path(f"{DESIGN}<slug:act>/", design.decide, name="decide-design"),
    path(RUN, run.desk, name="procedure-run"),
    path(f"{RUN}end/", work.end, name="end-procedure"),
    path(f"{RUN}evidence/<uuid:evidence_id>/", work.show_file, name="evidence-file"),
    path(f"{RUN}evidence/<uuid:evidence_id>/remove/", work.remove, name="remove-evidence"),
    path(f"{RUN}seats/<uuid:seat_id>/recuse/", work.recuse, name="recuse-seat"),
    path(f"{STEP}complete/", work.complete, name="complete-step"),
    path(f"{STEP}leave-out/", work.leave_out, name="leave-out-step"),
    path(f"{STEP}publish/", work.publish, name="publish-step"),
    path(f"{STEP}seats/", work.seat, name="add-seat"),
    path(f"{STEP}evidence/<slug:evidence>/", work.lay, name="lay-evidence"),
]
