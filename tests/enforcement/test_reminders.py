"""Reminders by REQ-L: from a clause that says so, on duty, heard, objected to, erased."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import models

from tests import people, worlds
from tests.enforcement.conftest import House
from tests.enforcement.reminding import Remembered, on_duty
from xiangyue.access.appointments import appoint
from xiangyue.access.queries import standing_of
from xiangyue.activity.models import Entry
from xiangyue.compacts.models import Version
from xiangyue.compacts.services import order_correction
from xiangyue.enforcement import services
from xiangyue.enforcement.access import reminders_in_sight
from xiangyue.enforcement.blueprint import ReminderRule
from xiangyue.enforcement.models import Reminder, ReminderObjection, ReminderRead, ReminderStep
from xiangyue.enforcement.rules import Step
from xiangyue.kernel.refusals import NotAllowed
from xiangyue.places.models import Household, Person
from xiangyue.publicity.models import Notice

pytestmark = pytest.mark.django_db


@worlds.standing
def kept(house: House) -> Remembered:
    return Remembered.make(house)


def take(kept: Remembered, reminder: Reminder, step: Step, by: Person, days: int = 0) -> Reminder:
    kept.house.at += timedelta(days=days)
    return services.take_step(reminder=reminder, step=step, by=by, at=kept.house.at)


class TestNoting:
    def test_reql02_only_a_clause_in_force_that_says_so(self, kept: Remembered) -> None:
        found = kept.note()
        assert (found.clause_text, found.clause_number) == (kept.text, 1)
        for position in (1, 2):  # says nothing of reminding; is about what somebody is (L10)
            with pytest.raises(services.NoSuchClause):
                kept.note(clause=kept.lineage(position))
        with pytest.raises(services.NoSuchClause):
            kept.note(clause=kept.version.pk)

    def test_cp07_a_suspended_clause_reminds_nobody_and_what_rests_on_it_goes(
        self, kept: Remembered
    ) -> None:
        kept.note()
        order_correction(
            clause=kept.version.clauses.get(lineage=kept.clause), law="民法典第一百一十条",
            reason="应当改写", by=people.dispatcher(), at=kept.house.at,
        )  # fmt: skip
        assert not Reminder.objects.exists()
        with pytest.raises(services.NoSuchClause):
            kept.note()

    def test_only_on_duty(self, kept: Remembered) -> None:
        for person in (kept.house.residents[1], kept.house.clerk, kept.house.secretary):
            with pytest.raises(services.NotOnDuty):
                kept.note(by=person)
        with pytest.raises(services.NotOnDuty):
            kept.note(at=kept.house.at + timedelta(hours=8))

    def test_a_planned_turn_that_is_not_published_is_no_duty(self, kept: Remembered) -> None:
        member = kept.house.residents[1]
        turn = on_duty(kept.house, kept.team, member, at=kept.house.at)
        turn.published_at = None
        turn.save()
        with pytest.raises(services.NotOnDuty):
            kept.note(by=member)

    def test_who_stepped_down_notes_nothing(self, kept: Remembered) -> None:
        services.step_down(
            member=kept.team.members.get(person=kept.member), by=kept.member,
            at=kept.house.at + timedelta(minutes=1),
        )  # fmt: skip
        with pytest.raises(services.NotOnDuty):
            kept.note(at=kept.house.at + timedelta(minutes=2))

    def test_only_a_team_that_notes(self, kept: Remembered) -> None:
        house = kept.house
        team = house.team(kept.team.committee, kind="weddings_funerals")
        house.nominated(team, house.clerk, is_head=True)
        for person in (house.residents[1], house.residents[2]):
            house.nominated(team, person)
        house.seated(team)
        on_duty(house, team, house.residents[2], at=house.at)
        with pytest.raises(services.NotOnDuty):
            kept.note(by=house.residents[2])

    def test_reql01_nobody_under_eighteen(self, kept: Remembered) -> None:
        child = kept.house.residents[3]
        Person.objects.filter(pk=child.pk).update(birth_date=date(2010, 1, 1))
        child.refresh_from_db()
        with pytest.raises(services.NotOfAge):
            kept.note(person=child)
        other = kept.house.residents[2]
        with pytest.raises(services.NotOfAge):
            kept.note(person=other, is_of_age=False)
        assert kept.note(person=other).person == other

    def test_reql04_neither_oneself_nor_ones_household(self, kept: Remembered) -> None:
        with pytest.raises(NotAllowed):
            kept.note(person=kept.member)
        home = Household.objects.create(
            code="HH1", grid=kept.house.place, place_path=kept.house.place.path
        )
        wife = kept.house.residents[3]
        Person.objects.filter(pk__in=[wife.pk, kept.member.pk]).update(household=home)
        with pytest.raises(NotAllowed):
            kept.note(
                person=Person.objects.get(pk=wife.pk), by=Person.objects.get(pk=kept.member.pk)
            )

    def test_strangers_are_not_bound(self, kept: Remembered) -> None:
        with pytest.raises(services.WrongPlace):
            kept.note(person=kept.house.elsewhere)

    def test_the_same_on_the_same_day_is_noted_once(self, kept: Remembered) -> None:
        assert kept.note().pk == kept.note().pk
        assert Reminder.objects.count() == 1

    def test_reql10_there_is_no_field_for_words_about_anybody(self) -> None:
        worded = [
            f"{model.__name__}.{field.name}"
            for model in (Reminder, ReminderStep, ReminderObjection, ReminderRead)
            for field in model._meta.fields
            if (
                isinstance(field, models.TextField | models.JSONField | models.FileField)
                or (isinstance(field, models.CharField) and not field.choices)
            )
            and field.name != "place_path"
        ]
        # What the person says, what they object to, and what they are answered; nothing else.
        assert worded == [
            "Reminder.statement", "ReminderObjection.text", "ReminderObjection.answer",
        ]  # fmt: skip


class TestTheWayOfIt:
    def test_talk_written_committee_by_those_who_do_each(self, kept: Remembered) -> None:
        house, found = kept.house, kept.note()
        with pytest.raises(NotAllowed):
            take(kept, found, Step.TALK, house.secretary)
        with pytest.raises(services.NotSoFar):
            take(kept, found, Step.WRITTEN, house.clerk)
        take(kept, found, Step.TALK, house.residents[1])
        with pytest.raises(NotAllowed):
            take(kept, found, Step.WRITTEN, house.residents[1], days=8)
        take(kept, found, Step.WRITTEN, house.clerk)
        with pytest.raises(NotAllowed):
            take(kept, found, Step.COMMITTEE, house.clerk, days=8)
        take(kept, found, Step.COMMITTEE, house.secretary)
        assert [row.kind for row in found.steps.all()] == ["talk", "written", "committee"]

    def test_reql03_heard_first(self, kept: Remembered) -> None:
        house, found = kept.house, kept.note()
        take(kept, found, Step.TALK, kept.member)
        with pytest.raises(services.NotSoFar):
            take(kept, found, Step.WRITTEN, house.clerk, days=7)
        services.hear(reminder=found, text="", by=house.residents[3], at=house.at)
        take(kept, found, Step.WRITTEN, house.clerk)

    def test_the_person_speaks_for_themself_or_through_who_talked(self, kept: Remembered) -> None:
        house, found = kept.house, kept.note()
        with pytest.raises(services.NotSoFar):
            services.hear(reminder=found, text="他说知道了", by=kept.member, at=house.at)
        with pytest.raises(NotAllowed):
            services.hear(reminder=found, text="他就这样", by=house.residents[2], at=house.at)
        heard = services.hear(
            reminder=found, text="柴火当天就搬", by=house.residents[3], at=house.at
        )
        assert heard.statement == "柴火当天就搬"

    def test_reql04_no_step_by_somebody_of_the_household(self, kept: Remembered) -> None:
        reminder, house = kept.note(), kept.house
        home = Household.objects.create(code="H91", grid=house.place, place_path=house.place.path)
        near = [kept.member, house.secretary, reminder.person]
        Person.objects.filter(pk__in=[one.pk for one in near]).update(household=home)
        for step, by in ((Step.TALK, kept.member), (Step.COMMITTEE, house.secretary)):
            again = Person.objects.get(pk=by.pk)
            with pytest.raises(NotAllowed):
                take(kept, Reminder.objects.get(), step, again)
        assert take(kept, Reminder.objects.get(), Step.TALK, house.residents[1]).steps.count() == 1

    def test_reql02_no_step_once_the_clause_is_no_longer_in_force(self, kept: Remembered) -> None:
        reminder, today = kept.note(), kept.house.at.date()
        Version.objects.filter(pk=kept.version.pk).update(state="superseded", in_force_to=today)
        with pytest.raises(services.NotSoFar):
            take(kept, reminder, Step.TALK, kept.member)
        assert not ReminderStep.objects.exists()

    def test_taking_a_step_twice_is_once(self, kept: Remembered) -> None:
        found = kept.note()
        take(kept, found, Step.TALK, kept.member)
        take(kept, found, Step.TALK, kept.member)
        assert ReminderStep.objects.count() == 1

    def test_reql07_put_right_it_goes_within_three_days(self, kept: Remembered) -> None:
        house, found = kept.house, kept.note()
        with pytest.raises(NotAllowed):
            services.put_right(reminder=found, by=house.residents[2], at=house.at)
        found = services.put_right(reminder=found, by=kept.member, at=house.at)
        assert found.erase_on == house.at.date() + timedelta(days=3)
        with pytest.raises(services.NotSoFar):
            take(kept, found, Step.TALK, kept.member)
        assert services.erase_due(at=house.at + timedelta(days=2)) == 0
        assert services.erase_due(at=house.at + timedelta(days=3)) == 1


class TestObjecting:
    @pytest.fixture
    def objection(self, kept: Remembered) -> ReminderObjection:
        return services.object_to_reminder(
            reminder=kept.note(), text="那天我不在家", by=kept.house.residents[3], at=kept.house.at
        )

    def test_everything_stands_still(self, kept: Remembered, objection: ReminderObjection) -> None:
        with pytest.raises(services.NotSoFar):
            take(kept, objection.reminder, Step.TALK, kept.member)
        with pytest.raises(services.DoneAlready):
            services.object_to_reminder(
                reminder=objection.reminder, text="还有", by=kept.house.residents[3],
                at=kept.house.at,
            )  # fmt: skip

    def answer(self, kept: Remembered, objection: ReminderObjection, by: Person, **facts) -> None:
        services.answer_reminder_objection(
            **{
                "objection": objection, "is_upheld": False, "text": "我们都看到了", "by": by,
                "at": kept.house.at,
            }
            | facts
        )  # fmt: skip

    def test_reql04_somebody_else_answers(
        self, kept: Remembered, objection: ReminderObjection
    ) -> None:
        house = kept.house
        for person in (kept.member, house.clerk, house.secretary, house.residents[3]):
            with pytest.raises(NotAllowed):
                self.answer(kept, objection, person)
        self.answer(kept, objection, house.supervisor)
        with pytest.raises(services.DoneAlready):
            self.answer(kept, objection, house.supervisor)
        take(kept, objection.reminder, Step.TALK, kept.member)

    @pytest.mark.parametrize("part", ["talked", "wrote it down"])
    def test_reql04_who_had_a_part_does_not_answer_though_their_post_does(
        self, kept: Remembered, part: str
    ) -> None:
        house, reminder = kept.house, kept.note()
        involved, concerned = house.residents[1], house.residents[3]
        if part == "talked":
            take(kept, reminder, Step.TALK, involved)
        objection = services.object_to_reminder(
            reminder=reminder, text="那天我不在家", at=house.at,
            by=involved if part == "wrote it down" else concerned,
        )  # fmt: skip
        appoint(person=involved, role="supervision_member", place=house.place, at=house.at)
        with pytest.raises(NotAllowed):
            self.answer(kept, objection, involved)
        self.answer(kept, objection, house.supervisor)

    def test_reql04_nobody_near_answers(
        self, kept: Remembered, objection: ReminderObjection
    ) -> None:
        home = Household.objects.create(
            code="HH2", grid=kept.house.place, place_path=kept.house.place.path
        )
        near = [kept.house.supervisor.pk, kept.member.pk]
        Person.objects.filter(pk__in=near).update(household=home)
        fresh = ReminderObjection.objects.get(pk=objection.pk)
        with pytest.raises(NotAllowed):
            self.answer(kept, fresh, Person.objects.get(pk=kept.house.supervisor.pk))

    def test_one_that_is_right_erases_all_of_it(
        self, kept: Remembered, objection: ReminderObjection
    ) -> None:
        self.answer(kept, objection, kept.house.supervisor, is_upheld=True)
        assert not Reminder.objects.exists()
        assert not ReminderObjection.objects.exists()

    def test_unanswered_in_time_it_is_erased(
        self, kept: Remembered, objection: ReminderObjection
    ) -> None:
        due = objection.clock.due_at
        assert due is not None
        assert services.erase_due(at=due) == 0
        assert services.erase_due(at=due + timedelta(seconds=1)) == 1
        assert not Reminder.objects.exists()


class TestForgetting:
    def test_reql06_erased_on_its_day_with_all_that_hangs_on_it(self, kept: Remembered) -> None:
        found = kept.note()
        take(kept, found, Step.TALK, kept.member)
        services.look_at(reminder=found, reader=kept.house.clerk, at=kept.house.at)
        end = kept.house.at + timedelta(days=60)
        assert services.erase_due(at=end - timedelta(days=1)) == 0
        assert services.erase_due(at=end) == 1
        assert services.erase_due(at=end) == 0
        for model in (Reminder, ReminderStep, ReminderRead):
            assert not model.objects.exists()

    def test_nobody_sees_it_on_its_last_day_even_if_no_task_ran(self, kept: Remembered) -> None:
        kept.note()
        mine = standing_of(kept.house.residents[3], at=kept.house.at)
        last = kept.house.at + timedelta(days=60)
        assert reminders_in_sight(mine, at=last - timedelta(days=1)).exists()
        assert not reminders_in_sight(mine, at=last).exists()

    def test_reql11_who_looks_is_kept_once_in_half_a_day(self, kept: Remembered) -> None:
        reminder, at = kept.note(), kept.house.at
        for hours, count in ((0, 1), (11, 1), (13, 2)):
            services.look_at(reminder=reminder, reader=kept.member, at=at + timedelta(hours=hours))
            assert ReminderRead.objects.filter(reader=kept.member).count() == count
        services.look_at(reminder=reminder, reader=reminder.person, at=at)
        assert ReminderRead.objects.count() == 2

    def test_the_record_leads_to_nobody(self, kept: Remembered) -> None:
        found, person = kept.note(), kept.house.residents[3]
        services.hear(reminder=found, text="知道了", by=person, at=kept.house.at)
        services.object_to_reminder(reminder=found, text="不是我", by=person, at=kept.house.at)
        services.erase_due(at=kept.house.at + timedelta(days=60))
        entries = Entry.objects.filter(subject_id=str(found.pk))
        assert entries.count() >= 4
        for entry in entries:
            assert entry.actor_id != person.pk
            assert str(person.pk) not in str(entry.facts)
            assert str(kept.clause) not in str(entry.facts)

    def test_who_lives_there_sees_all_that_is_kept_and_nobody_sees_all(
        self, kept: Remembered
    ) -> None:
        found = kept.note()
        sees = {
            name: reminders_in_sight(standing_of(who, at=kept.house.at), at=kept.house.at).exists()
            for name, who in {
                "own": kept.house.residents[3],
                "member": kept.house.residents[1],
                "secretary": kept.house.secretary,
                "supervisor": kept.house.supervisor,
                "neighbour": kept.house.residents[2],
                "town": people.dispatcher(),
                "other team": people.posted("compact_team_member", at_place=kept.house.place),
            }.items()
        }
        assert sees == {
            "own": True, "member": True, "secretary": False, "supervisor": False,
            "neighbour": False, "town": False, "other team": False,
        }  # fmt: skip
        take(kept, found, Step.TALK, kept.member)
        take(kept, found, Step.WRITTEN, kept.house.clerk, days=8)
        mine = standing_of(kept.house.secretary, at=kept.house.at)
        assert reminders_in_sight(mine, at=kept.house.at).exists()


class TestNothingFollows:
    def test_reql05_no_notice_is_made_of_it(self, kept: Remembered) -> None:
        before = Notice.objects.count()
        found = kept.note()
        take(kept, found, Step.TALK, kept.member)
        take(kept, found, Step.WRITTEN, kept.house.clerk, days=8)
        take(kept, found, Step.COMMITTEE, kept.house.secretary, days=8)
        assert Notice.objects.count() == before

    def test_reql08_no_other_table_points_to_a_reminder(self) -> None:
        """What nothing refers to has no effect on anything: no award, no relief, no right."""
        mine = {"reminderstep", "reminderobjection", "reminderread"}
        pointing = {
            model._meta.label_lower
            for model in apps.get_models()
            for field in model._meta.get_fields()
            if isinstance(field, models.ForeignKey) and field.related_model is Reminder
        }
        assert pointing == {f"enforcement.{name}" for name in mine}

    @pytest.mark.parametrize(
        "facts", [{"public_list": True}, {"effects": ["award"]}, {"effects": ["points"]}]
    )
    def test_reql09_a_black_list_or_an_effect_cannot_be_declared(self, facts: dict) -> None:
        base = {"key": "reminders", "source": "LP-22", "allowed_by": ["提醒"], "not_about": ["懒"]}
        ReminderRule.model_validate(base)
        with pytest.raises(ValueError, match="REQ-L"):
            ReminderRule.model_validate(base | facts)

    @pytest.mark.parametrize(
        "facts",
        [
            {"kept_days": 91}, {"put_right_days": 4}, {"hearing_days": 6}, {"least_age": 17},
            {"fine": 50},
        ],
    )  # fmt: skip
    def test_a_county_cannot_weaken_the_law(self, facts: dict) -> None:
        base = {"key": "reminders", "source": "LP-22", "allowed_by": ["提醒"], "not_about": ["懒"]}
        with pytest.raises(ValueError, match=next(iter(facts))):
            ReminderRule.model_validate(base | facts)

    def test_a_county_keeps_them_no_longer_than_the_common_rule(self) -> None:
        base = {"key": "reminders", "source": "LP-22", "allowed_by": ["提醒"], "not_about": ["懒"]}
        common = ReminderRule.model_validate(base)
        weaker = [
            {"kept_days": 61}, {"not_about": ["穷"]}, {"answer_within": "11wd"},
            {"days_between": 6}, {"allowed_by": ["罚款"]},
        ]  # fmt: skip
        for facts in weaker:
            assert ReminderRule.model_validate(base | facts).weakens(common)
        for facts in ({"kept_days": 30}, {"not_about": ["懒", "穷"]}, {"hearing_days": 10}):
            assert ReminderRule.model_validate(base | facts).weakens(common) is None
