"""One incident: the whole history for those who work on it, what was told for its reporter."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xiangyue.access.offline import keep_on_phone
from xiangyue.access.requests import person, signed_in, standing
from xiangyue.blueprints.queries import meaning
from xiangyue.calendars.queries import explain_clock
from xiangyue.incidents.access import incident_for, works_on
from xiangyue.incidents.acts import acts_ahead, acts_for, pending_extension
from xiangyue.incidents.blueprint import IncidentCategory, Question
from xiangyue.incidents.likenesses import likenesses_of
from xiangyue.incidents.models import Incident, PhotoStage
from xiangyue.incidents.pages.acting import in_reach, may_be_kept, shell_of
from xiangyue.incidents.queries import as_geojson
from xiangyue.incidents.reading import may_read_reporter, read_reporter
from xiangyue.incidents.reporters import reporter_of
from xiangyue.incidents.rules import MOVES, OPEN, Right, State, Verb
from xiangyue.incidents.services import Actor, may_reissue_slip
from xiangyue.incidents.showing import may_decide, shown_photos
from xiangyue.kernel.onward import ways_on
from xiangyue.places.queries import full_name

SHOWN_REPORTER = "shown_reporter"
# What is done out walking, whose forms a phone keeps besides those of what is usually next.
FIELD_VERBS = frozenset({Verb.NOTE, Verb.WAIT, Verb.HAND_ON, Verb.REFUSE})


@signed_in
def show_incident(request: HttpRequest, number: str) -> HttpResponse:
    """The incident as the person may see it."""
    mine = standing(request)
    actor = Actor(mine)
    incident = incident_for(mine, number)
    if not works_on(mine, incident):
        return show_to_reporter(
            request,
            incident,
            actor,
            act_url=lambda verb: reverse("act", args=[number, verb]),
            back=reverse("my-incidents"),
        )
    main_acts, other_acts = in_reach(acts_for(incident, actor))
    reporter = _reporter_shown(request, incident)
    response = render(
        request,
        "incidents/incident.html",
        {
            **told_of(incident),
            "shell": shell_of(request),
            "is_desk": mine.works_at_desk,
            "back": reverse("inbox" if mine.works_at_desk else "home"),
            "main_acts": main_acts,
            "other_acts": other_acts,
            "ways_on": ways_on(request, incident),
            "ahead_acts": acts_ahead(incident, actor),
            "field_verbs": FIELD_VERBS,
            "steps": incident.steps.select_related("actor", "to_unit", "sent"),
            "extension": pending_extension(incident, actor),
            "suggested": incident.suggested_unit if incident.state == State.REPORTED else None,
            "children": incident.children.select_related("unit", "category"),
            "explanation": explain_clock(incident.clock),
            "likenesses": likenesses_of(incident, mine),
            "may_show_photos": incident.audience == "public" and may_decide(mine, incident),
            "shown_ids": set(shown_photos(incident).values_list("photo_id", flat=True)),
            "may_see_reporter": may_read_reporter(incident, mine),
            "may_reissue_slip": may_reissue_slip(incident, actor),
            "reporter": reporter,
            "points": as_geojson([incident], url=lambda _number: "", at=timezone.now())
            if incident.latitude is not None
            else None,
        },
    )
    return keep_on_phone(response) if may_be_kept(incident) and reporter is None else response


def show_to_reporter(
    request: HttpRequest,
    incident: Incident,
    actor: Actor,
    *,
    act_url: Callable[[str], str],
    back: str,
) -> HttpResponse:
    """What the reporter, or the holder of the slip, sees: where it stands and what was said."""
    # Staff who hold the slip act as staff elsewhere.
    acts = [act for act in acts_for(incident, actor) if Right.REPORTER in MOVES[act.verb].rights]
    main_acts, other_acts = in_reach(acts)
    return render(
        request,
        "incidents/my_incident.html",
        {
            **told_of(incident),
            "back": back,
            "main_acts": [(act, act_url(str(act.verb))) for act in main_acts],
            "other_acts": [(act, act_url(str(act.verb))) for act in other_acts],
            "steps": incident.steps.filter(is_told=True).select_related("to_unit"),
            "explanation": explain_clock(incident.clock) if incident.state in OPEN else "",
        },
    )


def told_of(incident: Incident) -> dict[str, Any]:
    """What every view of an incident shows."""
    category = meaning(incident.category, IncidentCategory)
    language = get_language()
    photos = list(incident.photos.order_by("added_at"))
    return {
        "incident": incident,
        "stages": stages_of(incident),
        "report_photos": [photo for photo in photos if photo.stage == PhotoStage.REPORT],
        "handling_photos": [photo for photo in photos if photo.stage == PhotoStage.HANDLING],
        "support_count": incident.supports.count(),
        "full_place": full_name(incident.place),
        "emergency": category.emergency.in_language(language)
        if category.emergency and incident.state in OPEN
        else "",
        "answers": [
            {
                "label": question.label.in_language(language),
                "text": _in_words(question, str(incident.answers[question.key])),
            }
            for question in category.questions
            if question.key in incident.answers
        ],
    }


def _in_words(question: Question, answer: str) -> str:
    """An answer as people read it; choices and yes or no are kept by their keys."""
    if question.kind == "yes_no":
        return {"yes": _("Yes"), "no": _("No")}.get(answer, answer)
    for choice in question.choices:
        if choice.key == answer:
            return choice.label.in_language(get_language())
    return answer


def stages_of(incident: Incident) -> list[dict[str, object]]:
    """The loop in one line, for the eye."""
    order = [
        (_("Received"), {State.REPORTED}),
        (_("With a unit"), {State.DISPATCHED}),
        (_("In progress"), {State.IN_PROGRESS, State.WAITING}),
        (_("Verification"), {State.HANDLED}),
        (_("Answered"), {State.ANSWERED}),
        (_("Closed"), {State.CLOSED, State.MERGED}),
    ]
    position = next(i for i, (_title, states) in enumerate(order) if incident.state in states)
    is_over = incident.state in {State.CLOSED, State.MERGED}
    return [
        {
            "title": title,
            "is_done": index < position or is_over,
            "is_current": index == position and not is_over,
        }
        for index, (title, _states) in enumerate(order)
    ]


def _reporter_shown(request: HttpRequest, incident: Incident) -> Any:
    """Once for each logged reading; looking again is another reading."""
    if request.session.pop(SHOWN_REPORTER, "") != incident.number:
        return None
    return reporter_of(incident) if may_read_reporter(incident, standing(request)) else None


@signed_in
@require_POST
def see_reporter(request: HttpRequest, number: str) -> HttpResponse:
    """Show the reporter's name and number to whose post needs it; the reading is logged."""
    mine, who = standing(request), person(request)
    assert who is not None
    read_reporter(incident=incident_for(mine, number), reader=who, standing=mine, at=timezone.now())
    request.session[SHOWN_REPORTER] = number
    return redirect("incident", number)
