"""Meetings as everybody reads them, and what residents do: come, ask, speak, be marked."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyue.access.requests import person, sign_in_first, signed_in, standing
from xiangyue.assemblies import access, queries, services
from xiangyue.assemblies.forms import CodeForm, WishForm
from xiangyue.assemblies.kinds import kind_name, kind_of
from xiangyue.assemblies.models import Sitting, StateChoices, TurnState
from xiangyue.assemblies.pages import me, shell_of, tried
from xiangyue.assemblies.printing import minutes_pdf
from xiangyue.assemblies.showing import shown_item
from xiangyue.kernel.refusals import NotFound, Refused
from xiangyue.places.models import Place, PlaceKind
from xiangyue.places.queries import within


@require_safe
def sittings(request: HttpRequest) -> HttpResponse:
    """Meetings to come, mine, and those that were held, everywhere or at one place."""
    which, now = request.GET.get("which", ""), timezone.now()
    rows = queries.public_sittings()
    who = person(request)
    if which == "mine" and who is not None:
        rows = queries.invited_to(who, at=now)
    elif which == "held":
        rows = queries.held(rows)
    else:
        which = ""
        rows = queries.to_come(rows, at=now)
    place = Place.objects.filter(code=request.GET.get("place", "")).first()
    if place is not None:
        rows = within(rows, place)
    context = {
        "shell": shell_of(request),
        "page": Paginator(rows, queries.PAGE_SIZE).get_page(request.GET.get("page")),
        "which": which,
        "place": place,
        "is_signed_in": who is not None,
        "towns": Place.objects.filter(kind=PlaceKind.TOWN, is_active=True).order_by("path"),
    }
    return render(request, "assemblies/sittings.html", context)


@never_cache
@require_safe
def sitting(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """One meeting: when, where, the agenda with its papers, what was decided, public minutes."""
    found = access.public_sitting(sitting_id)
    return sitting_page(request, found)


def sitting_page(request: HttpRequest, found: Sitting, *, status: int = 200) -> HttpResponse:
    mine, who = standing(request), person(request)
    here = queries.attendance_of(found, who.pk if who is not None else None)
    minutes = getattr(found, "minutes", None) if found.state == StateChoices.SIGNED else None
    is_open = found.state == StateChoices.OPEN
    context = {
        "shell": shell_of(request),
        "sitting": found,
        "kind": kind_of(found),
        "kind_name": kind_name(found),
        "items": [shown_item(item) for item in queries.agenda(found)],
        "quorum": queries.quorum_of(found) if found.opened_at is not None else None,
        "minutes": minutes if minutes is not None and kind_of(found).is_public else None,
        "coming": found.comings.filter(person=who).first() if who is not None else None,
        "is_invited": who is not None and found.invitations.filter(person=who).exists(),
        "own_wishes": found.wishes.filter(person=who) if who is not None else [],
        "here": here,
        "own_turn": found.turns.filter(
            attendance=here, state__in=[TurnState.WAITING, TurnState.SPEAKING]
        ).first()
        if here is not None
        else None,
        "is_open": is_open,
        "is_signed_in": who is not None,
        "runs": access.may_run(mine, found),
        "may_ask_for_others": access.may_ask_for_others(mine, found),
        "may_read_minutes": found.closed_at is not None
        and (access.may_run(mine, found) or access.is_signer(mine, found) or here is not None),
    }
    return render(request, "assemblies/sitting.html", context, status=status)


@signed_in
@require_POST
def say_coming(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """I will come, or cannot."""
    found = access.public_sitting(sitting_id)
    is_coming = request.POST.get("coming") == "yes"
    try:
        services.say_coming(
            sitting=found, person=me(request), is_coming=is_coming, at=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return sitting_page(request, access.public_sitting(sitting_id), status=refusal.status)
    messages.success(request, _("Thank you; only how many come is shown, never who."))
    return redirect("sitting", sitting_id)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """Ask for an item, or enter what somebody else asks for."""
    found = access.public_sitting(sitting_id)
    is_for_others = access.may_ask_for_others(standing(request), found)
    form = WishForm(request.POST if request.method == "POST" else None, is_for_others=is_for_others)
    status = 200
    if form.is_bound:
        who = me(request)

        def act() -> object:
            said = form.cleaned_data
            others = (
                {"entered_by": who, "said_by": said["said_by"]} if is_for_others else {"by": who}
            )
            return services.ask_for_item(
                sitting=found, text=said["text"], at=timezone.now(), **others
            )

        status = tried(form, act)
        if not status:
            messages.success(request, _("It has been asked for and will be answered."))
            return redirect("sitting", sitting_id)
    context = {
        "shell": shell_of(request), "sitting": found, "form": form, "kind_name": kind_name(found),
    }  # fmt: skip
    return render(request, "assemblies/ask.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def here(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """Whoever scans the code on the screen says that they are here; it is them alone."""
    found = access.public_sitting(sitting_id)
    who = person(request)
    if who is None:
        return sign_in_first(request)
    form = CodeForm(
        request.POST if request.method == "POST" else None,
        initial={"code": request.GET.get("code", "")[:40]},
    )
    status = 200
    if form.is_bound:
        code = str(form.data.get("code", ""))

        def act() -> object:
            return services.come_by_code(sitting=found, person=who, code=code, at=timezone.now())

        status = tried(form, act)
        if not status:
            messages.success(request, _("You are here. Thank you for coming."))
            return redirect("sitting", sitting_id)
        if "code" in form.errors:
            try:
                services.count_wrong_code(who, at=timezone.now())
            except Refused as refusal:
                form.add_error(None, str(refusal))
                status = refusal.status
    context = {
        "shell": shell_of(request), "sitting": found, "form": form, "kind_name": kind_name(found),
        "name": who.name,
    }  # fmt: skip
    return render(request, "assemblies/here.html", context, status=status)


@signed_in
@require_POST
def speak(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """Ask to speak to what is before the room."""
    found, who = access.public_sitting(sitting_id), me(request)
    try:
        mine = queries.attendance_of(found, who.pk)
        if mine is None or found.item_now is None:
            raise services.WrongPerson(_("Only who is here can ask to speak."))
        services.ask_to_speak(item=found.item_now, attendance=mine, by=who, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return sitting_page(request, access.public_sitting(sitting_id), status=refusal.status)
    messages.success(request, _("You are in the queue."))
    return redirect("sitting", sitting_id)


@signed_in
@require_POST
def step_back(request: HttpRequest, speaking_id: int) -> HttpResponse:
    """Leave the queue."""
    turn = access.own_turn(me(request), speaking_id)
    try:
        services.step_back(turn=turn, by=me(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You have left the queue."))
    return redirect("sitting", turn.sitting_id)


@require_safe
def public_minutes(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """The signed public minutes as a PDF.

    :raises NotFound: they are not signed, or not public.
    """
    found = access.public_sitting(sitting_id)
    if found.state != StateChoices.SIGNED or not kind_of(found).is_public:
        raise NotFound(_("There are no public minutes of this meeting yet."))
    return pdf(minutes_pdf(found, is_public=True, at=timezone.now()), f"minutes-{found.pk}.pdf")


def pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
