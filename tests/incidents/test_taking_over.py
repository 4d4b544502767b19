"""A past that is taken over stands as if it had been lived here, act by act."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests import people
from xiangyue.activity.models import Entry
from xiangyue.activity.sealing import seal
from xiangyue.activity.verification import verify_record
from xiangyue.calendars.models import ClockChange, ClockExtension, ClockPause
from xiangyue.incidents import services
from xiangyue.incidents.models import Incident, Step
from xiangyue.incidents.rules import Verb
from xiangyue.incidents.search import matching
from xiangyue.incidents.services.batch import Batch, acting_in
from xiangyue.incidents.services.taking_over import VERBS, Life, LifeRefused, PastAct, Telling
from xiangyue.incidents.voice_models import Extension, Rating, Support
from xiangyue.kernel.refusals import Refused
from xiangyue.notifications.models import Message
from xiangyue.places.models import Organisation

pytestmark = pytest.mark.django_db

SEEDS = 12
ONWARDS = {Verb.TAKE_ON, Verb.HANDLE, Verb.PASS, Verb.CONFIRM, Verb.OBJECT}
LATER = people.MONDAY + timedelta(days=300)
DRAWN_AT_RANDOM = {"id", "number", "slip_digest", "sealed_reporter", "clock", "clock_id"}
POINTING = {"parent_id", "merged_into_id"}


class _Undone(Exception):  # noqa: N818 - nothing is wrong
    pass


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done inside leaves no row."""
    with suppress(_Undone), transaction.atomic():
        yield
        raise _Undone


# --- everything that a life leaves behind, without the keys that are drawn ----------------------


def columns(row: Any, *, without: set[str] = frozenset()) -> dict[str, Any]:
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in {"id", "incident_id", "clock_id"} | without
    }


def left_behind(incidents: dict[str, Incident]) -> dict[str, Any]:
    """Each matter's rows of every table, by its key."""
    keys = {row.pk: key for key, row in incidents.items()}
    numbers: dict[str, str] = {}
    rows = {keys[row.pk]: row for row in Incident.objects.filter(pk__in=keys)}
    numbers |= {row.number: key for key, row in rows.items()}
    found: dict[str, Any] = {}
    for key, row in rows.items():
        clock = row.clock
        facts = columns(row, without=DRAWN_AT_RANDOM | POINTING)
        found[key] = {
            "incident": facts | {name: keys.get(getattr(row, name)) for name in POINTING},
            "is sealed": bool(row.sealed_reporter),
            "clock": columns(clock),
            **{
                model.__name__: [columns(each) for each in model.objects.filter(clock=clock)]
                for model in (ClockPause, ClockExtension, ClockChange)
            },
            **{
                model.__name__: [
                    columns(each) for each in model.objects.filter(incident=row).order_by("pk")
                ]
                for model in (Step, Rating, Extension)
            },
            "supports": sorted(
                (each.person_id, each.at) for each in Support.objects.filter(incident=row)
            ),
            "entries": [
                columns(each, without={"subject_id", "recorded_at", "facts"})
                | {"facts": {name: numbers.get(value, value) for name, value in each.facts.items()}}
                for each in Entry.objects.filter(
                    subject_type="incidents.incident", subject_id=str(row.pk)
                ).order_by("pk")
            ],
        }
    return found


# --- lives by chance ----------------------------------------------------------------------------


class Crowd:
    """Everybody who may have to do with a matter in the village, and what they may say."""

    def __init__(self) -> None:
        village, town, whole = people.place(), people.town(), people.county()
        committee, centre = people.unit("VC"), people.unit("TV", town)
        hub = people.unit("CV", whole)
        police = people.unit("PSB", whole)

        def post(role: str, at_place: Any, unit: Organisation | None = None) -> Any:
            return people.posted(role, at_place=at_place, organisation=unit, name=role)

        self.residents = [people.somebody(name) for name in ("张三", "王五", "赵六")]
        posted = [
            post("village_clerk", village, committee),
            post("village_clerk", village, committee),
            post("village_party_secretary", village),
            post("mediator", village, people.unit("MED")),
            post("town_dispatcher", town, centre),
            post("town_supervisor", town, centre),
            post("department_handler", town, centre),
            post("political_legal_member", town),
            post("county_dispatcher", whole, hub),
            post("county_supervisor", whole, hub),
            post("confidential_handler", whole, police),
            post("confidential_handler", whole, police),
        ]
        self.actors = [people.acting(one) for one in (*posted, *self.residents)]
        self.actors.append(services.Actor(people.acting(None).standing, holds_slip=True))
        self.units = [committee, people.unit("MED"), centre, hub, police]


CATEGORIES = ("0401", "0401", "0406", "0504", "0102", "0308", "0117", "0201")


def report_by_chance(crowd: Crowd, dice: random.Random, at: datetime) -> dict[str, Any]:
    return {
        "category_key": dice.choice(CATEGORIES),
        "place": people.place(),
        "at": at,
        "channel": dice.choice(["resident", "counter"]),
        "description": f"村口第{dice.randint(1, 9)}处要修",
        "reporter": dice.choice([*crowd.residents, None]),
        "entered_by": dice.choice([None, crowd.residents[0]]),
        "urgency": dice.choice([0, 0, 0, 1]),
        "address": dice.choice(["", "3号门前"]),
    }


def act_by_chance(
    telling: Telling, key: str, crowd: Crowd, dice: random.Random, at: datetime
) -> PastAct:
    """Mostly something that the state and a right allow; sometimes anything at all."""
    incident = Incident.objects.select_related("hub").get(pk=telling.incidents[key].pk)
    actor = dice.choice(crowd.actors)
    choices = [(each, verb) for each in crowd.actors for verb in services.verbs_for(incident, each)]
    if dice.random() < 0.1 or not choices:
        verb = dice.choice([*VERBS, "support"])
    elif incident.state == "answered" and dice.random() < 0.4:
        verb = "close"
    elif dice.random() < 0.12:
        verb = dice.choice(["close", "raise", "support"])
    else:
        common: Counter[Any] = Counter(verb for _actor, verb in choices)
        weights = [(5 if verb in ONWARDS else 1) / common[verb] for _actor, verb in choices]
        actor, verb = dice.choices(choices, weights)[0]
    words = dice.choice(
        ["情况属实，正在办理", "请尽快", " 等配件到货 ", "x" if dice.random() < 0.1 else "好的"]
    )
    unit, other = dice.sample(crowd.units, 2)
    facts: dict[str, Any] = {
        Verb.DISPATCH: {"unit": unit, "note": words},
        Verb.HAND_ON: {"unit": unit, "reason": words},
        Verb.SPLIT: {
            "lead": unit,
            "units": [other],
            "note": words,
            "parts": [f"{key}/{at:%j%H%M}"],
        },
        Verb.MERGE: {"into": dice.choice(list(telling.incidents)), "note": words},
        Verb.REQUEST_EXTENSION: {"limit": dice.choice(["3wd", "2d", "0d"]), "reason": words},
        Verb.DECIDE_EXTENSION: {"is_granted": dice.random() < 0.6, "note": words},
        Verb.HANDLE: {"outcome": dice.choice(["fixed", "not_fixed", "?"]), "reply": words},
        Verb.PASS: {"note": words, "public_summary": dice.choice(["", "已修好"])},
        Verb.CONFIRM: {"comment": words},
        Verb.TAKE_ON: {},
        Verb.RESUME: {},
        Verb.URGE: {"note": words},
        Verb.SUPERVISE: {"note": words},
        Verb.NOTE: {"note": words, "is_told": dice.random() < 0.5},
        Verb.RECLASSIFY: {"category_key": dice.choice(CATEGORIES), "reason": words},
        "support": {"person": dice.choice(crowd.residents)},
        "close": {},
        "raise": {},
    }.get(verb, {"reason": words})
    is_by_clock = verb in {"close", "raise", "support"}
    return PastAct(verb=verb, at=at, actor=None if is_by_clock else actor, facts=facts)


Script = list[tuple[Life, PastAct | None, str]]


def lived(crowd: Crowd, dice: random.Random, *, reports: int, acts: int) -> tuple[Script, Any]:
    """Let matters live by chance through the ordinary services; what was done, with the refusal
    where one was heard, and what it left behind."""
    telling, script = Telling(LATER), []
    at = people.MONDAY

    def happen(life: Life, act: PastAct | None) -> None:
        script.append((life, act, outcome_of(telling, life, act)))

    for number in range(reports):
        at += timedelta(hours=dice.uniform(0, 3))
        key = f"M{number}"
        happen(Life(key=key, report=report_by_chance(crowd, dice, at)), None)
    for _number in range(acts):
        at += timedelta(hours=dice.choice([0.1, 1, 5, 30, 200]) * dice.random())
        key = dice.choice(list(telling.incidents))
        act = act_by_chance(telling, key, crowd, dice, at)
        happen(Life(key=key, report=None), act)
    return script, left_behind(telling.incidents)


def outcome_of(telling: Telling, life: Life, act: PastAct | None) -> str:
    try:
        telling.happen(life, act)
    except Refused as refusal:
        return re.sub(r"\d{6}-\w{5}(-\d+)?", "N", str(refusal))
    return ""


class TestTheSameRows:
    verbs: Counter[str] = Counter()
    lived = 0

    @pytest.mark.parametrize("seed", range(SEEDS))
    def test_as_if_each_act_had_been_done_here(self, seed: int) -> None:
        """Some 20 matters a seed, refusals included: the same refusals, the same rows."""
        crowd, dice = Crowd(), random.Random(seed)
        with undone():
            script, expected = lived(crowd, dice, reports=18, acts=220)
        assert not Incident.objects.exists()
        telling, batch = Telling(LATER), Batch()
        writes = {dice.randrange(len(script)) for _ in range(3)}
        steps = iter(enumerate(script))
        done = False
        while not done:  # in several batches, so that lives go on from what was written
            done = True
            with acting_in(batch):
                for number, (life, act, outcome) in steps:
                    assert outcome_of(telling, life, act) == outcome, (number, life.key, act)
                    if number in writes:
                        done = False
                        break
            batch.forget() if dice.random() < 0.5 else batch.forget_settled()
        assert left_behind(telling.incidents) == expected
        assert len(expected) >= 18
        self.verbs.update(act.verb for _life, act, outcome in script if act and not outcome)
        type(self).lived += 1

    def test_every_verb_was_among_them(self) -> None:
        if self.lived >= SEEDS:  # else only some of the tests above were chosen
            assert set(self.verbs) == {*VERBS, "support"}
            assert sum(self.verbs.values()) > 1_000


def life(crowd: Crowd, *acts: PastAct, key: str = "A7", **report: Any) -> Life:
    return Life(
        key=key,
        report={
            "category_key": "0401",
            "place": people.place(),
            "at": people.MONDAY,
            "channel": "resident",
            "description": "村口垃圾堆了三天没人清",
            "reporter": crowd.residents[0],
            **report,
        },
        acts=acts,
    )


def hours(count: float) -> datetime:
    return people.MONDAY + timedelta(hours=count)


class TestTakingOver:
    @pytest.fixture
    def crowd(self, db: None) -> Crowd:
        return Crowd()

    @pytest.fixture
    def settled(self, crowd: Crowd) -> list[PastAct]:
        """From taking on to the silence after the answer."""
        clerk, secretary = crowd.actors[0], crowd.actors[2]
        return [
            PastAct(verb="take_on", at=hours(1), actor=clerk),
            PastAct(
                verb="handle", at=hours(5), actor=clerk,
                facts={"outcome": "fixed", "reply": "已清运"},
            ),
            PastAct(verb="pass", at=hours(8), actor=secretary),
            PastAct(verb="close", at=hours(24 * 9)),
        ]  # fmt: skip

    def take(self, *lives: Life) -> dict[str, Incident]:
        return services.take_over_past(lives=lives, at=LATER)

    def test_it_stands_among_the_others_is_found_and_sealed(
        self, crowd: Crowd, settled: list[PastAct]
    ) -> None:
        Message.objects.all().delete()
        taken = self.take(life(crowd, *settled), life(crowd, key="A8", description="井盖破了"))
        row = Incident.objects.get(pk=taken["A7"].pk)
        assert (row.state, row.closed_how, row.outcome) == ("closed", "silence", "fixed")
        assert [step.verb for step in row.steps.all()] == [
            "report", "take_on", "handle", "pass", "close",
        ]  # fmt: skip
        assert [each.number for each in matching(Incident.objects.all(), "井盖")] == [
            taken["A8"].number
        ]
        assert not Message.objects.exists(), "nobody is told today of what happened long ago"
        seal(at=LATER)
        assert verify_record(at=LATER) == []

    def test_what_comes_later_is_done_here_as_with_any_other(self, crowd: Crowd) -> None:
        taken = self.take(life(crowd))
        done = services.take_on_incident(incident=taken["A7"], actor=crowd.actors[0], at=hours(30))
        assert done.steps.count() == 2
        new, _code = services.report_incident(**life(crowd).report | {"at": hours(31)})
        assert new.pk > taken["A7"].pk

    def test_one_wrong_life_undoes_the_batch(self, crowd: Crowd, settled: list[PastAct]) -> None:
        own = PastAct(verb="pass", at=hours(8), actor=crowd.actors[0])
        with pytest.raises(LifeRefused, match=r"B2.*pass"):
            self.take(life(crowd, *settled), life(crowd, *settled[:2], own, key="B2"))
        assert not Incident.objects.exists()
        assert not Step.objects.exists()
        assert not Entry.objects.filter(name__startswith="incidents.").exists()

    @pytest.mark.parametrize("missing", range(3))
    def test_no_step_can_be_left_out(
        self, crowd: Crowd, settled: list[PastAct], missing: int
    ) -> None:
        del settled[missing]
        with pytest.raises(LifeRefused):
            self.take(life(crowd, *settled))

    def test_nothing_comes_before_what_it_follows(
        self, crowd: Crowd, settled: list[PastAct]
    ) -> None:
        settled[1], settled[2] = settled[2], settled[1]
        with pytest.raises(LifeRefused, match="早于"):
            self.take(life(crowd, *settled))

    def test_nothing_is_taken_over_that_has_not_happened(self, crowd: Crowd) -> None:
        with pytest.raises(LifeRefused, match="还没有到"):
            self.take(life(crowd, at=LATER + timedelta(hours=1)))

    def test_silence_needs_its_seven_days(self, crowd: Crowd, settled: list[PastAct]) -> None:
        settled[3] = PastAct(verb="close", at=hours(24 * 3))
        with pytest.raises(LifeRefused, match="自动办结"):
            self.take(life(crowd, *settled))

    def test_an_unknown_act_or_matter_is_refused_by_name(self, crowd: Crowd) -> None:
        with pytest.raises(LifeRefused, match="delete"):
            self.take(life(crowd, PastAct(verb="delete", at=hours(1))))
        merge = PastAct(verb="merge", at=hours(1), actor=crowd.actors[4], facts={"into": "Z9"})
        with pytest.raises(LifeRefused, match="Z9"):
            self.take(life(crowd, merge))
        with pytest.raises(LifeRefused, match="A7"):
            self.take(life(crowd), life(crowd))

    def test_the_database_has_the_last_word(self, crowd: Crowd) -> None:
        """A row that breaks a constraint takes everything with it, whoever wrote it."""
        batch = Batch()

        def wrong() -> None:
            with transaction.atomic(), acting_in(batch):
                incident, _code = services.report_incident(**life(crowd).report)
                incident.handled_by = incident.verified_by = crowd.residents[0]

        with pytest.raises(IntegrityError):
            wrong()
        assert not Incident.objects.exists()

    def test_what_ended_makes_room_for_what_began_after_it(
        self, crowd: Crowd, settled: list[PastAct]
    ) -> None:
        """One open pause, one pending extension: also from one batch to the next."""
        handler, lead = crowd.actors[0], crowd.actors[7]

        def both(start: float) -> list[PastAct]:
            ask = {"limit": "2wd", "reason": "配件没到"}
            wait = PastAct(
                verb="wait", at=hours(start + 2), actor=handler, facts={"reason": "等水"}
            )
            return [
                PastAct(verb="request_extension", at=hours(start), actor=handler, facts=ask),
                wait,
            ]

        granted = PastAct(
            verb="decide_extension", at=hours(20), actor=lead,
            facts={"is_granted": True, "note": ""},
        )  # fmt: skip
        resumed = PastAct(verb="resume", at=hours(21), actor=handler)
        telling, batch = Telling(LATER), Batch()
        for acts in ([settled[0], *both(2)], [granted, resumed, *both(30)]):
            with acting_in(batch):
                if not telling.incidents:
                    telling.happen(life(crowd), None)
                for act in acts:
                    telling.happen(life(crowd), act)
        incident = telling.incidents["A7"]
        assert ClockPause.objects.filter(clock=incident.clock).count() == 2
        assert [each.is_granted for each in incident.extensions.order_by("pk")] == [True, None]

    def test_many_cost_no_more_statements_than_few(
        self, crowd: Crowd, settled: list[PastAct]
    ) -> None:
        counts = []
        for count in (3, 60):
            lives = [life(crowd, *settled, key=f"{count}/{number}") for number in range(count)]
            with CaptureQueriesContext(connection) as seen:
                self.take(*lives)
            counts.append(len(seen))
        assert counts[1] <= counts[0] + 2
