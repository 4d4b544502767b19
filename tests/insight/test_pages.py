"""The pages and their API twins: explained, drilled down, for those who may see them alone."""

import re
from datetime import datetime
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from tests import people
from xiangyue.incidents import services
from xiangyue.insight.burden import count_burden
from xiangyue.insight.indicators import INDICATORS, LEFT_OUT
from xiangyue.insight.models import Finding, MonthCount
from xiangyue.places.models import Place

pytestmark = pytest.mark.django_db

PERIODS = ("2026-06", "2026-Q2", "2026", "2026-06-03..2026-06-09", "2026-05-20..2026-07-10")
PRIVATE = "0101"


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def desk_pages(code: str) -> list[str]:
    return [
        reverse("figures"),
        reverse("figures-of", args=[code]),
        *(reverse("figure", args=[code, one.slug]) for one in INDICATORS.values()),
        *(reverse("figure-rows", args=[code, one.slug]) for one in INDICATORS.values()),
        *(reverse("figure-rows", args=[code, one.slug]) for one in LEFT_OUT.values()),
        reverse("figure-grids", args=[code]),
        reverse("figure-visits", args=[code]),
        reverse("figures-export", args=[code]),
        reverse("burden"),
        reverse("burden-of", args=[code]),
        "/api/v1/figures",
        "/api/v1/figures/kpi-15/rows",
        "/api/v1/figures/kpi-15/months",
        "/api/v1/burden",
    ]


def public_pages(code: str) -> list[str]:
    return [
        reverse("public-figures"),
        reverse("public-figures-of", args=[code]),
        "/api/v1/public/figures",
    ]


# --- who may ----------------------------------------------------------------------------------


def test_all_pages_open_for_who_sees_figures(life, counted, client):
    life.report()
    counted(life.at)
    people.sign_in(client, life.dispatcher)
    for url in [*desk_pages(people.town().code), *public_pages(people.town().code)]:
        assert client.get(url).status_code == 200, url
    for period in PERIODS:
        for url in desk_pages(people.town().code)[:3]:
            assert client.get(url, {"period": period}).status_code == 200, (url, period)


def test_visitors_and_residents_see_the_public_figures_alone(life, client):
    code = people.town().code
    for url in desk_pages(code):
        assert client.get(url).status_code in {302, 401}, url
    for url in public_pages(code):
        assert client.get(url).status_code == 200, url
    people.sign_in(client, life.reporter)
    for url in desk_pages(code):
        assert client.get(url).status_code == 403, url


def test_nobody_sees_the_figures_of_anothers_area(life, client):
    people.sign_in(client, life.clerk)
    for code in (people.OTHER_VILLAGE, people.town().code, people.county().code):
        for url in desk_pages(code):
            if code in url:
                assert client.get(url).status_code == 404, url
        for url in ("figures", "figures/kpi-15/rows", "figures/kpi-15/months", "burden"):
            assert client.get(f"/api/v1/{url}", {"place": code}).status_code == 403, url


def test_the_list_behind_a_number_shows_only_what_one_may_open(life, counted, client):
    """A private matter is counted, and open only to those who work on it."""
    mine = life.report()
    private = life.report(PRIVATE)
    assert private.audience == "private"
    counted(life.at)
    secretary = people.posted("village_party_secretary", at_place=people.place())
    people.sign_in(client, secretary)
    url = reverse("figure-rows", args=[people.VILLAGE, "kpi-15"])
    words = text_of(client.get(url, {"period": "2026-06", "part": "out_of"}))
    opened = client.get(
        "/api/v1/figures/kpi-15/rows", {"period": "2026-06", "place": people.VILLAGE}
    ).json()
    assert opened["counted"] == 2
    visible = [item["number"] for item in opened["items"]]
    assert mine.number in visible
    assert opened["count"] == len(visible)
    assert f"共计 2 件，您可以打开其中 {len(visible)} 件" in words
    assert (private.number in words) == (private.number in visible)
    assert client.get(reverse("incident", args=[private.number])).status_code == (
        200 if private.number in visible else 404
    )


def test_a_confidential_matter_is_in_no_list_and_no_number(life, counted, client):
    from xiangyue.blueprints.queries import all_current

    key = next(
        row.key
        for row in all_current("incident_category")
        if row.body["audience"] == "confidential"
    )
    incident = life.report(key)
    counted(life.at)
    director = people.posted("county_centre_director", at_place=people.county())
    people.sign_in(client, director)
    code = people.county().code
    for one in INDICATORS.values():
        for part in ("what", "out_of"):
            words = text_of(
                client.get(
                    reverse("figure-rows", args=[code, one.slug]), {"period": "2026", "part": part}
                )
            )
            assert incident.number not in words
            assert "共计 0 件" in words
    year = text_of(client.get(reverse("figures-of", args=[code]), {"period": "2026"}))
    assert "保密事项" in year
    assert "不足5件" in year


def test_confidential_matters_are_told_of_the_whole_county_and_year_from_five_on(client):
    ratios = {"KPI-15": [0, 12], "KPI-06": [6, 11]}
    MonthCount.objects.create(
        place_path=people.county().path, month="2026-06-01", is_confidential=True, ratios=ratios
    )
    director = people.posted("county_centre_director", at_place=people.county())
    people.sign_in(client, director)
    url = reverse("figures-of", args=[people.county().code])
    assert "到期的 11 件中按期答复 6 件" in text_of(client.get(url, {"period": "2026"}))
    for period in ("2026-06", "2026-Q2", "2026-01-01..2026-12-30"):
        assert "到期的 11 件中" not in text_of(client.get(url, {"period": period}))
    ratios["KPI-06"] = [9, 11]
    MonthCount.objects.update(ratios=ratios)
    assert "到期的 11 件中" not in text_of(client.get(url, {"period": "2026"}))


# --- what they say ----------------------------------------------------------------------------


def test_a_figure_explains_itself(life, counted, client):
    life.confirm(life.answer(life.report(), at=life.at), at=life.at)
    life.report()
    counted(datetime(2026, 7, 1, tzinfo=people.SHANGHAI))
    people.sign_in(client, life.dispatcher)
    code = people.town().code
    answer = client.get(reverse("figure", args=[code, "kpi-06"]), {"period": "2026-06"})
    words = text_of(answer)
    assert "1 ÷ 2 = 50.0 %" in words
    for said in ("期限在本时间段内届满的事项", "批准延期后的为准", "KPI-06 按期办结率", "保密事项"):
        assert said in words
    rows = reverse("figure-rows", args=[code, "kpi-06"])
    assert f'{rows}?period=2026-06&amp;part=what"' in answer.content.decode()


@pytest.mark.parametrize("part", ["what", "out_of"])
def test_every_number_on_a_page_is_as_long_as_its_list(life, counted, client, part):
    life.confirm(life.answer(life.report(), at=life.at), at=life.at)
    life.report(channel="worker")
    counted(datetime(2026, 7, 1, tzinfo=people.SHANGHAI))
    people.sign_in(client, life.dispatcher)
    shown = client.get("/api/v1/figures", {"period": "2026-06"}).json()
    for figure in shown["whole"]["figures"]:
        rows = client.get(
            f"/api/v1/figures/{figure['key'].lower()}/rows", {"period": "2026-06", "part": part}
        ).json()
        number = figure["now"]["numerator" if part == "what" else "denominator"]
        assert rows["counted"] == rows["count"] == len(rows["items"]) == number, figure["key"]


def test_page_and_api_tell_the_same(life, counted, client):
    life.confirm(life.answer(life.report(), at=life.at), at=life.at)
    counted(datetime(2026, 7, 1, tzinfo=people.SHANGHAI))
    people.sign_in(client, life.dispatcher)
    shown = client.get("/api/v1/figures", {"period": "2026-06"}).json()
    page = client.get(reverse("figures"), {"period": "2026-06"}).context["whole"]
    assert {one["key"]: (one["now"]["numerator"], one["now"]["denominator"])
            for one in shown["whole"]["figures"]} == {
        key: (figure.now.numerator, figure.now.denominator) for key, figure in page.figures.items()
    }  # fmt: skip
    assert shown["whole"]["times"]["half"] == page.times.half
    assert shown["counted_at"]


def test_areas_stand_in_the_order_of_the_places_and_nobody_is_named(life, counted, client):
    """PT14, N12: no ranking, no names."""
    worst, best = people.place(), people.place("620725101202")
    life.report(place=worst)
    life.report(place=best)
    counted(life.at)
    people.sign_in(client, life.dispatcher)
    answer = client.get(reverse("figures"), {"period": "2026-06"})
    below = Place.objects.filter(path__startswith=people.town().path, kind="village")
    shown = [area.path for area, _figures in answer.context["areas"]]
    assert shown == sorted(shown)
    assert len(shown) == below.count()
    content = answer.content.decode().split("<main")[1]
    for person in (life.clerk, life.supervisor, life.reporter):
        assert person.name not in content


def test_the_workbook_holds_numerators_and_denominators(life, counted, client):
    life.report(channel="worker")
    counted(life.at)
    people.sign_in(client, life.dispatcher)
    url = reverse("figures-export", args=[people.town().code])
    book = load_workbook(BytesIO(client.get(url, {"period": "2026-06"}).content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    line = next(row for row in rows if row[3] == "KPI-15" and row[1] == people.town().code)
    assert line[5:8] == (1, 1, 1)
    empty = next(row for row in rows if row[3] == "KPI-05" and row[1] == people.town().code)
    assert empty[5:8] == (0, 0, None)
    assert len(list(book.worksheets[1].iter_rows())) == len(INDICATORS) + 1


def test_what_is_not_counted_yet_is_said(life, client):
    life.report()
    people.sign_in(client, life.dispatcher)
    assert "还有 1 件没有统计" in text_of(client.get(reverse("figures")))


def test_the_burden_page_tells_of_forms_and_not_of_people(life, counted, client):
    life.answer(life.report(), at=life.at)
    counted(life.at)
    count_burden(at=datetime(2026, 7, 2, tzinfo=people.SHANGHAI))
    people.sign_in(client, life.dispatcher)
    answer = client.get(reverse("burden"), {"month": "2026-06"})
    assert answer.context["whole"].form_count == 2
    assert life.clerk.name not in answer.content.decode().split("<main")[1]
    refused = client.get(reverse("burden"), {"month": "1999-01"})
    assert refused.status_code == 422
    assert client.get("/api/v1/burden", {"month": "x"}).json()["code"] == "period_wrong"
    assert client.get("/api/v1/burden").json()["whole"]["form_count"] == 2


# --- what is asked wrongly --------------------------------------------------------------------


@pytest.mark.parametrize("text", ["x", "2026-13", "9999", "2026-06-09..2026-06-01", "'; --", "0"])
def test_what_is_no_period_is_refused_alike(life, client, text):
    people.sign_in(client, life.dispatcher)
    page = client.get(reverse("figures"), {"period": text})
    api = client.get("/api/v1/figures", {"period": text})
    assert page.status_code == api.status_code == 422
    assert "2026-Q2" in text_of(page)
    assert api.json()["code"] == "period_wrong"


def test_days_entered_wrongly_stay_to_be_corrected(life, client):
    people.sign_in(client, life.dispatcher)
    answer = client.get(reverse("figures"), {"since": "2026-06-09", "until": "2026-06-01"})
    assert answer.status_code == 200
    assert 'value="2026-06-09"' in answer.content.decode()
    assert "最后一天早于第一天" in text_of(answer)
    for since, until in (("x", ""), ("0001-01-01", "9999-12-31"), ("", "2026-06-01")):
        wrong = client.get(reverse("figures"), {"since": since, "until": until})
        assert wrong.status_code == 200
        assert wrong.context["asking"].form.errors


@pytest.mark.parametrize(
    "query",
    [{"part": "x"}, {"part": "what", "value": "x"}, {"value": "worker' OR 1=1"}],
)
def test_what_is_no_number_is_not_found(life, client, query):
    people.sign_in(client, life.dispatcher)
    code = people.town().code
    assert client.get(reverse("figure-rows", args=[code, "kpi-15"]), query).status_code == 404
    assert client.get("/api/v1/figures/kpi-15/rows", query).status_code == 404
    assert client.get(reverse("figure", args=[code, "kpi-99"])).status_code == 404
    assert client.get(reverse("figure", args=[code, "merged"])).status_code == 404


@pytest.mark.parametrize("page", ["0", "-1", "x", "999999999999", "２"])
def test_pages_of_rows_that_do_not_exist_are_empty_or_the_first(life, counted, client, page):
    life.report()
    counted(life.at)
    people.sign_in(client, life.dispatcher)
    url = reverse("figure-rows", args=[people.town().code, "kpi-15"])
    assert client.get(url, {"period": "2026-06", "page": page}).status_code == 200


def test_only_ended_quarters_are_public(client, db):
    for period in ("2026-06", "2020", "2099-Q1", "x", "2020-01-01..2020-02-29"):
        assert client.get(reverse("public-figures"), {"period": period}).status_code == 422
        assert client.get("/api/v1/public/figures", {"period": period}).status_code == 422
    assert client.get(reverse("public-figures-of", args=["620725101201-001"])).status_code == 404
    assert client.get("/api/v1/public/figures", {"place": "x"}).status_code == 404


# --- what it costs ----------------------------------------------------------------------------


def test_pages_cost_the_same_with_one_matter_and_with_three(life, counted, client):
    people.sign_in(client, life.dispatcher)
    urls = [*desk_pages(people.town().code), *public_pages(people.town().code)]
    costs = []
    for matters in (1, 2):
        for _ in range(matters):
            incident = life.report(channel="worker", place=people.place())
            life.report(place=people.place("620725101202"))
            life.confirm(life.answer(incident, at=life.at), at=life.at)
        counted(datetime(2026, 7, 1, tzinfo=people.SHANGHAI))
        cost = {}
        for url in urls:
            client.get(url, {"period": "2026-Q2"})
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(url, {"period": "2026-Q2"})
            cost[url] = len(queries)
        costs.append(cost)
    assert Finding.objects.count() == 6
    assert costs[0] == costs[1]
    assert costs[0][reverse("figures")] <= 26


def test_writing_costs_nothing_for_the_figures(life):
    """Nobody who reports waits for figures: they follow the record."""
    with CaptureQueriesContext(connection) as queries:
        life.report()
    assert not [row for row in queries if "insight_" in row["sql"]]
    incident = life.report()
    with CaptureQueriesContext(connection) as queries:
        life.do(services.take_on_incident, incident, life.clerk, at=life.at)
    assert not [row for row in queries if "insight_" in row["sql"]]


def test_areas_and_what_lies_in_none_of_them_add_up_to_the_whole(life, counted, client):
    life.report()
    life.report(place=people.town())
    counted(life.at)
    people.sign_in(client, life.dispatcher)
    code = people.town().code
    for url in (reverse("figures-of", args=[code]), reverse("figure", args=[code, "kpi-15"])):
        page = text_of(client.get(url, {"period": "2026-06"}))
        assert re.search(r"不在以上各区域 本级直接受理的事项，以及已撤并区域的事项 0 / 1 ", page), (
            url
        )
        page = client.get(url, {"period": "2026-06"}).content.decode()
        (rows,) = set(re.findall(r'href="([^"]*kpi-15[^"]*part=out_of[^"]*elsewhere=1)"', page))
        listed = text_of(client.get(rows.replace("&amp;", "&")))
        assert "不在以上各区域" in listed
        assert "共计 1 件，您可以打开其中 1 件。" in listed
    # A village that is no more keeps its matters, and they stay in the sum.
    Place.objects.filter(pk=people.place().pk).update(is_active=False)
    page = text_of(client.get(reverse("figure", args=[code, "kpi-15"]), {"period": "2026-06"}))
    assert "已撤并区域的事项 0 / 2 " in page
