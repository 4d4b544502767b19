"""Elections on their fronts: everybody, the teller at the box, the desk of who runs them."""

import io
import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone
from pypdf import PdfReader

from tests import people
from tests.ballots.conftest import make_village
from tests.ballots.elections.conftest import (
    AT,
    CLOSES,
    DURING,
    NOMINATED,
    OPENS,
    Held,
)
from xiangyue.access.queries import standing_of
from xiangyue.ballots.elections import services
from xiangyue.ballots.elections.lists import kept_lines, lines_for
from xiangyue.ballots.elections.models import (
    Elected,
    Election,
    ElectionProxy,
    Slip,
)
from xiangyue.ballots.elections.recall_models import Recall
from xiangyue.ballots.models import RollEntry
from xiangyue.ballots.refusals import PlanRefused
from xiangyue.ballots.services import plan_ballot
from xiangyue.places.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(monkeypatch):
    """Say what time it is."""

    def say(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return say


def signed_in(person: Person) -> Client:
    client = Client()
    people.sign_in(client, person)
    return client


def words(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def desk(held: Held, act: str, **values):
    """Send one of the desk's forms."""
    said = {f"{act}-{key}": value for key, value in values.items()}
    path = f"/desk/elections/{held.election.pk}/{act}/"
    return signed_in(held.keeper).post(path, said, follow=True)


def test_everybody_reads_what_happens_when_and_who_stands(held):
    held.ready()
    page = words(Client(), f"/elections/{held.election.pk}/")
    for said in ("选民名单", "候选人", held.chosen["chair"][0].name, "村委会", "第14条"):
        assert said in page
    assert "张提名票" not in page
    assert held.election.title in words(Client(), "/elections/")
    assert words(Client(), "/elections/?which=past").count(held.election.title) == 0


def test_the_desk_shows_the_next_step_and_takes_it(held, at):
    at(AT)
    page = words(signed_in(held.keeper), f"/desk/elections/{held.election.pk}/")
    assert "生成选民名单" in page
    answer = signed_in(held.keeper).post(f"/desk/elections/{held.election.pk}/draw/", follow=True)
    assert answer.status_code == 200
    assert held.again().roll.entry_count == 30


def test_the_desk_lists_what_i_run_and_where_i_may_announce(held):
    page = words(signed_in(held.keeper), "/desk/elections/")
    assert held.election.title in page
    assert f"/desk/elections/announce/{held.village.place.code}/" in page
    words(signed_in(held.village.villagers[0]), "/desk/elections/", 403)


def test_a_refused_form_keeps_what_was_typed(held, at):
    held.fix()
    at(NOMINATED)
    answer = desk(held, "nominate", office="chair", name="没有这个人", support_count="7")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "没有这个人" in page
    assert 'value="7"' in page
    assert "选民名单上没有" in page


def test_nominations_are_asked_and_published_from_the_desk(held, at):
    held.fix()
    at(NOMINATED)
    voters = held.village.villagers
    for office, chosen in (("chair", voters[:2]), ("member", voters[2:5])):
        for person in chosen:
            number = str(held.entry(person).number)
            answer = desk(held, "nominate", office=office, name=number, support_count="3",
                          is_woman="on")  # fmt: skip
            assert answer.status_code == 200
    for candidate in held.election.candidates.all():
        path = f"/desk/elections/{held.election.pk}/answer-nomination/"
        prefix = f"answer-nomination-{candidate.pk}"
        signed_in(held.keeper).post(
            path, {f"{prefix}-candidate": str(candidate.pk), f"{prefix}-accepts": "yes"}
        )
    answer = desk(held, "publish", presented_where="戏台")
    assert answer.status_code == 200
    assert held.again().candidates_published_at == NOMINATED
    assert held.election.rounds.count() == 1


def test_the_teller_hands_out_slips_and_counts(held, at):
    found = held.open()
    at(DURING)
    teller = signed_in(held.village.tellers[0])
    entries = list(held.election.roll.entries.order_by("number"))
    door = f"/elections/rounds/{found.pk}/door/"
    for entry in entries[:16]:
        teller.post(f"{door}{entry.number}/", {"way": "booth"})
    again = teller.post(f"{door}{entries[0].number}/", {"way": "booth"}, follow=True)
    assert "已领取选票" in again.content.decode()
    assert Slip.objects.count() == 16
    assert "已领票" in words(teller, door)
    early = teller.post(f"/elections/rounds/{found.pk}/counts/", {"count": "chair"})
    assert early.status_code == 422
    services.close_round(polling=found, by=held.keeper, at=CLOSES)
    at(CLOSES)
    first, second = (held.entry(person).number for person in held.chosen["chair"])
    said = {
        "count": "chair", "chair-returned": "16", "chair-spoiled": "1", f"chair-n{first}": "9",
        f"chair-n{second}": "4", "chair-written_in": f"{held.village.villagers[10].name} 2",
    }  # fmt: skip
    kept = teller.post(f"/elections/rounds/{found.pk}/counts/", said, follow=True)
    assert "另一名计票" in kept.content.decode()
    other = signed_in(held.village.tellers[1])
    wrong = other.post(
        f"/elections/rounds/{found.pk}/counts/", said | {"chair-written_in": "没有这个人 2"}
    )
    assert wrong.status_code == 422
    assert "没有这个人 2" in wrong.content.decode()
    agreed = other.post(f"/elections/rounds/{found.pk}/counts/", said, follow=True)
    assert "一致" in agreed.content.decode()


def test_the_result_is_public_at_once_as_page_file_and_paper(held, at):
    found = held.polled()
    at(CLOSES)
    page = words(Client(), f"/elections/{held.election.pk}/")
    assert held.chosen["chair"][0].name in page
    facts = json.loads(Client().get(f"/elections/rounds/{found.pk}/result.json").content)
    assert facts["facts"]["offices"][0]["rows"][0]["fate"] == "elected"
    for path in ("result.pdf", "slip.pdf"):
        answer = Client().get(f"/elections/rounds/{found.pk}/{path}")
        text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(answer.content)).pages)
        assert held.chosen["chair"][0].name in text


def printed_words(answer) -> str:
    assert answer.status_code == 200
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)


def test_what_everybody_may_print_is_a_specimen_and_the_slips_are_the_tellers(held, at):
    found = held.ready()
    at(NOMINATED)
    public, real = (f"/elections/rounds/{found.pk}/{name}.pdf" for name in ("slip", "slips"))
    villager = Client()
    people.sign_in(villager, held.village.villagers[10])
    for client in (Client(), villager):
        assert "样票" in printed_words(client.get(public))
        assert client.get(real).status_code in {302, 404}
    for who in (held.village.tellers[0], held.keeper):
        client = Client()
        people.sign_in(client, who)
        text = printed_words(client.get(real))
        assert held.chosen["chair"][0].name in text
        assert "样票" not in text
        assert "样票" in printed_words(client.get(public))  # theirs too: it is a specimen


def test_certificates_are_printed_once_they_begin(held, at):
    held.polled()
    one = Elected.objects.first()
    keeper = signed_in(held.keeper)
    assert keeper.get(f"/desk/elected/{one.pk}/certificate.pdf").status_code == 404
    services.conclude_election(election=held.election, by=held.keeper, at=CLOSES)
    answer = keeper.get(f"/desk/elected/{one.pk}/certificate.pdf")
    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert one.name in text
    assert Client().get(f"/desk/elected/{one.pk}/certificate.pdf").status_code == 302


def test_online_voting_is_never_offered(held, at):
    """No route, no operation, no button by which anybody votes in an election."""
    found = held.open()
    at(DURING)
    voter = signed_in(held.village.villagers[6])
    page = words(voter, f"/elections/{held.election.pk}/")
    assert "<form" not in page.split("<main")[1].split("</main")[0]
    for path in ("cast/", "vote/", "secret/"):
        assert voter.get(f"/elections/{held.election.pk}/{path}").status_code == 404
        assert voter.post(f"/elections/rounds/{found.pk}/{path}").status_code == 404
    names = {str(key) for key in get_resolver().reverse_dict if isinstance(key, str)}
    assert not {name for name in names if "election" in name and "cast" in name}
    for mode in ("online", "secret_online", "paper"):
        with pytest.raises(PlanRefused):
            plan_ballot(
                roll=held.election.roll, title="选举", questions=["选谁？"], modes=[mode],
                is_secret=True, opens_at=OPENS + timedelta(days=30),
                closes_at=OPENS + timedelta(days=31), tellers=held.village.tellers, at=AT,
            )  # fmt: skip


def test_a_stranger_runs_no_election_and_a_candidate_not_their_own(held, at):
    held.ready()
    path = f"/desk/elections/{held.election.pk}/"
    assert words(signed_in(held.village.villagers[6]), path, 404)
    assert words(signed_in(held.chosen["chair"][0]), path, 404)
    assert Client().get(path).status_code == 302
    assert words(signed_in(held.village.villagers[21]), path)  # of the election committee


def test_a_clerk_who_stands_does_not_run_the_election(held, at):
    held.fix()
    entry = RollEntry.objects.filter(roll=held.election.roll).first()
    Person.objects.filter(pk=held.keeper.pk).update(birth_date="1980-01-01")
    candidate = services.nominate(
        election=held.election, office="chair", entry=entry, support_count=3, by=held.keeper,
        at=NOMINATED,
    )  # fmt: skip
    assert words(signed_in(held.keeper), f"/desk/elections/{held.election.pk}/")
    type(candidate).objects.filter(pk=candidate.pk).update(person=held.keeper)
    assert words(signed_in(held.keeper), f"/desk/elections/{held.election.pk}/", 404)


def test_an_election_is_announced_at_the_desk(village_at_desk, at):
    village, client = village_at_desk
    at(AT)
    path = f"/desk/elections/announce/{village.place.code}/"
    assert "主任" in words(client, path)
    said = {
        "opens_at": f"{OPENS:%Y-%m-%dT%H:%M}", "closes_at": f"{CLOSES:%Y-%m-%dT%H:%M}",
        "committee": "\n".join(person.name for person in village.villagers[20:25]),
        "chosen_by": "村民会议推选", "seats-chair": "1", "seats-vice_chair": "0",
        "seats-member": "2", "seats-woman_member": "0",
    }  # fmt: skip
    too_near = {
        "opens_at": f"{AT:%Y-%m-%dT%H:%M}",
        "closes_at": f"{AT + timedelta(hours=6):%Y-%m-%dT%H:%M}",
    }
    late = client.post(path, said | too_near)
    assert late.status_code == 422
    assert "村民会议推选" in late.content.decode()
    answer = client.post(path, said, follow=True)
    assert answer.status_code == 200
    assert Election.objects.get().members.count() == 5
    again = client.post(path, said)
    assert again.status_code == 409


@pytest.fixture
def village_at_desk(db):
    village = make_village()
    return village, signed_in(village.keeper)


def test_proxies_are_entered_before_the_day_and_shown_to_everybody(held, at):
    held.ready()
    at(NOMINATED)
    voters = held.village.villagers
    answer = desk(
        held, "proxy", name=str(held.entry(voters[8]).number),
        agent=str(held.entry(voters[9]).number), relation="child", is_written="on",
    )  # fmt: skip
    assert answer.status_code == 200
    assert ElectionProxy.objects.count() == 1
    page = words(Client(), f"/elections/{held.election.pk}/")
    assert f"{voters[9].name}代{voters[8].name}" in page


def test_a_recall_is_kept_at_the_desk(held, at):
    held.polled()
    services.conclude_election(election=held.election, by=held.keeper, at=CLOSES)
    at(CLOSES)
    one = Elected.objects.first()
    client = signed_in(held.keeper)
    said = {"reasons": "两年没有开过会", "asked_by": "voters", "asked_count": "5", "of_count": "30"}
    few = client.post(f"/desk/elected/{one.pk}/recall/", said)
    assert few.status_code == 422
    assert "两年没有开过会" in few.content.decode()
    client.post(f"/desk/elected/{one.pk}/recall/", said | {"asked_count": "6"})
    recall = Recall.objects.get()
    assert "两年没有开过会" in words(Client(), f"/recalls/{recall.pk}/")
    early = client.post(
        f"/desk/recalls/{recall.pk}/call/", {"call-opens_at": "", "call-meets_at": ""}
    )
    assert early.status_code == 422
    client.post(f"/desk/recalls/{recall.pk}/hear/", {"hear-statement": "会议有记录"})
    assert "会议有记录" in words(Client(), f"/recalls/{recall.pk}/")
    assert words(signed_in(one.person), f"/desk/recalls/{recall.pk}/", 403)


def test_today_says_what_waits_for_who_keeps_it(held):
    lines = kept_lines(standing_of(held.keeper, at=AT), at=AT)
    assert [(election.pk, sentence) for election, sentence in lines] == [
        (held.election.pk, "请从人口登记生成选民名单。")
    ]


def test_what_is_being_decided_names_the_election_and_who_still_votes(held):
    held.open()
    lines = lines_for(place=held.village.place, person=held.village.villagers[7], at=DURING)
    assert [(line.title, line.needs_me) for line in lines] == [(held.election.title, True)]
    assert not lines_for(place=people.place(people.OTHER_VILLAGE), person=None, at=DURING)
