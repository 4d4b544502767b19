"""The deliberative pilot in three communities, from June on (JC-13 to JC-17).

In each a council of 1+7+X is formed and sits every few weeks. 61 issues come in; each goes its way
through the six steps by the services, at the times that its people take for it. How many are
settled in the end is counted, not set. What lies before the life that is played is played on its
first days, with the times at which it was.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from xiangyue.access.rules import Standing
from xiangyue.assemblies import services as assemblies
from xiangyue.assemblies.models import Sitting
from xiangyue.ballots.drawing import residents_of
from xiangyue.councils import services as councils
from xiangyue.deliberation import services
from xiangyue.deliberation.models import Issue, StateChoices
from xiangyue.demo.goings import Course, Goings
from xiangyue.demo.parts import demonstration, looked_at, people_since
from xiangyue.demo.pilot import ACCEPTS, DECLINES, LATER, REJECTS, Community, Matter, pilot_words
from xiangyue.demo.scenes.procedures import sheet
from xiangyue.demo.stage import Stage
from xiangyue.places.models import Person, Place
from xiangyue.procedures import services as procedures
from xiangyue.procedures.models import StepRun, StepState
from xiangyue.publicity.models import Notice

ISSUES, AFTER, UNTIL_THE_END = 61, timedelta(days=3), timedelta(days=2)
COUNCIL = "consultation_council"
BY_RESIDENTS, REPEATED, DECLINED, PUT_OFF, RETURNED = 0.4, 0.1, 0.08, 0.12, 0.08
SITS_EACH = timedelta(days=21)
MOST_AT_ONCE = 4


def live(*, day_end: datetime, stage: Stage, dice: random.Random) -> None:
    """Whatever is due by the end of the day."""
    plan = demonstration()
    if plan is None or plan.since is None or len(looked_at(plan)) < 2:
        return
    if stage not in _PLAYED:
        _PLAYED[stage] = Pilot(stage, looked_at(plan))
    _PLAYED[stage].goings.live_until(day_end)


class Pilot:
    """The three communities, their councils, and every issue on its way."""

    def __init__(self, stage: Stage, codes: tuple[str, ...]) -> None:
        self.dice = random.Random("a pilot")  # noqa: S311 - a simulation wants repeatable chance
        self.ends_at = stage.timetable.ends_at
        self.goings = Goings(ends_at=self.ends_at, dice=self.dice)
        self.crew = stage.duties.by_role
        self.standings = {key: actor.standing for key, actor in stage.duties.actors.items()}
        begins = people_since(self.ends_at) or stage.timetable.begins_at
        communities = [found for code in codes if (found := self._community(code, stage))]
        for community in communities:
            self.goings.add(begins, self._council(community, begins))
        last = self.ends_at - UNTIL_THE_END
        span = (last - begins - AFTER).total_seconds()
        moments = sorted(begins + AFTER + timedelta(seconds=span * self.dice.random() ** 1.4)
                         for _number in range(ISSUES))  # fmt: skip
        said = [self._shuffled() for _community in communities]
        for number, moment in enumerate(moments):
            if communities:
                which = number % len(communities)
                words, where = next(said[which])
                at = self._working(moment, 0)
                self.goings.add(at, self._issue(communities[which], words, where, at))

    def _working(self, at: datetime, days: int) -> datetime:
        return self.goings.working(at, days)

    def _shuffled(self) -> Iterator[tuple[dict[str, Any], str]]:
        """The words, each once in a new order; now and then one that was said before."""
        before: list[tuple[dict[str, Any], str]] = []
        while True:
            some = list(pilot_words()["issue"])
            self.dice.shuffle(some)
            for words in some:
                if before and self.dice.random() < REPEATED:
                    yield self.dice.choice(before[-6:])
                before.append((words, self.dice.choice(pilot_words()["spots"])))
                yield before[-1]

    # --- who takes part --------------------------------------------------------------------------

    def _community(self, code: str, stage: Stage) -> Community | None:
        place = Place.objects.filter(code=code, is_active=True).first()
        if place is None:
            return None
        people = {
            role: self._holder(role, place)
            for role in ("village_clerk", "village_party_secretary", "supervision_member")
        }
        clerk, secretary, supervisor = people.values()
        if clerk is None or secretary is None or supervisor is None:
            return None
        residents = list(
            residents_of(place)
            .filter(phone__isnull=False, birth_date__year__lt=self.ends_at.year - 20)
            .exclude(pk__in=[stage.first, stage.second])
            .order_by("phone")[:40]
        )
        lawyer = self._holder("legal_adviser", place)
        return Community(place, clerk, secretary, supervisor, lawyer, residents)

    def _holder(self, role: str, place: Place) -> Person | None:
        found = self.crew.get(role, {}).get(place.path, [])
        return Person.objects.filter(pk=found[0].person_id).first() if found else None

    def _council(self, community: Community, at: datetime) -> Course:
        """Formed in the first days: seats filled, the roster on the board for its days."""
        clerk, place = community.clerk, community.place
        at = self._working(at, 1)
        yield at
        council = councils.form(
            kind=COUNCIL, place=place, by=community.secretary, at=at,
            came_about="基层协商民主试点，由社区党组织提出组建。",
        )  # fmt: skip
        for number, (key, way, how, person, name) in enumerate(self._seats(community)):
            seat = councils.seat(
                council=council, seat_key=key, way=way, chosen_how=how, person=person, name=name,
                by=clerk, at=at + timedelta(minutes=number),
            )  # fmt: skip
            if seat.accepted_at is None:
                councils.answer_seat(
                    seat=seat, accepts=True, entered_by=clerk, at=at + timedelta(minutes=20)
                )
        notice = councils.publish_roster(council=council, by=clerk, at=at + timedelta(hours=1))
        at = self.goings.settled(notice, self._working(at, 8))
        yield at
        council.refresh_from_db()
        community.council = councils.begin_sitting(council=council, by=clerk, at=at)
        sits_at = self._working(at, 20)
        while True:
            announced_at = self._working(sits_at, -6)
            yield announced_at
            course = self._sitting(community, announced_at)
            yield from course
            sits_at = self._working(sits_at, SITS_EACH.days)

    @staticmethod
    def _seats(community: Community) -> Iterator[tuple[str, str, str, Person | None, str]]:
        first, second, third, *_rest = community.residents
        yield "party_secretary", "post", "社区党组织书记", community.secretary, ""
        yield "branch_representative", "recommendation", "党支部推荐", first, ""
        yield "committee_representative", "post", "居委会推荐", community.clerk, ""
        yield "supervision_representative", "post", "居务监督委员会推荐", community.supervisor, ""
        yield "deputy", "invitation", "邀请辖区人大代表", second, ""
        yield "legal_worker", "invitation", "社区法律顾问", community.lawyer, "社区法律顾问"
        yield "organisation_representative", "recommendation", "辖区商户推荐", None, "商户联合会"
        yield "respected_resident", "recommendation", "各楼推荐，大家信得过", third, ""

    # --- an issue's way --------------------------------------------------------------------------

    def _issue(
        self, community: Community, words: dict[str, Any], where: str, at: datetime
    ) -> Course:
        """From being raised to being checked; each yield is when it goes on."""
        yield at
        matter = self._raised(community, words, where, at)
        issue = matter.issue
        for neighbour in self.dice.sample(community.residents, self.dice.randrange(7)):
            services.support_issue(issue=issue, by=neighbour, at=at + timedelta(hours=2))
        same = next(
            (one for one in community.open if one.words is words and one.where == where), None
        )
        at = self._working(at, self.dice.randint(1, 5))
        yield at
        if same is not None and self._state(same) == StateChoices.COLLECTED:
            services.merge_issue(issue=issue, into=same.issue, by=community.clerk, at=at)
            return
        community.open.append(matter)
        at = self._working(at, self.dice.randint(1, 6))
        yield at
        if self.dice.random() < DECLINED:
            services.decline_issue(
                issue=issue, reason=self.dice.choice(DECLINES), by=community.secretary, at=at
            )
            return
        services.accept_issue(
            issue=issue, form=words.get("form", "consultation"),
            reason=self.dice.choice(ACCEPTS), by=community.secretary, at=at,
        )  # fmt: skip
        yield from self._prepared(community, matter, at)
        community.waiting.append(matter)
        while not matter.decided:
            at = self._working(at, 1)
            yield at
        yield from self._carried_out(community, matter, at)

    @staticmethod
    def _state(matter: Matter) -> str:
        matter.issue.refresh_from_db()
        return str(matter.issue.state)

    def _raised(
        self, community: Community, words: dict[str, Any], where: str, at: datetime
    ) -> Matter:
        title, text = (str(words[key]).replace("{where}", where) for key in ("title", "text"))
        is_own = self.dice.random() < BY_RESIDENTS
        issue = services.raise_issue(
            place=community.place, title=title, text=text, topic=str(words["topic"]), at=at,
            by=self.dice.choice(community.residents) if is_own else community.clerk,
            is_for_others=not is_own,
        )  # fmt: skip
        if is_own:
            services.show_issue(issue=issue, by=community.clerk, at=at + timedelta(hours=1))
        return Matter(issue, words, where)

    def _prepared(self, community: Community, matter: Matter, at: datetime) -> Course:
        """Looked at on the spot; where the law is asked, the lawyer first."""
        clerk = community.clerk
        at = self._working(at, self.dice.randint(2, 7))
        yield at
        if matter.words.get("form") == "by_law" and community.lawyer is not None:
            services.add_lawyers_note(
                issue=matter.issue, lawyer=community.lawyer.name, finding="lawful",
                text="按社会救助有关规定，评议的条件、程序和结果应当公开，个人隐私不公开。",
                by=clerk, at=at,
            )  # fmt: skip
        services.add_research(issue=matter.issue, text=matter.said("found"), by=clerk, at=at)
        self._complete(matter, clerk, at + timedelta(minutes=30))

    def _sitting(self, community: Community, at: datetime) -> Course:
        """Announced with what waits, held some days later, its minutes signed."""
        council, some = community.council, community.waiting[:MOST_AT_ONCE]
        if council is None or not some:
            return
        del community.waiting[:MOST_AT_ONCE]
        for matter in some:
            neighbour = self.dice.choice(community.residents[3:])
            stake = councils.invite_stakeholder(
                council=council, subject=matter.issue, title=matter.issue.title, person=neighbour,
                stake=f"住在{matter.where}附近", stands_for="附近住户", by=community.clerk, at=at,
            )  # fmt: skip
            councils.answer_invitation(
                stakeholder=stake, accepts=True, entered_by=community.clerk,
                at=at + timedelta(hours=1),
            )  # fmt: skip
        held_at = self._working(at, 5).replace(hour=15, minute=0)
        sitting = assemblies.announce(
            kind="council_sitting", place=community.place, council=council,
            title="居民协商议事会", where="社区议事厅", starts_at=held_at, by=community.clerk,
            at=at + timedelta(hours=2),
            items=[assemblies.Agendum(one.issue.title, subject=one.issue) for one in some],
        )  # fmt: skip
        yield held_at
        self._held(community, sitting, some, held_at)

    def _held(
        self, community: Community, sitting: Sitting, some: list[Matter], at: datetime
    ) -> None:
        clerk, secretary = community.clerk, community.secretary
        sitting = assemblies.open_sitting(
            sitting=sitting, chair=secretary, minute_taker=clerk, by=clerk, at=at
        )
        for invitation in sitting.invitations.select_related("person").order_by("person__phone"):
            if self.dice.random() < 0.92:
                assemblies.mark_attendance(
                    sitting=sitting, how="list", person=invitation.person, by=clerk, at=at
                )
        for item, matter in zip(sitting.items.order_by("position"), some, strict=True):
            at += timedelta(minutes=self.dice.randint(8, 20))
            chance = self.dice.random()
            good = float(matter.words["odds"])
            outcome = "accepted" if chance < good else "rejected"
            if self.dice.random() < PUT_OFF:
                outcome = "put_off"
            text = {"accepted": matter.said("settled"), "rejected": REJECTS, "put_off": LATER}
            assemblies.decide_item(
                item=item, outcome=outcome, text=text[outcome], by=secretary, at=at,
                how="" if outcome == "put_off" else "consent",
            )  # fmt: skip
            services.resolve_issue(
                issue=matter.issue, text=text[outcome], outcome=outcome,
                settled_in=f"{at:%-m月%-d日}居民协商议事会", by=clerk, at=at,
                reference_type="assemblies.sitting", reference_id=str(sitting.pk),
            )  # fmt: skip
            if outcome == "put_off":
                community.waiting.append(matter)
            else:
                matter.decided, matter.sitting = outcome, sitting
        at += timedelta(minutes=10)
        assemblies.close_sitting(sitting=sitting, by=clerk, at=at)
        assemblies.draft_minutes(sitting=sitting, by=clerk, at=at)
        minutes = assemblies.settle_minutes(sitting=sitting, by=clerk, at=at, names_are_words=True)
        for person in (clerk, secretary):
            assemblies.sign_minutes(
                sitting=sitting, by=person, at=at + timedelta(hours=1), seen_digest=minutes.digest
            )

    def _carried_out(self, community: Community, matter: Matter, at: datetime) -> Course:
        """Published, done, and checked by somebody else; what was rejected is published alone."""
        clerk, supervisor, issue = community.clerk, community.supervisor, matter.issue
        procedures.add_evidence(
            step_run=_open(issue), key="minutes", upload=sheet(), file_name="会议记录.png",
            actor=self._standing(clerk), at=at,
        )  # fmt: skip
        self._complete(matter, community.secretary, at + timedelta(minutes=10))
        shown = procedures.publish_for_step(
            step_run=_open(issue), title=f"议定结果：{issue.title}"[:60],
            body=matter.said("settled") if matter.decided == "accepted" else REJECTS,
            actor=self._standing(clerk), at=at + timedelta(minutes=20),
        )  # fmt: skip
        tasks = []
        if matter.decided == "accepted":
            for text in matter.words["tasks"]:
                due = (at + timedelta(days=self.dice.randint(20, 45))).date()
                tasks.append(
                    services.plan_task(
                        issue=issue, text=text, who=matter.said("who"), due_on=due, by=clerk,
                        at=at + timedelta(minutes=30),
                    )
                )  # fmt: skip
        notice = Notice.objects.get(pk=shown.reference_id)
        at = self.goings.settled(notice, self._working(at, 8))
        yield at
        self._complete(matter, clerk, at)
        if matter.decided == "rejected":
            procedures.end_early(
                run=_open(issue).run,
                actor=self._standing(clerk),
                at=at + timedelta(minutes=5),
                reason="议定这次不办，理由已公开。",
            )
            return
        for task in tasks:
            at = self._working(at, self.dice.randint(8, 35))
            yield at
            services.finish_task(task=task, note=f"已完成：{task.text}。", by=clerk, at=at)
            if self.dice.random() < RETURNED:
                at = self._working(at, 3)
                yield at
                services.return_task(task=task, note="还差一处，补上再报。", by=supervisor, at=at)
                at = self._working(at, 6)
                yield at
                services.finish_task(task=task, note="缺的一处已补上。", by=clerk, at=at)
            at = self._working(at, self.dice.randint(1, 6))
            yield at
            services.check_task(task=task, note=matter.said("seen"), by=supervisor, at=at)
        self._complete(matter, supervisor, at + timedelta(minutes=20))

    def _complete(self, matter: Matter, by: Person, at: datetime) -> None:
        row = _open(matter.issue)
        procedures.complete_step(step_run=row, actor=self._standing(by), at=at)

    def _standing(self, person: Person) -> Standing:
        return self.standings[person.pk]


_PLAYED: WeakKeyDictionary[Stage, Pilot] = WeakKeyDictionary()


def _open(issue: Issue) -> StepRun:
    issue.refresh_from_db()
    rows = StepRun.objects.select_related("run")
    return rows.get(run=issue.run_id, state=StepState.OPEN)
