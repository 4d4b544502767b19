"""A round in 北滩村 with thirty villagers, taken as far as a test wants it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests import people, worlds
from tests.ballots.conftest import Village, make_village
from xiangyue.ballots import services as ballots
from xiangyue.orders import services
from xiangyue.orders.models import Need, Outcome, Project, Round
from xiangyue.orders.services import Cost
from xiangyue.places.models import Person

AT = people.MONDAY
NEEDS_END = AT + timedelta(days=7)
COSTED = NEEDS_END + timedelta(days=1)
SETTLED = COSTED + timedelta(days=7)  # the notice ends after the Dragon Boat days
OPENS = SETTLED + timedelta(days=1)
CLOSES = OPENS + timedelta(days=3)
DURING = OPENS + timedelta(hours=2)
YUAN = 100
# Title and cost in yuan; the budget is 100,000.
PROJECTS = (("路灯", 30_000), ("凉亭", 60_000), ("水渠", 40_000), ("篮球架", 8_000))


@dataclass
class House:
    """Who does what in the round; `round` is as it was when it was last written."""

    village: Village
    keeper: Person
    checker: Person
    at: datetime = AT
    round: Round | None = None

    @property
    def residents(self) -> list[Person]:
        return self.village.villagers

    @property
    def now(self) -> Round:
        assert self.round is not None
        self.round = Round.objects.select_related("ballot__roll", "place", "notice").get(
            pk=self.round.pk
        )
        return self.round

    def begin(self, **facts: object) -> Round:
        said = {
            "kind": "service_fund",
            "place": self.village.place,
            "title": "今年办哪几件",
            "about": "十万元，大家定。",
            "money_from": "服务群众专项经费",
            "budget": 100_000 * YUAN,
            "by": self.keeper,
            "at": self.at,
        }
        self.round = services.begin_round(**said | facts)  # type: ignore[arg-type]
        return self.round

    def order(self, text: str = "巷口装一盏路灯", who: int = 0, **facts: object) -> Need:
        said = {"by": self.residents[who], "at": self.at + timedelta(hours=1)} | facts
        return services.order(round_=self.now, text=text, **said)  # type: ignore[arg-type]

    def project(
        self, title: str, yuan: int, needs: Sequence[Need] | None = None, **facts: object
    ) -> Project:
        said = {
            "what": f"建{title}",
            "costed_by": "镇项目办",
            "by": self.keeper,
            "at": self.at + timedelta(days=8),
            "lines": [Cost("材料人工", yuan * YUAN)],
        }
        return services.keep_project(
            round_=self.now,
            title=title,
            needs=needs,
            **said | facts,  # type: ignore[arg-type]
        )

    def costed(self, projects: Sequence[tuple[str, int]] = PROJECTS, **facts: object) -> Round:
        """Orders came and are answered: one a project."""
        if self.round is None:
            self.begin(**facts)
        needs = [
            self.order(f"要办{title}", who=who % 30) for who, (title, _y) in enumerate(projects)
        ]
        services.end_needs(round_=self.now, by=self.keeper, at=self.at + timedelta(days=7))
        for need, (title, yuan) in zip(needs, projects, strict=True):
            self.project(title, yuan, [need])
        return self.now

    def on_board(self, projects: Sequence[tuple[str, int]] = PROJECTS, **facts: object) -> Round:
        self.costed(projects, **facts)
        services.publish_projects(round_=self.now, by=self.keeper, at=self.at + timedelta(days=8))
        return self.now

    def announced(self, projects: Sequence[tuple[str, int]] = PROJECTS, **facts: object) -> Round:
        self.on_board(projects, **facts)
        services.draw_voters(round_=self.now, by=self.keeper, at=self.at + timedelta(days=8))
        roll = self.now.roll
        assert roll is not None
        ballots.publish_roll(roll=roll, by=self.keeper, at=self.at + timedelta(days=8))
        ballots.confirm_entries(
            roll=roll, entries=None, by=self.keeper, at=self.at + timedelta(days=8)
        )
        settled = self.at + (SETTLED - AT)
        ballots.fix_roll(roll=roll, by=self.keeper, at=settled)
        services.announce_vote(
            round_=self.now, opens_at=self.at + (OPENS - AT), closes_at=self.at + (CLOSES - AT),
            tellers=self.village.tellers, by=self.keeper, at=settled, meets_at="村委会",
        )  # fmt: skip
        return self.now

    def voting(self, projects: Sequence[tuple[str, int]] = PROJECTS, **facts: object) -> Round:
        self.announced(projects, **facts)
        services.open_vote(round_=self.now, by=self.keeper, at=self.at + (OPENS - AT))
        return self.now

    def cast(self, who: int, *projects: int, at: datetime | None = None) -> None:
        services.cast_slip(
            round_=self.now, voter=self.residents[who], projects=projects,
            at=at or self.at + (DURING - AT),
        )  # fmt: skip

    def hand_out(self, *who: int) -> None:
        ballot = self.now.ballot
        assert ballot is not None
        for one in who:
            ballots.mark_present(
                ballot=ballot, entry=self.village.entry(ballot, self.residents[one]),
                mode="paper", by=self.village.tellers[0], at=self.at + (DURING - AT),
            )  # fmt: skip

    def close(self) -> Round:
        services.close_vote(round_=self.now, by=self.keeper, at=self.at + (CLOSES - AT))
        return self.now

    def typed(self, *lines: str, teller: int | None = None, first: int = 1) -> None:
        for one in self.village.tellers if teller is None else [self.village.tellers[teller]]:
            services.type_papers(
                round_=self.now, teller=one, first=first, lines=lines, at=self.at + (CLOSES - AT)
            )

    def count(self) -> Outcome:
        return services.count_round(
            round_=self.now, by=self.keeper, at=self.at + (CLOSES - AT) + timedelta(hours=1)
        )

    def decided(
        self, *slips: Sequence[int], projects: object = PROJECTS, **facts: object
    ) -> Outcome:
        """Voted by the first residents by phone, a slip each."""
        self.voting(projects, **facts)  # type: ignore[arg-type]
        for who, slip in enumerate(slips):
            self.cast(who, *slip)
        self.close()
        return self.count()

    def named(self, title: str) -> Project:
        return self.now.projects.get(title=title)


def make_house() -> House:
    village = make_village()
    checker = people.posted("supervision_member", at_place=village.place, name="监督员")
    Person.objects.filter(pk=checker.pk).update(birth_date=date(2015, 1, 1))
    return House(village, village.keeper, checker)


@worlds.standing
def house() -> House:
    return make_house()
