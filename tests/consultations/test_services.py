"""Asking many: answers without names, fair moderation, counted hands, what unites."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests import people
from tests.consultations.conftest import SENTENCES, House
from xiangyue.access.limits import TooSoon
from xiangyue.access.queries import standing_of
from xiangyue.activity.models import Entry
from xiangyue.consultations import access, mapping, queries, services
from xiangyue.consultations.exporting import answer_rows
from xiangyue.consultations.invariants import INVARIANTS
from xiangyue.consultations.models import Answer, Consultation, Participant, ShowOfHands
from xiangyue.consultations.tasks import close_and_map
from xiangyue.kernel.refusals import NotAllowed, NotFound

pytestmark = pytest.mark.django_db


def holds_everywhere() -> bool:
    return [wrong for check in INVARIANTS.values() for wrong in check()] == []


class TestAsking:
    def test_a_clerk_asks_the_village(self, house: House) -> None:
        asked = house.begin()
        assert [one.text for one in queries.open_statements(asked)] == list(SENTENCES)
        assert Entry.objects.filter(name="consultations.consultation_begun").count() == 1

    def test_who_keeps_none_there_asks_nobody(self, house: House) -> None:
        for who in (house.residents[0], house.head, people.clerk(people.OTHER_VILLAGE)):
            with pytest.raises(NotAllowed):
                house.begin(by=who)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"statements": []},
            {"statements": ["好" * 141]},
            {"statements": ["句子"] * 51},
            {"title": " "},
            {"background": ""},
            {"title": "有\x00字"},
        ],
    )
    def test_what_cannot_be_asked_leaves_nothing(self, house: House, wrong: dict) -> None:
        with pytest.raises(services.WordsMissing):
            house.begin(**wrong)
        assert not Consultation.objects.exists()

    def test_it_runs_a_day_at_least(self, house: House) -> None:
        with pytest.raises(services.WindowWrong):
            house.begin(closes_at=house.at + timedelta(hours=23))
        assert house.begin(closes_at=house.at + timedelta(hours=24))


class TestAnswering:
    def test_an_answer_can_be_changed_and_counts_once(self, house: House) -> None:
        asked = house.begin()
        one = house.statement(asked)
        house.answer(one, value=1)
        house.answer(one, value=-1)
        one.refresh_from_db()
        asked.refresh_from_db()
        assert (one.answered_count, asked.participant_count) == (1, 1)
        assert Answer.objects.get().value == -1
        assert holds_everywhere()

    def test_no_row_says_who_answered(self, house: House) -> None:
        """Nobody sees what a named person answered, not in the database either."""
        asked = house.begin()
        before = Entry.objects.count()
        house.answer(house.statement(asked))
        assert Entry.objects.count() == before
        kept = str(list(Answer.objects.values())) + str(list(Participant.objects.values()))
        who = house.residents[0]
        assert str(who.pk) not in kept
        assert who.pk.hex not in kept
        fields = {field.related_model for field in Answer._meta.get_fields()}
        assert type(who) not in fields

    def test_one_person_is_another_number_in_another_consultation(self, house: House) -> None:
        for _number in range(2):
            house.answer(house.statement(house.begin()))
        one, other = Participant.objects.all()
        assert one.digest != other.digest
        assert one.number != other.number

    def test_those_who_live_elsewhere_are_not_asked(self, house: House) -> None:
        one = house.statement(house.begin())
        with pytest.raises(NotAllowed):
            services.answer(statement=one, by=house.elsewhere, value=1, at=house.at)
        assert not Participant.objects.exists()

    @pytest.mark.parametrize("value", [2, -2, 7])
    def test_there_is_no_fourth_answer(self, house: House, value: int) -> None:
        one = house.statement(house.begin())
        with pytest.raises(services.AnswerUnknown):
            house.answer(one, value=value)

    def test_nobody_answers_before_it_begins_or_after_it_is_over(self, house: House) -> None:
        asked = house.begin(opens_at=house.at + timedelta(days=1))
        one = house.statement(asked)
        for at in (house.at, asked.closes_at):
            with pytest.raises(services.NotRunning):
                house.answer(one, at=at)
        assert house.answer(one, at=asked.opens_at)

    def test_the_least_answered_comes_first(self, house: House) -> None:
        asked = house.begin()
        house.answer(house.statement(asked, 1), who=0)
        house.answer(house.statement(asked, 2), who=0)
        newcomer = queries.next_statement(asked, None)
        assert newcomer is not None
        assert newcomer.position == 3
        mine = access.own_participant(asked, house.residents[0])
        house.answer(house.statement(asked, 3), who=0)
        assert queries.next_statement(asked, mine) is None

    def test_ones_own_statement_is_not_put_to_oneself(self, house: House) -> None:
        asked = house.begin()
        own = house.propose(asked)
        services.moderate(statement=own, by=house.clerk, is_open=True, at=house.at)
        for position in (1, 2, 3):
            house.answer(house.statement(asked, position))
        mine = access.own_participant(asked, house.residents[0])
        assert queries.next_statement(asked, mine) is None

    def test_bulk_answers_count_as_given_ones_do(self, house: House) -> None:
        asked = house.begin()
        house.camps(asked)
        assert asked.participant_count == 20
        assert house.statement(asked).answered_count == 20
        assert holds_everywhere()


class TestModeration:
    def test_a_proposed_statement_waits_and_says_not_whose_it_is(self, house: House) -> None:
        asked = house.begin()
        made = house.propose(asked)
        assert made not in queries.open_statements(asked)
        with pytest.raises(services.NotRunning):
            house.answer(made)
        assert Entry.objects.get(name="consultations.statement_proposed").actor_id is None
        services.moderate(statement=made, by=house.clerk, is_open=True, at=house.at)
        assert house.answer(made, who=1)

    def test_the_same_sentence_is_not_said_twice(self, house: House) -> None:
        asked = house.begin()
        with pytest.raises(services.Decided):
            house.propose(asked, f" {SENTENCES[0]}  ")

    def test_a_sixth_proposal_in_a_day_is_too_many(self, house: House) -> None:
        asked = house.begin()
        for number in range(5):
            house.propose(asked, f"第{number}条")
        with pytest.raises(TooSoon):
            house.propose(asked, "第六条")
        assert house.propose(asked, "第六条", at=house.at + timedelta(days=1, minutes=1))

    def test_hiding_needs_a_reason(self, house: House) -> None:
        asked = house.begin()
        one = house.statement(asked)
        for wrong in ({"hidden_for": ""}, {"hidden_for": "dislike"}, {"why": ""}):
            with pytest.raises(services.WordsMissing):
                house.hide(one, **wrong)
        hidden = house.hide(one)
        assert (hidden.hidden_for, hidden.hidden_why) == ("names", "指了具体的人家")
        assert Entry.objects.get(name="consultations.statement_hidden").actor_id == house.clerk.pk
        with pytest.raises(NotFound):
            access.open_statement(one.pk)

    def test_an_appeal_is_decided_by_somebody_else(self, house: House) -> None:
        """SE01: never who hid it."""
        made = house.hide(house.propose(house.begin()))
        services.appeal(statement=made, by=house.residents[0], text="没有指名道姓", at=house.at)
        decide = {"statement": made, "is_upheld": True, "text": "可以展示", "at": house.at}
        with pytest.raises(NotAllowed):
            services.decide_appeal(by=house.clerk, **decide)
        shown = services.decide_appeal(by=house.secretary, **decide)
        assert shown.state == "open"
        with pytest.raises(services.Decided):
            house.hide(shown)  # what was decided on appeal stays so

    def test_only_who_proposed_it_appeals_and_once(self, house: House) -> None:
        made = house.hide(house.propose(house.begin()))
        with pytest.raises(NotFound):
            services.appeal(statement=made, by=house.residents[1], text="凭啥", at=house.at)
        services.appeal(statement=made, by=house.residents[0], text="不对", at=house.at)
        with pytest.raises(services.Decided):
            services.appeal(statement=made, by=house.residents[0], text="再看", at=house.at)

    def test_who_keeps_none_there_moderates_nothing(self, house: House) -> None:
        made = house.propose(house.begin())
        for who in (house.residents[0], house.head, people.clerk(people.OTHER_VILLAGE)):
            with pytest.raises(NotAllowed):
                services.moderate(statement=made, by=who, is_open=True, at=house.at)


class TestHands:
    def test_hands_stand_beside_the_phones_and_not_among_them(self, house: House) -> None:
        """SE05, LP-32: whoever has no phone is in the show of hands; the map knows phones alone."""
        asked = house.begin()
        house.hands(house.statement(asked))
        house.camps(asked)
        found = queries.result_of(mapping.refresh(asked, at=house.at))
        assert found.people == 20
        line = found.lines[0]
        assert (line.counts.agree, line.hands.agree, line.present_count) == (20, 7, 12)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"agree": 8},
            {"present": 11},
            {"disagree": -1},
            {"present": 0, "agree": 0, "disagree": 0},
        ],
    )
    def test_hands_never_exceed_those_present(self, house: House, wrong: dict) -> None:
        one = house.statement(house.begin())
        with pytest.raises(services.HandsTooMany):
            house.hands(one, **wrong)

    def test_the_database_refuses_it_too(self, house: House) -> None:
        made = house.hands(house.statement(house.begin()))
        with pytest.raises(IntegrityError), transaction.atomic():
            ShowOfHands.objects.filter(pk=made.pk).update(agree_count=9)

    def test_entered_again_they_are_corrected_and_both_are_recorded(self, house: House) -> None:
        one = house.statement(house.begin())
        house.hands(one)
        house.hands(one, agree=6)
        assert ShowOfHands.objects.get().agree_count == 6
        entries = Entry.objects.filter(name="consultations.hands_entered").order_by("pk")
        assert [entry.facts["agree_count"] for entry in entries] == [7, 6]

    def test_of_ones_own_courtyards_alone(self, house: House) -> None:
        asked = house.begin()
        one = house.statement(asked)
        there = people.place(people.OTHER_VILLAGE)
        with pytest.raises(NotAllowed):
            house.hands(one, place=there)
        with pytest.raises(services.WrongPlace):
            house.hands(one, place=there, by=people.clerk(people.OTHER_VILLAGE))
        with pytest.raises(NotAllowed):
            house.hands(one, by=house.residents[0])
        mine = access.courtyards(standing_of(house.head, at=house.at), asked)
        assert all(place.path.startswith(house.place.path) for place in mine)
        assert house.place in mine


class TestReasons:
    def reason(self, house: House, asked: Consultation, who: int = 0, **facts):
        return services.give_reason(
            **{
                "statement": house.statement(asked),
                "by": house.residents[who],
                "is_for": True,
                "text": "那段年年淤",
                "at": house.at,
            }
            | facts
        )

    def test_a_support_is_given_and_taken_back(self, house: House) -> None:
        made = self.reason(house, house.begin())
        for count in (1, 0):
            made = services.support_reason(reason=made, by=house.residents[1], at=house.at)
            assert made.support_count == count
        with pytest.raises(services.WordsMissing):
            services.support_reason(reason=made, by=house.residents[0], at=house.at)

    def test_other_words_begin_without_supports(self, house: House) -> None:
        asked = house.begin()
        services.support_reason(
            reason=self.reason(house, asked), by=house.residents[1], at=house.at
        )
        again = self.reason(house, asked, text="全组都靠它浇地")
        assert (again.support_count, again.supports.count()) == (0, 0)

    def test_a_hidden_reason_is_shown_to_nobody(self, house: House) -> None:
        asked = house.begin()
        made = self.reason(house, asked)
        services.hide_reason(reason=made, by=house.clerk, hidden_for="names", at=house.at)
        assert not queries.shown_reasons(house.statement(asked)).exists()
        with pytest.raises(services.NotRunning):
            services.support_reason(reason=made, by=house.residents[1], at=house.at)


class TestResult:
    def test_what_unites_comes_out_and_groups_are_told_apart(self, house: House) -> None:
        asked = house.begin()
        house.camps(asked)
        found = queries.result_of(mapping.refresh(asked, at=house.at))
        assert [line.statement.position for line in found.unites] == [1]
        assert [group.size for group in found.groups] == [10, 10]
        assert {tuple(line.leanings) for line in found.lines[1:]} in (
            {("agree", "disagree")},
            {("disagree", "agree")},
        )

    def test_gd12_no_dot_is_fewer_than_five_people(self, house: House) -> None:
        asked = house.begin()
        house.camps(asked, each=7)
        found = mapping.refresh(asked, at=house.at).map
        assert len(found["dots"]) == 2
        few = house.begin()
        for position in (1, 2, 3):
            house.answer(house.statement(few, position))
        few.refresh_from_db()
        told = queries.result_of(mapping.refresh(few, at=house.at))
        assert (told.people, told.groups, told.unites, told.dots) == (None, (), (), ())
        assert told.lines[0].counts.agree is None

    def test_who_has_not_answered_sees_no_interim_map(self, house: House) -> None:
        """Against going with the crowd; once it is over everybody reads it."""
        asked = house.begin()
        mine, other = house.residents[:2]
        house.answer(house.statement(asked, 1))
        for who in (mine, other, None, house.clerk):
            with pytest.raises(access.AnswerFirst):
                access.check_may_see_result(asked, who)
        house.answer(house.statement(asked, 2))
        house.answer(house.statement(asked, 3))
        access.check_may_see_result(asked, mine)
        with pytest.raises(access.AnswerFirst):
            access.check_may_see_result(asked, other)
        access.check_may_see_result(
            services.close(consultation=asked, by=house.clerk, at=house.at), None
        )

    def test_the_map_follows_the_answers(self, house: House) -> None:
        asked = house.begin()
        house.camps(asked)
        close_and_map(at=house.at)
        asked.refresh_from_db()
        assert (asked.map["people"], asked.is_stale) == (20, False)
        house.answer(house.statement(asked))
        asked.refresh_from_db()
        assert asked.is_stale
        assert mapping.fresh_enough(asked, at=house.at).map["people"] == 21

    def test_what_is_hidden_leaves_the_result_at_once(self, house: House) -> None:
        asked = house.begin()
        house.camps(asked)
        mapping.refresh(asked, at=house.at)
        house.hide(house.statement(asked, 1))
        asked.refresh_from_db()
        assert [line.statement.position for line in queries.result_of(asked).lines] == [2, 3]

    def test_time_closes_it(self, house: House) -> None:
        asked = house.begin()
        close_and_map(at=asked.closes_at - timedelta(seconds=1))
        asked.refresh_from_db()
        assert asked.state == "open"
        close_and_map(at=asked.closes_at)
        asked.refresh_from_db()
        assert asked.state == "closed"
        with pytest.raises(services.NotRunning):
            services.close(consultation=asked, by=house.clerk, at=house.at)


class TestExport:
    def test_the_export_has_polis_columns_and_no_names(self, house: House) -> None:
        asked = house.begin()
        house.camps(asked)
        services.close(consultation=asked, by=house.clerk, at=house.at)
        asked.refresh_from_db()
        rows = list(answer_rows(asked, "no"))
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        assert rows[0] == [
            "participant", "group-id", "n-votes", "n-agree", "n-disagree", "1", "2", "3",
        ]  # fmt: skip
        assert len(rows) == 21
        numbers = [int(row[0]) for row in rows[1:]]
        assert numbers == sorted(numbers)  # and not in the order in which people came
        assert "村民" not in text.getvalue()

    def test_nothing_is_taken_out_while_it_runs_or_of_four(self, house: House) -> None:
        asked = house.begin()
        house.camps(asked, each=2)
        for _time in range(2):
            with pytest.raises(NotAllowed):
                list(answer_rows(asked, "no"))
            if asked.state == "open":
                asked = services.close(consultation=asked, by=house.clerk, at=house.at)
