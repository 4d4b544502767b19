"""The closed loop on the database, act by act."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from tests import people
from xiangyue.activity.models import Entry
from xiangyue.incidents import services
from xiangyue.incidents.access import (
    WRONG_SLIPS_PER_HOUR,
    incident_for,
    incident_of_slip,
    own_incidents,
    public_incidents,
    works_on,
)
from xiangyue.incidents.models import Incident
from xiangyue.incidents.reporters import reporter_of
from xiangyue.incidents.rules import Verb
from xiangyue.incidents.services.acting import ReasonMissing, WrongState
from xiangyue.incidents.services.dispatching import TopReached, WrongUnit
from xiangyue.incidents.services.handling import ExtensionWrong, PartsOpen
from xiangyue.incidents.services.joining import WrongMerge
from xiangyue.incidents.services.reporting import NotAnonymous, ReportIncomplete
from xiangyue.incidents.voice_models import Support
from xiangyue.kernel.refusals import Conflict, NotAllowed, NotFound, Refused, TooMany

pytestmark = pytest.mark.django_db


def taken_on(scene, **facts):
    return scene.do(services.take_on_incident, scene.report(**facts), scene.clerk)


def handled(scene, **facts):
    return scene.do(
        services.handle_incident, taken_on(scene, **facts), scene.clerk, 2,
        outcome="fixed", reply="已清运",
    )  # fmt: skip


def answered(scene, **facts):
    return scene.do(services.pass_incident, handled(scene, **facts), scene.dispatcher, 3)


class TestReporting:
    def test_refuse_by_the_road_goes_straight_to_the_village_and_has_a_due_time(self, scene):
        incident = scene.report()
        assert (incident.state, incident.unit.function) == ("dispatched", "VC")
        assert incident.due_at == incident.clock.due_at > scene.at

    def test_a_number_taken_by_chance_is_drawn_again(self, scene, monkeypatch):
        taken = scene.report().number.partition("-")[2]
        draws = iter([taken, "22222", "33333"])
        monkeypatch.setattr(services.rows, "speakable_code", lambda length: next(draws))
        assert scene.report().number.endswith("-22222")
        assert Incident.objects.count() == 2
        assert Entry.objects.filter(name="incidents.incident_reported").count() == 2

    def test_a_report_sent_twice_is_taken_in_once(self, scene):
        key = uuid4()
        first = scene.report(client_key=key)
        again, code = services.report_incident(
            category_key="0401", place=people.place(), at=scene.at, channel="resident",
            description="别的话", reporter=scene.reporter, client_key=key,
        )  # fmt: skip
        assert (again.pk, code) == (first.pk, scene.slip)
        assert Incident.objects.count() == 1

    def test_neither_a_sentence_nor_a_photo_is_refused(self, scene):
        with pytest.raises(ReportIncomplete):
            scene.report(description="  ")
        assert not Incident.objects.exists()

    def test_a_sentence_too_long_is_refused_with_its_length(self, scene):
        with pytest.raises(ReportIncomplete, match="2001"):
            scene.report(description="长" * 2001)

    def test_a_category_that_needs_a_name_refuses_the_nameless(self, scene):
        with pytest.raises(NotAnonymous):
            scene.report(category="0602", reporter=None)

    def test_the_same_person_cannot_flood(self, scene):
        limit = services.loop_policy().person_daily_limit
        for _ in range(limit):
            scene.report()
        with pytest.raises(TooMany):
            scene.report()
        assert scene.report(at=scene.at + timedelta(days=1))

    def test_the_slip_opens_the_incident_however_it_is_typed(self, scene):
        incident = scene.report()
        typed = f" {scene.slip[:5].lower()}-{scene.slip[5:]} ".replace("0", "o")
        assert incident_of_slip(typed, address="10.0.0.1", at=scene.at) == incident
        with pytest.raises(NotFound):
            incident_of_slip("0000000000", address="10.0.0.1", at=scene.at)

    def test_the_category_is_kept_as_it_stood(self, scene):
        incident = scene.report()
        category = incident.category
        category.pk, category.version, category.is_current = None, 2, False
        category.body = {**category.body, "limit": "30d"}
        category.save()
        incident.refresh_from_db()
        assert incident.category.body["limit"] == "1wd"


class TestHiddenReporter:
    """PE02: hidden from the unit complained of and from village officers."""

    def test_the_row_does_not_name_them_but_they_find_their_report(self, scene):
        incident = scene.report(category="0117", description="干部吃拿卡要")
        incident.refresh_from_db()
        assert incident.reporter_id is None
        assert reporter_of(incident) == scene.reporter
        assert list(own_incidents(scene.actor(scene.reporter).standing)) == [incident]

    def test_nothing_recorded_names_them(self, scene):
        incident = scene.report(category="0308", description="邻居家在打人")
        scene.do(services.note_incident, incident, scene.reporter, note="又打了")
        assert not incident.steps.exclude(actor=None).exists()
        assert (
            not Entry.objects.filter(actor_id=scene.reporter.pk)
            .exclude(name__startswith="access.")
            .exists()
        )

    @pytest.mark.parametrize("category", ["0117", "0304", "0308", "0309"])
    def test_it_goes_past_grid_village_and_town_and_is_in_nobody_elses_list(self, scene, category):
        incident = scene.report(category=category)
        assert incident.level == "county"
        for person in (scene.clerk, scene.dispatcher, scene.supervisor):
            standing = scene.actor(person).standing
            assert not works_on(standing, incident)
            with pytest.raises(NotFound):
                incident_for(standing, incident.number)
        assert not public_incidents().exists()

    def test_what_may_be_about_the_village_is_kept_from_the_village(self, scene):
        """PE02, PE04: a complaint about village assets, even without a name."""
        incident = scene.report(category="0704", reporter=None, description="集体地的钱没公开")
        secretary = people.posted("village_party_secretary", at_place=people.place())
        for person in (scene.clerk, secretary):
            assert not works_on(scene.actor(person).standing, incident)
            assert services.verbs_for(incident, scene.actor(person)) == []
        assert works_on(scene.actor(scene.dispatcher).standing, incident)
        with pytest.raises(WrongUnit):
            scene.do(services.dispatch_incident, incident, scene.dispatcher, unit=people.unit("VC"))

    def test_it_cannot_be_made_public_by_reclassifying(self, scene):
        incident = scene.report(category="0308")
        officer = people.posted(
            "confidential_handler", at_place=people.county(), organisation=incident.unit
        )
        after = scene.do(
            services.reclassify_incident, incident, officer, category_key="0401", reason="并非家暴"
        )
        assert after.audience == "confidential"


class TestTheWayThrough:
    def test_handled_verified_confirmed(self, scene):
        incident = answered(scene)
        assert incident.state == "answered"
        closed = scene.do(services.confirm_incident, incident, scene.reporter, 4)
        assert (closed.state, closed.outcome, closed.closed_how) == ("closed", "fixed", "confirmed")
        verbs = list(closed.steps.values_list("verb", flat=True))
        assert verbs == ["report", "take_on", "handle", "pass", "confirm"]

    def test_the_handler_never_verifies_even_when_a_post_would_let_them(self, scene):
        both = people.clerk()
        people.appoint(person=both, role="town_dispatcher", place=people.town(), at=people.LONG_AGO)
        incident = scene.do(services.take_on_incident, scene.report(), both)
        incident = scene.do(
            services.handle_incident, incident, both, 2, outcome="fixed", reply="已清运"
        )
        with pytest.raises(NotAllowed):
            scene.do(services.pass_incident, incident, both, 3)

    def test_the_database_itself_refuses_a_handler_who_verifies(self, scene):
        incident = handled(scene)
        with pytest.raises(IntegrityError), transaction.atomic():
            Incident.objects.filter(pk=incident.pk).update(verified_by=incident.handled_by)

    def test_nothing_closes_unanswered_not_even_in_the_database(self, scene):
        incident = handled(scene)
        with pytest.raises(IntegrityError), transaction.atomic():
            Incident.objects.filter(pk=incident.pk).update(state="closed")

    def test_without_a_reply_it_is_not_handled(self, scene):
        with pytest.raises(ReasonMissing):
            scene.do(
                services.handle_incident, taken_on(scene), scene.clerk, outcome="fixed", reply=" "
            )

    def test_closed_unfixed_is_an_outcome_of_its_own(self, scene):
        incident = scene.do(
            services.handle_incident, taken_on(scene), scene.clerk, 2,
            outcome="not_fixed", reply="经费未到位,列入明年计划",
        )  # fmt: skip
        incident = scene.do(services.pass_incident, incident, scene.dispatcher, 3)
        assert incident.outcome == "not_fixed"

    def test_sent_back_work_goes_on_with_the_same_clock(self, scene):
        incident = handled(scene)
        back = scene.do(services.send_back_incident, incident, scene.dispatcher, 3, reason="还有")
        assert (back.state, back.clock_id, back.outcome) == (
            "in_progress", incident.clock_id, "",
        )  # fmt: skip

    def test_not_satisfied_reopens_under_a_new_clock(self, scene):
        incident = answered(scene)
        again = scene.do(services.object_to_incident, incident, scene.reporter, 5, reason="还在")
        assert (again.state, again.reopened_count, again.verified_by_id) == ("in_progress", 1, None)
        assert again.clock_id != incident.clock_id
        assert again.clock.started_at == scene.at + timedelta(hours=5)

    def test_a_closed_matter_can_be_reopened_and_goes_to_the_dispatcher(self, scene):
        incident = scene.do(services.confirm_incident, answered(scene), scene.reporter, 4)
        again = scene.do(services.reopen_incident, incident, scene.reporter, 30, reason="又堆了")
        assert (again.state, again.unit_id) == ("reported", again.hub_id)

    def test_seven_days_of_silence_close_it_and_not_one_second_earlier(self, scene):
        incident = answered(scene)
        just_before = incident.confirm_until_at - timedelta(seconds=1)
        assert services.close_in_silence(incident=incident, at=just_before) is None
        closed = services.close_in_silence(incident=incident, at=incident.confirm_until_at)
        assert (closed.state, closed.closed_how) == ("closed", "silence")
        assert (incident.confirm_until_at - incident.answered_at).days >= 7

    def test_what_a_worker_found_and_settled_closes_with_the_verification(self, scene):
        incident = taken_on(scene, reporter=scene.clerk, channel="worker")
        incident = scene.do(
            services.handle_incident, incident, scene.clerk, 2, outcome="fixed", reply="已清"
        )
        closed = scene.do(services.pass_incident, incident, scene.dispatcher, 3)
        assert (closed.state, closed.closed_how) == ("closed", "verified")

    def test_a_withdrawn_report_is_closed_as_withdrawn(self, scene):
        closed = scene.do(services.withdraw_incident, scene.report(), scene.reporter)
        assert (closed.state, closed.outcome) == ("closed", "withdrawn")

    def test_once_taken_on_it_cannot_be_withdrawn(self, scene):
        with pytest.raises(WrongState):
            scene.do(services.withdraw_incident, taken_on(scene), scene.reporter)

    def test_the_holder_of_the_slip_speaks_as_the_reporter(self, scene):
        incident = answered(scene, reporter=None)
        actor = services.Actor(people.acting(None).standing, holds_slip=True)
        closed = services.confirm_incident(
            incident=incident, actor=actor, at=scene.at + timedelta(days=1)
        )
        assert closed.closed_how == "confirmed"


class TestClocks:
    def test_waiting_stops_the_clock_and_moves_the_due_time_by_what_was_waited(self, scene):
        incident = scene.report(category="0407")  # two working hours
        officer = people.posted(
            "department_handler", at_place=people.town(), organisation=incident.unit
        )
        incident = scene.do(services.take_on_incident, incident, officer, 0.5)
        waiting = scene.do(services.wait_incident, incident, officer, 1, reason="等执法队")
        assert (waiting.state, waiting.due_at) == ("waiting", None)
        resumed = scene.do(services.resume_incident, waiting, officer, 2)
        assert resumed.due_at == incident.due_at + timedelta(hours=1)

    def test_reclassifying_does_not_reset_the_clock(self, scene):
        after = scene.do(
            services.reclassify_incident, scene.report(), scene.dispatcher, 5,
            category_key="0402", reason="是建筑垃圾",
        )  # fmt: skip
        assert after.clock.started_at == scene.at

    def test_an_extension_is_asked_by_one_and_granted_by_another(self, scene):
        incident = taken_on(scene)
        before = incident.due_at
        extension = scene.do(
            services.request_extension, incident, scene.clerk, limit="2wd", reason="车坏了"
        )
        with pytest.raises(NotAllowed):
            services.decide_extension(
                extension=extension, is_granted=True, note="",
                actor=scene.actor(scene.clerk), at=scene.at + timedelta(hours=2),
            )  # fmt: skip
        chief = people.posted("chief_grid_lead", at_place=people.town())
        services.decide_extension(
            extension=extension, is_granted=True, note="",
            actor=scene.actor(chief), at=scene.at + timedelta(hours=2),
        )  # fmt: skip
        incident.refresh_from_db()
        assert incident.due_at == before + timedelta(days=2)

    @pytest.mark.parametrize("limit", ["", "x", "0wd", "61wd", "-3d", "99999999999wd"])
    def test_an_extension_that_is_no_number_of_days_is_refused(self, scene, limit):
        incident = taken_on(scene)
        with pytest.raises(ExtensionWrong):
            scene.do(services.request_extension, incident, scene.clerk, limit=limit, reason="因为")

    def test_overdue_rises_level_by_level_and_stops_at_the_county(self, scene):
        incident = scene.report()
        seen, at = [], incident.due_at
        for _ in range(6):
            raised = services.raise_by_the_clock(incident=incident, at=at)
            if raised is None:
                break
            seen.append(raised.watch_level)
            at = raised.watch_at or at
        assert seen == ["town", "county"]

    def test_in_time_nothing_rises(self, scene):
        incident = scene.report()
        assert services.act_on_what_is_due(at=incident.due_at - timedelta(seconds=1)) == 0
        incident.refresh_from_db()
        assert incident.watch_level == ""


class TestMovingAround:
    def test_a_refused_matter_goes_to_the_dispatcher_and_counts_a_hop(self, scene):
        refused = scene.do(
            services.refuse_incident, scene.report(), scene.clerk, reason="不归我们管"
        )
        assert (refused.state, refused.unit_id, refused.hop_count) == (
            "reported", refused.hub_id, 1,
        )  # fmt: skip

    def test_after_too_many_hops_a_person_decides_instead_of_a_ring(self, scene):
        incident = scene.report()
        other = people.clerk("620725101202")
        limit = services.loop_policy().hop_limit
        Incident.objects.filter(pk=incident.pk).update(hop_count=limit)
        town_unit = people.unit("TV", people.town())
        moved = scene.do(
            services.hand_on_incident, incident, scene.clerk, unit=town_unit, reason="应由镇里"
        )
        assert (moved.state, moved.unit_id) == ("reported", moved.hub_id)
        assert other

    def test_a_unit_that_does_not_serve_the_place_is_refused(self, scene):
        elsewhere = people.unit("VC", people.place(people.OTHER_VILLAGE))
        with pytest.raises(WrongUnit):
            scene.do(services.dispatch_incident, scene.report(), scene.dispatcher, unit=elsewhere)

    def test_a_parent_waits_for_its_parts(self, scene):
        incident = scene.report()
        lead = incident.unit
        helper = people.unit("TV", people.town())
        (child,) = scene.do(
            services.split_incident, incident, scene.dispatcher,
            lead=lead, units=[helper], note="村里清运,镇里出车",
        )  # fmt: skip
        incident.refresh_from_db()
        assert (incident.state, child.state, child.parent_id) == (
            "in_progress", "dispatched", incident.pk,
        )  # fmt: skip
        with pytest.raises(PartsOpen):
            scene.do(
                services.handle_incident, incident, scene.clerk, 2, outcome="fixed", reply="好了"
            )
        driver = people.posted("department_handler", at_place=people.town(), organisation=helper)
        child = scene.do(services.take_on_incident, child, driver, 2)
        child = scene.do(
            services.handle_incident, child, driver, 3, outcome="fixed", reply="已派车"
        )
        child = scene.do(services.pass_incident, child, scene.dispatcher, 4)
        assert child.state == "closed"
        assert scene.do(
            services.handle_incident, incident, scene.clerk, 5, outcome="fixed", reply="好了"
        )

    def test_a_merged_reporter_is_told_with_the_main_one(self, scene):
        other = people.somebody("王五")
        main, repeat = scene.report(), scene.report(reporter=other)
        merged = scene.do(services.merge_incident, repeat, scene.dispatcher, into=main)
        assert (merged.state, merged.merged_into_id) == ("merged", main.pk)
        assert Support.objects.filter(incident=main, person=other).exists()

    def test_it_cannot_be_merged_into_itself_or_a_settled_one(self, scene):
        incident = scene.report()
        closed = scene.do(services.withdraw_incident, scene.report(), scene.reporter)
        for into in (incident, closed):
            with pytest.raises(WrongMerge):
                scene.do(services.merge_incident, incident, scene.dispatcher, into=into)

    def test_from_the_grid_a_matter_goes_up_to_the_village_first(self, scene):
        incident = scene.report(category="0102", place=people.place(f"{people.VILLAGE}-001"))
        assert incident.level == "grid"
        worker = people.posted(
            "grid_worker", at_place=incident.unit.place, organisation=incident.unit
        )
        risen = scene.do(services.escalate_incident, incident, worker, reason="劝不下来")
        assert (risen.state, risen.unit.function, risen.level) == ("dispatched", "VC", "village")
        assert risen.hub_id == incident.hub_id

    def test_escalation_ends_at_the_county(self, scene):
        incident = scene.do(
            services.escalate_incident, scene.report(), scene.clerk, reason="要镇里协调"
        )
        assert (incident.state, incident.hub.function, incident.level) == ("reported", "TV", "town")
        incident = scene.do(
            services.escalate_incident, incident, scene.dispatcher, reason="要县里协调"
        )
        assert incident.hub.function == "CV"
        county = people.posted(
            "county_dispatcher", at_place=people.county(), organisation=incident.hub
        )
        with pytest.raises(TopReached):
            scene.do(services.escalate_incident, incident, county, reason="再往上")

    def test_the_reporter_urges_once_a_day(self, scene):
        incident = scene.do(services.urge_incident, scene.report(), scene.reporter, 1)
        with pytest.raises(TooMany):
            scene.do(services.urge_incident, incident, scene.reporter, 2)
        assert scene.do(services.urge_incident, incident, scene.reporter, 26)

    def test_mine_too_counts_each_person_once_and_never_the_reporter(self, scene):
        incident, other = scene.report(), people.somebody("王五")
        assert services.support_incident(incident=incident, person=other, at=scene.at)
        assert services.support_incident(incident=incident, person=other, at=scene.at) is None
        assert (
            services.support_incident(incident=incident, person=scene.reporter, at=scene.at) is None
        )


class TestSlips:
    def test_wrong_codes_are_counted_and_right_ones_are_not(self, scene):
        """Many phones share one network address."""
        incident = scene.report()
        where = {"address": "10.0.0.1", "at": scene.at}
        for number in range(WRONG_SLIPS_PER_HOUR):
            with pytest.raises(NotFound):
                incident_of_slip(f"WRONG{number:05}", **where)
        with pytest.raises(TooMany):
            incident_of_slip("WRONG00000", **where)
        assert incident_of_slip(scene.slip, **where) == incident


class TestTwoAtOnce:
    def test_the_second_is_told_that_somebody_was_quicker(self, scene):
        incident = scene.report()
        seen = incident.version
        scene.do(services.take_on_incident, incident, scene.clerk, seen_version=seen)
        with pytest.raises(Conflict):
            scene.do(
                services.refuse_incident, incident, scene.clerk, reason="不是", seen_version=seen
            )

    def test_a_refused_act_leaves_no_trace(self, scene):
        incident = scene.report()
        before = (incident.steps.count(), Entry.objects.count())
        with pytest.raises(Refused):
            scene.do(services.refuse_incident, incident, scene.clerk, reason=" ")
        with pytest.raises(NotAllowed):
            scene.do(services.take_on_incident, incident, scene.reporter)
        incident.refresh_from_db()
        assert (incident.steps.count(), Entry.objects.count()) == before
        assert incident.version == 1


class TestRights:
    def test_a_clerk_of_another_village_can_do_nothing(self, scene):
        stranger = people.clerk(people.OTHER_VILLAGE)
        incident = scene.report()
        assert services.verbs_for(incident, scene.actor(stranger)) == []

    def test_what_a_post_allowed_ends_with_the_post(self, scene):
        """GD02: leaving revokes at once."""
        incident = scene.report()
        post = scene.clerk.posts.get(role="village_clerk")
        from xiangyue.access.appointments import end_post

        end_post(post=post, at=scene.at)
        assert services.verbs_for(incident, scene.actor(scene.clerk)) == []

    def test_the_reporter_sees_the_verbs_of_a_reporter(self, scene):
        incident = answered(scene)
        assert set(services.verbs_for(incident, scene.actor(scene.reporter))) == {
            Verb.CONFIRM, Verb.OBJECT, Verb.NOTE,
        }  # fmt: skip
