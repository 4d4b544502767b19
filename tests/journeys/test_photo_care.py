"""Photos in a browser: the place in a photo is offered, faces are marked with mouse or keys."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests import people
from tests.incidents.drawings import BEITAN, drawn, exif_at, file_of
from tests.journeys.conftest import DESK, PHONE, Visit
from xiangyue.incidents.models import Incident, Photo
from xiangyue.incidents.photo_models import PhotoShowing
from xiangyue.incidents.photos import add_photos
from xiangyue.incidents.services import report_incident

pytestmark = [
    pytest.mark.journey,
    pytest.mark.only_on("sqlite"),  # the scripts are the same on every database
    pytest.mark.django_db(transaction=True),
]


def a_photo() -> tuple[Incident, Photo]:
    incident, _code = report_incident(
        category_key="0401", place=people.place(), at=people.MONDAY, channel="resident",
        description="村口垃圾堆了三天", reporter=people.somebody(),
    )  # fmt: skip
    (photo,) = add_photos(
        incident=incident, uploads=[file_of(drawn())], stage="report", at=people.MONDAY,
        actor_id=None,
    )  # fmt: skip
    return incident, photo


def test_the_place_in_a_photo_is_offered_and_taken_only_when_pressed(
    visit: Visit, tmp_path: Path
) -> None:
    page = visit(people.somebody(), PHONE)
    page.goto("/report/")
    file = tmp_path / "camera.jpg"
    file.write_bytes(file_of(drawn(), exif=exif_at(*BEITAN)))
    page.get_by_label("拍照或选照片").set_input_files(file)
    offered = page.get_by_role("button", name="采用拍照时的位置")
    expect(offered).to_be_visible()
    latitude = page.locator('input[name="latitude"]')
    assert latitude.input_value() == ""
    offered.click()
    assert abs(float(latitude.input_value()) - BEITAN[0]) < 0.0001
    expect(offered).to_be_hidden()


def test_a_photo_without_a_place_offers_none(visit: Visit, tmp_path: Path) -> None:
    page = visit(people.somebody(), PHONE)
    page.goto("/report/")
    file = tmp_path / "plain.jpg"
    file.write_bytes(file_of(drawn()))
    page.get_by_label("拍照或选照片").set_input_files(file)
    expect(page.locator("figure.photo")).to_have_count(1)
    expect(page.get_by_role("button", name="采用拍照时的位置")).to_be_hidden()


def test_a_face_is_marked_with_the_pointer(visit: Visit) -> None:
    incident, photo = a_photo()
    page = visit(people.dispatcher(), DESK)
    page.goto(f"/incidents/{incident.number}/photos/{photo.pk}/")
    drawing = page.locator("[data-marking] svg")
    box: Any = drawing.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.25)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5, steps=4)
    page.mouse.up()
    expect(drawing.locator(".mark")).to_have_count(1)
    page.get_by_label("我已看过整张照片").check()
    page.get_by_role("button", name="公开打码后的照片").click()
    expect(page.get_by_text("群众看到的样子")).to_be_visible()
    (mark,) = PhotoShowing.objects.get().marks
    assert mark["shape"] == "rectangle"
    assert all(abs(mark[name] - 0.25) < 0.03 for name in ("x", "y", "width", "height"))


def test_a_face_is_marked_without_a_mouse(visit: Visit) -> None:
    incident, photo = a_photo()
    page = visit(people.dispatcher(), DESK)
    page.goto(f"/incidents/{incident.number}/photos/{photo.pk}/")
    page.get_by_role("button", name="加一个椭圆").focus()
    page.keyboard.press("Enter")
    mark = page.locator("[data-marking] .mark")
    expect(mark).to_be_focused()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp", "Shift+ArrowRight", "e"):
        page.keyboard.press(key)
    assert page.locator("[data-marks-lines]").input_value() == "rectangle 40 41 17 16"
    page.keyboard.press("Delete")
    expect(mark).to_have_count(0)
    assert page.locator("[data-marks-lines]").input_value() == ""
