"""Nobody is merged or doubled in silence, and the same list twice changes nothing. No database."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from xiangyue.registry.importing.matching import (
    NAMESAKES_MOST,
    Draft,
    Register,
    Registered,
    merged,
    settle,
)
from xiangyue.registry.importing.rules import Known, Likeness, likeness

VILLAGE, ONE, TWO = "0001", "00010001", "00010002"
BORN, OTHER = date(1965, 3, 1), date(1970, 1, 2)

knowns = st.builds(
    Known,
    grid_path=st.sampled_from([VILLAGE, ONE, TWO]),
    household=st.none() | st.sampled_from(["h1", "h2"]),
    birth_date=st.none() | st.sampled_from([BORN, OTHER]),
    phone=st.none() | st.sampled_from(["1", "2"]),
    number=st.none() | st.sampled_from(["a", "b"]),
)


class TestLikeness:
    @given(knowns, knowns)
    def test_it_is_the_same_from_both_sides(self, one, other):
        assert likeness(one, other) is likeness(other, one)

    @given(knowns)
    def test_everybody_is_the_same_as_themself(self, known):
        assert likeness(known, known) is Likeness.SAME

    @given(knowns, knowns)
    def test_nobody_is_merged_with_somebody_of_another_birth_date(self, one, other):
        one, other = replace(one, number=None), replace(other, number=None)
        if one.birth_date and other.birth_date and one.birth_date != other.birth_date:
            assert likeness(one, other) is not Likeness.SAME

    @given(knowns, knowns)
    def test_an_own_number_settles_what_is_unclear(self, one, other):
        if one.number or other.number:
            assert likeness(one, other) is not Likeness.UNCLEAR

    @pytest.mark.parametrize(
        ("one", "other", "found"),
        [
            (Known(ONE), Known(ONE), Likeness.SAME),
            (Known(ONE), Known(TWO), Likeness.DIFFERENT),
            (Known(ONE), Known(ONE, birth_date=BORN), Likeness.UNCLEAR),
            (Known(ONE), Known(VILLAGE, phone="1"), Likeness.UNCLEAR),
            (Known(ONE, phone="1"), Known(TWO, phone="1"), Likeness.SAME),
            (Known(ONE, phone="1", birth_date=BORN), Known(ONE, phone="1", birth_date=OTHER),
             Likeness.UNCLEAR),
            (Known(ONE, "h1"), Known(ONE, "h1", BORN), Likeness.SAME),
            (Known(ONE, "h1", OTHER), Known(ONE, "h1", BORN), Likeness.UNCLEAR),
            (Known(ONE, "h1"), Known(ONE, "h2"), Likeness.DIFFERENT),
            (Known(ONE, "h1", BORN), Known(TWO, "h2", BORN), Likeness.UNCLEAR),
            (Known(ONE, None, BORN), Known(ONE, "h1", BORN), Likeness.SAME),
            (Known(ONE, None, BORN), Known(TWO, "h1", BORN), Likeness.UNCLEAR),
            (Known(ONE, phone="1"), Known(ONE, phone="2"), Likeness.UNCLEAR),
            (Known(ONE, "h1", BORN, "1"), Known(VILLAGE, phone="2"), Likeness.DIFFERENT),
            (Known(ONE, "h1", number="a"), Known(ONE, "h1", number="b"), Likeness.DIFFERENT),
            (Known(ONE, "h1", number="a"), Known(TWO, "h2", number="a"), Likeness.SAME),
        ],
    )  # fmt: skip
    def test_what_is_known_decides(self, one, other, found):
        assert likeness(one, other) is found


def drafts_of(number: int) -> st.SearchStrategy[list[Draft]]:
    one = st.builds(
        Draft,
        row=st.just(0),
        name=st.sampled_from(["张三", "李四"]),
        name_key=st.just(""),
        grid_path=st.sampled_from([ONE, TWO]),
        village_path=st.just(VILLAGE),
        household=st.none() | st.sampled_from(["h1", "h2"]),
        birth_date=st.none() | st.sampled_from([BORN, OTHER]),
        phone=st.none() | st.sampled_from(["1", "2", "3"]),
        number=st.none() | st.sampled_from(["a", "b"]),
    )
    return st.lists(one, max_size=number).map(_numbered)


def _numbered(drafts: list[Draft]) -> list[Draft]:
    """As rows that were read: phone and own number once, a household in one grid."""
    phones: set[str | None] = set()
    numbers: set[str | None] = set()
    kept = []
    for row, draft in enumerate(drafts, start=2):
        grid = {"h1": ONE, "h2": TWO}.get(draft.household or "", draft.grid_path)
        kept.append(
            replace(
                draft,
                row=row,
                name_key=draft.name,
                grid_path=grid,
                phone=None if draft.phone in phones else draft.phone,
                number=None if draft.number in numbers else draft.number,
            )
        )
        phones.add(draft.phone)
        numbers.add(draft.number)
    return kept


def loaded(drafts: list[Draft], register: Register) -> Register | None:
    """The register after the list was loaded; None when something is wrong with the list."""
    settled, faults = settle(drafts, register, areas=[VILLAGE])
    if faults:
        return None
    people = dict(register.by_id)
    for each in settled:
        person = each.whom.person if each.whom else UUID(int=1000 + len(people))
        people[person] = replace(merged(each), person=person, household_grid_path=_home(each))
    numbers = {(VILLAGE, one.number): key for key, one in people.items() if one.number}
    return Register(people.values(), numbers)


def _home(each) -> str:
    household = merged(each).household
    return {"h1": ONE, "h2": TWO}.get(household or "", "")


EMPTY = Register([], {})


class TestTwice:
    @settings(max_examples=150, deadline=None)
    @given(drafts_of(4), drafts_of(4))
    def test_the_same_list_again_finds_everybody_unchanged(self, first, second):
        """Whatever stood on the register before."""
        before = loaded(first, EMPTY)
        assume(before is not None)
        after = loaded(second, before)
        assume(after is not None)
        settled, faults = settle(second, after, areas=[VILLAGE])
        assert faults == []
        for each in settled:
            assert each.whom is not None
            again = replace(
                merged(each),
                person=each.whom.person,
                household_grid_path=each.whom.household_grid_path,
            )
            assert again == each.whom

    @settings(max_examples=150, deadline=None)
    @given(drafts_of(4), drafts_of(4))
    def test_what_a_list_leaves_empty_stays(self, first, second):
        before = loaded(first, EMPTY)
        assume(before is not None)
        after = loaded(second, before)
        assume(after is not None)
        for key, was in before.by_id.items():
            now = after.by_id[key]
            assert not was.birth_date or now.birth_date
            assert not was.phone or now.phone
            assert not was.household or now.household
            assert not was.number or now.number

    @settings(max_examples=100, deadline=None)
    @given(drafts_of(5))
    def test_every_row_is_one_person(self, drafts):
        after = loaded(drafts, EMPTY)
        assume(after is not None)
        assert len(after.by_id) == len(drafts)


def person(key: int, name: str = "张三", path: str = ONE, **facts) -> Registered:
    return Registered(UUID(int=key), name, name, path, VILLAGE, **facts)


def draft(name: str = "张三", row: int = 2, path: str = ONE, **facts) -> Draft:
    return Draft(row, name, name, path, VILLAGE, **facts)


def judged(drafts: list[Draft], people: list[Registered], areas=(VILLAGE,)) -> list[str]:
    numbers = {(VILLAGE, one.number): one.person for one in people if one.number}
    settled, faults = settle(drafts, Register(people, numbers), areas=areas)
    found = {each.draft.row: str(each.whom.person.int) if each.whom else "new" for each in settled}
    found |= {fault.row: fault.code for fault in faults}
    return [found[each.row] for each in drafts]


class TestWhom:
    def test_a_system_number_means_its_person_whatever_else_changed(self):
        whom = draft("张珊", person=UUID(int=7), birth_date=BORN)
        assert judged([whom], [person(7, birth_date=BORN)]) == ["7"]

    def test_a_system_number_in_the_wrong_row_is_noticed(self):
        whom = draft("李四", person=UUID(int=7), birth_date=OTHER)
        assert judged([whom], [person(7, birth_date=BORN)]) == ["person_is_another"]

    def test_nobody_reaches_beyond_their_area_by_a_system_number(self):
        whom = draft(person=UUID(int=7))
        assert judged([whom], [person(7, path=TWO)], areas=[ONE]) == ["person_unknown"]
        assert judged([whom], []) == ["person_unknown"]

    def test_nor_by_name_or_own_number(self):
        there = person(7, path=TWO, phone="1", number="a")
        assert judged([draft(phone="1")], [there], areas=[ONE]) == ["elsewhere"]
        assert judged([draft("李四", number="a")], [there], areas=[ONE]) == ["number_taken"]

    def test_who_has_just_the_name_is_unclear_until_a_number_says(self):
        there = person(7, birth_date=BORN)
        assert judged([draft()], [there]) == ["unclear"]
        assert judged([draft(number="a")], [there]) == ["new"]
        assert judged([draft(person=UUID(int=7))], [there]) == ["7"]

    def test_several_who_are_alike_are_an_error(self):
        there = [person(7, household="h1"), person(8, household="h1")]
        assert judged([draft(household="h1")], there) == ["several_alike"]

    def test_two_rows_for_one_person_are_an_error(self):
        rows = [draft(birth_date=BORN), draft(row=3, birth_date=BORN)]
        assert judged(rows, [person(7, birth_date=BORN)]) == ["7", "person_twice"]
        assert judged(rows, []) == ["new", "alike_rows"]

    def test_two_new_rows_that_could_be_one_person_are_an_error(self):
        rows = [draft(), draft(row=3, birth_date=BORN)]
        assert judged(rows, []) == ["new", "alike_rows"]
        assert judged([rows[0], draft(row=3, birth_date=BORN, number="a")], []) == ["new", "new"]

    def test_a_phone_of_somebody_who_keeps_it_is_refused(self):
        there = [person(7, phone="1"), person(8, "李四", phone="2", household="h1")]
        assert judged([draft("王五", phone="1")], there) == ["phone_taken"]
        given_up = [draft("王五", phone="2"), draft("李四", row=3, phone="3", household="h1")]
        assert judged(given_up, there) == ["new", "8"]

    def test_a_crowd_of_one_name_is_refused_rather_than_compared_for_hours(self):
        rows = [draft(row=row, number=str(row)) for row in range(2, NAMESAKES_MOST + 4)]
        assert judged(rows, [])[-2:] == ["many_alike", "many_alike"]

    def test_who_moved_out_of_the_grid_needs_the_new_household(self):
        there = person(7, household="h1", household_grid_path=ONE, phone="1")
        assert judged([draft(path=TWO, phone="1")], [there]) == ["household_needed"]
        assert judged([draft(path=TWO, phone="1", household="h2")], [there]) == ["7"]
