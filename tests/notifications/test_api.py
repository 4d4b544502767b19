"""The API's twin of the inbox and the outbox."""

import json
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from tests import people
from tests.notifications.test_pages import delivery, signed_in
from xiangyue.notifications import services
from xiangyue.notifications.models import Message

pytestmark = pytest.mark.django_db
API = "/api/v1"


def read(answer) -> dict:
    return json.loads(answer.content)


class TestInbox:
    def test_needs_somebody(self, client):
        assert client.get(f"{API}/messages").status_code == 401

    def test_lists_ones_own_messages_newest_first(self, scene):
        incident = scene.taken_on()
        page = read(signed_in(scene.reporter).get(f"{API}/messages"))
        assert (page["count"], page["unread_count"]) == (2, 2)
        assert [item["title"] for item in page["items"]] == [
            "您反映的事项已开始办理", "您反映的事项已收到",
        ]  # fmt: skip
        assert page["items"][0]["incident"] == incident.number

    def test_reading_one_and_then_all(self, scene):
        scene.taken_on()
        client = signed_in(scene.reporter)
        one = Message.objects.filter(recipient=scene.reporter).latest("created_at")
        assert read(client.post(f"{API}/messages/{one.pk}/read"))["read_at"]
        assert read(client.get(f"{API}/messages?unread=true"))["count"] == 1
        assert read(client.post(f"{API}/messages/read-all")) == {"count": 1}

    def test_somebody_elses_is_refused_with_the_pages_words(self, scene):
        scene.report()
        message = Message.objects.get(recipient=scene.clerk)
        answer = signed_in(scene.reporter).post(f"{API}/messages/{message.pk}/read")
        assert (answer.status_code, read(answer)["title"]) == (404, "您没有这条消息。")

    def test_a_page_is_bounded(self, scene):
        assert signed_in(scene.reporter).get(f"{API}/messages?limit=201").status_code == 422


class TestOutbox:
    @pytest.fixture
    def administrator(self, db) -> Client:
        return signed_in(people.posted("administrator", at_place=people.county()))

    def test_is_for_those_whose_post_reads_it(self, scene):
        assert signed_in(scene.clerk).get(f"{API}/outbox").status_code == 403

    def test_masks_numbers_and_hides_codes(self, administrator):
        delivery()
        services.send_direct(phone="13900139000", text="1", purpose="sign_in", at=timezone.now())
        items = read(administrator.get(f"{API}/outbox"))["items"]
        assert [(item["address"], item["text"]) for item in items] == [
            ("139****9000", ""), ("138****8000", "编号1有答复了"),
        ]  # fmt: skip

    def test_sends_again_or_says_why_not(self, administrator, settings):
        row = delivery()
        refused = administrator.post(f"{API}/outbox/{row.pk}/retry")
        assert (refused.status_code, read(refused)["code"]) == (409, "cannot_retry")
        settings.CHANNELS = {**settings.CHANNELS, "sms": "http"}
        assert read(administrator.post(f"{API}/outbox/{row.pk}/retry"))["state"] == "queued"
        assert administrator.post(f"{API}/outbox/{uuid4()}/retry").status_code == 404
