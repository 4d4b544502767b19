"""北滩村 keeps its compact: who directs, who vets, who is invited, who is on duty."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests import people, worlds
from xiangyue.enforcement import services
from xiangyue.enforcement.models import Committee, Invitation, Member, Team
from xiangyue.places.models import Person, Place
from xiangyue.publicity.models import Notice
from xiangyue.publicity.services import end_windows

AT = people.MONDAY
OFFICES = {"justice": "JUS", "governance": "TV", "police": "PSB"}


def posted_for(role: str, function: str, at_place: Place, name: str) -> Person:
    return people.posted(
        role, at_place=at_place, organisation=people.unit(function, at_place), name=name
    )


@dataclass
class House:
    clerk: Person
    secretary: Person
    head: Person
    vetters: dict[str, Person]
    second_vetter: Person
    elder: Person
    residents: list[Person]
    supervisor: Person
    elsewhere: Person
    place: Place = field(default_factory=people.place)
    at: datetime = AT

    # --- the committee --------------------------------------------------------------------

    def begin(self, **facts) -> Committee:
        return services.begin_committee(
            **{"place": self.place, "by": self.clerk, "at": self.at} | facts
        )

    def invited(self, committee: Committee, person: Person | None = None, **facts) -> Invitation:
        return services.invite(
            **{
                "committee": committee,
                "person": person or self.elder,
                "kind": "stockade_elder",
                "by": self.clerk,
                "at": self.at,
            }
            | facts
        )

    def accepted(self, committee: Committee, person: Person | None = None) -> Member:
        letter = self.invited(committee, person)
        services.bring_letter(invitation=letter, by=self.clerk, at=self.at)
        services.answer_invitation(
            invitation=letter, is_accepted=True, by=letter.person, at=self.at
        )
        return committee.members.get(person=letter.person)

    def unit_head(self, committee: Committee, **facts) -> Member:
        return services.propose_by_role(
            **{
                "committee": committee,
                "person": self.head,
                "seat": "unit_head",
                "has_agreed": True,
                "by": self.clerk,
                "at": self.at,
            }
            | facts
        )

    def vet(self, member: Member, **results: bool) -> None:
        for office, vetter in self.vetters.items():
            services.vet(
                member=member,
                office=office,
                is_passed=results.get(office, True),
                by=vetter,
                at=self.at,
            )

    def over(self, notice: Notice) -> None:
        """The notice's window passes."""
        notice.refresh_from_db()
        ends = datetime.combine(notice.ends_on, datetime.min.time(), tzinfo=self.at.tzinfo)
        self.at = max(self.at, ends + timedelta(hours=9))
        end_windows(at=self.at)

    def seated(self, group: Committee | Team) -> list[Member]:
        notice = services.publish_members(group=group, by=self.clerk, at=self.at)
        self.over(notice)
        return services.appoint_members(group=group, by=self.secretary, at=self.at)

    def sitting(self) -> Committee:
        committee = self.begin()
        self.vet(self.accepted(committee))
        self.vet(self.unit_head(committee))
        self.seated(committee)
        committee.refresh_from_db()
        return committee

    # --- teams ----------------------------------------------------------------------------

    def team(self, committee: Committee, kind: str = "patrol") -> Team:
        return services.form_team(
            committee=committee, kind=kind, phone="0936-2721234", by=self.clerk, at=self.at
        )

    def nominated(self, team: Team, person: Person, **facts) -> Member:
        return services.nominate(
            **{
                "team": team,
                "person": person,
                "nominated_by": "stockade",
                "has_agreed": True,
                "by": self.secretary,
                "at": self.at,
            }
            | facts
        )

    def patrol(self, committee: Committee | None = None) -> Team:
        """A patrol team in office: the clerk heads it, two residents are its members."""
        team = self.team(committee or self.sitting())
        self.nominated(team, self.clerk, is_head=True)
        for person in self.residents[:2]:
            self.nominated(team, person)
        self.seated(team)
        return team


def make_house() -> House:
    place, town = people.place(), people.town()
    return House(
        clerk=people.clerk(),
        secretary=people.posted("village_party_secretary", at_place=place, name="赵书记"),
        head=people.posted("unit_head", at_place=place, name="钱联户"),
        vetters={
            office: posted_for("compact_vetter", function, town, f"联审{number}")
            for number, (office, function) in enumerate(OFFICES.items())
        },
        second_vetter=posted_for("compact_vetter", "PSB", town, "孙副所长"),
        elder=people.somebody("寨老吴"),
        residents=[people.somebody(f"居民{number}") for number in range(4)],
        supervisor=people.posted("supervision_member", at_place=place, name="监委会周"),
        elsewhere=people.somebody("外村人", at_place=people.place(people.OTHER_VILLAGE)),
    )


@worlds.standing
def house() -> House:
    return make_house()
