"""The API of compacts refuses and tells as the pages do."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests import people
from tests.compacts.conftest import DAY, FAIR, FINE, Village, make_village, sheet
from xiangyue.access.models import Account
from xiangyue.access.services import create_token
from xiangyue.compacts import services
from xiangyue.compacts.models import Version
from xiangyue.places.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def village(db) -> Village:
    made = make_village()
    made.at = timezone.now() - 40 * DAY
    return made


@pytest.fixture
def now(village: Village) -> Village:
    village.at = timezone.now() - timedelta(hours=1)
    return village


class Caller:
    """Asks in somebody's name."""

    def __init__(self, person: Person | None) -> None:
        self.client = Client()
        self.headers: dict[str, str] = {}
        if person is not None:
            account, _is_new = Account.objects.get_or_create(
                person=person,
                defaults={
                    "phone": person.phone, "is_phone_verified": True, "created_at": timezone.now()
                },
            )  # fmt: skip
            _token, secret = create_token(account=account, name="test", at=timezone.now())
            self.headers = {"authorization": f"Bearer {secret}"}

    def get(self, path: str):
        return self.client.get(f"/api/v1{path}", headers=self.headers)

    def send(self, path: str, verb: str = "post", **said):
        act = getattr(self.client, verb)
        return act(
            f"/api/v1{path}", data=said, content_type="application/json", headers=self.headers
        )


class TestDesk:
    def test_a_draft_is_begun_written_and_put_up(self, now: Village) -> None:
        clerk = Caller(now.clerk)
        answer = clerk.send(
            "/kept-compacts", kind="village_compact", place=now.place.code, title="村规民约"
        )
        assert answer.status_code == 201
        version = answer.json()
        where = f"/kept-compact-versions/{version['id']}"
        clause = clerk.send(f"{where}/clauses", topic="roads", text=FINE).json()
        assert clause["findings"][0]["check"] == "fine"
        refused = clerk.send(f"{where}/publish")
        assert refused.status_code == 422
        assert refused.json()["code"] == "not_ready"
        kept = f"/kept-clauses/{clause['id']}"
        assert clerk.send(kept, "put", topic="roads", text=FAIR, seen=7).status_code == 409
        changed = clerk.send(kept, "put", topic="roads", text=FAIR, seen=1)
        assert changed.json()["findings"] == []
        assert clerk.send(f"{where}/publish").json()["state"] == "first_notice"
        public = Caller(None).get(f"/compact-versions/{version['id']}").json()
        assert [one["text"] for one in public["text"]] == [FAIR]

    def test_clauses_move_and_go(self, now: Village) -> None:
        version = now.draft("甲说好", "乙说好")
        second = version.clauses.get(text="乙说好")
        clerk = Caller(now.clerk)
        seen = Version.objects.get().revision
        moved = clerk.send(f"/kept-clauses/{second.pk}/move", up=True, seen=seen).json()
        assert [one["text"] for one in moved["clauses"]] == ["乙说好", "甲说好"]
        gone = clerk.send(f"/kept-clauses/{second.pk}?seen=1", "delete")
        assert len(gone.json()["clauses"]) == 1

    def test_the_town_decides_on_a_finding(self, now: Village) -> None:
        clause = now.draft(FINE).clauses.get()
        path = f"/kept-clauses/{clause.pk}/findings/fine"
        said = {"verdict": "stands", "reasons": "旧约原文"}
        assert Caller(now.secretary).send(path, **said).status_code == 403
        answer = Caller(now.town).send(path, **said)
        assert answer.json()["findings"][0]["is_settled"] is True

    def test_strangers_find_nothing(self, now: Village) -> None:
        version = now.draft()
        path = f"/kept-compact-versions/{version.pk}"
        assert Caller(None).get(path).status_code == 401
        assert Caller(now.residents[0]).get(path).status_code == 403
        other = Caller(people.clerk(people.OTHER_VILLAGE))
        assert other.get(path).status_code == 404
        assert other.send(f"{path}/publish").status_code == 404
        assert Caller(None).get(f"/compact-versions/{version.pk}").status_code == 404


class TestOpinions:
    def test_an_opinion_is_given_answered_and_followed(self, now: Village) -> None:
        version = now.first()
        path = f"/compact-versions/{version.pk}/opinions"
        receipt = Caller(now.residents[0]).send(path, text="太严了", is_shown=True)
        assert receipt.status_code == 201
        opinion = version.opinions.get()
        answered = Caller(now.secretary).send(
            f"/kept-compact-opinions/{opinion.pk}/answer", answered="partly", text="改为提倡"
        )
        assert answered.json()["answered"] == "partly"
        followed = Caller(None).get(f"/compact-opinions/{receipt.json()['code']}").json()
        assert followed["answer"] == "改为提倡"
        (mine,) = Caller(now.residents[0]).get("/me/compact-opinions").json()
        assert mine["code"] == ""
        assert Caller(now.elsewhere).send(path, text="我也说").status_code == 403

    def test_contact_is_told_to_those_alone_who_answer(self, now: Village) -> None:
        version = now.first()
        worker = Caller(now.worker)
        path = f"/compact-versions/{version.pk}/opinions-for-others"
        assert worker.send(path, text="路灯", way="door", contact="隔壁").status_code == 201
        rows = f"/kept-compact-versions/{version.pk}/opinions"
        assert Caller(now.secretary).get(rows).json()[0]["contact"] == "隔壁"
        assert Caller(now.town).get(rows).json()[0]["contact"] == ""

    def test_coverage_is_numbers_by_unit(self, now: Village) -> None:
        version = now.first()
        path = f"/compact-versions/{version.pk}"
        worker = Caller(now.worker)
        answer = worker.send(f"{path}/asked", household=str(now.households[0].pk))
        assert answer.json()["asked_count"] == 1
        assert worker.get(f"{path}/coverage").json()["units"][0]["household_count"] == 3
        assert Caller(now.residents[0]).get(f"{path}/coverage").status_code == 403


class TestWay:
    def test_from_the_second_notice_to_force(self, village: Village) -> None:
        version = village.first()
        clerk = Caller(village.clerk)
        path = f"/kept-compact-versions/{version.pk}"
        assert clerk.send(f"{path}/revise").json()["state"] == "revised"
        assert clerk.send(f"{path}/publish").json()["state"] == "second_notice"
        refused = clerk.send(f"{path}/force")
        assert refused.status_code == 409

    def test_from_the_vote_to_force(self, village: Village) -> None:
        version = village.voted()
        clerk = Caller(village.clerk)
        path = f"/kept-compact-versions/{version.pk}"
        sent = clerk.client.post(
            f"/api/v1{path}/sheet",
            {
                "file": SimpleUploadedFile("签字.png", sheet()), "place": village.place.code,
                "signer_count": 3, "signed_on": "2026-06-01",
            },
            headers=clerk.headers,
        )  # fmt: skip
        assert sent.status_code == 200
        (signing,) = sent.json()["signings"]
        assert clerk.get(f"/compact-sheets/{signing['id']}").status_code == 200
        assert Caller(village.worker).get(f"/compact-sheets/{signing['id']}").status_code == 403
        assert clerk.send(f"{path}/file", text="").status_code == 200
        assert clerk.send(f"{path}/result").status_code == 200
        assert clerk.send(f"{path}/force").json()["state"] == "in_force"
        town = Caller(village.town)
        assert town.send(f"{path}/acknowledge", text="收到").status_code == 200
        clause = version.clauses.first()
        told = town.send(f"/kept-clauses/{clause.pk}/order", law="村组法", reason="限制权利")
        assert told.status_code == 200
        compact = Caller(None).get(f"/compacts/{version.compact_id}").json()
        assert compact["text"][0]["text"] == ""
        order = compact["text"][0]["suspended"]["id"]
        assert clerk.send(f"/compact-corrections/{order}/lift", text="改了").status_code == 403
        assert town.send(f"/compact-corrections/{order}/lift", text="误会").status_code == 200

    def test_history_changes_and_the_spoken_text(self, village: Village) -> None:
        first = village.in_force()
        second = services.begin_version(
            compact=first.compact, made_from=first, by=village.clerk, at=village.after
        )
        village.write(second, "新的一条。", at=village.after)
        services.publish_first(version=second, by=village.clerk, at=village.after)
        anybody = Caller(None)
        path = f"/compacts/{first.compact_id}"
        history = anybody.get(f"{path}/history").json()
        assert [one["is_in_force"] for one in history] == [True, True, True]
        assert history[0]["wordings"][0]["votes"]
        fates = [
            one["fate"] for one in anybody.get(f"/compact-versions/{second.pk}/changes").json()
        ]
        assert fates == ["same", "same", "same", "added"]
        assert FAIR in anybody.get(f"{path}/aloud").json()["lines"]
        assert anybody.get("/compacts?which=in_force").json()["count"] == 1
        assert anybody.get("/compacts?which=filing").json()["count"] == 0
