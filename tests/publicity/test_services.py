"""Publishing, objecting, answering, ending and taking down, on the real database."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from tests import people
from tests.publicity.conftest import BODY, Village, day, fresh
from xiangyue.access.limits import TooSoon
from xiangyue.activity.models import Entry
from xiangyue.calendars.models import Holiday
from xiangyue.kernel.refusals import Conflict, NotAllowed, NotFound
from xiangyue.publicity import services
from xiangyue.publicity.invariants import INVARIANTS
from xiangyue.publicity.models import Notice, NoticeDraft, Objection
from xiangyue.publicity.queries import notices_about, unsettled

pytestmark = pytest.mark.django_db


def recorded(name: str) -> list[Entry]:
    return list(Entry.objects.filter(name=f"publicity.{name}").order_by("pk"))


def sound() -> dict[str, list[str]]:
    return {name: found for name, check in INVARIANTS.items() if (found := check())}


# --- publishing -------------------------------------------------------------------------------


def test_a_notice_says_from_when_to_when_and_is_recorded(village: Village):
    notice = village.publish("compact_draft_first", subject=village.place)
    assert (notice.begins_on, notice.ends_on) == (date(2026, 6, 8), date(2026, 6, 16))
    assert notice.objections_until == notice.ends_on
    (entry,) = recorded("notice_published")
    assert entry.facts["digest"] == notice.digest
    assert entry.facts["subject_type"] == "places.place"
    assert list(notices_about("places.place", village.place.pk)) == [notice]
    assert BODY not in str(entry.facts)
    assert sound() == {}


def test_fewer_days_than_the_kind_asks_are_refused(village: Village):
    with pytest.raises(services.WindowTooShort, match="7"):
        village.publish("resolution", days=6)
    assert village.publish("resolution", days=10).ends_on == date(2026, 6, 19)


def test_req_l06_what_names_people_may_not_hang_for_a_year(village: Village):
    with pytest.raises(services.WindowTooShort, match="90"):
        village.publish("nominees", days=91)
    named = village.publish("general", names_people=True, days=60)
    assert named.stays_until <= named.begins_on + timedelta(days=91)


def test_a_kind_hangs_only_where_it_belongs(village: Village):
    with pytest.raises(services.WrongBoard):
        village.publish("voter_list", place=people.town())
    with pytest.raises(NotFound):
        village.publish("blacklist")


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 101}, "title"),
        ({"body": ""}, "body"),
        ({"body": "长" * 100_000}, "body"),
        ({"body": "有\x00字"}, "body"),
    ],
)
def test_words_are_asked_for_and_not_endless(village: Village, words: dict, field: str):
    with pytest.raises(services.WordsMissing) as refused:
        village.publish(**words)
    assert field in refused.value.fields
    assert not Notice.objects.exists()


def test_the_database_refuses_to_change_what_was_published(village: Village):
    notice = village.publish(facts={"tables": [{"columns": ["项目"], "rows": [["水渠"]]}]})
    for change in (
        {"title": "改了"},
        {"body": "改了"},
        {"facts": {}},
        {"ends_on": date(2026, 6, 30)},
        {"digest": "0" * 64},
        {"number": "G1"},
        {"names_people": True},
        {"published_by": None},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            Notice.objects.filter(pk=notice.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).delete()
    assert sound() == {}


def test_a_draft_is_published_once_and_only_by_whoever_may(village: Village):
    draft = services.write_draft(
        kind="general", place=village.place, by=village.clerk, at=village.at, title="水渠",
        body=BODY, table="项目 | 元\n水泥 | 300",
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        services.publish_draft(draft=draft, by=village.elsewhere, at=village.at)
    with pytest.raises(Conflict):
        services.publish_draft(draft=draft, by=village.clerk, at=village.at, seen_version=7)
    notice = services.publish_draft(draft=draft, by=village.clerk, at=village.at)
    assert notice.facts["tables"][0]["rows"] == [["水泥", "300"]]
    with pytest.raises(NotFound):
        services.publish_draft(draft=draft, by=village.clerk, at=village.at)
    assert Notice.objects.count() == 1
    again = services.draft_again(notice=notice, by=village.clerk, at=village.at)
    assert (again.body, again.table) == (BODY, "项目 | 元\n水泥 | 300")


def test_nobody_writes_for_anothers_board(village: Village):
    for somebody in (village.elsewhere, village.resident, village.worker):
        with pytest.raises(NotAllowed):
            services.write_draft(kind="general", place=village.place, by=somebody, at=village.at)
    assert not NoticeDraft.objects.exists()


def test_two_who_write_one_draft_notice_it(village: Village):
    draft = services.write_draft(
        kind="general", place=village.place, by=village.clerk, at=village.at, body="一"
    )

    def write(body, version):
        return services.write_draft(
            kind="general", place=village.place, by=village.secretary, at=village.at, body=body,
            draft=draft, seen_version=version,
        )  # fmt: skip

    assert write("二", 1).version == 2
    with pytest.raises(Conflict):
        write("三", 1)
    assert NoticeDraft.objects.get().body == "二"


# --- nothing takes effect before --------------------------------------------------------------


def test_nothing_takes_effect_before_the_window_ends_and_all_is_answered(village: Village):
    notice = village.publish()  # until the end of 15 June
    objection = village.object(notice)
    assert len(unsettled(notice, at=village.at)) == 2
    services.end_windows(at=day(15, hour=23, minute=59, second=59))
    assert recorded("window_ended") == []
    midnight = day(16, hour=0)
    services.end_windows(at=midnight)
    assert [entry.facts["unanswered_count"] for entry in recorded("window_ended")] == [1]
    (still,) = unsettled(fresh(notice), at=midnight)
    assert notice.number in still
    assert recorded("notice_settled") == []
    village.answer(objection, at=day(16), is_upheld=True)
    assert unsettled(fresh(notice), at=day(16)) == []
    (settled,) = recorded("notice_settled")
    assert (settled.facts["objection_count"], settled.facts["upheld_count"]) == (1, 1)
    assert sound() == {}


def test_answered_in_time_it_settles_with_the_window(village: Village):
    notice = village.publish()
    village.answer(village.object(notice))
    assert unsettled(notice, at=day(15)) != []
    assert unsettled(notice, at=day(16)) == []  # even before the worker has come by
    services.end_windows(at=day(16))
    assert len(recorded("notice_settled")) == 1


def test_a_window_ends_exactly_once_however_often_the_worker_comes(village: Village):
    village.publish()
    village.publish("resolution")
    assert services.end_windows(at=day(17)) == 2
    assert services.end_windows(at=day(17)) == 0
    assert services.end_windows(at=day(18)) == 0
    assert len(recorded("window_ended")) == 2
    assert sound() == {}


def test_a_worker_killed_between_two_windows_loses_and_repeats_nothing(
    village: Village, monkeypatch: pytest.MonkeyPatch
):
    village.publish()
    village.publish("resolution")
    from xiangyue.publicity.services import ending

    whole, calls = ending.recorded, []

    def dies_at_the_third(*args, **facts):
        calls.append(args)
        if len(calls) == 3:
            raise KeyboardInterrupt
        whole(*args, **facts)

    monkeypatch.setattr(ending, "recorded", dies_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        services.end_windows(at=day(17))
    assert len(recorded("window_ended")) == 1
    monkeypatch.setattr(ending, "recorded", whole)
    services.end_windows(at=day(17))
    assert len(recorded("window_ended")) == 2
    assert len(recorded("notice_settled")) == 2


def test_a_holiday_moves_the_last_day(village: Village):
    Holiday.objects.update_or_create(
        date=date(2026, 6, 15), defaults={"kind": "holiday", "name": "端午节"}
    )
    assert village.publish().ends_on == date(2026, 6, 17)


# --- objections -------------------------------------------------------------------------------


def test_anybody_objects_without_a_name_and_follows_by_the_receipt(village: Village):
    objection = village.object(village.publish())
    assert len(objection.receipt_code) == 10
    assert objection.clock.due_at == day(16, hour=0)  # five days, moved from Saturday to Monday
    (entry,) = recorded("objection_received")
    assert entry.actor_id is None
    assert "水渠" not in str(entry.facts)


def test_the_law_gives_three_days_to_decide_on_a_voter_list(village: Village):
    notice = village.publish("voter_list")
    assert notice.objections_until == date(2026, 6, 16)
    objection = village.object(notice, by=village.resident)
    assert objection.clock.due_at == day(12, hour=0)
    with pytest.raises(services.ObjectionsClosed):
        village.object(notice, at=day(16, hour=0))
    village.object(notice, "晚到一步", at=day(15, hour=23, minute=59, second=59))


def test_what_only_tells_takes_no_objection(village: Village):
    with pytest.raises(services.ObjectionsClosed):
        village.object(village.publish("meeting_call"))


def test_two_objections_are_counted_one_after_the_other(village: Village):
    notice = village.publish()
    positions = [village.object(notice, f"第{number}条意见").position for number in (1, 2, 3)]
    assert positions == [1, 2, 3]


def test_what_is_sent_twice_is_taken_once_with_the_same_receipt(village: Village):
    notice, key = village.publish(), uuid4()
    first = village.object(notice, client_key=key)
    second = village.object(notice, client_key=key)
    assert first.pk == second.pk
    assert first.receipt_code == second.receipt_code
    with pytest.raises(Conflict):
        village.object(notice, "别的话", client_key=key)
    assert Objection.objects.count() == 1


def test_a_flood_from_one_network_is_stopped_and_clerks_are_not(village: Village):
    notice = village.publish()
    for number in range(5):
        village.object(notice, f"意见{number}")
    with pytest.raises(TooSoon):
        village.object(notice, "意见六")
    village.object(notice, "别处来的", network="10.0.0.2")
    for number in range(8):
        village.object(notice, f"柜台{number}", entered_by=village.clerk)


@pytest.mark.parametrize("text", ["", "\x00\x00\x00", "长" * 100_000, " \n "])
def test_an_objection_needs_words_and_not_endless_ones(village: Village, text: str):
    with pytest.raises(services.WordsMissing):
        village.object(village.publish(), text)
    assert not Objection.objects.exists()


def test_an_answer_is_given_once(village: Village):
    objection = village.object(village.publish())
    answered = village.answer(objection)
    assert answered.clock.stopped_at is not None
    with pytest.raises(services.AlreadyAnswered):
        village.answer(objection, text="再答一次")
    with pytest.raises(DatabaseError), transaction.atomic():
        Objection.objects.filter(pk=objection.pk).update(answer="改了")
    with pytest.raises(DatabaseError), transaction.atomic():
        Objection.objects.filter(pk=objection.pk).update(text="改了")
    with pytest.raises(DatabaseError), transaction.atomic():
        Objection.objects.filter(pk=objection.pk).delete()
    assert sound() == {}


def test_se01_nobody_answers_what_they_made_entered_or_published_apart(village: Village):
    general = village.publish()
    own = village.object(general, by=village.secretary)
    entered = village.object(general, "口头说的", entered_by=village.secretary)
    for objection in (own, entered):
        with pytest.raises(NotAllowed):
            village.answer(objection)
        village.answer(objection, by=village.clerk)
    apart = village.object(village.publish("nominees"))
    with pytest.raises(NotAllowed) as refused:
        village.answer(apart, by=village.clerk)  # who published it
    assert "SE01" in refused.value.source
    village.answer(apart, by=village.secretary)


def test_only_those_of_the_place_answer(village: Village):
    objection = village.object(village.publish())
    for somebody in (village.elsewhere, village.resident, village.worker):
        with pytest.raises(NotAllowed):
            village.answer(objection, by=somebody)


def test_an_objector_with_an_account_is_told(village: Village):
    from xiangyue.notifications.models import Message

    notice = village.publish()
    village.answer(village.object(notice, by=village.resident))
    village.answer(village.object(notice, "没有名字"))
    (told,) = recorded("answer_announced")
    assert told.facts["person"] == str(village.resident.pk)
    assert Message.objects.filter(recipient=village.resident).count() == 1


def test_who_objected_is_forgotten_a_year_after_the_answer(village: Village):
    notice = village.publish()
    village.answer(village.object(notice, by=village.resident, contact="13900001111"))
    village.answer(village.object(notice, "第二条", said_by="王大妈", contact="找她儿子"))
    open_one = village.object(notice, "第三条", said_by="李大爷")
    assert services.forget_objectors(at=village.at + timedelta(days=364)) == 0
    assert services.forget_objectors(at=village.at + timedelta(days=366)) == 2
    assert Objection.objects.filter(person=None, said_by="", contact="").count() == 2
    open_one.refresh_from_db()
    assert open_one.said_by == "李大爷"
    assert sound() == {}


# --- taking down ------------------------------------------------------------------------------


def test_req_l05_whoever_is_named_is_answered_within_a_day_and_the_words_are_erased(
    village: Village,
):
    notice = village.publish("nominees", title="拟表彰张三等人", body="张三，孝老爱亲。")
    wish = village.object(notice, "请把我的名字撤下", is_removal=True, shown="name")
    assert wish.clock.due_at == village.at + timedelta(hours=24)
    assert wish.shown == "nothing"
    with pytest.raises(services.StillUp):
        village.answer(wish, is_upheld=True)
    gone = services.take_down(
        notice=notice, by=village.clerk, reason="本人撤回同意", at=village.at, is_erased=True
    )
    assert (gone.title, gone.body, gone.facts) == ("", "", {})
    assert gone.digest == notice.digest
    assert "张三" not in str(Notice.objects.filter(pk=notice.pk).values())
    village.answer(wish, is_upheld=True)
    assert sound() == {}


def test_a_removal_is_asked_for_after_the_window_too_but_not_of_what_names_nobody(village: Village):
    notice = village.publish("nominees")
    services.end_windows(at=day(16))
    late = village.object(notice, "撤下我的名字", is_removal=True, at=day(20))
    assert unsettled(fresh(notice), at=day(20)) == []
    assert late.clock.due_at == day(21)
    with pytest.raises(services.NobodyIsNamed):
        village.object(village.publish(), "撤下", is_removal=True)


def test_what_was_taken_down_takes_no_effect_and_no_objection(village: Village):
    notice = village.publish()
    services.take_down(
        notice=notice, by=village.clerk, reason="数字写错了，重新公示", at=village.at
    )
    (said,) = unsettled(fresh(notice), at=day(30))
    assert "数字写错了" in said
    with pytest.raises(services.TakenDown):
        village.object(notice)
    services.end_windows(at=day(30))
    assert recorded("window_ended") == recorded("notice_settled") == []
    with pytest.raises(services.TakenDown):
        services.take_down(notice=notice, by=village.clerk, reason="再来一次", at=village.at)
    services.take_down(notice=notice, by=village.clerk, reason="", at=village.at, is_erased=True)
    assert fresh(notice).take_down_reason == "数字写错了，重新公示"
    for change in ({"state": "up", "taken_down_at": None, "take_down_reason": ""},
                   {"take_down_reason": "别的理由"}):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            Notice.objects.filter(pk=notice.pk).update(**change)
    assert sound() == {}


def test_taken_down_while_somebody_answers_the_answer_still_reaches_the_objector(village: Village):
    notice = village.publish()
    objection = village.object(notice, by=village.resident)
    services.take_down(notice=notice, by=village.clerk, reason="重新公示", at=village.at)
    assert village.answer(objection).answer
    assert recorded("notice_settled") == []


def test_only_who_keeps_the_board_takes_down_and_says_why(village: Village):
    notice = village.publish()
    for somebody in (village.elsewhere, village.resident, village.worker):
        with pytest.raises(NotAllowed):
            services.take_down(notice=notice, by=somebody, reason="不要了", at=village.at)
    with pytest.raises(services.WordsMissing):
        services.take_down(notice=notice, by=village.clerk, reason=" ", at=village.at)
    dispatcher = people.dispatcher()
    services.take_down(notice=notice, by=dispatcher, reason="镇里纠正", at=village.at)
    assert recorded("notice_taken_down")[0].actor_id == dispatcher.pk


def test_what_had_settled_stays_settled_when_it_is_taken_down_later(village: Village):
    notice = village.publish()
    services.end_windows(at=day(16))
    services.take_down(notice=notice, by=village.clerk, reason="到期", at=day(20))
    assert unsettled(fresh(notice), at=day(21)) == []


# --- the board is cleared ---------------------------------------------------------------------


def test_what_hung_long_enough_leaves_the_board_once(village: Village):
    notice = village.publish()
    services.end_windows(at=day(16))
    assert services.clear_boards(at=day(8, month=7)) == 0
    assert services.clear_boards(at=day(9, month=7)) == 1
    assert services.clear_boards(at=day(9, month=7)) == 0
    assert fresh(notice).state == "ended"
    assert len(recorded("notice_ended")) == 1


def test_with_an_objection_open_it_stays_but_not_what_names_people(village: Village):
    plain, named = village.publish(), village.publish("nominees")
    first = village.object(plain)
    village.object(named, "第二条")
    late = day(30, month=8)
    services.end_windows(at=late)
    services.clear_boards(at=late)
    assert (fresh(plain).state, fresh(named).state) == ("up", "ended")
    village.answer(first, at=late)
    services.clear_boards(at=late)
    assert fresh(plain).state == "ended"
