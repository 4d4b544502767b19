"""How many places stand at which step: counted, drilled down, and nobody else's area."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import people
from tests.procedures.conftest import Village
from tests.procedures.test_pages import client, text_of
from xiangyue.access.queries import standing_of
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Place
from xiangyue.procedures import services
from xiangyue.procedures.howfar import HowFar, area_of, how_far
from xiangyue.procedures.models import Run
from xiangyue.procedures.queries import RunFilter, narrowed
from xiangyue.procedures.reading import all_procedures

pytestmark = pytest.mark.django_db
KEY = "six_step_deliberation"
URL = f"/desk/procedures/how-far/{KEY}/"


@pytest.fixture
def now(village: Village) -> Village:
    village.at = timezone.now() - timedelta(minutes=5)
    return village


def far_for(person, code: str = "", at=None) -> HowFar:
    mine = standing_of(person, at=timezone.now())
    return how_far(
        mine,
        KEY,
        all_procedures()[KEY][1],
        place=area_of(mine, code),
        at=at or timezone.now(),
        language="en",
    )


def counts(far: HowFar) -> dict[str, int]:
    return {step.key: step.count for step in far.steps if step.count}


def supervisor():
    return people.posted("county_supervisor", at_place=people.county(), name="老孙")


class TestCounting:
    def test_each_run_stands_at_its_open_step(self, now: Village):
        now.begin()
        run = now.begin(title="另一件")
        now.do(run, now.clerk)
        far = far_for(now.clerk)
        assert counts(far) == {"collect": 1, "choose": 1}
        assert (far.place_count, far.running_count, far.done_count) == (1, 2, 0)
        assert not far.without.exists()

    def test_what_ended_early_is_counted_apart_and_its_place_has_not_begun(self, now: Village):
        run = now.begin()
        services.end_early(run=run, actor=now.standing(now.clerk), at=now.at, reason="改日再议")
        far = far_for(now.clerk)
        assert (counts(far), far.ended_early_count, far.without.count()) == ({}, 1, 1)

    def test_late_ones_are_said(self, now: Village):
        now.begin()
        later = timezone.now() + timedelta(days=60)
        [step] = [one for one in far_for(now.clerk, at=later).steps if one.count]
        assert (step.key, step.late_count) == ("collect", 1)

    def test_a_county_sees_each_town_and_which_villages_have_not_begun(self, now: Village):
        now.begin()
        far = far_for(supervisor())
        [town] = [part for part in far.parts if part.running_count]
        assert town.place == people.town()
        assert sum(part.place_count for part in far.parts) == far.place_count
        assert sum(part.without_count for part in far.parts) == far.without.count()
        assert far.without.count() == far.place_count - 1
        kinds = set(all_procedures()[KEY][1].levels)
        assert far.place_count == Place.objects.filter(kind__in=kinds, is_active=True).count()

    def test_every_number_is_that_of_its_list(self, now: Village):
        now.begin()
        now.do(now.begin(title="另一件"), now.clerk)
        for step in far_for(now.clerk).steps:
            rows = narrowed(Run.objects.all(), RunFilter(template=KEY, step=step.key), at=now.at)
            assert rows.count() == step.count


class TestReaching:
    def test_another_area_is_not_there(self, now: Village):
        now.begin()
        assert far_for(now.stranger).running_count == 0
        with pytest.raises(NotFound):
            far_for(now.stranger, people.VILLAGE)

    def test_visitors_sign_in_and_residents_are_refused(self, now: Village):
        assert Client().get(URL).status_code == 302
        assert client(people.somebody()).get(URL).status_code == 403
        assert client(now.clerk).get("/desk/procedures/how-far/nothing/").status_code == 404
        assert client(now.clerk).get(f"{URL}?place={people.OTHER_VILLAGE}").status_code == 404

    def test_the_page_leads_to_each_list(self, now: Village):
        now.begin()
        page = text_of(client(supervisor()).get(URL))
        assert f"template={KEY}&place=620725000000&step=collect" in page
        assert f"?place={people.town().code}" in page
        listed = text_of(client(now.clerk).get(f"/desk/procedures/?template={KEY}&step=collect"))
        assert "村口停车难" in listed
        other = text_of(client(now.clerk).get(f"/desk/procedures/?template={KEY}&step=meet"))
        assert "村口停车难" not in other

    def test_the_api_says_the_same(self, now: Village):
        now.begin()
        got = client(supervisor()).get(f"/api/v1/procedures/{KEY}/how-far").json()
        assert [step["count"] for step in got["steps"]] == [1, 0, 0, 0, 0, 0]
        assert got["running_count"] == 1
        assert got["without_count"] == got["place_count"] - 1
        assert people.VILLAGE not in got["without"]
        assert client(people.somebody()).get(f"/api/v1/procedures/{KEY}/how-far").status_code == 403
