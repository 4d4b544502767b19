"""A real election in the clerk's village, decided, with a recall asked for, for the routes."""

from datetime import date, datetime, timedelta

from tests import people
from xiangyue.ballots import services as rolls
from xiangyue.ballots.elections import services
from xiangyue.ballots.elections.models import Election, Round
from xiangyue.ballots.models import RollEntry
from xiangyue.places.models import Person


def elections(clerk: Person, now: datetime) -> dict[str, object]:
    """The village's committee was elected ten days ago; the chair is to be recalled."""
    voters = []
    for number in range(14):
        voter = people.somebody(f"选民{number}", at_place=people.place())
        voter.birth_date = date(1970, 1, 1)
        voter.save(update_fields=["birth_date"])
        voters.append(voter)
    began = now - timedelta(days=60)
    day = (now - timedelta(days=10)).replace(hour=1, minute=0)
    election = services.announce_election(
        kind="villagers_committee", place=people.place(), opens_at=day,
        closes_at=day + timedelta(hours=6), committee=voters[9:14], chosen_by="村民会议推选",
        seats={"chair": 1, "member": 2}, by=clerk, at=began,
    )  # fmt: skip
    roll = services.draw_voters(election=election, by=clerk, at=began)
    rolls.publish_roll(roll=roll, by=clerk, at=began)
    rolls.confirm_entries(roll=roll, entries=None, by=clerk, at=began)
    rolls.fix_roll(roll=roll, by=clerk, at=began + timedelta(days=20))
    election = Election.objects.get(pk=election.pk)
    found = _candidates(election, voters, clerk, began + timedelta(days=25))
    services.choose_tellers(
        polling=found, tellers=voters[7:9], by=clerk, at=began + timedelta(days=25)
    )
    _polled(found, voters, clerk)
    services.conclude_election(election=election, by=clerk, at=found.closes_at)
    elected = election.elected.get(office="chair")
    recall = services.ask_for_recall(
        elected=elected, reasons="账目不公开", asked_by="voters", asked_count=10, of_count=30,
        by=clerk, at=now,
    )  # fmt: skip
    return {
        "election_id": election.pk, "round_id": found.pk, "elected_id": elected.pk,
        "recall_id": recall.pk,
    }  # fmt: skip


def _candidates(election: Election, voters: list[Person], clerk: Person, at: datetime) -> Round:
    for office, people_ in (("chair", voters[:2]), ("member", voters[2:5])):
        for person in people_:
            entry = RollEntry.objects.get(roll=election.roll_id, person=person)
            candidate = services.nominate(
                election=election, office=office, entry=entry, support_count=1, is_woman=True,
                by=clerk, at=at,
            )  # fmt: skip
            services.answer_nomination(candidate=candidate, accepts=True, by=clerk, at=at)
    return services.publish_candidates(election=election, by=clerk, at=at)


def _polled(found: Round, voters: list[Person], clerk: Person) -> None:
    services.open_round(polling=found, by=clerk, at=found.opens_at)
    entries = list(RollEntry.objects.filter(roll=found.election.roll_id, is_struck=False))
    for entry in entries:
        services.hand_out(polling=found, entry=entry, by=clerk, at=found.opens_at)
    services.close_round(polling=found, by=clerk, at=found.closes_at)
    numbers = {entry.person_id: entry.number for entry in entries}
    for office, chosen in (("chair", voters[:1]), ("member", voters[2:4])):
        for teller in voters[7:9]:
            services.record_office_count(
                polling=found, office=office, teller=teller, returned=len(entries), spoiled=0,
                votes={numbers[each.pk]: len(entries) - 1 for each in chosen},
                at=found.closes_at,
            )  # fmt: skip
    services.count_round(polling=found, by=clerk, at=found.closes_at)
