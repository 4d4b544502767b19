"""Two procedures of the village that is looked at: one finished, one in the middle.

Three weeks before the end neighbours talk over a lamp in a courtyard, and get their answer. Then
six steps about parking begin; at the end their notice hangs on the board and its days run.
"""

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from io import BytesIO

from PIL import Image, ImageDraw

from xiangyue.access.rules import Standing
from xiangyue.demo.duties import VILLAGE_LENGTH
from xiangyue.demo.stage import Stage
from xiangyue.places.models import Place
from xiangyue.procedures import services
from xiangyue.procedures.models import Run, StepRun, StepState
from xiangyue.procedures.reading import all_procedures, with_steps

COURTYARD, SIX_STEPS = "巷口路灯装在哪", "村口停车难"
CLERK, SECRETARY = "village_clerk", "village_party_secretary"
# Days before the end, who completes the open step, and what lies on the table by then.
COURTYARD_DAYS = (
    (19, CLERK, ("ideas", "装在巷口大槐树旁边，老人晚上走路看得见", "装太阳能的，不用电费")),
    (17, CLERK, ("record",)),
    (17, CLERK, ("agreed", "装太阳能路灯两盏，位置在巷口和水井旁，邻居轮流擦灯板")),
    (13, SECRETARY, ("reply", "已列入本月项目，灯到货后由各家一起安装")),
)
SIX_STEP_DAYS = (
    (12, CLERK, ("issues", "村口赶集日停车把路堵了", "小广场晚上太吵", "垃圾桶离家太远")),
    (10, SECRETARY, ("issue", "村口赶集日停车怎么管")),
    (8, CLERK, ("report", "赶集日上午九点到十一点最堵，约有六十辆车，空地可停四十辆")),
    (5, SECRETARY, ("minutes",), ("outcome", "空地划四十个车位，赶集日由志愿者引导，路边不再停车")),
)
NOTICE = """议事会议定：村口空地划四十个车位，赶集日上午由志愿者引导停车，路边不再停车。

大家有不同意见的，请在公示期内提出。"""


def live(*, day_end: datetime, stage: Stage, dice: random.Random) -> None:
    """A few acts a day, each where its day has come."""
    days_left = (stage.timetable.ends_at - day_end).days
    if days_left > COURTYARD_DAYS[0][0] or "courtyard_consultation" not in all_procedures():
        return
    path = stage.grid.path[:VILLAGE_LENGTH]
    crew = {
        role: found[0].standing
        for role in (CLERK, SECRETARY)
        if (found := stage.duties.by_role.get(role, {}).get(path))
    }
    if len(crew) < 2:
        return
    at = day_end - timedelta(hours=9)
    place = Place.objects.get(path=path)
    for template, title, plan in (
        ("courtyard_consultation", COURTYARD, COURTYARD_DAYS),
        ("six_step_deliberation", SIX_STEPS, SIX_STEP_DAYS),
    ):
        for number, (day, role, *pieces) in enumerate(plan):
            if day == days_left:
                moment = at + timedelta(minutes=20 * number)
                if number == 0:
                    services.begin_here(
                        template=template, place=place, title=title, actor=crew[CLERK],
                        at=moment - timedelta(minutes=10),
                    )  # fmt: skip
                run = Run.objects.filter(template_key=template, place=place, title=title).first()
                if run is not None:  # in a life too short it has not begun
                    _do(run, crew[str(role)], pieces, at=moment)
    if days_left == SIX_STEP_DAYS[-1][0] - 1:
        _put_up(place, crew[CLERK], at)


Laid = tuple[str, ...]


def _do(run: Run, actor: Standing, pieces: Sequence[object], *, at: datetime) -> None:
    for piece in pieces:
        assert isinstance(piece, tuple)
        _lay(run, actor, piece, at=at)
    services.complete_step(step_run=_open(run), actor=actor, at=at + timedelta(minutes=5))


def _lay(run: Run, actor: Standing, piece: Laid, *, at: datetime) -> None:
    key, *texts = piece
    lay: Callable[..., object] = services.add_evidence
    for text in texts:
        lay(step_run=_open(run), key=key, text=text, actor=actor, at=at)
    if not texts:
        lay(step_run=_open(run), key=key, upload=sheet(), file_name="记录.png", actor=actor, at=at)


def _put_up(place: Place, actor: Standing, at: datetime) -> None:
    run = Run.objects.filter(
        template_key="six_step_deliberation", place=place, title=SIX_STEPS
    ).first()
    if run is None:  # a life too short for it to have begun
        return
    services.publish_for_step(
        step_run=_open(run), title="村口停车怎么管：议定结果", body=NOTICE, actor=actor, at=at
    )


def _open(run: Run) -> StepRun:
    fresh = with_steps(Run.objects.filter(pk=run.pk)).get()
    row = next(row for row in fresh.steps.all() if row.state == StepState.OPEN)
    row.run = fresh
    return row


def sheet() -> bytes:
    """A sheet of paper with lines on it, as somebody photographs it."""
    sheet = Image.new("RGB", (480, 640), "#f4f0e4")
    pen = ImageDraw.Draw(sheet)
    for line in range(90, 600, 36):
        pen.line((40, line, 440 - (line * 7) % 120, line), fill="#33415c", width=2)
    pen.rectangle((40, 36, 240, 56), fill="#33415c")
    out = BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()
