"""What people do with their messages, and how they choose to be reached."""

from datetime import timedelta

import pytest

from tests import people
from tests.notifications.conftest import told
from xiangyue.access.delivery import deliver_code
from xiangyue.notifications import demonstration, queries, services
from xiangyue.notifications.models import Channel, Delivery, DeliveryState, Message, Reach

pytestmark = pytest.mark.django_db

AT = people.MONDAY


class TestReading:
    def test_a_message_once_read_keeps_the_time_of_the_first_reading(self, scene):
        scene.report()
        message = Message.objects.get(recipient=scene.clerk)
        services.mark_read(message=message, at=AT)
        services.mark_read(message=Message.objects.get(pk=message.pk), at=AT + timedelta(hours=1))
        assert Message.objects.get(pk=message.pk).read_at == AT

    def test_all_are_read_at_once_but_nobody_elses(self, scene):
        scene.report()
        scene.report()
        assert queries.unread_count(scene.clerk.pk) == 2
        assert services.mark_all_read(person=scene.clerk, at=AT) == 2
        assert queries.unread_count(scene.clerk.pk) == 0
        assert queries.unread_count(scene.reporter.pk) == 2

    def test_what_came_after_the_page_was_opened_stays_unread(self, scene):
        scene.report()
        assert services.mark_all_read(person=scene.clerk, at=AT - timedelta(seconds=1)) == 0

    def test_counting_asks_one_query_and_none_for_a_visitor(self, scene, django_assert_num_queries):
        with django_assert_num_queries(1):
            queries.unread_count(scene.clerk.pk)
        with django_assert_num_queries(0):
            assert queries.unread_count(None) == 0


class TestEmail:
    LINK = "https://x.test/confirm?token={token}"

    def token(self) -> str:
        return Delivery.objects.get(purpose="confirm_address").text.rpartition("token=")[2]

    def test_an_address_is_used_only_after_its_owner_confirmed_it(self, scene):
        services.ask_to_confirm_email(
            person=scene.reporter, email="a@example.cn", link=self.LINK, at=AT
        )
        scene.report()
        assert not Delivery.objects.filter(channel=Channel.EMAIL, purpose="message").exists()
        services.confirm_email(token=self.token())
        scene.report()
        row = Delivery.objects.get(channel=Channel.EMAIL, purpose="message")
        assert (row.address, row.state) == ("a@example.cn", DeliveryState.WRITTEN)

    def test_a_link_that_was_tampered_with_confirms_nothing(self, scene):
        with pytest.raises(services.ConfirmationStale):
            services.confirm_email(token="x")
        assert not Reach.objects.exists()

    @pytest.mark.parametrize("email", ["", "zhang", "a@b", "a@b.cn\nBcc: c@d.cn"])
    def test_what_is_no_address_is_refused(self, scene, email):
        with pytest.raises(services.NotAnAddress):
            services.ask_to_confirm_email(person=scene.reporter, email=email, link=self.LINK, at=AT)

    def test_mail_can_be_stopped(self, scene):
        Reach.objects.create(person=scene.reporter, email="a@example.cn")
        services.drop_email(person=scene.reporter)
        scene.report()
        assert not Delivery.objects.filter(channel=Channel.EMAIL).exists()


class TestWeChat:
    def test_takes_the_text_messages_place_where_it_is_connected(self, scene, settings):
        settings.CHANNELS = {**settings.CHANNELS, "wechat": "wechat"}
        services.keep_wechat(person=scene.reporter, openid="o1")
        scene.report(channel="counter")
        assert Delivery.objects.get().channel == Channel.WECHAT

    def test_comes_on_top_of_what_is_essential(self, scene, settings):
        settings.CHANNELS = {**settings.CHANNELS, "wechat": "wechat"}
        services.keep_wechat(person=scene.reporter, openid="o1")
        scene.answered()
        assert set(Delivery.objects.values_list("channel", flat=True)) == {"wechat", "sms"}

    def test_that_is_not_connected_does_not_swallow_the_text_message(self, scene):
        services.keep_wechat(person=scene.reporter, openid="o1")
        scene.report(channel="counter")
        assert Delivery.objects.get().channel == Channel.SMS


class TestCodes:
    def test_access_sends_its_codes_through_the_outbox(self):
        deliver_code(phone="13800138000", text="123456", purpose="sign_in", at=AT)
        row = Delivery.objects.get()
        assert (row.address, row.purpose, row.is_secret) == ("13800138000", "sign_in", True)

    def test_nobody_reads_a_code_except_in_a_demonstration(self, monkeypatch):
        row = services.send_direct(phone="13800138000", text="123456", purpose="sign_in", at=AT)
        assert queries.shown_text(row, shows_codes=False) == ""
        assert not queries.fresh_codes(at=AT)
        monkeypatch.setattr(demonstration, "_answer", [lambda: True])
        assert list(queries.fresh_codes(at=AT)) == [row]

    def test_the_site_says_that_a_database_is_a_demonstration(self, settings):
        from xiangyue.site.marks import DEMONSTRATION, set_mark

        settings.DEMO = True
        assert not demonstration.is_demo()
        set_mark(name=DEMONSTRATION, value="finished", at=AT)
        assert demonstration.is_demo()


class TestReadingOut:
    def test_what_was_read_out_is_marked_once(self, scene):
        from xiangyue.incidents.services import confirm_incident

        scene.do(confirm_incident, scene.answered(), scene.reporter, 4)
        row = Delivery.objects.get(channel=Channel.LOUDSPEAKER)
        services.read_out(delivery=row, actor=scene.clerk, at=AT)
        services.read_out(delivery=row, actor=scene.clerk, at=AT + timedelta(days=1))
        row.refresh_from_db()
        assert (row.state, row.sent_at) == (DeliveryState.SENT, AT)


def test_messages_of_an_old_declaration_keep_their_words(scene):
    from xiangyue.blueprints.models import Declaration

    scene.report()
    Declaration.objects.filter(kind="message").update(is_current=False)
    scene.report()
    assert told(scene.clerk) == ["incident_reported.unit"]
