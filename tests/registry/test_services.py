"""Records are entered, supplemented, corrected, read and deleted; nothing of it goes unnoticed."""

import json
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from tests import people
from tests.registry.living import (
    AT,
    ID_NUMBER,
    SECRET,
    approver,
    household,
    hydrant,
    keeper,
    resident,
    service_need,
    standing,
    worker,
)
from xiangyue.access.appointments import end_post
from xiangyue.access.models import PersonalRead
from xiangyue.access.services import NotFilledIn
from xiangyue.activity.models import Entry
from xiangyue.kernel.counties import bind
from xiangyue.kernel.refusals import Conflict, NotAllowed, NotFound, Refused
from xiangyue.places.models import Person
from xiangyue.places.services import PhoneTaken
from xiangyue.registry import services
from xiangyue.registry.access import (
    elements_of,
    households_of,
    own_elements,
    people_of,
    record_of_household,
    record_of_person,
)
from xiangyue.registry.checking import ValuesRefused
from xiangyue.registry.invariants import INVARIANTS
from xiangyue.registry.models import (
    Act,
    BulkRead,
    Change,
    Consent,
    DeletionCertificate,
    Element,
    ElementRead,
    Mark,
)
from xiangyue.registry.sealing import unseal
from xiangyue.registry.services.bulk import ApprovalNeeded, OwnBulkRead
from xiangyue.registry.services.deleting import is_whole
from xiangyue.registry.services.ground import (
    Agreed,
    ConsentMissing,
    Deleted,
    FilledAlready,
    NumberTaken,
    ReasonMissing,
)
from xiangyue.registry.services.reading import TooManyReads

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> Person:
    return keeper()


def with_id(person: Person, by: Person, number: str = ID_NUMBER) -> Element:
    return services.supplement_element(
        element=record_of_person(person, at=AT),
        values={"id_number": number},
        agreed=Agreed.to({"id_number"}),
        by=standing(by),
        at=AT,
    )


class TestEntering:
    def test_a_hydrant_stands_where_it_is_and_is_called_by_its_place(self, clerk):
        found = hydrant(clerk)
        assert (found.title, found.values["gives_water"], found.version) == ("村委会门口", True, 1)
        assert found.place_path == people.place().path
        assert Entry.objects.filter(name="registry.element_entered").count() == 1

    def test_no_record_needs_an_identity_number(self, clerk):
        person = resident()
        element = services.supplement_element(
            element=record_of_person(person, at=AT),
            values={"nickname": "英子"},
            by=standing(clerk),
            at=AT,
        )
        assert not Mark.objects.filter(element=element).exists()

    def test_what_is_missing_and_what_is_wrong_are_told_at_once(self, clerk):
        with pytest.raises(ValuesRefused) as refused:
            services.enter_element(
                kind_key="well",
                place=people.place(),
                values={"where": "x" * 300, "well_use": "swimming", "has_cover": "maybe",
                        "keeper_phone": "12", "religion": "x"},
                by=standing(clerk), at=AT,
            )  # fmt: skip
        assert set(refused.value.fields) == {
            "where", "well_use", "has_cover", "keeper_phone", "religion"
        }  # fmt: skip
        with pytest.raises(ValuesRefused, match="机井位置"):
            services.enter_element(
                kind_key="well", place=people.place(), values={"well_use": "drinking"},
                by=standing(clerk), at=AT,
            )  # fmt: skip
        assert not Element.objects.exists()

    def test_what_is_sensitive_is_kept_only_with_consent(self, clerk):
        person = resident()
        with pytest.raises(ConsentMissing):
            services.enter_element(
                kind_key="service_need", person=person, values={"service": "meals"},
                by=standing(clerk), at=AT,
            )  # fmt: skip
        assert not Element.objects.exists()
        element = service_need(clerk, person)
        consent = Consent.objects.get(element=element)
        assert (consent.field_key, consent.recorded_by) == ("service", clerk)

    def test_for_a_child_under_14_a_guardian_consents(self, clerk):
        child = resident("王小明", birth_date=date(2015, 5, 1))
        with pytest.raises(ConsentMissing, match="14"):
            service_need(clerk, child)
        element = services.enter_element(
            kind_key="service_need", person=child, values={"service": "child_after_school"},
            agreed=Agreed.to({"service"}, "guardian"), by=standing(clerk), at=AT,
        )  # fmt: skip
        assert Consent.objects.get(element=element).given_by == "guardian"

    @pytest.mark.parametrize(
        "text", ["她信教", "有精神障碍患者", "重点人员", "多次上访", "怀孕", "拒访", "有 慢性病"]
    )  # fmt: skip
    def test_what_the_register_never_holds_is_refused_in_free_words_too(self, clerk, text):
        with pytest.raises(ValuesRefused):
            services.supplement_element(
                element=record_of_person(resident(), at=AT),
                values={"nickname": text},
                by=standing(clerk),
                at=AT,
            )

    def test_nobody_enters_outside_their_area(self, clerk):
        elsewhere = resident(home=household(people.OTHER_VILLAGE))
        for entered in (
            {"kind_key": "hydrant", "place": people.place(people.OTHER_VILLAGE),
             "values": {"where": "渠边"}},
            {"kind_key": "away_for_work", "person": elsewhere, "values": {"away_to": "兰州"}},
        ):  # fmt: skip
            with pytest.raises(NotAllowed):
                services.enter_element(**entered, by=standing(clerk), at=AT)
        assert not Element.objects.exists()

    def test_a_kind_that_is_not_declared_is_not_entered(self, clerk):
        with pytest.raises(NotFound):
            services.enter_element(
                kind_key="suspect", place=people.place(), values={}, by=standing(clerk), at=AT
            )

    def test_a_second_record_of_a_person_is_refused(self, clerk):
        person = resident()
        services.enter_element(
            kind_key="person", person=person, values={"nickname": "英子"},
            by=standing(clerk), at=AT,
        )  # fmt: skip
        with pytest.raises(FilledAlready):
            services.enter_element(
                kind_key="person", person=person, values={"nickname": "秀英"},
                by=standing(clerk), at=AT,
            )  # fmt: skip

    def test_a_person_is_entered_in_the_list_of_people_and_nowhere_twice(self, clerk):
        home = household()
        person = services.enter_person(
            household=home, name="王秀英", phone="139 3600 1234", birth_date="1950年3月5日",
            by=standing(clerk), at=AT,
        )  # fmt: skip
        assert (person.phone, person.birth_date) == ("13936001234", date(1950, 3, 5))
        with pytest.raises(PhoneTaken):
            services.enter_person(
                household=home, name="李四", phone="13936001234", by=standing(clerk), at=AT
            )
        with pytest.raises(NotAllowed):
            services.enter_person(
                household=household(people.OTHER_VILLAGE), name="李四", by=standing(clerk), at=AT
            )
        with pytest.raises(ValuesRefused):
            services.enter_person(household=home, name=" ", by=standing(clerk), at=AT)

    def test_many_are_entered_all_or_none(self, clerk):
        entries = [
            services.NewElement("hydrant", {"where": f"{number}号"}, place=people.place())
            for number in range(3)
        ]
        made = services.enter_many(entries=entries, by=standing(clerk), at=AT)
        assert [row.title for row in made] == ["0号", "1号", "2号"]
        assert Entry.objects.get(name="registry.elements_entered").facts["count"] == 3
        with pytest.raises(ValuesRefused):
            services.enter_many(
                entries=[*entries, services.NewElement("hydrant", {}, place=people.place())],
                by=standing(clerk), at=AT,
            )  # fmt: skip
        assert Element.objects.count() == Change.objects.count() == 3


class TestSupplementing:
    def test_what_is_empty_is_filled_and_what_is_filled_is_not_touched(self, clerk):
        found = services.enter_element(
            kind_key="well", place=people.place(), values={"where": "东头"},
            by=standing(clerk), at=AT,
        )  # fmt: skip
        found = services.supplement_element(
            element=found, values={"has_cover": "no"}, version=1, by=standing(clerk), at=AT
        )
        assert (found.values["has_cover"], found.version) == (False, 2)
        with pytest.raises(FilledAlready):
            services.supplement_element(
                element=found, values={"has_cover": "yes"}, version=2, by=standing(clerk), at=AT
            )
        with pytest.raises(ValuesRefused):
            services.supplement_element(element=found, values={}, by=standing(clerk), at=AT)

    def test_of_two_who_change_at_once_the_second_is_told(self, clerk):
        found = hydrant(clerk)
        services.supplement_element(
            element=found, values={"tried_on": "2026-05-01"}, version=1, by=standing(clerk), at=AT
        )
        with pytest.raises(Conflict):
            services.correct_element(
                element=found, values={"where": "小学门口"}, reason="搬了", version=1,
                by=standing(clerk), at=AT,
            )  # fmt: skip
        assert Element.objects.get().title == "村委会门口"


class TestCorrecting:
    def test_a_correction_says_why_and_the_old_value_stays_in_the_history(self, clerk):
        person = resident(phone="13936005555")
        element = record_of_person(person, at=AT)
        with pytest.raises(ReasonMissing):
            services.correct_element(
                element=element, values={"phone": "13936006666"}, reason=" ",
                by=standing(clerk), at=AT,
            )  # fmt: skip
        element = services.correct_element(
            element=element, values={"phone": "13936006666", "name": "王秀瑛"},
            reason="号码抄错了", by=standing(clerk), at=AT,
        )  # fmt: skip
        person.refresh_from_db()
        assert (person.phone, person.name) == ("13936006666", "王秀瑛")
        change = Change.objects.get(element=element)
        assert (change.act, change.actor, change.field_keys) == (
            Act.CORRECTED, clerk, ["name", "phone"],
        )  # fmt: skip
        diff = unseal(change.sealed)
        assert diff["old"] == {"phone": "13936005555", "name": "王秀英"}
        assert diff["reason"] == "号码抄错了"

    def test_a_number_that_is_somebody_elses_is_not_taken(self, clerk):
        resident("李四", phone="13936007777")
        with pytest.raises(PhoneTaken):
            services.correct_element(
                element=record_of_person(resident(), at=AT), values={"phone": "13936007777"},
                reason="换号", by=standing(clerk), at=AT,
            )  # fmt: skip

    def test_confirming_at_the_door_starts_the_time_anew(self, clerk):
        found = hydrant(clerk)
        before = found.due_date
        later = AT + timedelta(days=30)
        found = services.confirm_element(element=found, version=1, by=standing(clerk), at=later)
        assert found.due_date == before + timedelta(days=30)

    def test_the_resident_changes_what_is_left_to_them_and_nothing_else(self, clerk):
        person = resident()
        element = record_of_person(person, at=AT)
        changed = services.change_own(
            element=element, values={"nickname": "英子"}, by=standing(person), at=AT
        )
        assert Change.objects.get(element=changed).actor == person
        with pytest.raises(NotAllowed):
            services.change_own(
                element=changed, values={"name": "李四"}, by=standing(person), at=AT
            )
        with pytest.raises(NotFound):
            services.change_own(
                element=changed, values={"nickname": "坏人"}, by=standing(clerk), at=AT
            )
        emptied = services.change_own(
            element=changed, values={"nickname": ""}, by=standing(person), at=AT
        )
        assert "nickname" not in emptied.sealed


class TestIdentityNumbers:
    def test_one_with_a_wrong_checksum_is_refused_and_one_with_a_right_one_found_again(self, clerk):
        person = resident()
        with pytest.raises(ValuesRefused, match="18"):
            with_id(person, clerk, "620725199003077411")
        element = with_id(person, clerk, " 620725 19900307 741x ")
        assert Mark.objects.get(element=element).is_unique
        with pytest.raises(NumberTaken):
            with_id(resident("李四"), clerk)
        assert Element.objects.filter(person__name="李四").count() == 0

    def test_it_is_kept_for_ninety_days_and_no_longer(self, clerk):
        element = with_id(resident(), clerk)
        assert element.due_date == timezone.localtime(AT).date() + timedelta(days=90)


class TestNothingIsReadable:
    def test_the_raw_tables_hold_no_word_of_what_is_personal(self, clerk):
        person = resident()
        services.correct_element(
            element=services.supplement_element(
                element=record_of_person(person, at=AT),
                values={"nickname": SECRET, "id_number": ID_NUMBER, "family_phone": "13936001111"},
                agreed=Agreed.to({"id_number"}), by=standing(clerk), at=AT,
            ),
            values={"nickname": "王家老三"}, reason=f"不是{SECRET}", by=standing(clerk), at=AT,
        )  # fmt: skip
        service_need(clerk, person, service="repairs")
        raw = []
        with connection.cursor() as cursor:
            for model in (Element, Change, Mark, Consent, ElementRead, DeletionCertificate):
                cursor.execute(f"SELECT * FROM {model._meta.db_table}")
                raw.append(repr(cursor.fetchall()))
            cursor.execute("SELECT * FROM activity_entry")
            raw.append(repr(cursor.fetchall()))
        text = "".join(raw)
        for secret in (SECRET, "王家老三", ID_NUMBER, "13936001111", "repairs", "中午十二点"):
            assert secret not in text
            assert json.dumps(secret).strip('"') not in text

    def test_another_county_cannot_open_it(self, clerk):
        element = with_id(resident(), clerk)
        with bind("jinchang"), pytest.raises(Exception):  # noqa: B017, PT011
            unseal(element.sealed["id_number"])


class TestReading:
    def test_a_reading_is_logged_for_everybody_whom_it_is_about(self, clerk):
        home = household()
        both = {resident("王秀英", home=home), resident("王大山", home=home)}
        element = services.enter_element(
            kind_key="empty_house", household=home, values={"key_with": "隔壁老李"},
            by=standing(clerk), at=AT,
        )  # fmt: skip
        _element, values = services.read_element(
            element=element, purpose="大风天查看空房", by=standing(clerk), at=AT
        )
        assert values == {"key_with": "隔壁老李"}
        reads = PersonalRead.objects.all()
        assert {read.subject for read in reads} == both
        assert {(read.reader, read.purpose, read.what) for read in reads} == {
            (clerk, "大风天查看空房", "register")
        }
        assert ElementRead.objects.get().field_keys == ["key_with"]

    def test_without_a_purpose_nobody_reads(self, clerk):
        element = service_need(clerk, resident())
        for purpose in ("", " ", "x"):
            with pytest.raises(NotFilledIn):
                services.read_element(element=element, purpose=purpose, by=standing(clerk), at=AT)
        assert not PersonalRead.objects.exists()

    def test_what_is_nobodys_is_read_without_a_log(self, clerk):
        services.read_element(element=hydrant(clerk), purpose="", by=standing(clerk), at=AT)
        assert not ElementRead.objects.exists()

    def test_ones_own_record_is_read_without_a_log(self, clerk):
        person = resident()
        element = service_need(clerk, person)
        _element, values = services.read_element(
            element=element, purpose="", by=standing(person), at=AT
        )
        assert values["service"] == "meals"
        assert not ElementRead.objects.exists()

    def test_of_another_village_nothing_is_read(self, clerk):
        element = service_need(clerk, resident())
        with pytest.raises(NotAllowed):
            services.read_element(
                element=element, purpose="看看", by=standing(keeper(people.OTHER_VILLAGE)), at=AT
            )
        with pytest.raises(NotAllowed):
            services.read_element(
                element=element, purpose="看看", by=standing(resident("路人")), at=AT
            )

    def test_whoever_opens_more_than_fifty_a_day_needs_a_second_person(self, clerk):
        elements = services.enter_many(
            entries=[
                services.NewElement("away_for_work", {"away_to": "兰州"}, person=resident())
                for _number in range(51)
            ],
            by=standing(clerk), at=AT,
        )  # fmt: skip
        for element in elements[:50]:
            services.read_element(element=element, purpose="务工统计", by=standing(clerk), at=AT)
        with pytest.raises(TooManyReads):
            services.read_element(
                element=elements[50], purpose="务工统计", by=standing(clerk), at=AT
            )
        services.read_element(element=elements[0], purpose="再看", by=standing(clerk), at=AT)
        services.read_element(
            element=elements[50], purpose="务工统计", by=standing(clerk),
            at=AT + timedelta(days=1, seconds=1),
        )  # fmt: skip


class TestReach:
    def test_with_the_post_the_sight_ends_at_once(self):
        found = worker()
        person = resident()
        hydrant(found)
        before = standing(found)
        assert elements_of(before).exists()
        assert people_of(before).filter(pk=person.pk).exists()
        for post in found.posts.filter(active_to=None):
            end_post(post=post, at=AT)
        after = standing(found, at=AT + timedelta(seconds=1))
        assert not elements_of(after).exists()
        assert not people_of(after).exists()
        assert not households_of(after).exists()

    def test_a_worker_sees_their_own_village_alone(self, clerk):
        hydrant(clerk)
        service_need(clerk, resident())
        there = standing(worker(people.OTHER_VILLAGE))
        assert not elements_of(there).exists()
        assert not people_of(there).filter(name="王秀英").exists()

    def test_whoever_approves_sees_no_record(self, clerk):
        hydrant(clerk)
        assert not elements_of(standing(approver())).exists()

    def test_ones_own_records_are_those_of_oneself_and_ones_household(self, clerk):
        home = household()
        person, other = resident(home=home), resident("王大山", home=home)
        need = service_need(clerk, person)
        empty = services.enter_element(
            kind_key="empty_house", household=home, values={"key_with": "老李"},
            by=standing(clerk), at=AT,
        )  # fmt: skip
        assert set(own_elements(person)) == {need, empty}
        assert set(own_elements(other)) == {empty}


class TestDeleting:
    def test_a_withdrawn_consent_deletes_the_value_at_once_and_from_the_history(self, clerk):
        person = resident()
        element = service_need(clerk, person)
        certificate = services.withdraw_consent(
            element=element, field_key="service", by=standing(person), at=AT
        )
        element.refresh_from_db()
        assert "service" not in element.sealed
        assert Consent.objects.get().withdrawn_at == AT
        assert certificate.cause == "consent"
        assert is_whole(certificate)
        first = Change.objects.get(element=element, version=1)
        assert unseal(first.sealed)["new"] == {"service_time": "中午十二点"}
        assert Entry.objects.filter(name="registry.consent_withdrawn").count() == 1

    def test_nobody_else_withdraws_it(self, clerk):
        element = service_need(clerk, resident())
        with pytest.raises(NotAllowed):
            services.withdraw_consent(
                element=element, field_key="service", by=standing(resident("路人")), at=AT
            )
        with pytest.raises(ValuesRefused):
            services.withdraw_consent(
                element=element, field_key="service_time", by=standing(clerk), at=AT
            )

    def test_a_deleted_record_is_a_tombstone_that_says_nothing(self, clerk):
        person = resident()
        element = service_need(clerk, person)
        certificate = services.delete_values(
            element=element, reason="本人要求删除", by=standing(clerk), at=AT
        )
        element.refresh_from_db()
        assert element.deleted_at == AT
        assert not any((element.values, element.sealed, element.person, element.title))
        assert not Change.objects.filter(element=element).exclude(sealed="").exists()
        assert certificate.items[0]["record"] == str(element.code)
        assert certificate.items[0]["is_whole"]
        with pytest.raises(Deleted):
            services.supplement_element(
                element=element, values={"service_time": "早上"}, by=standing(clerk), at=AT
            )

    def test_what_a_person_is_called_by_is_never_deleted(self, clerk):
        person = resident(phone="13936008888")
        services.delete_values(
            element=record_of_person(person, at=AT), reason="本人要求", by=standing(clerk), at=AT
        )
        person.refresh_from_db()
        assert (person.name, person.phone) == ("王秀英", None)

    def test_what_is_due_goes_and_the_rest_stays(self, clerk):
        person = resident()
        services.supplement_element(
            element=record_of_person(person, at=AT),
            values={"id_number": ID_NUMBER, "nickname": "英子"},
            agreed=Agreed.to({"id_number"}), by=standing(clerk), at=AT,
        )  # fmt: skip
        assert services.forget_due(at=AT + timedelta(days=89)) == 0
        assert services.forget_due(at=AT + timedelta(days=90)) == 1
        assert services.forget_due(at=AT + timedelta(days=90)) == 0
        element = Element.objects.get()
        assert list(element.sealed) == ["nickname"]
        assert element.deleted_at is None
        assert not Mark.objects.exists()
        certificate = DeletionCertificate.objects.get()
        assert (certificate.cause, certificate.made_by) == ("retention", None)
        assert list(certificate.items[0]["fields"]) == ["id_number"]

    def test_what_is_due_as_a_whole_leaves_a_tombstone_and_a_certificate(self, clerk):
        service_need(clerk, resident())
        hydrant(clerk)
        later = AT + timedelta(days=366)
        assert services.forget_due(at=later) == 1
        tombstone = Element.objects.get(kind_key="service_need")
        assert tombstone.deleted_at == later
        assert Element.objects.get(kind_key="hydrant").deleted_at is None
        entry = Entry.objects.get(name="registry.data_deleted")
        assert entry.facts["digest"] == DeletionCertificate.objects.get().digest

    def test_a_longer_time_declared_meanwhile_holds_and_stops_nobody_elses(
        self, clerk, monkeypatch
    ):
        from xiangyue.registry.services import deleting

        monkeypatch.setattr(deleting, "BATCH", 1)
        longer, due = hydrant(clerk), service_need(clerk, resident())
        Element.objects.filter(pk=longer.pk).update(due_date=date(2026, 1, 1))
        assert services.forget_due(at=AT + timedelta(days=366)) == 1
        due.refresh_from_db()
        longer.refresh_from_db()
        assert due.deleted_at
        assert longer.deleted_at is None
        assert longer.due_date > date(2026, 1, 1)

    def test_a_changed_certificate_is_found_out(self, clerk):
        certificate = services.delete_values(
            element=hydrant(clerk), reason="拆除了", by=standing(clerk), at=AT
        )
        certificate.items[0]["kind"] = "well"
        assert not is_whole(certificate)

    def test_a_household_keeps_its_empty_record_so_that_it_can_be_filled_again(self, clerk):
        home = household()
        element = services.supplement_element(
            element=record_of_household(home, at=AT), values={"heating": "coal"},
            by=standing(clerk), at=AT,
        )  # fmt: skip
        services.delete_values(
            element=element, field_keys=["heating"], reason="已改", by=standing(clerk), at=AT
        )
        element = services.supplement_element(
            element=record_of_household(home, at=AT), values={"heating": "gas"},
            by=standing(clerk), at=AT,
        )  # fmt: skip
        assert element.version == 3


class TestInvariants:
    def broken(self) -> list[str]:
        return [name for name, check in INVARIANTS.items() if check()]

    def test_they_hold_after_a_life_and_tell_what_was_tampered_with(self, clerk):
        element = service_need(clerk, resident())
        thing = hydrant(clerk)
        services.delete_values(
            element=element, reason="本人要求", by=standing(clerk), at=AT + timedelta(hours=1)
        )
        assert self.broken() == []
        Element.objects.filter(pk=element.pk).update(values={"service": "meals"})
        assert self.broken() == ["a_deleted_record_holds_nothing"]
        Element.objects.filter(pk=element.pk).update(values={})
        Change.objects.filter(element=element, version=1).update(sealed="x")
        assert self.broken() == ["a_deleted_record_holds_nothing"]
        Change.objects.filter(element=element, version=1).update(sealed="")
        Element.objects.filter(pk=thing.pk).update(version=7)
        assert self.broken() == ["every_change_is_in_the_history"]
        Element.objects.filter(pk=thing.pk).update(version=1)
        DeletionCertificate.objects.update(items=[])
        assert self.broken() == ["certificates_are_as_they_were_made"]


class TestManyAtOnce:
    @pytest.fixture
    def many(self, clerk) -> list[Element]:
        return services.enter_many(
            entries=[
                services.NewElement("away_for_work", {"away_to": "兰州"}, person=resident())
                for _number in range(51)
            ],
            by=standing(clerk), at=AT,
        )  # fmt: skip

    def asked(self, clerk) -> BulkRead:
        return services.ask_bulk_read(
            kind_key="away_for_work", place=people.place(), purpose="返乡服务安排",
            by=standing(clerk), at=AT,
        )  # fmt: skip

    def taken(self, clerk, bulk=None, *, at=AT):
        return services.take_out(
            kind_key="away_for_work", place=people.place(), purpose="返乡服务安排", bulk=bulk,
            by=standing(clerk), at=at,
        )  # fmt: skip

    @pytest.mark.usefixtures("many")
    def test_more_than_fifty_need_somebody_elses_yes_which_serves_once(self, clerk):
        with pytest.raises(ApprovalNeeded):
            self.taken(clerk)
        bulk = self.asked(clerk)
        assert self.asked(clerk) == bulk
        assert bulk.record_count == 51
        with pytest.raises(ApprovalNeeded):
            self.taken(clerk, bulk)
        services.decide_bulk_read(bulk=bulk, is_approved=True, by=standing(approver()), at=AT)
        assert len(self.taken(clerk, bulk)) == 51
        assert PersonalRead.objects.count() == 51
        assert ElementRead.objects.filter(bulk=bulk).count() == 51
        with pytest.raises(ApprovalNeeded):
            self.taken(clerk, bulk)

    @pytest.mark.usefixtures("many")
    def test_an_approval_runs_out_and_is_nobody_elses(self, clerk):
        bulk = self.asked(clerk)
        services.decide_bulk_read(bulk=bulk, is_approved=True, by=standing(approver()), at=AT)
        with pytest.raises(ApprovalNeeded):
            self.taken(keeper(), bulk)
        with pytest.raises(ApprovalNeeded):
            self.taken(clerk, bulk, at=AT + timedelta(hours=24))

    @pytest.mark.usefixtures("many")
    def test_nobody_decides_on_their_own_or_outside_their_town_or_twice(self, clerk):
        bulk = self.asked(clerk)
        with pytest.raises(NotAllowed):
            services.decide_bulk_read(bulk=bulk, is_approved=True, by=standing(clerk), at=AT)
        with pytest.raises(NotAllowed):
            services.decide_bulk_read(
                bulk=bulk, is_approved=True, by=standing(approver(people.OTHER_VILLAGE)), at=AT
            )
        with pytest.raises(NotFilledIn):
            services.decide_bulk_read(bulk=bulk, is_approved=False, by=standing(approver()), at=AT)
        services.decide_bulk_read(
            bulk=bulk, is_approved=False, note="范围太大", by=standing(approver()), at=AT
        )
        with pytest.raises(Conflict):
            services.decide_bulk_read(bulk=bulk, is_approved=True, by=standing(approver()), at=AT)

    def test_one_person_with_both_posts_still_does_not_approve_their_own(self, clerk):
        from xiangyue.access.appointments import appoint

        appoint(person=clerk, role="chief_grid_lead", place=people.town(), at=people.LONG_AGO)
        bulk = self.asked(clerk)
        with pytest.raises(OwnBulkRead):
            services.decide_bulk_read(bulk=bulk, is_approved=True, by=standing(clerk), at=AT)

    def test_few_are_taken_out_with_a_purpose_alone_and_count_for_the_day(self, clerk):
        service_need(clerk, resident())
        taken = services.take_out(
            kind_key="service_need", place=people.place(), purpose="安排送餐",
            by=standing(clerk), at=AT,
        )  # fmt: skip
        assert [one.values["service"] for one in taken] == ["meals"]
        assert ElementRead.objects.count() == PersonalRead.objects.count() == 1

    def test_people_without_a_record_are_taken_out_and_logged_too(self, clerk):
        people_here = resident("王秀英"), resident("王大山")
        taken = services.take_out(
            kind_key="person", place=people.place(), purpose="核对名册", by=standing(clerk), at=AT
        )
        names = {one.values["name"] for one in taken}
        assert {"王秀英", "王大山"} <= names
        assert PersonalRead.objects.filter(subject__in=people_here).count() == 2

    def test_what_is_nobodys_needs_no_approval(self, clerk):
        services.enter_many(
            entries=[
                services.NewElement("hydrant", {"where": f"{number}号"}, place=people.place())
                for number in range(60)
            ],
            by=standing(clerk), at=AT,
        )  # fmt: skip
        taken = services.take_out(
            kind_key="hydrant", place=people.place(), by=standing(clerk), at=AT
        )
        assert len(taken) == 60

    def test_a_grid_worker_takes_nothing_out(self):
        with pytest.raises(NotAllowed):
            services.take_out(
                kind_key="person", place=people.place(), purpose="看看", by=standing(worker()),
                at=AT,
            )  # fmt: skip


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def both(self, *doings):
        barrier, outcomes = Barrier(len(doings)), []

        def run(doing):
            with bind("shandan"):
                barrier.wait()
                try:
                    with transaction.atomic():
                        outcomes.append(doing())
                except Refused as refusal:
                    outcomes.append(refusal)
                finally:
                    connections.close_all()

        threads = [Thread(target=run, args=(doing,)) for doing in doings]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return outcomes

    def test_two_supplements_at_once_fill_a_field_once(self):
        clerk = keeper()
        person = resident()
        by = standing(clerk)

        def filling(word):
            return lambda: services.supplement_element(
                element=record_of_person(Person.objects.get(pk=person.pk), at=AT),
                values={"nickname": word}, by=by, at=AT,
            )  # fmt: skip

        outcomes = self.both(filling("甲"), filling("乙"))
        assert sum(isinstance(one, Element) for one in outcomes) == 1
        assert Element.objects.count() == Change.objects.count() == 1

    def test_one_identity_number_never_stands_on_two_records(self):
        clerk = keeper()
        one, two = resident("甲"), resident("乙")
        by = standing(clerk)

        def numbering(who):
            return lambda: services.supplement_element(
                element=record_of_person(Person.objects.get(pk=who.pk), at=AT),
                values={"id_number": ID_NUMBER}, agreed=Agreed.to({"id_number"}), by=by, at=AT,
            )  # fmt: skip

        outcomes = self.both(numbering(one), numbering(two))
        assert sum(isinstance(outcome, NumberTaken) for outcome in outcomes) == 1
        assert Mark.objects.count() == 1

    def test_an_approval_is_used_once_by_two_windows(self):
        clerk = keeper()
        by = standing(clerk)
        service_need(clerk, resident())
        bulk = services.ask_bulk_read(
            kind_key="service_need", place=people.place(), purpose="安排送餐", by=by, at=AT
        )
        services.decide_bulk_read(bulk=bulk, is_approved=True, by=standing(approver()), at=AT)

        def using():
            return services.take_out(
                kind_key="service_need", place=people.place(), bulk=bulk, by=by, at=AT
            )

        outcomes = self.both(using, using)
        assert sum(isinstance(outcome, ApprovalNeeded) for outcome in outcomes) == 1


@pytest.mark.django_db(transaction=True)
def test_a_backup_brings_back_what_was_sealed_and_it_opens(tmp_path):
    from xiangyue.kernel.counties import current_county
    from xiangyue.site.backup import make_backup, restore_backup

    clerk, archive = keeper(), tmp_path / "shandan.tar.gz"
    element = service_need(clerk, resident())
    make_backup(county=current_county(), target=archive, at=AT)
    services.delete_values(
        element=element, reason="本人要求", by=standing(clerk), at=AT + timedelta(hours=1)
    )
    restore_backup(county=current_county(), archive=archive, is_forced=True)
    back = Element.objects.get(code=element.code)
    assert unseal(back.sealed["service"]) == "meals"
    assert Consent.objects.get(element=back).withdrawn_at is None
