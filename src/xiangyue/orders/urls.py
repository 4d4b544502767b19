from django.urls import path

from xiangyue.orders.pages import desk, photos, projects, public, resident, telling

ROUND, PROJECT, NEED = "<uuid:order_round_id>", "<uuid:order_project_id>", "<uuid:order_need_id>"

urlpatterns = [
    path("orders/", public.rounds, name="order-rounds"),
    path("orders/mine/", resident.my_orders, name="my-orders"),
    path(f"orders/{ROUND}/", public.round_page, name="order-round"),
    path(f"orders/{ROUND}/result.json", public.result_json, name="order-json"),
    path(f"orders/{ROUND}/result.csv", public.result_csv, name="order-csv"),
    path(f"orders/{ROUND}/result.pb", public.result_pb, name="order-pb"),
    path(f"orders/{ROUND}/needs/", public.needs, name="order-needs"),
    path(f"orders/{ROUND}/needs/add/", resident.order, name="order-need"),
    path(f"orders/{ROUND}/slip/", resident.slip, name="order-slip"),
    path(f"orders/{ROUND}/tablet/", telling.tablet, name="order-tablet"),
    path(
        f"orders/{ROUND}/tablet/<int:entry_number>/", telling.tablet_slip, name="order-tablet-slip"
    ),
    path(f"orders/{ROUND}/papers/", telling.papers, name="order-papers"),
    path(f"order-needs/{NEED}/support/", resident.support, name="order-support"),
    path(f"order-projects/{PROJECT}/", public.project, name="order-project"),
    path("order-photos/<uuid:order_photo>/", photos.photo, name="order-photo"),
    path("desk/orders/", desk.kept, name="kept-rounds"),
    path("desk/orders/begin/", desk.begin, name="begin-round"),
    path(f"desk/orders/{ROUND}/", desk.kept_round, name="kept-round"),
    path(f"desk/orders/{ROUND}/vote/", desk.announce, name="order-announce"),
    path(f"desk/orders/{ROUND}/stop/", desk.stop, name="order-stop"),
    path(f"desk/orders/{ROUND}/projects/add/", projects.add, name="order-cost"),
    path(f"desk/order-projects/{PROJECT}/", projects.edit, name="order-edit"),
    path(f"desk/order-projects/{PROJECT}/refuse/", projects.refuse, name="order-refuse"),
    path(f"desk/order-projects/{PROJECT}/progress/", projects.progress, name="order-progress"),
    path(f"desk/order-projects/{PROJECT}/check/", projects.check, name="order-check"),
    path(f"desk/order-projects/{PROJECT}/photos/", photos.add, name="add-order-photo"),
    path("desk/order-photos/<uuid:order_photo>/remove/", photos.remove, name="remove-order-photo"),
    path(f"desk/order-needs/{NEED}/aside/", projects.set_aside, name="order-aside"),
] + [
    path(f"desk/orders/{ROUND}/{verb}/", desk.step, {"verb": verb}, f"order-step-{verb}")
    for verb in ("end-needs", "publish", "draw", "open", "close", "count")
]
