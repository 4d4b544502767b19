"""The pages: what each sees, what is refused, what nobody else is shown."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import people
from tests.enforcement.conftest import House
from tests.enforcement.reminding import Remembered, on_duty
from xiangyue.enforcement import services
from xiangyue.enforcement.models import Committee, Invitation, Reminder, Vetting
from xiangyue.places.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(house: House) -> None:
    house.at = timezone.now() - timedelta(days=40)


def get(client: Client, page: str, /, *args: object, **query: str):
    return client.get(reverse(page, args=args), query)


def post(client: Client, page: str, /, *args: object, **entered: object):
    return client.post(reverse(page, args=args), entered)


def words(answer) -> str:
    return answer.content.decode()


class TestTheDesk:
    def test_a_committee_is_formed_from_letter_to_card(self, client: Client, house: House) -> None:
        people.sign_in(client, house.clerk)
        assert post(client, "begin-compact-committee", place=people.VILLAGE).status_code == 302
        committee = Committee.objects.get()
        refused = post(client, "invite-to-committee", committee.pk, name="寨老吴")
        assert refused.status_code == 422
        assert "寨老吴" in words(refused)
        invited = {"name": "寨老吴", "kind": "stockade_elder"}
        assert post(client, "invite-to-committee", committee.pk, **invited).status_code == 302
        letter = Invitation.objects.get()
        paper = get(client, "invitation-letter", letter.pk)
        assert (paper.headers["Content-Type"], paper.content[:4]) == ("application/pdf", b"%PDF")
        for act in ("brought", "accepted"):
            assert post(client, "invitation-act", letter.pk, act).status_code == 302
        assert post(client, "invitation-act", letter.pk, "burn").status_code == 404
        member = committee.members.get(person=house.elder)
        entered = {"person": str(house.head.pk), "has_agreed": "on"}
        assert post(client, "propose-unit-head", committee.pk, **entered).status_code == 302
        page = words(get(client, "compact-committee", committee.pk))
        assert "寨老吴" in page
        assert "钱联户" in page
        people.sign_in(client, house.vetters["police"])
        assert "寨老吴" in words(get(client, "vettings"))
        vetted = post(client, "vet-member", member.pk, office="police", is_passed="yes")
        assert vetted.status_code == 302
        assert Vetting.objects.get().is_passed

    def test_namesakes_are_told_apart(self, client: Client, house: House) -> None:
        committee = house.begin()
        twin = people.somebody("寨老吴")
        people.sign_in(client, house.clerk)
        asked = post(
            client, "invite-to-committee", committee.pk, name="寨老吴", kind="stockade_elder"
        )
        assert asked.status_code == 422
        assert str(twin.pk) in words(asked)
        post(
            client, "invite-to-committee", committee.pk, name="寨老吴", kind="stockade_elder",
            which=str(twin.pk),
        )  # fmt: skip
        assert Invitation.objects.get().person == twin

    def test_what_is_missing_is_said_on_the_page(self, client: Client, house: House) -> None:
        committee = house.begin()
        people.sign_in(client, house.secretary)
        gone = post(client, "compact-committee-act", committee.pk, "publish")
        assert "联审" in words(client.get(gone.url))

    def test_others_do_not_see_the_desk(self, client: Client, house: House) -> None:
        committee = house.begin()
        member = house.unit_head(committee)
        for person in (house.elder, house.elsewhere, house.supervisor, house.vetters["police"]):
            people.sign_in(client, person)
            assert get(client, "compact-committee", committee.pk).status_code in {403, 404}
            assert post(client, "member-act", member.pk, "withdraw").status_code in {403, 404}
        people.sign_in(client, people.clerk(people.OTHER_VILLAGE))
        assert get(client, "compact-committee", committee.pk).status_code == 404
        for person in (house.clerk, house.secretary, house.elder):
            people.sign_in(client, person)
            assert get(client, "vet-member", member.pk).status_code in {403, 404}

    def test_the_vetting_form_takes_no_words(self, client: Client, house: House) -> None:
        member = house.unit_head(house.begin())
        people.sign_in(client, house.vetters["police"])
        page = words(get(client, "vet-member", member.pk))
        assert "<textarea" not in page
        assert page.count('type="text"') == 0

    def test_a_gap_is_named_given_and_closed(self, client: Client, house: House) -> None:
        people.sign_in(client, house.clerk)
        entered = {"place": people.VILLAGE, "subject": "roads", "name": "村口到小学的路"}
        made = post(client, "add-duty-area", people.VILLAGE, **entered)
        assert made.status_code == 302
        assert "村口到小学的路" in words(get(client, "duty-gaps", people.VILLAGE))
        again = post(client, "add-duty-area", people.VILLAGE, **entered)
        assert again.status_code == 409
        assert "村口到小学的路" in words(again)


class TestResidents:
    def test_an_invited_elder_answers_on_the_phone(self, client: Client, house: House) -> None:
        letter = house.invited(house.begin())
        people.sign_in(client, house.residents[0])
        assert get(client, "own-invitation", letter.pk).status_code == 404
        people.sign_in(client, house.elder)
        assert get(client, "own-invitation", letter.pk).status_code == 200
        post(client, "own-invitation", letter.pk, decline="1")
        letter.refresh_from_db()
        assert letter.answer == "declined"

    def test_a_card_says_name_role_and_whether_it_serves(
        self, client: Client, house: House
    ) -> None:
        committee = house.sitting()
        member = committee.members.get(person=house.elder)
        page = words(get(client, "work-card", member.card_code))
        assert "寨老吴" in page
        assert "今日有效" in page
        assert house.elder.phone not in page
        services.step_down(member=member, by=house.elder, at=timezone.now())
        assert "今日有效" not in words(get(client, "work-card", member.card_code))
        assert get(client, "work-card", "AAAA").status_code == 404

    def test_a_household_sees_its_own_duties_and_others_do_not(
        self, client: Client, house: House
    ) -> None:
        from tests.registry import living

        household = living.household()
        mine = house.residents[0]
        Person.objects.filter(pk=mine.pk).update(household=household)
        services.set_area(
            place=house.place, subject="environment", name="自家门前的水沟", household=household,
            by=house.clerk, at=house.at,
        )  # fmt: skip
        people.sign_in(client, mine)
        assert "自家门前的水沟" in words(get(client, "my-duties"))
        for person in (house.residents[1], house.supervisor, house.head):
            people.sign_in(client, person)
            for page in (
                get(client, "my-duties"),
                get(client, "duty-areas", people.VILLAGE),
                get(client, "duty-gaps", people.VILLAGE),
            ):
                assert "自家门前的水沟" not in words(page)

    def test_names_on_duty_are_for_those_who_live_there(self, client: Client, house: House) -> None:
        team = house.patrol()
        on_duty(house, team, house.residents[0], at=timezone.now())
        page = words(get(client, "keeping", place=people.VILLAGE))
        assert "0936-2721234" in page
        assert "居民0" not in page
        people.sign_in(client, house.residents[2])
        page = words(get(client, "keeping"))
        assert "居民0" in page
        assert house.residents[0].phone not in page
        people.sign_in(client, house.elsewhere)
        assert "居民0" not in words(get(client, "compact-team", team.pk))


class TestReminders:
    @pytest.fixture
    def kept(self, house: House) -> Remembered:
        return Remembered.make(house, at=timezone.now())

    def test_off_duty_nothing_is_noted(self, client: Client, house: House) -> None:
        house.patrol()
        people.sign_in(client, house.residents[0])
        assert get(client, "note-breach").status_code == 422
        people.sign_in(client, house.residents[3])
        assert get(client, "note-breach").status_code == 403

    def test_a_breach_is_noted_by_clause_name_and_place_alone(
        self, client: Client, house: House, kept: Remembered
    ) -> None:
        people.sign_in(client, kept.member)
        page = words(get(client, "note-breach"))
        assert "<textarea" not in page
        entered = {
            "clause": str(kept.clause), "name": "居民3", "place": people.VILLAGE, "is_of_age": "on",
        }  # fmt: skip
        refused = post(client, "note-breach", **entered | {"is_of_age": ""})
        assert refused.status_code == 422
        assert "居民3" in words(refused)
        assert post(client, "note-breach", **entered).status_code == 302
        assert Reminder.objects.get().person == house.residents[3]

    def test_only_those_at_their_turn_see_it(
        self, client: Client, house: House, kept: Remembered
    ) -> None:
        found = kept.note()
        people.sign_in(client, house.residents[3])
        page = words(get(client, "compact-reminder", found.pk))
        assert kept.text in page
        for person in (
            house.secretary, house.supervisor, house.residents[2], house.elder, house.elsewhere,
        ):  # fmt: skip
            people.sign_in(client, person)
            assert get(client, "compact-reminder", found.pk).status_code == 404
            assert post(client, "reminder-step", found.pk, step="talk").status_code == 404

    def test_the_person_sees_who_looked(
        self, client: Client, house: House, kept: Remembered
    ) -> None:
        found = kept.note()
        people.sign_in(client, kept.member)
        get(client, "compact-reminder", found.pk)
        get(client, "compact-reminder", found.pk)
        assert found.reads.count() == 1
        people.sign_in(client, house.residents[3])
        assert kept.member.name in words(get(client, "compact-reminder", found.pk))

    def test_they_object_and_somebody_else_answers(
        self, client: Client, house: House, kept: Remembered
    ) -> None:
        found = kept.note()
        people.sign_in(client, house.residents[3])
        assert post(client, "reminder-object", found.pk, text="").status_code == 422
        assert post(client, "reminder-object", found.pk, text="那天我不在").status_code == 302
        objection = found.objections.get()
        people.sign_in(client, house.supervisor)
        assert "那天我不在" in words(get(client, "answer-reminder-objection", objection.pk))
        gone = post(
            client, "answer-reminder-objection", objection.pk, is_upheld="yes", text="是看错了"
        )
        assert gone.status_code == 302
        assert not Reminder.objects.exists()

    def test_a_written_reminder_prints(
        self, client: Client, house: House, kept: Remembered
    ) -> None:
        found = kept.note()
        people.sign_in(client, kept.member)
        assert get(client, "reminder-paper", found.pk).content[:4] == b"%PDF"

    def test_no_page_lists_people_who_were_reminded(
        self, client: Client, house: House, kept: Remembered
    ) -> None:
        kept.note()
        for person in (house.secretary, house.head, house.residents[2]):
            people.sign_in(client, person)
            for name in ("keeping", "keeping-desk", "compact-reminders", "my-duties"):
                assert "居民3" not in words(get(client, name))
