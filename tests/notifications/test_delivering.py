"""The outbox is carried away, tried again, and never loses a text."""

import hashlib
import hmac
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import transaction

from tests import people
from tests.notifications.conftest import told
from xiangyue.activity.models import Entry
from xiangyue.incidents import services as incidents
from xiangyue.notifications import channels, delivering, outgoing, services
from xiangyue.notifications.channels import ChannelFailed, http, wechat
from xiangyue.notifications.models import Channel, Delivery, DeliveryState, Message

AT = people.MONDAY

database = pytest.mark.django_db


class Gateway:
    """A text message service that takes what it is told to take."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.refuses: Exception | None = None

    def __call__(self, delivery: Delivery) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.taken.append(delivery.text)


@pytest.fixture
def gateway(settings, monkeypatch) -> Gateway:
    settings.CHANNELS = {**settings.CHANNELS, "sms": "http"}
    gateway = Gateway()
    monkeypatch.setattr(channels, "ADAPTERS", {**channels.ADAPTERS, "http": gateway})
    return gateway


def queued(text="编号1", at=AT, **facts) -> Delivery:
    delivery = outgoing.direct(
        **{
            "channel": Channel.SMS, "address": "13800138000", "text": text,
            "purpose": "message", "is_secret": False, "at": at,
        } | facts
    )  # fmt: skip
    delivery.save(force_insert=True)
    return delivery


@database
class TestSending:
    def test_what_is_due_goes_out_once(self, gateway):
        delivery = queued()
        assert delivering.deliver_due(at=AT) == 1
        assert delivering.deliver_due(at=AT + timedelta(hours=1)) == 0
        delivery.refresh_from_db()
        assert (delivery.state, delivery.sent_at) == (DeliveryState.SENT, AT)
        assert gateway.taken == ["编号1"]

    def test_another_worker_does_not_send_what_is_being_sent(self, gateway):
        queued()
        others = []

        def send(delivery: Delivery) -> None:
            others.append(delivering.deliver_due(at=AT))
            others.append(delivering.deliver_now(delivery=delivery, at=AT))

        channels.ADAPTERS["http"] = send
        assert delivering.deliver_due(at=AT) == 1
        assert others == [0, False]

    def test_what_is_not_due_waits(self, gateway):
        queued(at=AT)
        assert delivering.deliver_due(at=AT - timedelta(seconds=1)) == 0

    def test_where_no_service_is_connected_the_outbox_keeps_it_in_sight(self, db):
        assert queued().state == DeliveryState.WRITTEN
        assert delivering.deliver_due(at=AT) == 0

    def test_a_service_that_was_disconnected_meanwhile_says_written_and_not_sent(
        self, gateway, settings
    ):
        delivery = queued()
        settings.CHANNELS = {**settings.CHANNELS, "sms": "outbox"}
        delivering.deliver_due(at=AT)
        delivery.refresh_from_db()
        assert (delivery.state, delivery.sent_at) == (DeliveryState.WRITTEN, None)

    def test_nobody_is_woken_by_what_closes_at_night(self, gateway, scene):
        midnight = AT.replace(hour=0) + timedelta(days=3)
        incident = scene.handled()
        who = people.acting(scene.dispatcher, at=midnight)
        incidents.pass_incident(incident=incident, actor=who, at=midnight)
        row = Delivery.objects.get(channel=Channel.SMS)
        assert row.next_attempt_at == midnight.replace(hour=7, minute=30)


@database
class TestFailing:
    def test_it_is_tried_after_1_5_and_30_minutes_and_then_shown_as_failed(self, gateway):
        gateway.refuses = ChannelFailed("busy")
        delivery, at = queued(), AT
        for minutes in (1, 5, 30):
            delivering.deliver_due(at=at)
            delivery.refresh_from_db()
            assert (delivery.state, delivery.error) == (DeliveryState.QUEUED, "busy")
            assert delivery.next_attempt_at == at + timedelta(minutes=minutes)
            at = delivery.next_attempt_at
        delivering.deliver_due(at=at)
        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempt_count) == (DeliveryState.FAILED, 4)
        assert delivery.text == "编号1"
        assert Entry.objects.filter(name="notifications.delivery_failed").count() == 1

    def test_an_address_that_does_not_exist_is_not_tried_again(self, gateway):
        gateway.refuses = ChannelFailed("no such number", is_final=True)
        delivery = queued()
        delivering.deliver_due(at=AT)
        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempt_count) == (DeliveryState.FAILED, 1)

    def test_a_fault_of_ours_keeps_no_other_text_waiting(self, gateway):
        first, second = queued("一", at=AT - timedelta(minutes=1)), queued("二")
        failing = {first.text}

        def send(delivery: Delivery) -> None:
            if delivery.text in failing:
                raise KeyError("ours")
            gateway.taken.append(delivery.text)

        channels.ADAPTERS["http"] = send
        assert delivering.deliver_due(at=AT) == 1
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.state, first.error) == (DeliveryState.QUEUED, "KeyError")
        assert second.state == DeliveryState.SENT

    def test_a_worker_that_dies_leaves_the_text_to_be_claimed_again(self, gateway):
        class Killed(BaseException):
            pass

        gateway.refuses = Killed()
        delivery = queued()
        with pytest.raises(Killed):
            delivering.deliver_due(at=AT)
        gateway.refuses = None
        assert delivering.deliver_due(at=AT + timedelta(minutes=1)) == 0
        assert delivering.deliver_due(at=AT + delivering.CLAIMED_FOR) == 1
        assert Delivery.objects.get(pk=delivery.pk).state == DeliveryState.SENT

    def test_a_channel_that_fails_loses_no_message_and_stops_no_incident(self, gateway, scene):
        gateway.refuses = ChannelFailed("down")
        incident = scene.answered()
        delivering.deliver_due(at=AT + timedelta(days=1))
        incident.refresh_from_db()
        assert incident.state == "answered"
        assert told(scene.reporter)[-1] == "incident_answered.reporter"

    def test_an_incident_that_is_undone_takes_its_messages_with_it(self, scene):
        with transaction.atomic():
            scene.report()
            assert Message.objects.exists()
            transaction.set_rollback(True)
        assert not Message.objects.exists()


@database
class TestAgainByHand:
    def test_staff_send_a_failed_text_again(self, gateway):
        gateway.refuses = ChannelFailed("x", is_final=True)
        delivery = queued()
        delivering.deliver_due(at=AT)
        gateway.refuses = None
        who, later = people.somebody(), AT + timedelta(hours=1)
        services.retry_delivery(delivery=delivery, actor=who, at=later)
        assert delivering.deliver_due(at=later) == 1
        assert Entry.objects.get(name="notifications.delivery_retried").actor_id == who.pk

    def test_what_stayed_here_goes_out_once_a_service_is_connected(self, settings):
        delivery, who = queued(), people.somebody()
        with pytest.raises(services.CannotRetry):
            services.retry_delivery(delivery=delivery, actor=who, at=AT)
        settings.CHANNELS = {**settings.CHANNELS, "sms": "http"}
        assert services.retry_delivery(delivery=delivery, actor=who, at=AT).state == "queued"

    def test_what_was_sent_is_not_sent_twice(self, gateway):
        delivery = queued()
        delivering.deliver_due(at=AT)
        with pytest.raises(services.CannotRetry):
            services.retry_delivery(delivery=delivery, actor=people.somebody(), at=AT)


@database
class TestCodes:
    def test_a_code_is_written_where_no_service_is_connected(self):
        row = services.send_direct(phone="13800138000", text="123456", purpose="sign_in", at=AT)
        assert (row.state, row.is_secret) == (DeliveryState.WRITTEN, True)

    def test_a_code_goes_out_as_soon_as_it_is_asked_for(
        self, gateway, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            row = services.send_direct(phone="13800138000", text="123456", purpose="sign_in", at=AT)
            assert gateway.taken == []
        assert gateway.taken == ["123456"]
        row.refresh_from_db()
        assert row.state == DeliveryState.SENT

    def test_a_code_and_its_phone_are_forgotten_after_a_quarter_of_an_hour(self):
        row = services.send_direct(phone="13800138000", text="123456", purpose="sign_in", at=AT)
        delivering.forget_old(at=AT + timedelta(minutes=14))
        row.refresh_from_db()
        assert row.text == "123456"
        delivering.forget_old(at=AT + timedelta(minutes=15))
        row.refresh_from_db()
        assert (row.text, row.address) == ("", "")

    def test_a_code_that_nobody_waits_for_any_more_is_not_sent(self, gateway):
        gateway.refuses = ChannelFailed("busy")
        services.send_direct(phone="13800138000", text="123456", purpose="sign_in", at=AT)
        for minutes in (0, 1, 6):
            delivering.deliver_due(at=AT + timedelta(minutes=minutes))
        assert Delivery.objects.get().state == DeliveryState.FAILED


@database
class TestForgetting:
    def test_texts_go_after_thirty_days_and_what_became_of_them_stays(self):
        row = queued()
        delivering.forget_old(at=AT + timedelta(days=30))
        row.refresh_from_db()
        assert (row.text, row.address, row.state) == ("", "", DeliveryState.WRITTEN)

    def test_what_was_still_waiting_then_has_failed(self, gateway):
        row = queued()
        delivering.forget_old(at=AT + timedelta(days=31))
        row.refresh_from_db()
        assert row.state == DeliveryState.FAILED

    def test_read_messages_go_after_half_a_year_and_unread_ones_after_a_year(self, scene):
        scene.report()
        services.mark_all_read(person=scene.clerk, at=AT + timedelta(days=1))
        delivering.forget_old(at=AT + timedelta(days=181))
        assert told(scene.clerk) == []
        assert told(scene.reporter)
        delivering.forget_old(at=AT + timedelta(days=366))
        assert told(scene.reporter) == []


class TestGateways:
    @pytest.fixture
    def server(self):
        """A real HTTP server that notes what it gets and answers what it is told."""
        got: list[tuple[dict[str, str], bytes]] = []

        class Answer(BaseHTTPRequestHandler):
            status = 200

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                got.append((dict(self.headers), self.rfile.read(length)))
                self.send_response(self.status)
                if self.status == 302:
                    self.send_header("Location", "http://elsewhere.invalid/")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Answer)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_port, got, Answer
        server.shutdown()
        server.server_close()

    def delivery(self) -> Delivery:
        return Delivery(channel="sms", address="13800138000", text="编号1", purpose="message")

    def test_a_text_is_posted_with_a_signature_that_the_gateway_can_check(self, server, settings):
        port, got, _answer = server
        url = f"http://127.0.0.1:{port}/send"
        settings.GATEWAYS = {"sms": {"url": url, "key": "secret"}}
        delivery = self.delivery()
        http.send(delivery)
        headers, body = got[0]
        assert json.loads(body) == {
            "id": str(delivery.pk), "to": "13800138000", "text": "编号1", "purpose": "message",
        }  # fmt: skip
        signed = headers["X-Timestamp"].encode() + b"." + body
        assert headers["X-Signature"] == hmac.new(b"secret", signed, hashlib.sha256).hexdigest()

    @pytest.mark.parametrize(("status", "is_final"), [(500, False), (429, False), (422, True)])
    def test_a_refusal_says_whether_to_try_again(self, server, settings, status, is_final):
        port, _got, answer = server
        answer.status = status
        settings.GATEWAYS = {"sms": {"url": f"http://127.0.0.1:{port}/", "key": ""}}
        with pytest.raises(ChannelFailed, match=str(status)) as failure:
            http.send(self.delivery())
        assert failure.value.is_final == is_final

    def test_a_redirection_is_not_followed(self, server, settings):
        port, got, answer = server
        answer.status = 302
        settings.GATEWAYS = {"sms": {"url": f"http://127.0.0.1:{port}/", "key": ""}}
        with pytest.raises(ChannelFailed, match="302"):
            http.send(self.delivery())
        assert len(got) == 1

    @pytest.mark.parametrize("url", ["", "http://example.cn/", "file:///etc/passwd", "ftp://x/"])
    def test_a_text_goes_nowhere_without_encryption(self, settings, url):
        settings.GATEWAYS = {"sms": {"url": url, "key": ""}}
        with pytest.raises(ChannelFailed, match="https"):
            http.send(self.delivery())

    def test_a_gateway_that_is_not_there_has_failed(self, settings):
        settings.GATEWAYS = {"sms": {"url": "http://127.0.0.1:9/", "key": ""}}
        with pytest.raises(ChannelFailed, match="does not answer"):
            http.send(self.delivery())

    def test_mail_goes_by_djangos_own_way(self, settings):
        settings.CHANNELS = {**settings.CHANNELS, "email": "smtp"}
        channels.send(Delivery(channel="email", address="a@example.cn", text="有新消息\n链接"))
        assert (mail.outbox[0].subject, mail.outbox[0].to) == ("有新消息", ["a@example.cn"])

    @database
    def test_wechat_takes_the_text_under_a_token_that_is_asked_for_once(
        self, settings, monkeypatch
    ):
        settings.GATEWAYS = {
            "wechat": {"appid": "wx1", "secret": "s", "template": "t1"},
        }
        asked: list[tuple[str, dict[str, object]]] = []

        def post(url: str, body: dict[str, object], *, key: str = "") -> bytes:
            asked.append((url, body))
            is_token = "token" in url.partition("?")[0]
            return b'{"access_token":"T","expires_in":7200}' if is_token else b'{"errcode":0}'

        call_command("createcachetable", verbosity=0)
        monkeypatch.setattr(wechat, "post_json", post)
        for _ in range(2):
            wechat.send(Delivery(channel="wechat", address="openid", text="x" * 30))
        assert [url.partition("?")[0].rpartition("/")[2] for url, _body in asked] == [
            "stable_token", "send", "send",
        ]  # fmt: skip
        assert len(asked[1][1]["data"]["thing1"]["value"]) == 20
