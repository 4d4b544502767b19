"""A community's 1+7+X and a village's three groups: who keeps them, who sits, who is concerned."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests import people, worlds
from xiangyue.councils import services
from xiangyue.councils.models import Council, GroupMatter, Seat
from xiangyue.places.models import Person, Place
from xiangyue.publicity.services import end_windows

AT = people.MONDAY
SEVEN = (
    "branch_representative", "committee_representative", "supervision_representative", "deputy",
    "legal_worker", "organisation_representative", "respected_resident",
)  # fmt: skip


@dataclass
class House:
    """北滩村; the councils of communities stand in `community`."""

    clerk: Person
    secretary: Person
    resident: Person
    elsewhere: Person
    place: Place = field(default_factory=people.place)
    at: datetime = AT

    def form(self, kind: str = "participation_group", **facts) -> Council:
        return services.form(
            **{"kind": kind, "place": self.place, "by": self.clerk, "at": self.at} | facts
        )

    def seat(self, council: Council, seat_key: str, **facts) -> Seat:
        given = {
            "council": council, "seat_key": seat_key, "way": "recommendation",
            "chosen_how": "村民代表会议推选", "by": self.clerk, "at": self.at,
        } | facts  # fmt: skip
        if "person" not in given and "name" not in given:
            given["person"] = people.somebody(f"某{seat_key}", at_place=council.place)
        return services.seat(**given)

    def seated(self, council: Council, seat_key: str, **facts) -> Seat:
        made = self.seat(council, seat_key, **facts)
        if made.state == "invited":
            made = services.answer_seat(seat=made, accepts=True, entered_by=self.clerk, at=self.at)
        return made

    def group(self, kind: str = "participation_group", members: int = 3) -> Council:
        """A group of the village that sits: its head and so many members less one."""
        council = self.form(kind)
        self.seated(council, "head")
        for _number in range(members - 1):
            self.seated(council, "member")
        return self.sitting(council)

    def sitting(self, council: Council) -> Council:
        """Publish the roster and let its days pass; the council sits then, and it is later."""
        notice = services.publish_roster(council=council, by=self.clerk, at=self.at)
        self.at = self.at + timedelta(days=12)
        end_windows(at=self.at)
        council.refresh_from_db()
        notice.refresh_from_db()
        return council

    def ask(self, council: Council, **facts) -> GroupMatter:
        return services.ask_group(
            **{
                "council": council, "title": "修渠的事", "text": "三组的渠先修还是后修，请说说意见",
                "by": self.resident, "at": self.at,
            }
            | facts
        )  # fmt: skip

    def members(self, council: Council) -> list[Person]:
        rows = council.seats.filter(state="accepted").select_related("person").order_by("pk")
        return [seat.person for seat in rows if seat.person is not None]

    def judged(self, **facts) -> tuple[GroupMatter, list[Person]]:
        """A judging group of three with a matter about the resident's neighbour, taken by all."""
        council = self.group("moral_judging_group")
        neighbour = people.somebody("邻居")
        matter = self.ask(council, title="两家的墙", text="两家为院墙吵了，请评评", **facts)
        services.name_concerned(matter=matter, person=neighbour, by=self.resident, at=self.at)
        judges = self.members(council)
        for number, judge in enumerate(judges):
            services.take(matter=matter, by=judge, is_woman=number == 0, at=self.at)
        return matter, [neighbour, *judges]


@dataclass
class Community:
    """A community that has its 1+7+X."""

    house: House
    clerk: Person
    secretary: Person
    place: Place

    def form(self, kind: str = "consultation_council", **facts) -> Council:
        return self.house.form(kind, **{"place": self.place, "by": self.clerk} | facts)

    def seated(self, council: Council, seat_key: str, **facts) -> Seat:
        way = {"deputy": "invitation", "legal_worker": "invitation"}.get(seat_key, "recommendation")
        made = services.seat(
            **{
                "council": council, "seat_key": seat_key, "way": way, "chosen_how": "推荐",
                "person": people.somebody(f"某{seat_key}", at_place=self.place),
                "by": self.clerk, "at": self.house.at,
            }
            | facts
        )  # fmt: skip
        if made.state == "invited":
            made = services.answer_seat(
                seat=made, accepts=True, entered_by=self.clerk, at=self.house.at
            )
        return made

    def whole(self, *, but: str = "") -> Council:
        """A council with all but one seat filled, still forming."""
        council = self.form()
        if but != "party_secretary":
            self.seated(
                council,
                "party_secretary",
                way="post",
                person=self.secretary,
                chosen_how="党组织任职",
            )
        for key in SEVEN:
            if key != but:
                self.seated(council, key)
        return council

    def sitting(self) -> Council:
        council = self.whole()
        services.publish_roster(council=council, by=self.clerk, at=self.house.at)
        self.house.at = self.house.at + timedelta(days=12)
        end_windows(at=self.house.at)
        council.refresh_from_db()
        return council


def make_house() -> House:
    return House(
        clerk=people.clerk(),
        secretary=people.posted("village_party_secretary", at_place=people.place(), name="赵书记"),
        resident=people.somebody("张三"),
        elsewhere=people.somebody("外村人", at_place=people.place(people.OTHER_VILLAGE)),
    )


def make_community(house: House) -> Community:
    place = Place.objects.filter(kind="village", code__endswith="001").order_by("path")[0]
    return Community(
        house=house,
        clerk=people.posted("village_clerk", at_place=place, name="钱文书"),
        secretary=people.posted("community_party_secretary", at_place=place, name="周书记"),
        place=place,
    )


@worlds.standing
def house() -> House:
    return make_house()


@worlds.standing
def community(house: House) -> Community:
    return make_community(house)
