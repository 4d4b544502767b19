from contextvars import Context

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings

from xiangyue.kernel.refusals import Conflict, NotAllowed
from xiangyue.site.refusals import refusal_response


def test_the_page_for_a_broken_server_needs_neither_database_nor_context() -> None:
    """No `django_db` mark: touching the database would fail."""
    html = render_to_string("500.html")
    assert "系统出了问题" in html
    assert "12345" in html


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["403.html", "404.html"])
def test_the_pages_for_what_is_missing_or_not_ones_own_lead_on(name: str) -> None:
    html = render_to_string(name, request=RequestFactory().get("/"))
    assert "回首页" in html
    assert "noindex" in html


@pytest.mark.django_db
def test_a_refusal_says_what_and_on_what_basis() -> None:
    response = refusal_response(RequestFactory().get("/"), NotAllowed("不行<b>", source="SD-30"))
    html = response.content.decode()
    assert response.status_code == 403
    assert "不行&lt;b&gt;" in html
    assert "SD-30" in html


def test_a_refusal_of_a_part_of_a_page_lands_on_top_of_that_page() -> None:
    request = RequestFactory().post("/", headers={"HX-Request": "true"})
    response = refusal_response(request, Conflict("别人先办了。", fields={"a": "原因<i>"}))
    html = response.content.decode()
    assert response.status_code == 409
    assert response.headers["HX-Retarget"] == "#refusals"
    assert "<html" not in html
    assert "原因&lt;i&gt;" in html


def test_a_visitor_of_no_county_in_particular_chooses_one() -> None:
    """Before that there is no database, no visitor and no navigation."""
    unbound = Context()
    response = unbound.run(lambda: Client().get("/report/", headers={"host": "elsewhere.test"}))
    html = response.content.decode()
    assert response.status_code == 404
    assert 'href="/shandan/"' in html
    assert 'href="/jinchang/"' in html


@override_settings(
    STORAGES={
        **settings.STORAGES,
        "staticfiles": {
            "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
        },
    }
)
def test_the_page_for_a_broken_server_needs_no_list_of_collected_files() -> None:
    html = render_to_string("500.html")
    assert "/static/bundle/phone.css" in html


@pytest.mark.django_db
def test_a_program_that_asks_for_nothing_of_ours_is_told_so_in_its_own_form() -> None:
    response = Client().get("/api/v1/no/such/thing")
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "not_found"
    assert "text/html" in Client().get("/no/such/page/").headers["Content-Type"]
