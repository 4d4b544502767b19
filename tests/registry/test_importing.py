"""A clerk's list is checked whole, shown, and then loaded whole or not at all."""

import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings

from tests import people
from tests.registry import lists
from tests.registry.lists import confirm, counts, faults, imported, resident, upload
from xiangyue.activity.models import Entry
from xiangyue.places.models import Household, Person
from xiangyue.places.queries import households_outside_general_grids
from xiangyue.places.services import register_person
from xiangyue.registry.importing import files, services
from xiangyue.registry.importing.models import ImportRow, ImportTrace, State

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> Person:
    return lists.keeper()


FAMILY = [
    resident("张三", 户号="12", 住址="文化巷3号", 出生日期="1965年3月1日", 手机号="13800000001"),
    resident("李四", 户号="12", 住址="文化巷3号", 出生日期=date(1966, 4, 2)),
    resident("王五", 住址="文化巷5号", 手机号=13800000002.0, 编号="A-1"),
]


class TestLoading:
    def test_a_list_is_shown_first_and_loaded_when_confirmed(self, clerk):
        before = Person.objects.count()
        batch = upload(clerk, FAMILY)
        assert (batch.state, counts(batch)) == (State.READY, (3, 0, 0, 0))
        assert Person.objects.count() == before
        assert confirm(batch).state == State.DONE
        person = Person.objects.get(phone="13800000001")
        assert (person.name, person.birth_date) == ("张三", date(1965, 3, 1))
        assert person.place.code == lists.GRID_CODE
        assert person.household.code == f"{lists.GRID_CODE}-12"
        assert person.household.address == "文化巷3号"
        assert person.household.people.count() == 2
        other = Person.objects.get(name="王五", phone="13800000002")
        assert other.own_number.number == "A-1"
        assert other.household.address == "文化巷5号"
        assert Household.objects.count() == 2
        assert not households_outside_general_grids().exists()

    def test_the_same_file_twice_changes_nothing(self, clerk):
        content = lists.workbook(FAMILY)
        imported(clerk, content)
        people_before = set(Person.objects.values_list())
        again = upload(clerk, content)
        assert (again.state, counts(again)) == (State.READY, (0, 0, 3, 0))
        assert ["loaded_before", {"date": "2026-06-08"}] in again.notices
        with pytest.raises(services.NotReady):
            confirm(again)
        assert set(Person.objects.values_list()) == people_before

    def test_what_differs_is_a_change_and_what_is_empty_stays(self, clerk):
        imported(clerk, FAMILY)
        batch = upload(
            clerk,
            [
                resident("张三", 户号="12", 住址="文化巷4号", 手机号="13800000009"),
                resident("王五", 编号="A-1", 住址="文化巷5号", 出生日期="1970-01-02"),
            ],
        )
        assert counts(batch) == (0, 2, 0, 0)
        assert list(batch.rows.order_by("number").values_list("field_keys", flat=True)) == [
            "phone,address",
            "birth_date",
        ]
        assert confirm(batch).state == State.DONE
        person = Person.objects.get(phone="13800000009")
        assert (person.name, person.birth_date) == ("张三", date(1965, 3, 1))
        assert person.household.address == "文化巷4号"
        assert Person.objects.get(name="王五").birth_date == date(1970, 1, 2)

    def test_who_is_not_in_the_file_stays(self, clerk):
        imported(clerk, FAMILY)
        imported(clerk, [*FAMILY[:1], resident("新来", 出生日期="2001-01-01")])
        assert Person.objects.filter(name__in=["张三", "李四", "王五", "新来"]).count() == 4

    def test_two_who_swap_their_numbers_both_get_the_others(self, clerk):
        rows = [
            resident("张三", 户号="1", 手机号="13800000001"),
            resident("李四", 户号="1", 手机号="13800000002"),
        ]
        imported(clerk, rows)
        rows[0]["手机号"], rows[1]["手机号"] = rows[1]["手机号"], rows[0]["手机号"]
        batch = imported(clerk, rows)
        assert (batch.state, counts(batch)) == (State.DONE, (0, 2, 0, 0))
        assert Person.objects.get(name="张三", household__isnull=False).phone == "13800000002"

    def test_whoever_reported_by_telephone_is_found_on_the_list(self, clerk):
        caller = register_person(name="张三", phone="13800000001", at=people.LONG_AGO)
        batch = imported(clerk, FAMILY[:1])
        assert counts(batch) == (0, 1, 0, 0)
        caller.refresh_from_db()
        assert caller.place.code == lists.GRID_CODE

    def test_what_was_done_is_recorded_without_a_name(self, clerk):
        batch = imported(clerk, FAMILY)
        entry = Entry.objects.get(name="registry.list_imported")
        assert entry.actor_id == clerk.pk
        assert entry.facts == {"digest": batch.digest, "new": 3, "changed": 0, "households": 2}
        names = Entry.objects.filter(subject_id=str(batch.pk)).order_by("pk")
        assert list(names.values_list("name", flat=True)) == [
            "registry.list_uploaded",
            "registry.list_confirmed",
            "registry.list_imported",
        ]
        assert ImportTrace.objects.filter(batch=batch).count() == 3

    def test_nothing_of_the_file_remains_when_the_import_has_ended(self, clerk):
        batch = upload(clerk, FAMILY)
        assert files.source_path(batch).exists()
        assert ImportRow.objects.exists()
        confirm(batch)
        assert not files.source_path(batch).exists()
        assert not ImportRow.objects.exists()


class TestFaults:
    def test_all_of_them_are_told_at_once_by_row_and_column(self, clerk):
        rows = [
            resident("张三", 出生日期="1965.3", 手机号="1.38E+10"),
            resident("", 手机号="12345"),
            resident("李四", 网格="没有这个网格", 出生日期="2099-01-01"),
            resident("王五", 网格=f"{people.OTHER_VILLAGE}-001"),
            resident("=cmd|' /C calc'!A0"),
            resident("赵六", 出生日期="2024-02-30", 编号="620725196503011233"),
            resident("好人", 出生日期="1970-01-01"),
        ]
        batch = upload(clerk, lists.csv_text(rows).encode(), name="名单.csv")
        assert batch.state == State.FAULTY
        assert faults(batch) == [
            (2, "birth_date", "incomplete_date"),
            (2, "phone", "rounded_phone"),
            (3, "name", "missing"),
            (3, "phone", "no_phone"),
            (4, "birth_date", "date_out_of_range"),
            (4, "grid", "no_grid"),
            (5, "grid", "outside_area"),
            (6, "name", "formula"),
            (7, "birth_date", "no_such_day"),
            (7, "number", "id_number"),
        ]
        assert counts(batch) == (1, 0, 0, 6)
        assert "620725196503011233" not in str(list(batch.faults.values()))

    def test_a_faulty_list_loads_nobody(self, clerk):
        batch = upload(clerk, [*FAMILY, resident("无名氏", 出生日期="昨天")])
        with pytest.raises(services.NotReady):
            confirm(batch)
        assert not Person.objects.filter(name="张三").exists()

    def test_the_list_comes_back_with_its_faults_beside_the_rows(self, clerk):
        text = lists.csv_text([*FAMILY, resident("=1+1", 出生日期="昨天")])
        batch = upload(clerk, text.encode(), name="名单.csv")
        cells = lists.cells_of(files.marked_path(batch).read_bytes())
        assert cells[0][0] == "错误"
        assert cells[1][0] in {None, ""}
        assert "出生日期：" in cells[4][0]
        assert cells[4][4] == "=1+1"  # as text: openpyxl would say so of a formula too
        content = files.marked_path(batch).read_bytes()
        assert b"<f>" not in zipfile.ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml")

    def test_a_number_of_somebody_else_is_refused_and_nobody_is_named(self, clerk):
        people.somebody("别人")
        other = people.somebody("远方", at_place=people.place(people.OTHER_VILLAGE))
        batch = upload(clerk, [resident("张三", 手机号=other.phone)])
        assert faults(batch) == [(2, "phone", "phone_elsewhere")]
        assert "远方" not in str(list(batch.faults.values()))


def test_the_sample_that_the_handbook_shows_can_be_imported(clerk):
    sample = Path(settings.ROOT) / "docs" / "residents-sample.csv"
    batch = imported(clerk, sample.read_bytes(), name=sample.name)
    assert (batch.state, counts(batch)) == (State.DONE, (5, 0, 0, 0)), faults(batch)
    assert Person.objects.filter(name="王建国").count() == 2
