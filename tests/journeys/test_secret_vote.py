"""Two villagers vote secretly on their phones, two trustees open the sum, anybody recounts it."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Request, expect

from tests.ballots.conftest import Village, make_village
from tests.journeys.conftest import DESK, Visit, eventually, fits
from xiangyue.ballots import services
from xiangyue.ballots.models import Ballot
from xiangyue.ballots.secret.models import SecretBox
from xiangyue.ballots.secret.services import name_trustees

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
]

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "recount.py"
QUESTIONS = ["同意修村道吗？", "同意每户出工三天吗？", "同意由村集体出五万元吗？"]


def planned(village: Village) -> Ballot:
    """A secret vote that began an hour ago, as far as the calendar knows."""
    now = timezone.now()
    keeper = village.keeper
    drawn = services.draw_roll(
        place=village.place, rule="villagers_assembly", by=keeper, at=now - timedelta(days=30)
    )
    services.publish_roll(roll=drawn, by=keeper, at=now - timedelta(days=30))
    services.confirm_entries(roll=drawn, entries=None, by=keeper, at=now - timedelta(days=30))
    roll = services.fix_roll(roll=drawn, by=keeper, at=now - timedelta(days=26))
    ballot = services.plan_ballot(
        roll=roll,
        title="修村道",
        questions=QUESTIONS,
        modes=["paper", "secret_online"],
        is_secret=True,
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(hours=2),
        tellers=village.tellers,
        by=keeper,
        at=now - timedelta(days=20),
    )
    name_trustees(ballot=ballot, people=village.villagers[20:22], by=keeper, at=now)
    return ballot


def make_key(page: Page, ballot: Ballot) -> None:
    page.goto(f"/votes/{ballot.pk}/secret/trustee/")
    page.get_by_role("button", name="在这台设备上生成我的钥匙").click()
    assert "xiangyue-trustee-1:" in page.get_by_role("textbox", name="您的钥匙").input_value()
    page.get_by_role("button", name="交出公开的那一半").click()
    expect(page.get_by_text("请先留一份钥匙")).to_be_visible()
    page.get_by_label("我已在这台设备之外另存了一份。").check()
    page.get_by_role("button", name="交出公开的那一半").click()
    expect(page.get_by_text("您的钥匙已装进锁里。")).to_be_visible()


def vote(page: Page, ballot: Ballot, choice: str) -> str:
    """Take a slip, choose, seal; the receipt."""
    page.goto(f"/votes/{ballot.pk}/secret/")
    page.get_by_role("button", name="领票").click()
    return seal(page, choice)


def seal(page: Page, choice: str) -> str:
    expect(page.get_by_role("button", name="封好，投进票箱")).to_be_visible()
    for question in QUESTIONS:
        page.get_by_role("group", name=question).get_by_label(choice, exact=True).check()
    page.get_by_role("button", name="封好，投进票箱").click()
    expect(page.get_by_role("heading", name="您的票已在箱里")).to_be_visible()
    fits(page)
    code = page.locator("[data-code]").inner_text()
    assert len(code) == 19
    return code


def test_villagers_vote_trustees_open_and_anybody_recounts(visit: Visit, tmp_path: Path) -> None:
    village = make_village()
    ballot = planned(village)
    trustees = [visit(person, DESK) for person in village.villagers[20:22]]
    for page in trustees:
        make_key(page, ballot)
    services.open_ballot(ballot=ballot, by=village.keeper, at=timezone.now())

    cast: list[Request] = []
    phones = [visit(person) for person in village.villagers[:2]]
    for page in phones:
        page.on(
            "request",
            lambda request: cast.append(request) if "/secret/votes" in request.url else None,
        )
    codes = [vote(phones[0], ballot, "同意"), vote(phones[1], ballot, "不同意")]

    # Nothing in the request says who casts.
    assert len(cast) == 2
    for request in cast:
        assert not {"cookie", "authorization", "x-csrftoken", "referer"} & set(
            request.all_headers()
        )

    # The voter finds the receipt; the server does not hear which.
    asked: list[str] = []
    phones[0].on("request", lambda request: asked.append(request.url))
    phones[0].get_by_role("link", name="到公示栏查找").click()
    expect(phones[0].get_by_text("在箱里，是第 1 张。")).to_be_visible()
    fits(phones[0])
    assert not any(codes[0] in url.partition("#")[0] for url in asked)

    # Somebody stood beside the second voter; alone, she votes anew.
    phones[1].get_by_role("button", name="重新投").click()
    seal(phones[1], "弃权")
    eventually(phones[1], lambda: SecretBox.objects.get(pk=ballot.pk).vote_count, is_=3)

    services.close_ballot(ballot=ballot, by=village.keeper, at=ballot.closes_at)
    for page in trustees:
        page.goto(f"/votes/{ballot.pk}/secret/trustee/")
        page.get_by_role("button", name="全部检查，打开总数").click()
        expect(page.get_by_text("您的部分完成了。")).to_be_visible()
    assert SecretBox.objects.get(pk=ballot.pk).tally == [[1, 0, 1]] * 3

    visitor = visit(None, DESK)
    visitor.goto(f"/votes/{ballot.pk}/secret/box/")
    with visitor.expect_download() as download:
        visitor.get_by_role("link", name="下载全部内容重新计票").click()
    file = tmp_path / "vote.json"
    download.value.save_as(file)
    run = subprocess.run(
        [sys.executable, "-I", SCRIPT, file, "--receipt", codes[0]],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "同意修村道吗？ 同意 1 票" in run.stdout
    assert f"回执 {codes[0]} 是第 1 张票，已计入。" in run.stdout
    assert json.loads(file.read_text())["tally"] == [[1, 0, 1]] * 3


def test_a_phone_that_is_too_old_is_told_to_vote_on_paper(visit: Visit) -> None:
    village = make_village()
    ballot = planned(village)
    for person in village.villagers[20:22]:
        make_key(visit(person, DESK), ballot)
    services.open_ballot(ballot=ballot, by=village.keeper, at=timezone.now())
    page = visit(village.villagers[0], java_script_enabled=False)
    page.goto(f"/votes/{ballot.pk}/secret/")
    expect(page.get_by_text("这部手机的浏览器太旧，封不了票。")).to_be_visible()
    expect(page.get_by_role("button", name="领票")).to_be_hidden()


def test_sealing_on_a_slow_phone_takes_some_seconds(visit: Visit) -> None:
    """Three questions at a sixth of this machine's speed, from pressing to the receipt."""
    village = make_village()
    ballot = planned(village)
    for person in village.villagers[20:22]:
        make_key(visit(person, DESK), ballot)
    services.open_ballot(ballot=ballot, by=village.keeper, at=timezone.now())
    page = visit(village.villagers[0])
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 6})
    page.goto(f"/votes/{ballot.pk}/secret/")
    page.get_by_role("button", name="领票").click()
    page.get_by_role("button", name="封好，投进票箱").wait_for()
    began = timezone.now()
    seal(page, "同意")
    seconds = (timezone.now() - began).total_seconds()
    assert seconds < 60
