"""What waits at the end for those who look around: for each role something to do.

In one grid, its village, its town and the county's units, the last days bring a few matters that
are left where somebody has to act. They go through the same services as everything else.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from xiangyue.demo.course import SLIP, Case
from xiangyue.demo.duties import VILLAGE_LENGTH, Duties
from xiangyue.demo.journey import Journey
from xiangyue.demo.parts import demonstration
from xiangyue.demo.people import Neighbourhoods
from xiangyue.demo.reports import Reports
from xiangyue.demo.speech import Speech
from xiangyue.demo.timetable import Timetable
from xiangyue.incidents import services
from xiangyue.incidents.models import Channel, PhotoStage
from xiangyue.incidents.services import Actor
from xiangyue.places.models import Person, Place


@dataclass(frozen=True, slots=True)
class Scene:
    """One matter: who reports it, and what happens to it; numbers are office hours before the end.

    By whom: the first or second resident, a grid worker who sees it, or nobody who says so.
    """

    category: str
    by: str
    hours: float
    steps: tuple[tuple[str, float], ...] = ()
    text: str = ""


# The comment says who finds it waiting.
SCENES = (
    # the reporter's word, on a matter with pictures
    Scene("0401", "first", 40, (("take_on", 37), ("handle", 30), ("pass", 8)),
          "巷子最里头垃圾堆了三天没人清，苍蝇很多。拍了照片"),
    # grid worker: to take on; to settle; late, urged and watched from the town to the county
    Scene("0102", "second", 3, (), "隔壁盖房把水排到我家墙根，说了几次不听"),
    Scene("0102", "first", 16, (("take_on", 14), ("note", 6)),
          "浇地争先后，和邻居吵起来了，想请人说和"),
    Scene("0102", "second", 80, (("take_on", 76), ("urge", 20), ("supervise", 6)),
          "邻家的羊吃了我家的菜，赔也不赔，还骂人"),
    # the village's lead or the town's dispatcher: to verify
    Scene("0102", "nobody", 20, (("take_on", 18), ("handle", 4)), "隔壁半夜放音乐，吵得睡不着"),
    # village clerk: to take on; more time asked for, which the town's chief lead or the county's
    # director decides on
    Scene("0607", "second", 9, (), "腿脚不便，想请人代办居住证明"),
    Scene("0505", "first", 18, (("take_on", 15), ("ask", 5)),
          "文化广场的健身器材松了，娃娃玩着危险"),
    # mediator: to settle
    Scene("0101", "second", 22, (("take_on", 20),), "家里两口子闹矛盾，想请人来劝劝"),
    # the town's dispatcher: to dispatch, one of them reported twice
    Scene("0406", "first", 5, (), "三岔路口大货车长期占道，消防车都进不来"),
    Scene("0406", "second", 3, (), "三岔路口有大货车占道停着，消防车进不来"),
    Scene("0410", "nobody", 2, (), "小广场有几条没拴的狗，追着小孩跑"),
    # a department and a utility of the county: to take on, to settle, one that waits
    Scene("0504", "first", 9, (), "村口桥上护栏断了一截"),
    Scene("0504", "worker", 17, (("take_on", 15),), "渠边路面塌了半边，已摆了石头警示"),
    Scene("0501", "second", 7, (), "学校旁边路灯不亮好几天了，娃娃下晚自习看不见路"),
    Scene("0501", "worker", 12, (("take_on", 11),), "小广场两盏路灯一闪一闪的"),
    Scene("0502", "second", 45, (("take_on", 42), ("wait", 20)), "自来水管漏水，路上都结冰了"),
    # the county's dispatcher: to dispatch what the town could not settle
    Scene("0405", "nobody", 50, (("take_on", 47), ("escalate", 8)), "渠边有人占着耕地盖彩钢房"),
    # confidential: one to take on, one to verify by the other of the two
    Scene("0308", "second", 6, (), "邻居家里经常传出打骂声，女的脸上有伤"),
    Scene("0308", "nobody", 14, (("take_on", 13), ("handle", 4)), "我妹妹又被打了，不敢出声"),
)  # fmt: skip


class Stage:
    """The grid that is looked at, its two residents and its worker."""

    def __init__(
        self,
        *,
        neighbourhoods: Neighbourhoods,
        reports: Reports,
        journey: Journey,
        duties: Duties,
        speech: Speech,
        timetable: Timetable,
        dice: random.Random,
    ) -> None:
        self.reports = reports
        self.journey = journey
        self.duties = duties
        self.speech = speech
        self.timetable = timetable
        inhabited = [grid for grid in reports.grids if neighbourhoods.by_path.get(grid.path)]
        rural = [grid for grid in inhabited if int(grid.code[9:12]) >= 200]
        plan = demonstration()
        chosen = [grid for grid in inhabited if plan and grid.code.startswith(plan.looked_at)]
        self.grid: Place = dice.choice(chosen or rural or inhabited)
        villagers = [
            person_id
            for path, found in sorted(neighbourhoods.by_path.items())
            if path.startswith(self.grid.path[:VILLAGE_LENGTH]) and path != self.grid.path
            for person_id in found
        ]
        own = neighbourhoods.by_path[self.grid.path]
        everybody = [*own, *villagers, *(reports.caller(self.grid) for _try in range(20))]
        self.first = everybody[0]
        self.second = next(each for each in everybody if each != self.first)
        self.worker = duties.by_role["grid_worker"][self._grid_of_workers()][0]

    def _grid_of_workers(self) -> str:
        crews = self.duties.by_role["grid_worker"]
        path = self.grid.path
        return path if path in crews else path[:VILLAGE_LENGTH]

    def set(self) -> None:
        """Plan every scene."""
        for scene in SCENES:
            self.timetable.plan(
                self.timetable.before_the_end(scene.hours),
                partial(self._open, scene),
            )

    def _open(self, scene: Scene, at: datetime) -> None:
        person_id = {
            "first": self.first,
            "second": self.second,
            "worker": self.worker.person_id,
            "nobody": None,
        }[scene.by]
        matter = next(m for m in self.speech.matters if m.category == scene.category)
        incident = self.reports.send_in(
            matter,
            self.grid,
            at,
            text=scene.text,
            reporter=Person.objects.get(pk=person_id) if person_id else None,
            channel=Channel.WORKER if scene.by == "worker" else Channel.RESIDENT,
            urgency=0,
        )
        if incident is None:
            return
        reporter = self.duties.actor(person_id) if person_id else SLIP
        case = Case(incident, reporter)
        if scene is SCENES[0]:
            self.reports.show(incident, PhotoStage.REPORT, at, person_id)
        for verb, hours in scene.steps:
            self.timetable.plan(
                self.timetable.before_the_end(hours),
                partial(self._happen, case, verb),
            )

    def _happen(self, case: Case, verb: str, at: datetime) -> None:
        act, say = self.journey.act, self.speech.on
        handler = self._handler(case)
        steps: dict[str, Callable[[], bool]] = {
            "take_on": lambda: act(case, services.take_on_incident, at, actor=handler),
            "handle": lambda: act(
                case,
                services.handle_incident,
                at,
                outcome="fixed",
                reply=self.speech.reply(case.incident.category_key, "fixed"),
                actor=handler,
            ),
            "pass": lambda: act(
                case,
                services.pass_incident,
                at,
                actor=self.duties.verifier(case.incident),
                note="到现场看过，属实。",
            ),
            "note": lambda: act(
                case, services.note_incident, at, note=say("note"), actor=handler, is_told=True
            ),
            "urge": lambda: act(
                case, services.urge_incident, at, note=say("urge"), actor=case.reporter
            ),
            "supervise": lambda: act(
                case,
                services.supervise_incident,
                at,
                note=say("supervise"),
                actor=self.duties.supervisor(case.incident.place_path, "town"),
            ),
            "ask": lambda: act(
                case,
                services.request_extension,
                at,
                limit="3wd",
                reason="配件要从厂家调，路上要几天",
                actor=handler,
            ),
            "wait": lambda: act(
                case, services.wait_incident, at, reason=say("wait"), actor=handler
            ),
            "escalate": lambda: act(
                case, services.escalate_incident, at, reason=say("escalate"), actor=handler
            ),
        }
        is_done = steps[verb]()
        if is_done and verb == "handle" and case.incident.audience == "public":
            self.reports.show(case.incident, PhotoStage.HANDLING, at, self._id(handler))

    def _handler(self, case: Case) -> Actor | None:
        """Always the same people, so that whoever is listed has it before them.

        Of those who handle confidential matters the second works, so that the first verifies.
        """
        incident = case.incident
        if incident.handler_id is not None:
            return self.duties.actor(incident.handler_id)
        if incident.audience == "confidential":
            return next(iter(self.duties.confidential.get(incident.unit_id, [])[1:]), None)
        crew = self.duties.handlers.get(incident.unit_id, [])
        return self.worker if self.worker in crew else next(iter(crew), None)

    @staticmethod
    def _id(actor: Actor | None) -> UUID | None:
        return actor.person_id if actor is not None else None
