import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_large_print_stays_on_until_it_is_switched_off() -> None:
    client = Client()
    response = client.post("/large-print/", {"large_print": "1", "next": "/account/sign-in/"})
    assert response.status_code == 302
    assert response.headers["Location"] == "/account/sign-in/"
    assert 'class="large-print"' in client.get("/account/sign-in/").content.decode()
    client.post("/large-print/", {"large_print": "0"})
    assert 'class="large-print"' not in client.get("/account/sign-in/").content.decode()


def test_the_language_is_the_one_chosen() -> None:
    client = Client()
    assert 'lang="zh-hans"' in client.get("/account/sign-in/").content.decode()
    client.post("/language/", {"language": "en"})
    html = client.get("/account/sign-in/").content.decode()
    assert '<html lang="en"' in html
    assert "Large print" in html


def test_a_language_that_is_not_offered_changes_nothing() -> None:
    client = Client()
    client.post("/language/", {"language": "../../x"})
    assert "language" not in client.cookies


@pytest.mark.parametrize(
    "target", ["https://elsewhere.test/", "//elsewhere.test", "javascript:x", ""]
)
def test_a_switch_never_leads_to_another_site(target: str) -> None:
    response = Client().post("/language/", {"language": "en", "next": target})
    assert response.headers["Location"] == "/"


def test_a_mere_visit_switches_nothing() -> None:
    assert Client().get("/language/").status_code == 405
    assert Client().get("/large-print/").status_code == 405


def test_another_site_cannot_switch_for_a_visitor() -> None:
    response = Client(enforce_csrf_checks=True).post("/large-print/", {"large_print": "1"})
    assert response.status_code == 403
