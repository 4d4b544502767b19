"""Every village of Liping makes its compact in nine steps (LP-08 to LP-12, LP-17, LP-28).

Each village goes its way act by act through the services, at its own pace and from a text of its
own choice, so that how many stand at which step comes out of play. Some took over what they had
adopted on paper before. A few drafts hold what the law forbids: the reading finds it, and they
wait or are put otherwise; of one compact in force the town orders a clause to be corrected. The
village that is looked at is left to the scene of compacts. What lies before the life that is
played is played on its first day, with the times at which it was.
"""

import random
from collections.abc import Generator
from datetime import datetime, timedelta
from importlib.util import find_spec
from weakref import WeakKeyDictionary

from xiangyue.access.rules import Standing
from xiangyue.ballots import services as ballots
from xiangyue.ballots.drawing import residents_of
from xiangyue.ballots.models import Ballot, Roll
from xiangyue.compacts import services
from xiangyue.compacts.models import Version
from xiangyue.demo.compact_making import (
    CONSULTED,
    FAIR,
    FINE,
    OPINIONS,
    ORDERED,
    REVIEWED,
    VETTED,
    Village,
    household,
    inhabited,
    paper,
    starters,
)
from xiangyue.demo.duties import TOWN_LENGTH, VILLAGE_LENGTH
from xiangyue.demo.goings import Course, Goings
from xiangyue.demo.parts import people_since
from xiangyue.demo.stage import Stage
from xiangyue.places.forming import unit_pattern
from xiangyue.places.models import Household, Person, Place, PlaceKind
from xiangyue.places.rules import short_name
from xiangyue.procedures import services as procedures
from xiangyue.documents.files import PreparedFile
from xiangyue.procedures.models import Run, StepRun, StepState
from xiangyue.publicity.models import Notice

PROCEDURE, RULE = "nine_step_compact", "compact_assembly"
EARLY, TAKEN_OVER, NOT_BEGUN = 0.1, 0.08, 0.04  # shares of the villages
EARLIEST, LATEST = timedelta(days=170), timedelta(days=2)
MOST_BEGIN_WITHIN = timedelta(days=105)
UNLAWFUL, REPHRASED = 0.03, 0.05


def live(*, day_end: datetime, stage: Stage, dice: random.Random) -> None:
    """Whatever is due by the end of the day; nothing in a county without joint household units."""
    if unit_pattern() is None or people_since(stage.timetable.ends_at) is None:
        return
    if stage not in _PLAYED:
        _PLAYED[stage] = Villages(stage)
    _PLAYED[stage].goings.live_until(day_end)


# A stretch of a course, and the moment at which it came to its end.
Part = Generator[datetime, None, datetime]


class Villages:
    """All villages on their way; their chance is their own."""

    def __init__(self, stage: Stage) -> None:
        self.dice = random.Random("compacts")  # noqa: S311 - repeatable chance
        self.ends_at = stage.timetable.ends_at
        self.goings = Goings(ends_at=self.ends_at, dice=self.dice)
        self.crew = stage.duties.by_role
        self.standings = {key: actor.standing for key, actor in stage.duties.actors.items()}
        self.people = Person.objects.in_bulk(
            [
                actor.person_id
                for role in ("village_clerk", "village_party_secretary", "political_legal_member")
                for crew in self.crew.get(role, {}).values()
                for actor in crew
            ]
        )
        self.is_ordered = False
        looked_at = stage.grid.path[:VILLAGE_LENGTH]
        is_theirs = find_spec("xiangyue.demo.scenes.compacts") is not None
        alive = inhabited()
        places = Place.objects.filter(kind=PlaceKind.VILLAGE, is_active=True).order_by("path")
        for place in places:
            village = self._village(place)
            if (
                village is not None
                and place.path in alive
                and not (is_theirs and place.path == looked_at)
            ):
                self._begin(village)

    def _village(self, place: Place) -> Village | None:
        clerk = self._holder("village_clerk", place.path)
        secretary = self._holder("village_party_secretary", place.path)
        town = self._holder("political_legal_member", place.path[:TOWN_LENGTH])
        if clerk is None or secretary is None or town is None:
            return None
        return Village(place, clerk, secretary, town, self.dice.uniform(0.8, 1.6))

    def _holder(self, role: str, path: str) -> Person | None:
        found = self.crew.get(role, {}).get(path, [])
        return self.people.get(found[0].person_id) if found else None

    def _begin(self, village: Village) -> None:
        chance = self.dice.random()
        if chance < NOT_BEGUN:
            return
        within = MOST_BEGIN_WITHIN
        ago = LATEST + (within - LATEST) * self.dice.random()
        if chance < NOT_BEGUN + EARLY:
            ago = within + (EARLIEST - within) * self.dice.random()
        at = self.goings.working(self.ends_at - ago, 0)
        is_taken_over = not village.is_community and self.dice.random() < TAKEN_OVER
        self.goings.add(
            at, self._taken_over(village, at) if is_taken_over else self._way(village, at)
        )

    def _later(self, village: Village, at: datetime, least: int, most: int) -> datetime:
        days = max(least, round(self.dice.randint(least, most) * village.pace))
        return self.goings.working(at, days)

    # --- the nine steps --------------------------------------------------------------------------

    def _drafted(self, village: Village, at: datetime) -> Version:
        kind = "residents_compact" if village.is_community else "village_compact"
        word = "居民公约" if village.is_community else "村规民约"
        return services.begin_compact(
            kind=kind, place=village.place, title=f"{short_name(village.place.name)}{word}",
            by=village.clerk, at=at, starter=self.dice.choice(starters(kind)),
        )  # fmt: skip

    def _taken_over(self, village: Village, at: datetime) -> Course:
        """What was adopted on paper, as it is."""
        yield at
        services.take_over(
            version=self._drafted(village, at), by=village.clerk, at=at,
            how="去年村民会议逐条表决通过，纸质文本存村委会。",
            in_force_from=(at - timedelta(days=self.dice.randint(90, 300))).date(),
        )  # fmt: skip

    def _way(self, village: Village, at: datetime) -> Course:
        yield at
        version = self._drafted(village, at)
        run = self._accompanied(village, version, at)
        at = self._later(village, at, 2, 8)
        yield at
        self._lay(run, "minutes", CONSULTED, by=village.secretary, at=at)
        self._complete(run, by=village.secretary, at=at)
        at = self._later(village, at, 2, 6)
        yield at
        self._lay(run, "letter", paper("邀请函"), by=village.clerk, at=at)
        self._complete(run, by=village.clerk, at=at)
        at = yield from self._committee(village, run, self._later(village, at, 2, 6))
        at = self._later(village, at, 3, 9)
        yield at
        self._lay(run, "draft", paper("初稿"), by=village.clerk, at=at)
        self._complete(run, by=village.clerk, at=at)
        at = self._later(village, at, 1, 4)
        yield at
        if self.dice.random() < UNLAWFUL:
            self._add(version, FINE, village, at)
            return  # it cannot be put up: the reading found what the law forbids (CP01)
        at = yield from self._heard(village, version, run, at)
        yield at
        self._answered(village, version, run, at)
        at = self._later(village, at, 2, 7)
        yield at
        roll = self._revised(village, version, run, at)
        if roll is None:
            return  # communities vote under a rule of their own
        at = self.goings.not_before(roll.objections_until, self.goings.working(at, 5))
        yield at
        ballot, notice = self._published_again(village, version, run, roll, at)
        at = self.goings.settled(notice, self.goings.working(at, 8))
        yield at
        self._complete(run, by=village.clerk, at=at)
        at = max(at, ballot.opens_at + timedelta(minutes=5))
        yield at
        self._voted(village, version, run, ballot, at)
        at = self._later(village, at, 1, 5)
        yield at
        self._in_force(village, version, run, at)
        if not self.is_ordered:
            self.is_ordered = True
            at = self._later(village, at, 5, 9)
            yield at
            clause = version.clauses.filter(is_left_out=False).order_by("position").first()
            if clause is not None:
                services.order_correction(
                    clause=clause, law=ORDERED[0], reason=ORDERED[1], by=village.town, at=at
                )

    def _accompanied(self, village: Village, version: Version, at: datetime) -> Run:
        actor = self._standing(village.clerk)
        if not village.is_community:
            return services.accompany(version=version, actor=actor, by=village.clerk, at=at)
        run = procedures.begin_here(
            template=PROCEDURE, place=village.place, title=version.compact.title, actor=actor,
            subject=version, at=at,
        )  # fmt: skip
        services.attach_run(version=version, run=run, by=village.clerk, at=at)
        return run

    def _committee(self, village: Village, run: Run, at: datetime) -> Part:
        """Vetted by the town, hung on the board by the village."""
        yield at
        shown = procedures.publish_for_step(
            step_run=_open(run), title="村规民约执行委员会人员公示",
            body="执行委员会主任由村党组织书记担任，委员为各联户长和应邀的寨老、老党员、老干部、房族族长。"
            "人员名单贴在村公示栏，有不同意见的请在公示期内提出。",
            actor=self._standing(village.clerk), at=at,
        )  # fmt: skip
        notice = Notice.objects.get(pk=shown.reference_id)
        at = self.goings.settled(notice, self.goings.working(at, 8))
        yield at
        self._lay(run, "vetting", VETTED, by=village.town, at=at)
        self._complete(run, by=village.town, at=at)
        return at

    def _heard(self, village: Village, version: Version, run: Run, at: datetime) -> Part:
        """The first notice, and what people say to it."""
        if self.dice.random() < REPHRASED:
            self._add(version, FINE, village, at)
            at = self._later(village, at, 1, 3)
            yield at
            clause = version.clauses.get(text=FINE)
            services.save_clause(
                clause=clause, topic=clause.topic, heading=clause.heading, text=FAIR,
                seen=clause.revision, by=village.clerk, at=at,
            )  # fmt: skip
        [notice] = services.publish_first(version=version, by=village.clerk, at=at)
        self._refer(run, notice, by=village.clerk, at=at)
        homes = list(
            Household.objects.filter(grid=village.place)
            .order_by("code")
            .values_list("pk", flat=True)
        )
        wanted = self.dice.randint(1, 3)
        for text, _how, _answer in self.dice.sample(OPINIONS, wanted):
            services.give_opinion(
                version=version, text=text, at=at + timedelta(days=2, hours=1), said_by="村民",
                entered_by=village.clerk, way="door", is_shown=True,
                household=household(self.dice.choice(homes)) if homes else None,
            )  # fmt: skip
        return self.goings.settled(notice, self._later(village, at, 9, 14))

    def _answered(self, village: Village, version: Version, run: Run, at: datetime) -> None:
        known = {text: (how, answer) for text, how, answer in OPINIONS}
        said = []
        for opinion in version.opinions.all():
            how, answer = known[opinion.text]
            services.answer_opinion(
                opinion=opinion, answered=how, text=answer, by=village.secretary, at=at
            )
            said.append(f"{opinion.text}——{answer}")
        self._lay(run, "register", "\n".join(said), by=village.clerk, at=at)
        self._complete(run, by=village.clerk, at=at + timedelta(minutes=10))

    def _revised(self, village: Village, version: Version, run: Run, at: datetime) -> Roll | None:
        services.begin_revision(version=version, by=village.clerk, at=at)
        clause = version.clauses.order_by("-position").first()
        assert clause is not None
        services.save_clause(
            clause=clause, topic=clause.topic, heading=clause.heading,
            text=f"{clause.text}大家提的意见，一条条答复。", seen=clause.revision,
            by=village.clerk, at=at,
        )  # fmt: skip
        self._lay(run, "revised", paper("修改稿"), by=village.town, at=at)
        self._lay(run, "review", REVIEWED, by=village.town, at=at)
        self._complete(run, by=village.town, at=at)
        if village.is_community:
            return None
        clerk = village.clerk
        roll = ballots.draw_roll(place=village.place, rule=RULE, by=clerk, at=at)
        ballots.publish_roll(roll=roll, by=clerk, at=at)
        ballots.confirm_entries(roll=roll, entries=None, by=clerk, at=at)
        roll.refresh_from_db()
        return roll

    def _published_again(
        self, village: Village, version: Version, run: Run, roll: Roll, at: datetime
    ) -> tuple[Ballot, Notice]:
        clerk = village.clerk
        roll = ballots.fix_roll(roll=roll, by=clerk, at=at)
        [notice] = services.publish_second(version=version, by=clerk, at=at)
        self._refer(run, notice, by=clerk, at=at)
        opens_at = self.goings.working(at, 14).replace(hour=9, minute=0)
        opens_at = self.goings.settled(notice, opens_at)
        ballot = services.plan_vote(
            version=version, roll=roll, modes=["hands"], opens_at=opens_at,
            closes_at=opens_at + timedelta(hours=3), meets_at="鼓楼坪", by=clerk, at=at,
            tellers=[village.secretary],
        )  # fmt: skip
        return ballot, notice

    def _voted(
        self, village: Village, version: Version, run: Run, ballot: Ballot, at: datetime
    ) -> None:
        """Read out clause by clause, by raised hands; one clause in thirty fails."""
        clerk = village.clerk
        ballots.open_ballot(ballot=ballot, by=clerk, at=at)
        entries = list(ballot.roll.entries.values_list("pk", flat=True))
        present = entries[: max(1, round(len(entries) * self.dice.uniform(0.7, 1)))]
        ballots.mark_many_present(ballot=ballot, mode="hands", entries=present, by=clerk, at=at)
        ballots.say_women_present(
            ballot=ballot, present_count=(len(present) + 1) // 2, on_roll_count=None, by=clerk,
            at=at,
        )  # fmt: skip
        at += timedelta(hours=2)
        ballots.close_ballot(ballot=ballot, by=clerk, at=at)
        for question in ballot.questions.all():
            share = 0.3 if self.dice.random() < 0.03 else self.dice.uniform(0.75, 1)
            yes = round(len(present) * share)
            ballots.record_count(
                ballot=ballot, question=question, mode="hands", teller=village.secretary,
                counts={"yes": yes, "no": len(present) - yes}, at=at,
            )  # fmt: skip
        ballots.count_ballot(ballot=ballot, by=clerk, at=at)
        services.take_result(version=version, at=at)
        procedures.refer_to(
            step_run=_open(run), key="ballot", reference_id=str(ballot.pk),
            actor=self._standing(village.secretary), at=at,
        )  # fmt: skip
        self._complete(run, by=village.secretary, at=at + timedelta(minutes=10))

    def _in_force(self, village: Village, version: Version, run: Run, at: datetime) -> None:
        clerk, place = village.clerk, village.place
        version.refresh_from_db()
        services.add_signing(
            version=version, place=place, signer_count=max(1, residents_of(place).count() // 2),
            signed_on=at.date(), upload=paper("签字"), by=clerk, at=at,
        )  # fmt: skip
        services.file_with_town(version=version, by=clerk, at=at)
        if self.dice.random() < 0.8:
            services.acknowledge(
                version=version, text="已收到备案。", by=village.town, at=at + timedelta(hours=3)
            )
        [notice] = services.post_result(version=version, by=clerk, at=at)
        self._lay(run, "filing", paper("备案"), by=clerk, at=at)
        self._refer(run, notice, by=clerk, at=at)
        self._complete(run, by=clerk, at=at + timedelta(minutes=5))
        version.refresh_from_db()
        services.put_in_force(version=version, by=clerk, at=at + timedelta(minutes=10))

    # --- how each is done ------------------------------------------------------------------------

    @staticmethod
    def _add(version: Version, text: str, village: Village, at: datetime) -> None:
        services.add_clause(
            version=version, topic="surroundings", heading="垃圾", text=text, by=village.clerk,
            at=at,
        )  # fmt: skip

    def _lay(
        self, run: Run, key: str, what: str | PreparedFile, *, by: Person, at: datetime
    ) -> None:
        actor, row = self._standing(by), _open(run)
        if isinstance(what, str):
            procedures.add_evidence(step_run=row, key=key, text=what, actor=actor, at=at)
        else:
            procedures.add_evidence(step_run=row, key=key, upload=what, actor=actor, at=at)

    def _refer(self, run: Run, notice: Notice, *, by: Person, at: datetime) -> None:
        procedures.refer_to(
            step_run=_open(run), key="notice", reference_id=str(notice.pk),
            actor=self._standing(by), at=at,
        )  # fmt: skip

    def _complete(self, run: Run, *, by: Person, at: datetime) -> None:
        procedures.complete_step(step_run=_open(run), actor=self._standing(by), at=at)

    def _standing(self, person: Person) -> Standing:
        return self.standings[person.pk]


_PLAYED: WeakKeyDictionary[Stage, Villages] = WeakKeyDictionary()


def _open(run: Run) -> StepRun:
    return StepRun.objects.select_related("run").get(run=run, state=StepState.OPEN)
