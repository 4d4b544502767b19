"""Every village of Liping makes its compact in nine steps (LP-08 to LP-12, LP-17, LP-28).

Each village goes its way act by act through the services, at its own pace and from a text of its
own choice, so that how many stand at which step comes out of play: a village's assembly votes, in
a community the residents'. Some revise what they had adopted on paper before. A few drafts hold
what the law forbids: the reading finds it, and they are put otherwise or wait with the town's
reasons; of one compact in force the town orders a clause to be corrected. The village that is
looked at begins early; the scene of compacts adds its next draft. What lies before the life that
is played is played on its first day, with the times at which it was.
"""

import random
from collections.abc import Generator
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from xiangyue.access.rules import Standing
from xiangyue.ballots.drawing import residents_of
from xiangyue.ballots.models import Ballot, Roll
from xiangyue.ballots.services import fix_roll
from xiangyue.compacts import services
from xiangyue.compacts.models import Version
from xiangyue.demo.compact_making import (
    CONSULTED,
    FAIR,
    FINE,
    ON_PAPER,
    ORDERED,
    REVIEWED,
    UNLAWFUL,
    VETTED,
    Village,
    household,
    inhabited,
    paper,
    starters,
)
from xiangyue.demo.compact_votes import call_vote, hold_vote, roll_for
from xiangyue.demo.duties import TOWN_LENGTH, VILLAGE_LENGTH
from xiangyue.demo.goings import Course, Goings
from xiangyue.demo.parts import people_since
from xiangyue.demo.stage import Stage
from xiangyue.documents.files import PreparedFile
from xiangyue.places.forming import unit_pattern
from xiangyue.places.models import Household, Person, Place, PlaceKind
from xiangyue.places.rules import short_name
from xiangyue.procedures import services as procedures
from xiangyue.procedures.models import Run, StepRun, StepState
from xiangyue.publicity.models import Notice

PROCEDURE = "nine_step_compact"
EACH = 1  # every village, or every so manyth
TAKEN_OVER, UNLAWFUL_KEPT, REPHRASED = 0.08, 0.03, 0.05  # shares of the villages
# How long before the end a village begins, unless people are there later; the one that is looked
# at, and how fast it is.
EARLIEST, LATEST = timedelta(days=185), timedelta(days=2)
LOOKED_AT, QUICK = timedelta(days=150), 0.8


def live(*, day_end: datetime, stage: Stage, dice: random.Random) -> None:
    """Whatever is due by the end of the day; nothing in a county without joint household units."""
    since = people_since(stage.timetable.ends_at)
    if unit_pattern() is None or since is None:
        return
    if stage not in _PLAYED:
        _PLAYED[stage] = Villages(stage, since=since)
    _PLAYED[stage].goings.live_until(day_end)


# A stretch of a course, and the moment at which it came to its end.
Part = Generator[datetime, None, datetime]


class Villages:
    """All villages on their way; their chance is their own."""

    def __init__(self, stage: Stage, *, since: datetime) -> None:
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
        self.longest = min(EARLIEST, self.ends_at - since - timedelta(days=1))
        self.looked_at = stage.grid.path[:VILLAGE_LENGTH]
        alive = inhabited()
        places = Place.objects.filter(kind=PlaceKind.VILLAGE, is_active=True).order_by("path")
        for number, place in enumerate(places):
            is_looked_at = place.path == self.looked_at
            if place.path in alive and (is_looked_at or number % EACH == 0):
                village = self._village(place)
                if village is not None:
                    self._begin(village)

    def _village(self, place: Place) -> Village | None:
        clerk = self._holder("village_clerk", place.path)
        secretary = self._holder("village_party_secretary", place.path)
        town = self._holder("political_legal_member", place.path[:TOWN_LENGTH])
        if clerk is None or secretary is None or town is None:
            return None
        pace = QUICK if place.path == self.looked_at else self.dice.uniform(0.8, 1.6)
        return Village(place, clerk, secretary, town, pace)

    def _holder(self, role: str, path: str) -> Person | None:
        found = self.crew.get(role, {}).get(path, [])
        return self.people.get(found[0].person_id) if found else None

    def _begin(self, village: Village) -> None:
        ago = LATEST + (self.longest - LATEST) * self.dice.random()
        if village.place.path == self.looked_at:
            ago = min(LOOKED_AT, self.longest)
        at = self.goings.working(self.ends_at - ago, 0)
        self.goings.add(at, self._way(village, at))

    def _later(self, village: Village, at: datetime, least: int, most: int) -> datetime:
        days = max(least, round(self.dice.randint(least, most) * village.pace))
        return self.goings.working(at, days)

    # --- the nine steps --------------------------------------------------------------------------

    def _drafted(self, village: Village, at: datetime) -> Version:
        starter = self.dice.choice(starters(village.kind))
        if village.place.path == self.looked_at:
            starter = starters(village.kind)[-1]
        version = services.begin_compact(
            kind=village.kind, place=village.place, by=village.clerk, at=at, starter=starter,
            title=f"{short_name(village.place.name)}{village.word}",
        )  # fmt: skip
        if self.dice.random() >= TAKEN_OVER:
            return version
        adopted = services.take_over(
            version=version, by=village.clerk, at=at, how=village.said(ON_PAPER),
            in_force_from=(at - timedelta(days=self.dice.randint(400, 900))).date(),
        )  # fmt: skip
        return services.begin_version(
            compact=adopted.compact, made_from=adopted, by=village.clerk, at=at
        )

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
        at = self._later(village, at, 4, 13)
        yield at
        is_looked_at = village.place.path == self.looked_at
        if self.dice.random() < UNLAWFUL_KEPT and not is_looked_at:
            yield from self._kept_back(village, version, at)
            return
        at = yield from self._heard(village, version, at)
        yield at
        self._answered(village, version, at)
        at = self._later(village, at, 2, 7)
        yield at
        roll = self._revised(village, version, run, at)
        at = self.goings.not_before(roll.objections_until, self.goings.working(at, 5))
        yield at
        ballot, notice = self._published_again(village, version, roll, at)
        at = self.goings.settled(notice, self.goings.working(at, 8))
        yield at
        self._complete(run, by=village.clerk, at=at)
        at = max(at, ballot.opens_at + timedelta(minutes=5))
        yield at
        self._voted(village, version, ballot, at)
        at = self._later(village, at, 1, 5)
        yield at
        self._in_force(village, version, at)
        if not self.is_ordered and not is_looked_at:
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

    def _kept_back(self, village: Village, version: Version, at: datetime) -> Course:
        """It cannot be put up: the reading found what the law forbids, and the town says why."""
        self._add(version, FINE, village, at)
        at = self._later(village, at, 1, 4)
        yield at
        services.judge(
            clause=version.clauses.get(text=FINE), check="fine", verdict="change",
            reasons=village.said(UNLAWFUL), by=village.town, at=at,
        )  # fmt: skip

    def _committee(self, village: Village, run: Run, at: datetime) -> Part:
        """Vetted by the town, hung on the board by the village."""
        yield at
        shown = procedures.publish_for_step(
            step_run=_open(run), title=f"{village.word}执行委员会人员公示",
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

    def _heard(self, village: Village, version: Version, at: datetime) -> Part:
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
        homes = list(
            Household.objects.filter(grid=village.place)
            .order_by("code")
            .values_list("pk", flat=True)
        )
        wanted = self.dice.randint(1, 3)
        for text, _how, _answer in self.dice.sample(village.opinions, wanted):
            services.give_opinion(
                version=version, text=text, at=at + timedelta(days=2, hours=1),
                said_by="居民" if village.is_community else "村民",
                entered_by=village.clerk, way="door", is_shown=True,
                household=household(self.dice.choice(homes)) if homes else None,
            )  # fmt: skip
        return self.goings.settled(notice, self._later(village, at, 9, 14))

    @staticmethod
    def _answered(village: Village, version: Version, at: datetime) -> None:
        known = {text: (how, answer) for text, how, answer in village.opinions}
        for opinion in version.opinions.all():
            how, answer = known[opinion.text]
            services.answer_opinion(
                opinion=opinion, answered=how, text=answer, by=village.secretary, at=at
            )

    def _revised(self, village: Village, version: Version, run: Run, at: datetime) -> Roll:
        services.begin_revision(version=version, by=village.clerk, at=at)
        clause = version.clauses.order_by("-position").first()
        assert clause is not None
        services.save_clause(
            clause=clause, topic=clause.topic, heading=clause.heading,
            text=f"{clause.text}大家提的意见，一条条答复。", seen=clause.revision,
            by=village.clerk, at=at,
        )  # fmt: skip
        self._lay(run, "review", village.said(REVIEWED), by=village.town, at=at)
        self._complete(run, by=village.town, at=at)
        return roll_for(version, village, at=at)

    def _published_again(
        self, village: Village, version: Version, roll: Roll, at: datetime
    ) -> tuple[Ballot, Notice]:
        clerk = village.clerk
        roll = fix_roll(roll=roll, by=clerk, at=at)
        [notice] = services.publish_second(version=version, by=clerk, at=at)
        opens_at = self.goings.working(at, 14).replace(hour=9, minute=0)
        opens_at = self.goings.settled(notice, opens_at)
        ballot = call_vote(version, village, roll, opens_at=opens_at, at=at)
        return ballot, notice

    def _voted(self, village: Village, version: Version, ballot: Ballot, at: datetime) -> None:
        at = hold_vote(ballot, village, self.dice, at=at)
        services.take_result(version=version, at=at, by=village.clerk)

    def _in_force(self, village: Village, version: Version, at: datetime) -> None:
        """What the law asks is done; with the last of it the procedure is through."""
        clerk, place = village.clerk, village.place
        version.refresh_from_db()
        if not village.is_community:
            services.add_signing(
                version=version, place=place, signer_count=max(1, residents_of(place).count() // 2),
                signed_on=at.date(), upload=paper("签字"), by=clerk, at=at,
            )  # fmt: skip
        services.file_with_town(version=version, by=clerk, at=at)
        if self.dice.random() < 0.8:
            services.acknowledge(
                version=version, text="已收到备案。", by=village.town, at=at + timedelta(hours=3)
            )
        services.post_result(version=version, by=clerk, at=at + timedelta(minutes=10))
        version.refresh_from_db()

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

    def _complete(self, run: Run, *, by: Person, at: datetime) -> None:
        procedures.complete_step(step_run=_open(run), actor=self._standing(by), at=at)

    def _standing(self, person: Person) -> Standing:
        return self.standings[person.pk]


_PLAYED: WeakKeyDictionary[Stage, Villages] = WeakKeyDictionary()


def _open(run: Run) -> StepRun:
    return StepRun.objects.select_related("run").get(run=run, state=StepState.OPEN)
