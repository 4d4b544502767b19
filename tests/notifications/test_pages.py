"""The inbox, how one is reached, the outbox, the loudspeaker's sheet."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import people
from xiangyue.access.models import Account
from xiangyue.incidents.services import confirm_incident, support_incident
from xiangyue.notifications import demonstration, outgoing, services
from xiangyue.notifications.models import Channel, Delivery, Message, Reach
from xiangyue.places.models import Person

pytestmark = pytest.mark.django_db


def signed_in(person: Person) -> Client:
    account, _is_new = Account.objects.get_or_create(
        person=person,
        defaults={"phone": person.phone, "created_at": people.MONDAY, "is_phone_verified": True},
    )
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["signed_in_at"] = timezone.now().timestamp()
    session.save()
    return client


@pytest.fixture
def administrator(db) -> Person:
    return people.posted("administrator", at_place=people.county())


def delivery(**facts) -> Delivery:
    row = outgoing.direct(
        **{
            "channel": Channel.SMS, "address": "13800138000", "text": "编号1有答复了",
            "purpose": "message", "is_secret": False, "at": timezone.now(),
        } | facts
    )  # fmt: skip
    row.save(force_insert=True)
    return row


class TestInbox:
    def test_a_visitor_signs_in_first(self, client):
        assert client.get("/messages/")["Location"].startswith("/account/sign-in/")

    def test_who_has_been_told_nothing_reads_so(self, scene):
        page = signed_in(people.somebody()).get("/messages/").content.decode()
        assert "还没有给您的消息" in page

    def test_messages_stand_newest_first_and_only_ones_own(self, scene):
        scene.answered()
        page = signed_in(scene.reporter).get("/messages/").content.decode()
        assert page.index("有答复了") < page.index("已收到")
        assert "待受理" not in page

    def test_the_bell_counts_what_is_unread(self, scene):
        scene.answered()
        client = signed_in(scene.reporter)
        assert '<span class="count">3' in client.get("/messages/").content.decode()
        client.post("/messages/read-all/")
        assert '<span class="count">' not in client.get("/account/").content.decode()

    def test_opening_a_message_is_reading_it_and_leads_to_the_matter(self, scene):
        incident = scene.report()
        message = Message.objects.get(recipient=scene.reporter)
        page = signed_in(scene.reporter).get(f"/messages/{message.pk}/").content.decode()
        assert f"/incidents/{incident.number}/" in page
        message.refresh_from_db()
        assert message.read_at is not None

    def test_somebody_elses_message_is_not_found(self, scene):
        scene.report()
        message = Message.objects.get(recipient=scene.clerk)
        assert signed_in(scene.reporter).get(f"/messages/{message.pk}/").status_code == 404
        message.refresh_from_db()
        assert message.read_at is None

    def test_unread_ones_can_be_shown_alone(self, scene):
        scene.taken_on()
        client = signed_in(scene.reporter)
        first = Message.objects.filter(recipient=scene.reporter).earliest("created_at")
        client.get(f"/messages/{first.pk}/")
        page = client.get("/messages/?unread=1").content.decode()
        assert "已开始办理" in page
        assert "已收到" not in page

    def test_a_neighbour_is_led_to_the_public_page(self, scene):
        neighbour = people.somebody()
        incident = scene.answered()
        support_incident(incident=incident, person=neighbour, at=scene.at + timedelta(hours=3))
        scene.do(confirm_incident, incident, scene.reporter, 4)
        message = Message.objects.get(recipient=neighbour)
        page = signed_in(neighbour).get(f"/messages/{message.pk}/").content.decode()
        assert f"/public/incidents/{incident.number}/" in page

    def test_a_hidden_reporter_is_led_to_their_list(self, scene):
        scene.report("0304")
        message = Message.objects.get(recipient=scene.reporter)
        page = signed_in(scene.reporter).get(f"/messages/{message.pk}/").content.decode()
        assert 'href="/mine/"' in page

    def test_who_works_at_a_desk_reads_at_the_desk(self, scene):
        assert 'class="front-desk' in signed_in(scene.clerk).get("/messages/").content.decode()
        assert 'class="front-phone' in signed_in(scene.reporter).get("/messages/").content.decode()

    def test_three_messages_ask_no_more_queries_than_one(self, scene):
        def count() -> int:
            with CaptureQueriesContext(connection) as queries:
                assert client.get("/messages/").status_code == 200
            return len(queries)

        client = signed_in(scene.reporter)
        scene.report()
        client.get("/messages/")
        one = count()
        scene.answered()
        assert count() == one


class TestReach:
    def test_text_messages_can_be_declined_and_wanted_again(self, scene):
        client = signed_in(scene.reporter)
        client.post("/messages/reach/", {})
        assert Reach.objects.get().has_optional_texts is False
        client.post("/messages/reach/", {"has_optional_texts": "on"})
        assert Reach.objects.get().has_optional_texts is True

    def test_an_address_is_confirmed_by_the_button_behind_the_link(self, scene):
        client = signed_in(scene.reporter)
        assert client.post("/messages/reach/", {"email": "a@example.cn"}).status_code == 302
        link = Delivery.objects.get(purpose="confirm_address").text.rpartition("\n")[2]
        visitor = Client()
        assert visitor.get(link).status_code == 200
        assert not Reach.objects.exists()  # a mail server that looks at the link confirms nothing
        visitor.post("/messages/reach/confirm/", {"token": link.rpartition("token=")[2]})
        assert Reach.objects.get().email == "a@example.cn"
        assert "a@example.cn" in client.get("/messages/reach/").content.decode()
        client.post("/messages/reach/", {"drop": "1"})
        assert Reach.objects.get().email == ""

    def test_what_is_no_address_is_refused_in_place(self, scene):
        answer = signed_in(scene.reporter).post("/messages/reach/", {"email": "zhang"})
        assert answer.status_code == 422
        assert "请填写电子邮箱" in answer.content.decode()

    def test_a_stale_link_says_so(self, client, db):
        answer = client.post("/messages/reach/confirm/", {"token": "x"})
        assert answer.status_code == 422
        assert "链接已过期" in answer.content.decode()


class TestOutbox:
    def test_is_for_those_whose_post_reads_it(self, scene):
        assert signed_in(scene.clerk).get("/outbox/").status_code == 403
        assert Client().get("/outbox/").status_code == 302

    def test_masks_numbers_and_hides_codes(self, administrator):
        delivery()
        services.send_direct(
            phone="13900139000", text="验证码 654321", purpose="sign_in", at=timezone.now()
        )
        page = signed_in(administrator).get("/outbox/").content.decode()
        assert "138****8000" in page
        assert "编号1有答复了" in page
        for hidden in ("13800138000", "13900139000", "654321"):
            assert hidden not in page

    def test_is_narrowed_by_channel_and_state(self, administrator):
        delivery()
        delivery(channel=Channel.EMAIL, address="a@example.cn", text="邮件一封")
        page = signed_in(administrator).get("/outbox/?channel=email").content.decode()
        assert "邮件一封" in page
        assert "编号1有答复了" not in page
        assert (
            "邮件一封" not in signed_in(administrator).get("/outbox/?state=sent").content.decode()
        )

    def test_a_failed_text_is_sent_again_from_here(self, administrator, settings):
        row = delivery()
        client = signed_in(administrator)
        assert f"/outbox/{row.pk}/retry/" not in client.get("/outbox/").content.decode()
        settings.CHANNELS = {**settings.CHANNELS, "sms": "http"}
        Delivery.objects.filter(pk=row.pk).update(state="failed", error="busy")
        page = client.get("/outbox/?state=failed").content.decode()
        assert "busy" in page
        assert f"/outbox/{row.pk}/retry/" in page
        answer = client.post(f"/outbox/{row.pk}/retry/", {"query": "state=failed"})
        assert answer["Location"] == "/outbox/?state=failed"
        row.refresh_from_db()
        assert row.state == "queued"

    def test_nobody_else_sends_again(self, scene):
        row = delivery()
        assert signed_in(scene.clerk).post(f"/outbox/{row.pk}/retry/").status_code == 403

    def test_a_text_that_is_not_there_is_not_found(self, administrator):
        assert signed_in(administrator).post(f"/outbox/{uuid4()}/retry/").status_code == 404

    def test_three_texts_ask_no_more_queries_than_one(self, administrator):
        client = signed_in(administrator)

        def count() -> int:
            with CaptureQueriesContext(connection) as queries:
                assert client.get("/outbox/").status_code == 200
            return len(queries)

        delivery(is_secret=True)
        client.get("/outbox/")
        one = count()
        delivery(is_secret=True)
        delivery(is_secret=True)
        assert count() == one


class TestCodes:
    def test_are_shown_to_nobody_in_a_real_installation(self, client, db):
        services.send_direct(phone="1", text="654321", purpose="sign_in", at=timezone.now())
        assert client.get("/outbox/codes/").status_code == 404

    def test_are_shown_to_everybody_in_a_demonstration(self, client, db, monkeypatch):
        monkeypatch.setattr(demonstration, "_answer", [lambda: True])
        services.send_direct(phone="1", text="654321", purpose="sign_in", at=timezone.now())
        assert "654321" in client.get("/outbox/codes/").content.decode()

    @pytest.mark.parametrize("is_demo", [True, False])
    def test_only_a_demonstration_shows_the_code_to_whoever_asked_for_it(
        self, client, db, monkeypatch, is_demo
    ):
        monkeypatch.setattr(demonstration, "_answer", [lambda: is_demo])
        asked = client.post("/account/sign-in/", {"phone": "13800138000"})
        row = Delivery.objects.get()
        page = client.get(asked["Location"]).content.decode()
        assert (row.text in page) == is_demo
        services.send_direct(
            phone="13900139000", text="别人的 654321", purpose="sign_in", at=timezone.now()
        )
        assert "654321" not in client.get(asked["Location"]).content.decode()


class TestLoudspeaker:
    def closed(self, scene) -> Delivery:
        scene.do(confirm_incident, scene.answered(), scene.reporter, 4)
        return Delivery.objects.get(channel=Channel.LOUDSPEAKER)

    def test_the_village_finds_what_to_read_out_and_marks_it(self, scene):
        row = self.closed(scene)
        client = signed_in(scene.clerk)
        assert row.text in client.get("/loudspeaker/").content.decode()
        client.post(f"/loudspeaker/{row.pk}/read/")
        assert "已播报" in client.get("/loudspeaker/").content.decode()

    def test_another_village_does_not(self, scene):
        row = self.closed(scene)
        other = signed_in(people.clerk(people.OTHER_VILLAGE))
        assert row.text not in other.get("/loudspeaker/").content.decode()
        assert other.post(f"/loudspeaker/{row.pk}/read/").status_code == 404

    def test_a_place_that_is_not_there_is_not_found(self, scene):
        assert signed_in(scene.clerk).get("/loudspeaker/?place=1").status_code == 404


def test_a_towns_administrator_does_not_read_the_countys_outbox(client):
    people.sign_in(client, people.posted("administrator", at_place=people.town()))
    assert client.get("/outbox/").status_code == 403
