"""The acts on a meeting, an item, a motion and an amendment: one page for each, all alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from xiangyue.access.requests import signed_in, standing
from xiangyue.assemblies import access, services
from xiangyue.assemblies.forms import (
    ItemForm,
    MoveForm,
    OpenForm,
    PaperListForm,
    ReasonForm,
    RollForm,
    SittingForm,
)
from xiangyue.assemblies.item_forms import (
    AmendForm,
    BindForm,
    DecideForm,
    HandsForm,
    MotionForm,
    NoteForm,
    OrderForm,
    SecondForm,
    SpeakForm,
)
from xiangyue.assemblies.models import Attendance, Item, Sitting
from xiangyue.assemblies.motion_models import Amendment, Motion
from xiangyue.assemblies.pages import me, shell_of, tried
from xiangyue.assemblies.showing import here_by_name
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Person

Do = Callable[[Any, Any, Person, datetime], object]


@dataclass(frozen=True, slots=True)
class Act:
    """One act: how its page is called, what is entered, what is done, what is said when done."""

    title: str | Promise
    done: str | Promise
    do: Do
    form: type[SittingForm] = SittingForm
    lead: str | Promise = ""
    goes_on: str = ""  # the page that comes next, else the one it came from


def _required(form: Any, name: str) -> Attendance:
    found: Attendance | None = form.attendance(name)
    assert found is not None  # the field is required
    return found


def _second(form: Any, motion: Motion, by: Person, at: datetime) -> object:
    seconder = _required(form, "seconder")
    return services.second(motion=motion, seconder=seconder, by=by, at=at)


def _roll(form: Any, sitting: Sitting, by: Person, at: datetime) -> object:
    roll = form.chosen()
    if roll is not None:
        return services.choose_roll(sitting=sitting, roll=roll, by=by, at=at)
    return services.expect(sitting=sitting, count=form.cleaned_data.get("count") or 0, by=by, at=at)


def _paper_list(form: Any, sitting: Sitting, by: Person, at: datetime) -> object:
    _count, unclear = services.type_in_list(
        sitting=sitting, names=form.lines(), is_voice=form.cleaned_data["is_voice"], by=by, at=at
    )
    return unclear


def _close(form: Any, sitting: Sitting, by: Person, at: datetime) -> object:
    closed = services.close_sitting(sitting=sitting, by=by, at=at)
    return services.draft_minutes(sitting=closed, by=by, at=at)


SITTING_ACTS: Mapping[str, Act] = {
    "move": Act(
        gettext_lazy("Move the meeting"), gettext_lazy("It is moved; all are told anew."),
        lambda form, one, by, at: services.move_sitting(
            sitting=one, by=by, at=at, **form.cleaned_data
        ),
        MoveForm,
    ),
    "call-off": Act(
        gettext_lazy("Call the meeting off"), gettext_lazy("It is called off; all are told."),
        lambda form, one, by, at: services.call_off(
            sitting=one, by=by, at=at, **form.cleaned_data
        ),
        ReasonForm,
    ),
    "add-item": Act(
        gettext_lazy("A further item"),
        gettext_lazy("It stands on the agenda and is announced."),
        lambda form, one, by, at: services.add_item(
            sitting=one, by=by, at=at, **form.cleaned_data
        ),
        ItemForm,
        lead=gettext_lazy(
            "Its own notice period begins today: if that is too short for the day of the meeting,"
            " it can be talked about and put off, not decided."
        ),
    ),
    "roll": Act(
        gettext_lazy("Who belongs to the meeting"), gettext_lazy("Kept."), _roll, RollForm,
        lead=gettext_lazy("Of these so many must be here before anything can be decided."),
    ),
    "open": Act(
        gettext_lazy("Open the meeting"), gettext_lazy("The meeting is open."),
        lambda form, one, by, at: services.open_sitting(
            sitting=one, by=by, at=at, **form.chosen()
        ),
        OpenForm,
    ),
    "paper-list": Act(
        gettext_lazy("Type in the paper list"), gettext_lazy("The list is entered."), _paper_list,
        PaperListForm,
    ),
    "close": Act(
        gettext_lazy("Close the meeting"),
        gettext_lazy("The meeting is closed; the minutes are drafted from what happened."),
        _close,
        lead=gettext_lazy("What was not decided stays undecided."),
        goes_on="write-sitting-minutes",
    ),
}  # fmt: skip

ITEM_ACTS: Mapping[str, Act] = {
    "edit": Act(
        gettext_lazy("Change the item"), gettext_lazy("It is changed and announced anew."),
        lambda form, one, by, at: services.change_item(item=one, by=by, at=at, **form.cleaned_data),
        ItemForm,
        lead=gettext_lazy("Its notice period begins anew today."),
    ),
    "take-up": Act(
        gettext_lazy("Take up this item"), gettext_lazy("It is before the room."),
        lambda form, one, by, at: services.take_up_item(item=one, by=by, at=at),
    ),
    "note": Act(
        gettext_lazy("Write down what was said"), gettext_lazy("Written down."),
        lambda form, one, by, at: services.write_note(item=one, by=by, at=at, **form.cleaned_data),
        NoteForm,
    ),
    "speak": Act(
        gettext_lazy("Somebody asks to speak"), gettext_lazy("They are in the queue."),
        lambda form, one, by, at: services.ask_to_speak(
            item=one, attendance=_required(form, "who"), by=by, at=at
        ),
        SpeakForm,
    ),
    "next": Act(
        gettext_lazy("The next speaks"), gettext_lazy("The next speaks."),
        lambda form, one, by, at: services.call_next(item=one, by=by, at=at),
    ),
    "motion": Act(
        gettext_lazy("A motion"), gettext_lazy("It is moved."),
        lambda form, one, by, at: services.move(
            item=one, text=form.cleaned_data["text"], mover=_required(form, "mover"),
            seconder=form.attendance("seconder"), by=by, at=at,
        ),
        MotionForm,
    ),
    "vote": Act(
        gettext_lazy("Decide it by a vote"), gettext_lazy("The vote decides this item."),
        lambda form, one, by, at: services.bind_ballot(
            item=one, ballot=form.chosen(), by=by, at=at
        ),
        BindForm,
    ),
    "decide": Act(
        gettext_lazy("What was decided"), gettext_lazy("It is decided."),
        lambda form, one, by, at: services.decide_item(
            item=one, outcome=form.cleaned_data["outcome"], text=form.cleaned_data["text"],
            motion=form.chosen(), by=by, at=at,
        ),
        DecideForm,
        lead=gettext_lazy("What is decided stays."),
    ),
}  # fmt: skip

MOTION_ACTS: Mapping[str, Act] = {
    "second": Act(gettext_lazy("Second the motion"), gettext_lazy("It is seconded."), _second,
                  SecondForm),
    "withdraw": Act(
        gettext_lazy("Withdraw the motion"), gettext_lazy("It is withdrawn, and stays to be read."),
        lambda form, one, by, at: services.withdraw_motion(motion=one, by=by, at=at),
    ),
    "amend": Act(
        gettext_lazy("An amendment"), gettext_lazy("The amendment is moved."),
        lambda form, one, by, at: services.amend(
            motion=one, text=form.cleaned_data["text"], mover=_required(form, "mover"), by=by, at=at
        ),
        AmendForm,
    ),
    "order": Act(
        gettext_lazy("The order of the amendments"), gettext_lazy("The order is kept."),
        lambda form, one, by, at: services.order_amendments(
            motion=one, positions=form.chosen(), by=by, at=at
        ),
        OrderForm,
    ),
}  # fmt: skip

AMENDMENT_ACTS: Mapping[str, Act] = {
    "decide": Act(
        gettext_lazy("Decide the amendment"), gettext_lazy("The amendment is decided."),
        lambda form, one, by, at: services.decide_amendment(
            amendment=one, by=by, at=at, **form.facts()
        ),
        HandsForm,
        lead=gettext_lazy("More than half of those who are here and count must be for it."),
    ),
    "withdraw": Act(
        gettext_lazy("Withdraw the amendment"),
        gettext_lazy("It is withdrawn, and stays to be read."),
        lambda form, one, by, at: services.withdraw_amendment(amendment=one, by=by, at=at),
    ),
}  # fmt: skip


def _page(
    request: HttpRequest,
    acts: Mapping[str, Act],
    name: str,
    subject: Sitting | Item | Motion | Amendment,
    *,
    sitting: Sitting,
    item: Item | None,
    **choices: Any,
) -> HttpResponse:
    act = acts.get(name)
    if act is None:
        raise NotFound(_("There is no such page."))
    now = timezone.now()
    form = act.form(
        request.POST if request.method == "POST" else None, subject=subject, at=now, **choices
    )
    back = reverse("run-sitting", args=[sitting.pk])
    if item is not None:
        back = f"{back}?{urlencode({'item': str(item.pk)})}"
    status = 200
    if form.is_bound:
        found: list[object] = []

        def do() -> None:
            assert act is not None
            found.append(act.do(form, subject, me(request), now))

        status = tried(form, do)
        if not status:
            messages.success(request, str(act.done))
            if name == "paper-list" and found[0]:
                messages.warning(
                    request,
                    _("These need a look, as nobody or several are called so: %(names)s")
                    % {"names": "、".join(str(one) for one in found[0][:20])},  # type: ignore[index]
                )
            return redirect(reverse(act.goes_on, args=[sitting.pk]) if act.goes_on else back)
    context = {
        "shell": shell_of(request), "act": act, "form": form, "back": back, "sitting": sitting,
        "item": item, "subject": subject,
    }  # fmt: skip
    return render(request, "assemblies/act.html", context, status=status)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def on_sitting(request: HttpRequest, sitting_id: UUID, sitting_act: str) -> HttpResponse:
    """An act on the meeting itself."""
    found = access.sitting_to_run(standing(request), sitting_id)
    choices: dict[str, Any] = {}
    if sitting_act == "roll":
        choices["rolls"] = list(access.rolls_for(found)[:20])
    elif sitting_act == "open":
        choices["people"] = list(access.people_to_chair(found, at=timezone.now())[:300])
    return _page(request, SITTING_ACTS, sitting_act, found, sitting=found, item=None, **choices)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def on_item(request: HttpRequest, agenda_item_id: UUID, item_act: str) -> HttpResponse:
    """An act on an item."""
    found = access.item_to_run(standing(request), agenda_item_id)
    choices: dict[str, Any] = {}
    if item_act in {"speak", "motion"}:
        choices["here"] = here_by_name(found.sitting)
    elif item_act == "vote":
        choices["ballots"] = list(access.ballots_for(found)[:30])
    return _page(request, ITEM_ACTS, item_act, found, sitting=found.sitting, item=found, **choices)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def on_motion(request: HttpRequest, motion_id: UUID, motion_act: str) -> HttpResponse:
    """An act on a motion."""
    found = access.motion_to_run(standing(request), motion_id)
    choices: dict[str, Any] = {}
    if motion_act in {"second", "amend"}:
        choices["here"] = here_by_name(found.sitting)
    return _page(
        request, MOTION_ACTS, motion_act, found, sitting=found.sitting, item=found.item, **choices
    )


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def on_amendment(request: HttpRequest, amendment_id: UUID, amendment_act: str) -> HttpResponse:
    """An act on an amendment."""
    found = access.amendment_to_run(standing(request), amendment_id)
    return _page(
        request, AMENDMENT_ACTS, amendment_act, found, sitting=found.sitting, item=found.motion.item
    )
