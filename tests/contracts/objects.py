"""One real thing of each kind in 北滩村, so that a route is asked for something that is there.

The keys are the names of the routes' parameters. Whose things they are says each comment; the
role `resident` owns what a resident can own.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from ipaddress import ip_network
from uuid import uuid4

from django.test import override_settings
from django.utils import timezone

from tests import people
from tests.contracts.assemblies import assemblies
from tests.contracts.compacts import compacts
from tests.contracts.councils import councils
from tests.contracts.deliberation import issues
from tests.contracts.elections import elections
from tests.contracts.enforcement import keeping
from tests.contracts.orders import budgets
from tests.contracts.votes import secret_vote, votes
from tests.incidents.drawings import photo
from tests.meetings.conftest import make_house
from tests.registry import lists, living
from tests.webhooks.conftest import registered
from xiangyue.access.models import Account
from xiangyue.access.queries import standing_of
from xiangyue.access.services import create_token, request_about_data
from xiangyue.consultations.models import Reason, Statement
from xiangyue.incidents.models import Incident, PhotoStage, SavedView
from xiangyue.incidents.photos import add_photos
from xiangyue.notifications.models import Delivery, Message
from xiangyue.open311.services import issue_key
from xiangyue.patrols.models import Patrol
from xiangyue.patrols.services import Walked, finish_patrol
from xiangyue.places.models import Person, Post
from xiangyue.procedures import services as procedures
from xiangyue.procedures.bodies import added
from xiangyue.publicity.services import add_attachment, object_to, publish_notice, write_draft
from xiangyue.rosters.models import DutyTurn


def objects(cast: Mapping[str, Person | None], public: Incident) -> dict[str, object]:
    """Parameter by parameter, the key of something real."""
    resident, clerk = cast["resident"], cast["clerk"]
    administrator = cast["administrator"]
    assert resident is not None
    assert clerk is not None
    assert administrator is not None
    now = timezone.now()
    found: dict[str, object] = {}

    house = make_house()
    house.report("0406")  # stands on the agenda
    meeting = house.open_room()  # the town's room
    found["meeting_id"] = meeting.pk
    found["item_id"] = meeting.items.get().pk

    (picture,) = add_photos(
        incident=public, uploads=[photo()], stage=PhotoStage.REPORT, at=now, actor_id=None
    )
    found["photo_id"] = picture.pk

    household = living.household()
    found["household_id"] = household.pk
    found["key"] = living.hydrant(clerk).code  # in the village's register

    batch = lists.upload(clerk, [lists.resident("王小二")])  # the clerk's own
    found["import_id"] = batch.pk

    with override_settings(WEBHOOK_NETWORKS=[ip_network("127.0.0.0/8")]):  # no test asks the world
        endpoint, _secret = registered("http://127.0.0.1:9/hooks")  # the county's
    found["endpoint_id"] = endpoint.pk
    system, _secret = issue_key(
        name="热线", contact="12345", daily_limit=100, days=90, vouches_for_reporters=False,
        issued_by=administrator, at=now,
    )  # fmt: skip
    found["key_id"] = system.pk

    account, _is_new = Account.objects.get_or_create(
        person=resident,
        defaults={"phone": resident.phone, "is_phone_verified": True, "created_at": now},
    )
    token, _secret = create_token(account=account, name="phone", at=now)  # the resident's own
    found["token_id"] = token.pk
    request = request_about_data(person=resident, wish="correction", text="名字写错了", at=now)
    found["request_id"] = request.pk
    found["view_id"] = SavedView.objects.create(owner=clerk, name="我的", query="state=late").pk
    found["post_id"] = Post.objects.filter(person=clerk).get().pk
    message = Message.objects.filter(recipient=resident).first()
    if message is not None:
        found["message_id"] = message.pk
    delivery = Delivery.objects.first()
    if delivery is not None:
        found["delivery_id"] = delivery.pk

    lists_names = write_draft(kind="general", place=people.place(), by=clerk, at=now)
    attached = add_attachment(draft=lists_names, upload=photo(), by=clerk, at=now)
    hung = publish_notice(
        kind="nominees", place=people.place(), title="示范户推荐名单", body="张三等六户",
        by=clerk, at=now, attachments=[attached],
    )  # fmt: skip
    found["notice_file"] = attached.pk  # everybody reads it
    objection = object_to(notice=hung, text="有不同意见", by=resident, at=now)  # the resident's own
    found["notice"], found["receipt"] = hung.number, objection.receipt_code
    found["notice_objection_id"] = objection.pk
    found["draft_id"] = lists_names.pk
    found["kept_file"] = add_attachment(draft=lists_names, upload=photo(), by=clerk, at=now).pk

    statement, reason = _asked(clerk, resident, now)
    found["consultation_id"] = statement.consultation_id  # asked of the village, running
    found["statement_id"], found["reason_id"] = statement.pk, reason.pk
    for name in ("consultation", "statement", "reason"):  # everybody reads them
        found[f"{name}_key"] = found[f"{name}_id"]

    found["turn_id"] = _turn(clerk, now).pk  # the clerk's own
    found["patrol_id"] = _patrol(cast, now).pk  # the grid worker's own
    found["box_id"] = secret_vote(clerk, [resident, administrator], now)
    found |= votes(clerk, resident, now)
    found |= budgets(clerk, resident, now)
    found |= assemblies(clerk, resident, now)
    found |= _procedure(clerk, now)
    found |= compacts(clerk, resident, now)
    found |= issues(clerk, resident, now)
    found |= councils(clerk, resident, now)
    found |= elections(clerk, now)
    found |= keeping(clerk, resident, now)
    return found


def _asked(clerk: Person, resident: Person, now: datetime) -> tuple[Statement, Reason]:
    """A statement that is put to the village, with a reason of the resident's."""
    from xiangyue.consultations import services

    asked = services.begin(
        place=people.place(), title="先办哪件", background="今冬能办两三件。",
        statements=["先修水渠"], closes_at=now + timedelta(days=9), by=clerk, at=now,
    )  # fmt: skip
    statement = asked.statements.get()
    reason = services.give_reason(
        statement=statement, by=resident, is_for=True, text="年年淤", at=now
    )
    return statement, reason


def _turn(clerk: Person, now: datetime) -> DutyTurn:
    from xiangyue.rosters.services import add_turn

    begins_at = (now + timedelta(days=3)).replace(minute=0, second=0, microsecond=0)
    return add_turn(
        unit=people.unit("VC"), kind="village_platform", person=clerk,
        begins_at=begins_at, ends_at=begins_at + timedelta(hours=24), at=now,
    )  # fmt: skip


def _patrol(cast: Mapping[str, Person | None], now: datetime) -> Patrol:
    worker = cast["grid_worker"]
    assert worker is not None
    return finish_patrol(
        worker=worker,
        standing=standing_of(worker, at=now),
        grid=people.place(),
        walked=Walked(client_key=uuid4()),
        at=now,
    )


def _procedure(clerk: Person, now: datetime) -> dict[str, object]:
    """A nomination whose panel is being named, and the village's own steps being written."""
    mine = standing_of(clerk, at=now)
    run = procedures.begin_here(
        template="nomination_review", place=people.place(), title="身边好人", actor=mine, at=now
    )
    for key, facts in (
        ("nomination", {"text": "照顾邻居老人三年"}),
        ("consent", {"upload": photo(), "file_name": "同意书.jpg"}),
    ):
        step = run.steps.get(state="open")
        evidence = procedures.add_evidence(step_run=step, key=key, actor=mine, at=now, **facts)
        procedures.complete_step(step_run=step, actor=mine, at=now)
    seat = procedures.add_seat(
        step_run=run.steps.get(state="open"), name="张一", is_woman=True, closeness="none",
        actor=mine, at=now,
    )  # fmt: skip
    design = procedures.begin_addition(
        procedure="nomination_review", place=people.place(), actor=mine, at=now
    )
    own = {
        "name": {"zh": "问问邻居", "en": "Ask the neighbours"}, "kind": "consult",
        "who": ["village_clerk"], "is_optional": True,
    }  # fmt: skip
    procedures.save_design(
        design=design, body=added(design, own, after="nominate"), actor=mine, at=now
    )
    return {
        "run_id": run.pk, "step": "review", "evidence": "opinion", "evidence_id": evidence.pk,
        "seat_id": seat.pk, "procedure": "nomination_review", "design_id": design.pk,
        "design_step": "own_1", "way": "up", "act": "submit",
    }  # fmt: skip
