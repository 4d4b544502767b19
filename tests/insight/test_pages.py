"""The pages open, explain themselves, and show each person only what they may see."""

import pytest
from django.urls import reverse

from tests import people

pytestmark = pytest.mark.django_db


def test_pages_open(life, counted, client):
    life.report()
    counted(life.at)
    people.sign_in(client, life.dispatcher)
    code = people.town().code
    for url in (
        reverse("figures"),
        reverse("figures-of", args=[code]) + "?period=2026-06",
        reverse("figure", args=[code, "kpi-06"]) + "?period=2026-Q2",
        reverse("figure", args=[code, "kpi-08"]) + "?period=2026",
        reverse("figure-rows", args=[code, "kpi-15"]) + "?period=2026-06&part=out_of",
        reverse("figure-grids", args=[code]),
        reverse("figures-export", args=[code]) + "?period=2026-06",
        reverse("public-figures") + "?period=2026-Q2",
        reverse("public-figures-of", args=[code]) + "?period=2026-Q2",
        reverse("burden"),
        "/api/v1/figures?period=2026-06",
        "/api/v1/figures/kpi-15/rows?period=2026-06",
        "/api/v1/figures/kpi-15/months?period=2026-06",
        "/api/v1/public/figures?period=2026-Q2",
        "/api/v1/burden",
    ):
        answer = client.get(url)
        assert answer.status_code == 200, (url, answer.content.decode()[:3000])
