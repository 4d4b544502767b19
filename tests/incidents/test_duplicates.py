"""Likely repeats: found where they are, silent where they must be."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import people
from xiangyue.incidents import services
from xiangyue.incidents.duplicates import CANDIDATES, SURE_ENOUGH, Likely, likely, resemblance
from xiangyue.incidents.models import Incident
from xiangyue.incidents.services import loop_policy
from xiangyue.places.models import Place

HERE = (Decimal("38.78410"), Decimal("101.08830"))
NEARBY = (Decimal("38.78500"), Decimal("101.08900"))  # 117 metres on
FAR = (Decimal("38.80410"), Decimal("101.08830"))  # more than two kilometres on
TEXT = "村口垃圾堆了三天没人清"


@pytest.fixture
def ask(scene):
    def ask(hours: float = 2, **facts) -> list[Likely]:
        given = {
            "category_key": "0401",
            "place": facts.get("place") or people.place(),
            "text": TEXT,
            "latitude": HERE[0],
            "longitude": HERE[1],
            "at": scene.at + timedelta(hours=hours),
        }
        return likely(**(given | facts))

    return ask


@pytest.fixture
def found(ask):
    return lambda **facts: [each.incident.number for each in ask(**facts)]


def at(position: tuple[Decimal, Decimal]) -> dict[str, Decimal]:
    return {"latitude": position[0], "longitude": position[1]}


class TestResemblance:
    texts = st.text(alphabet="村口垃圾路灯坏了没人清", min_size=2, max_size=30)
    nearness = st.none() | st.floats(0, 1)

    @given(text=texts, nearness=nearness, is_same_place=st.booleans())
    def test_the_same_words_and_kind_are_always_sure_enough(self, text, nearness, is_same_place):
        score = resemblance(
            categories=("0401", "0401"),
            texts=(text, text),
            nearness=nearness,
            is_same_place=is_same_place,
        )
        assert SURE_ENOUGH <= score <= 1

    @given(texts=st.tuples(texts, texts), nearness=nearness, is_same_place=st.booleans())
    def test_it_is_the_same_both_ways_round(self, texts, nearness, is_same_place):
        def score(swap: int) -> float:
            return resemblance(
                categories=("0401", "0501")[::swap],
                texts=texts[::swap],
                nearness=nearness,
                is_same_place=is_same_place,
            )

        assert score(1) == score(-1)

    @given(texts=st.tuples(texts, texts), near=st.floats(0, 1), nearer=st.floats(0, 1))
    def test_nearer_never_counts_less(self, texts, near, nearer):
        def score(nearness: float) -> float:
            return resemblance(
                categories=("0401", "0401"), texts=texts, nearness=nearness, is_same_place=True
            )

        assert score(max(near, nearer)) >= score(min(near, nearer))

    def test_nothing_in_common_but_the_village_is_not_enough(self):
        score = resemblance(
            categories=("0401", "0301"),
            texts=("垃圾没人清", "有人打架"),
            nearness=None,
            is_same_place=True,
        )
        assert score < SURE_ENOUGH


@pytest.mark.django_db
class TestFinding:
    def test_an_identical_report_nearby_is_found_with_its_distance(self, scene, ask):
        incident = scene.report(**at(NEARBY))
        (each,) = ask()
        assert each.incident == incident
        assert 50 < each.metres < 200
        assert SURE_ENOUGH <= each.score <= 1

    @given(
        text=st.text(min_size=1, max_size=200).filter(str.strip),
        metres=st.floats(0, 290),
        hours=st.floats(0.1, 13 * 24),
    )
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    def test_an_identical_report_within_reach_is_always_found(
        self, scene, ask, text, metres, hours
    ):
        text = text.replace("\0", "")
        if not text.strip():
            return
        latitude = HERE[0] + Decimal(f"{metres / 111_195:.5f}")
        incident = scene.report(description=text, latitude=latitude, longitude=HERE[1])
        try:
            answered = ask(text=text, hours=hours)
            assert incident.pk in {each.incident.pk for each in answered}
        finally:
            forget(incident)

    def test_the_same_matter_in_traditional_writing_is_found(self, scene, found):
        incident = scene.report(description="路灯坏了，廣場沒有燈")
        assert found(category_key="0401", text="路燈壞了，广场没有灯") == [incident.number]

    def test_one_without_a_position_is_found_by_its_words(self, scene, ask):
        incident = scene.report()
        (each,) = ask(text="村口的垃圾三天没有人清", latitude=None, longitude=None)
        assert (each.incident, each.metres) == (incident, None)

    def test_photos_alone_are_found_by_kind_and_place(self, scene, found):
        incident = scene.report(description="", has_photo=True, **at(NEARBY))
        assert found(text="") == [incident.number]

    def test_one_reported_in_a_group_of_the_village_is_found_from_the_village(self, scene, found):
        group = Place(kind="group", code="G1", name="一社")
        Place.objects.add_child(people.place(), instance=group)
        incident = scene.report(place=group)
        assert found() == found(place=group) == [incident.number]

    def test_the_best_come_first_and_no_more_than_asked_for(self, scene, found):
        farther = scene.report(**at(NEARBY))
        same = scene.report(**at(HERE))
        scene.report(description="垃圾桶旁边有味道", **at(NEARBY))
        for _ in range(3):
            scene.report(description="垃圾桶满了", **at(NEARBY))
        assert found()[:2] == [same.number, farther.number]
        assert (len(found()), len(found(limit=1))) == (3, 1)

    def test_one_just_closed_is_still_found_and_one_closed_long_ago_is_not(self, scene, found):
        incident = scene.report()
        scene.do(services.withdraw_incident, incident, scene.reporter)
        assert found() == []
        closed = scene.report()
        Incident.objects.filter(pk=closed.pk).update(
            state="closed", outcome="fixed", reply="已清", answered_at=scene.at, closed_at=scene.at
        )
        assert found(hours=71) == [closed.number]
        assert found(hours=73) == []

    @pytest.mark.parametrize(
        "facts",
        [
            {"text": "有人打架", "category_key": "0306"},
            {"place": people.OTHER_VILLAGE},
            {"place": "town"},
            {"latitude": FAR[0]},
            {"hours": 15 * 24},
            {"hours": -1},
            {"category_key": "没有"},
        ],
    )
    def test_another_matter_place_or_time_is_not_found(self, scene, found, facts):
        scene.report(**at(HERE))
        assert len(found()) == 1
        place = facts.get("place")
        if place:
            facts = {"place": people.town() if place == "town" else people.place(place)}
        assert found(**facts) == []

    def test_the_village_next_door_is_never_searched_even_on_the_same_spot(self, scene, found):
        neighbour = (
            Place.objects.filter(kind="village", path__startswith=people.town().path)
            .exclude(pk=people.place().pk)
            .first()
        )
        scene.report(place=neighbour, **at(HERE))
        assert found() == []

    def test_the_countys_own_distance_decides(self, scene, found):
        scene.report(**at(NEARBY))
        policy = services.reporting.current("incident_policy", "loop")
        assert loop_policy().duplicate_metres > 150
        body = policy.body | {"duplicate_metres": 110}
        type(policy).objects.filter(pk=policy.pk).update(body=body, digest="110 metres")
        assert found() == []


@pytest.mark.django_db
class TestKeepingSilent:
    @pytest.mark.parametrize("audience", ["private", "confidential"])
    def test_what_is_not_public_is_never_suggested(self, scene, found, audience):
        incident = scene.report(**at(HERE))
        Incident.objects.filter(pk=incident.pk).update(audience=audience)
        assert found() == []

    def test_a_report_that_will_not_be_public_is_compared_with_nothing(self, scene, found):
        scene.report(description="邻居家暴", **at(HERE))
        assert len(found(text="邻居家暴")) == 1
        assert found(category_key="0308", text="邻居家暴") == []

    def test_merged_repeats_and_parts_are_not_suggested_beside_the_whole(self, scene, found):
        main, repeat = scene.report(), scene.report()
        scene.do(services.merge_incident, repeat, scene.dispatcher, into=main)
        assert found() == [main.number]

    def test_somebody_elses_words_are_not_even_loaded(self, scene, ask):
        scene.report(**at(HERE))
        (each,) = ask()
        unloaded = each.incident.get_deferred_fields()
        assert {"description", "answers", "reply", "grams", "sealed_reporter"} <= unloaded

    def test_the_queries_are_the_same_however_many_there_are(
        self, scene, ask, django_assert_num_queries
    ):
        place = people.place()
        for count in (1, 5):
            for _ in range(count):
                scene.report(**at(HERE))
            with django_assert_num_queries(5):
                names = {
                    (each.incident.category.key, each.incident.place) for each in ask(place=place)
                }
            assert names == {("0401", place)}

    def test_of_very_many_only_the_newest_are_compared(self, scene, ask):
        first = scene.report(**at(HERE))
        fields = {
            field.attname: getattr(first, field.attname)
            for field in Incident._meta.concrete_fields
            if field.name not in {"id", "number", "slip_digest", "description", "created_at"}
        }
        Incident.objects.bulk_create(
            Incident(
                **fields,
                number=f"260608-{count:05}",
                slip_digest=str(count),
                description="路灯不亮",
                created_at=scene.at + timedelta(minutes=1),
            )
            for count in range(CANDIDATES)
        )
        assert first not in {each.incident for each in ask()}


def forget(incident: Incident) -> None:
    """Between examples of one test: the next one starts without it."""
    incident.steps.all().delete()
    incident.delete()
