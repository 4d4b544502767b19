"""The sample pages stand for every page that is built on the shell."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client, override_settings

from xiangyue.site.gallery import PAGES

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("with_gallery"),
]


@pytest.fixture
def with_gallery():
    with override_settings(ROOT_URLCONF="tests.site.gallery_urls"):
        yield


class Seen(HTMLParser):
    """What a page holds, as a browser or a screen reader would find it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


def seen(page: str, **query: str) -> Seen:
    return Seen(Client().get(f"/gallery/{page}/", query).content.decode())


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_one_heading_a_language_and_a_way_past_the_navigation(page: str) -> None:
    found = seen(page)
    assert len(found.all("h1")) == 1
    assert found.all("html")[0]["lang"] == "zh-hans"
    assert found.all("a")[0]["href"] == "#content"
    assert found.all("main")[0]["id"] == "content"


@pytest.mark.parametrize("page", PAGES)
def test_every_field_has_a_name_for_those_who_cannot_see(page: str) -> None:
    found = seen(page)
    labelled = {label.get("for") for label in found.all("label")}
    for field in found.all("input", "select", "textarea"):
        if field.get("type") in {"hidden", "submit"}:
            continue
        assert field.get("aria-label") or field.get("id") in labelled, field


@pytest.mark.parametrize("page", PAGES)
def test_no_identifier_stands_twice_on_a_page(page: str) -> None:
    ids = [attributes["id"] for _, attributes in seen(page).tags if attributes.get("id")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("page", PAGES)
def test_what_a_label_or_a_description_points_at_exists(page: str) -> None:
    found = seen(page)
    ids = {attributes.get("id") for _, attributes in found.tags}
    for _, attributes in found.tags:
        for name in ("for", "aria-labelledby", "aria-describedby"):
            for target in (attributes.get(name) or "").split():
                assert target in ids, (name, target)


def test_a_state_is_told_in_words_and_shape_not_only_in_colour() -> None:
    html = Client().get("/gallery/pieces/").content.decode()
    badges = re.findall(
        r'class="badge tone-(\w+)"><svg[^>]*><use href="[^"]*#([\w-]+)"></use></svg>([^<]+)</span>',
        html,
    )
    assert len(badges) == 7
    shapes = {tone: shape for tone, shape, _ in badges}
    assert len(set(shapes.values())) == len(shapes)


def test_a_wrong_form_comes_back_with_what_was_typed_and_the_reason_beside_the_field() -> None:
    response = Client().post("/gallery/phone_form/", {"text": "路灯<坏>了", "town": "nowhere"})
    html = response.content.decode()
    assert response.status_code == 422
    assert "路灯&lt;坏&gt;了" in html
    field = re.search(r'<div class="field field-text has-error">(.*?)</div>', html, re.DOTALL)
    assert field is not None
    assert 'id="id_title_error"' in field[1]
    assert 'aria-invalid="true"' in field[1]
    assert "id_title_error" in re.search(r'aria-describedby="([^"]*)"', field[1])[1]


def test_the_bar_at_the_bottom_shows_where_one_is() -> None:
    found = seen("phone")
    current = [link for link in found.all("a") if link.get("aria-current") == "page"]
    assert len(current) == 1


def test_a_page_without_navigation_has_no_empty_bar(rf) -> None:
    from django.template.loader import render_to_string

    html = render_to_string("site/phone.html", {}, request=rf.get("/"))
    assert "tabbar" not in html
