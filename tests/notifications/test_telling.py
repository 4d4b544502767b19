"""Who is told what, audience by audience, on the real declarations of Shandan."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from tests import people
from tests.notifications.conftest import told
from xiangyue.access.appointments import appoint, end_post
from xiangyue.activity.models import Entry
from xiangyue.incidents import services
from xiangyue.incidents.services import Actor, support_incident
from xiangyue.incidents.voice_models import Support
from xiangyue.notifications.models import Channel, Delivery, DeliveryState, Message
from xiangyue.notifications.services import choose_texts, tell
from xiangyue.notifications.wording import words_of

pytestmark = pytest.mark.django_db


def words(person, *, language="zh-hans"):
    """The newest message of the person, as they read it."""
    message = Message.objects.filter(recipient=person).latest("created_at")
    with translation.override(language):
        return words_of(message)


class TestTheReporter:
    def test_learns_who_has_it_and_until_when(self, scene):
        incident = scene.report()
        title, body = words(scene.reporter)
        assert title == "您反映的事项已收到"
        local = timezone.localtime(incident.due_at)
        for part in (
            incident.number,
            "北滩村",
            incident.unit.name,
            f"{local.month}月{local.day}日",
        ):
            assert part in body

    def test_reads_it_in_english_if_they_like(self, scene):
        scene.report()
        title, body = words(scene.reporter, language="en")
        assert title == "We have your report"
        assert "due by 6/" in body

    def test_is_told_of_every_step_of_the_loop(self, scene):
        incident = scene.answered()
        services.act_on_what_is_due(at=incident.confirm_until_at)
        assert told(scene.reporter) == [
            "incident_reported.reporter",
            "incident_taken_on.reporter",
            "incident_answered.reporter",
            "incident_closed.reporter",
        ]

    def test_reads_why_it_waits(self, scene):
        incident = scene.taken_on()
        scene.do(services.wait_incident, incident, scene.clerk, 2, reason="等县里批经费")
        assert "等县里批经费" in words(scene.reporter)[1]

    def test_learns_of_more_time(self, scene):
        incident = scene.taken_on()
        extension = scene.do(
            services.request_extension, incident, scene.clerk, 2, limit="3wd", reason="配件未到"
        )
        decider = people.posted("chief_grid_lead", at_place=people.town())
        at = scene.at + timedelta(hours=3)
        services.decide_extension(
            extension=extension, is_granted=True, note="同意",
            actor=people.acting(decider, at=at), at=at,
        )  # fmt: skip
        assert told(scene.reporter)[-1] == "extension_granted.reporter"
        assert told(scene.clerk)[-1] == "extension_granted.handler"

    def test_learns_how_to_object_when_answered(self, scene):
        incident = scene.answered()
        _title, body = words(scene.reporter)
        last_day = timezone.localtime(incident.confirm_until_at) - timedelta(minutes=1)
        assert "垃圾已经清运" in body
        assert f"{last_day.month}月{last_day.day}日24:00前" in body
        assert "异议" in body

    def test_is_not_told_what_they_did_themselves(self, scene):
        incident = scene.answered()
        before = told(scene.reporter)
        scene.do(services.confirm_incident, incident, scene.reporter, 4)
        assert told(scene.reporter) == before

    def test_learns_that_it_was_reopened_by_somebody_else(self, scene):
        incident = scene.answered()
        scene.do(services.confirm_incident, incident, scene.reporter, 4)
        boss = people.supervisor()
        scene.do(services.reopen_incident, incident, boss, 5, reason="回访发现没修好")
        assert told(scene.reporter)[-1] == "incident_reopened.reporter"
        assert told(scene.dispatcher)[-1] == "incident_reopened.dispatchers"

    def test_learns_that_it_was_handed_on(self, scene):
        incident = scene.report()
        scene.do(
            services.hand_on_incident, incident, scene.clerk,
            unit=people.unit("TV", people.town()), reason="要用镇上的车",
        )  # fmt: skip
        assert told(scene.reporter)[-1] == "incident_handed_on.reporter"

    def test_sees_a_note_only_when_it_is_for_them(self, scene):
        incident = scene.taken_on()
        scene.do(services.note_incident, incident, scene.clerk, 2, note="内部说明")
        assert told(scene.reporter)[-1] == "incident_taken_on.reporter"
        scene.do(services.note_incident, incident, scene.clerk, 3, note="明天来修", is_told=True)
        assert "明天来修" in words(scene.reporter)[1]

    def test_who_reported_on_their_walk_needs_no_receipt(self, scene):
        scene.report(channel="worker")
        assert told(scene.reporter) == []


class TestTheUnit:
    def test_is_told_of_what_it_is_to_take_on(self, scene):
        scene.report()
        assert told(scene.clerk) == ["incident_reported.unit"]

    def test_reads_neither_name_nor_words_of_the_reporter(self, scene):
        scene.report()
        message = Message.objects.get(recipient=scene.clerk)
        text = f"{words(scene.clerk)} {message.params}"
        assert scene.reporter.name not in text
        assert "垃圾堆了三天" not in text

    def test_that_does_not_have_it_is_not_told(self, scene):
        other = people.clerk(people.OTHER_VILLAGE)
        scene.report()
        assert told(other) == []

    def test_is_told_when_urged_supervised_and_sent_back(self, scene):
        incident = scene.taken_on()
        scene.do(services.urge_incident, incident, scene.reporter, 2)
        boss = people.supervisor()
        scene.do(services.supervise_incident, incident, boss, 3, note="三天内办完")
        scene.do(
            services.handle_incident, incident, scene.clerk, 4, outcome="fixed", reply="办好了"
        )
        scene.do(services.send_back_incident, incident, scene.dispatcher, 5, reason="没清干净")
        assert told(scene.clerk)[1:] == [
            "incident_urged.handler",
            "incident_supervised.unit",
            "incident_sent_back.handler",
        ]

    def test_is_spared_what_concerns_only_whoever_took_it_on(self, scene):
        colleague = people.clerk()
        incident = scene.taken_on()
        scene.do(services.urge_incident, incident, scene.reporter, 2)
        assert told(colleague) == ["incident_reported.unit"]

    def test_is_told_when_the_reporter_objects(self, scene):
        incident = scene.answered()
        scene.do(services.object_to_incident, incident, scene.reporter, 4, reason="还有一半")
        assert told(scene.clerk)[-1] == "incident_reopened.unit"

    def test_is_told_when_overdue_and_so_is_the_level_above(self, scene):
        boss = people.supervisor()
        incident = scene.taken_on()
        services.raise_by_the_clock(incident=incident, at=incident.due_at + timedelta(minutes=1))
        assert told(scene.clerk)[-1] == "incident_overdue.unit"
        assert told(boss) == ["incident_overdue.watchers"]

    def test_each_unit_of_a_split_matter_is_told_of_its_part(self, scene):
        station = people.posted(
            "department_handler", at_place=people.town(),
            organisation=people.unit("TV", people.town()),
        )  # fmt: skip
        incident = scene.report()
        scene.do(
            services.split_incident, incident, scene.dispatcher, lead=people.unit("VC"),
            units=[people.unit("TV", people.town())], note="各做一半",
        )  # fmt: skip
        assert told(scene.clerk)[-1] == "incident_split.unit"
        assert told(station) == ["incident_dispatched.unit"]
        assert Message.objects.get(recipient=station).number == f"{incident.number}-1"

    def test_whose_post_has_ended_is_told_nothing(self, scene):
        end_post(post=scene.clerk.posts.get(), at=scene.at - timedelta(days=1))
        scene.report()
        assert told(scene.clerk) == []

    def test_in_which_nobody_works_leaves_it_to_the_dispatcher(self, scene):
        end_post(post=scene.clerk.posts.get(), at=scene.at - timedelta(days=1))
        scene.report()
        assert told(scene.dispatcher) == ["incident_reported.unit"]


class TestTheCentre:
    def refused(self, scene):
        return scene.do(services.refuse_incident, scene.report(), scene.clerk, reason="不归我们管")

    def test_is_told_of_what_a_unit_refuses(self, scene):
        self.refused(scene)
        assert told(scene.dispatcher) == ["incident_refused.dispatchers"]

    def test_of_the_county_is_not_told_what_the_town_dispatches(self, scene):
        county = people.posted(
            "county_dispatcher", at_place=people.county(),
            organisation=people.unit("CV", people.county()),
        )  # fmt: skip
        self.refused(scene)
        assert told(county) == []

    def test_of_the_county_is_told_of_what_is_escalated_to_it(self, scene):
        county = people.posted(
            "county_dispatcher", at_place=people.county(),
            organisation=people.unit("CV", people.county()),
        )  # fmt: skip
        incident = scene.do(
            services.dispatch_incident, scene.report(), scene.dispatcher,
            unit=people.unit("TV", people.town()),
        )  # fmt: skip
        scene.do(services.escalate_incident, incident, scene.dispatcher, 2, reason="镇里办不了")
        assert told(county) == ["incident_escalated.dispatchers"]
        assert told(scene.reporter)[-1] == "incident_escalated.reporter"

    def test_whose_people_also_handle_are_told_once_of_one_thing(self, scene):
        both = people.dispatcher()
        appoint(
            person=both, role="village_clerk", place=people.place(),
            organisation=people.unit("VC"), at=people.LONG_AGO,
        )  # fmt: skip
        incident = scene.report()
        scene.do(services.urge_incident, incident, scene.reporter, 2)
        assert told(both) == ["incident_reported.unit", "incident_urged.handler"]

    def test_verifies_what_was_handled(self, scene):
        scene.handled()
        assert "incident_handled.verifiers" in told(scene.dispatcher)

    def test_the_nearest_verify_and_never_the_handler(self, scene):
        lead = people.posted("grid_lead", at_place=people.place())
        scene.handled()
        assert told(lead) == ["incident_handled.verifiers"]
        assert "incident_handled.verifiers" not in told(scene.dispatcher) + told(scene.clerk)

    def test_verifies_one_level_up_what_the_nearest_verifier_handled(self, scene):
        appoint(person=scene.clerk, role="grid_lead", place=people.place(), at=people.LONG_AGO)
        scene.handled()
        assert "incident_handled.verifiers" in told(scene.dispatcher)

    def test_decides_on_more_time(self, scene):
        decider = people.posted("chief_grid_lead", at_place=people.town())
        scene.do(
            services.request_extension, scene.taken_on(), scene.clerk, 2,
            limit="3wd", reason="配件未到",
        )  # fmt: skip
        assert told(decider) == ["extension_requested.deciders"]


class TestEverybodyWithTheSameMatter:
    def test_is_told_when_it_is_answered_and_closed(self, scene):
        neighbour = people.somebody("王五")
        incident = scene.handled()
        support_incident(incident=incident, person=neighbour, at=scene.at + timedelta(hours=2))
        scene.do(services.pass_incident, incident, scene.dispatcher, 3)
        scene.do(services.confirm_incident, incident, scene.reporter, 4)
        assert told(neighbour) == [
            "incident_answered.supporters",
            "incident_closed.supporters",
        ]

    def test_reads_nothing_that_was_written_for_the_reporter(self, scene):
        neighbour = people.somebody("王五")
        incident = scene.handled()
        support_incident(incident=incident, person=neighbour, at=scene.at + timedelta(hours=2))
        scene.do(services.pass_incident, incident, scene.dispatcher, 3)
        message = Message.objects.get(recipient=neighbour)
        assert "垃圾已经清运" not in f"{words(neighbour)} {message.params}"

    def test_the_reporter_of_a_merged_report_is_told_of_both(self, scene):
        neighbour = people.somebody("王五")
        main, repeat = scene.report(), scene.report(reporter=neighbour)
        scene.do(services.merge_incident, repeat, scene.dispatcher, into=main)
        incident = scene.do(services.take_on_incident, main, scene.clerk)
        scene.do(services.handle_incident, incident, scene.clerk, 2, outcome="fixed", reply="清了")
        scene.do(services.pass_incident, incident, scene.dispatcher, 3)
        assert told(neighbour) == [
            "incident_reported.reporter",
            "incident_merged.reporter",
            "incident_answered.supporters",
        ]

    def test_nobody_is_told_twice_for_being_reporter_and_supporter(self, scene):
        incident = scene.handled()
        Support.objects.create(incident=incident, person=scene.reporter, at=scene.at)
        scene.do(services.pass_incident, incident, scene.dispatcher, 3)
        assert told(scene.reporter).count("incident_answered.reporter") == 1
        assert "incident_answered.supporters" not in told(scene.reporter)

    def test_who_reported_for_a_neighbour_is_told_of_the_answer(self, scene):
        helper = people.posted("neighbour_helper", at_place=people.place())
        scene.answered(entered_by=helper, channel="counter")
        assert told(helper) == ["incident_answered.entered_by"]


class TestTheVillage:
    def test_hears_of_a_public_matter_that_is_closed(self, scene):
        scene.do(services.confirm_incident, scene.answered(), scene.reporter, 4)
        row = Delivery.objects.get(channel=Channel.LOUDSPEAKER)
        assert (row.state, row.address) == (DeliveryState.WRITTEN, people.VILLAGE)
        assert "北滩村" in row.text
        assert "已经解决" in row.text or "结果是" in row.text

    def test_hears_nothing_of_a_private_matter(self, scene):
        incident = scene.answered()
        type(incident).objects.filter(pk=incident.pk).update(audience="private")
        scene.do(services.confirm_incident, incident, scene.reporter, 4)
        assert not Delivery.objects.filter(channel=Channel.LOUDSPEAKER).exists()


class TestTextMessages:
    def sent(self):
        return list(Delivery.objects.filter(channel=Channel.SMS).order_by("created_at", "id"))

    def test_go_to_the_reporter_who_is_answered(self, scene):
        incident = scene.answered()
        (row,) = self.sent()
        assert (row.address, row.state) == (scene.reporter.phone, DeliveryState.WRITTEN)
        assert incident.number in row.text

    def test_say_nothing_of_the_matter_and_name_nobody(self, scene):
        scene.answered()
        (row,) = self.sent()
        for word in ("垃圾", scene.reporter.name, scene.clerk.name, "北滩"):
            assert word not in row.text

    def test_are_the_receipt_of_who_reported_at_the_counter(self, scene):
        scene.report(channel="counter")
        assert [row.address for row in self.sent()] == [scene.reporter.phone]

    def test_spare_staff_unless_it_is_an_emergency(self, scene):
        scene.report()
        assert self.sent() == []
        scene.report(urgency=2)
        assert [row.address for row in self.sent()] == [scene.clerk.phone]

    def test_that_are_not_essential_can_be_declined(self, scene):
        choose_texts(person=scene.reporter, has_optional_texts=False)
        scene.report(channel="counter")
        assert self.sent() == []
        scene.answered()
        assert len(self.sent()) == 1

    def test_that_have_no_number_to_go_to_are_shown_as_reaching_nobody(self, scene):
        scene.reporter.phone = None
        scene.reporter.save()
        scene.answered()
        (row,) = self.sent()
        assert row.state == DeliveryState.HELD
        assert row.error


class TestNothingGoesNowhere:
    def test_where_nobody_holds_a_post_the_outbox_says_so(self, scene):
        for person in (scene.clerk, scene.dispatcher):
            end_post(post=person.posts.get(), at=scene.at - timedelta(days=1))
        incident = scene.report()
        row = Delivery.objects.get(state=DeliveryState.HELD)
        assert row.address == incident.unit.name


class TestCost:
    def test_telling_many_asks_no_more_queries_than_telling_few(self, scene):
        def count(incident) -> int:
            with CaptureQueriesContext(connection) as queries:
                scene.do(services.pass_incident, incident, scene.dispatcher, 3)
            return len(queries)

        few, many = scene.handled(), scene.handled()
        count(scene.handled())
        least = count(few)
        for number in range(5):
            support_incident(
                incident=many, person=people.somebody(f"王{number}"),
                at=scene.at + timedelta(hours=2),
            )  # fmt: skip
        assert count(many) == least

    def test_a_report_costs_at_most_six_queries_more_for_being_told(self, scene):
        incident = scene.report()
        entry = Entry.objects.get(name="incidents.incident_reported", subject_id=str(incident.pk))
        with CaptureQueriesContext(connection) as queries:
            tell(entry=entry)
        assert len(queries) <= 6


def test_the_slip_of_somebody_unknown_tells_nobody(scene):
    incident = scene.report(reporter=None)
    scene.do(services.take_on_incident, incident, scene.clerk)
    held = Actor(people.acting(None).standing, holds_slip=True)
    services.urge_incident(incident=incident, actor=held, at=scene.at + timedelta(hours=2))
    assert Message.objects.filter(recipient=scene.reporter).count() == 0
    assert told(scene.clerk)[-1] == "incident_urged.handler"
