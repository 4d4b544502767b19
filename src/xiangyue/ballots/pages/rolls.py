"""The secretary's desk: rolls and the lists they are drawn from."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyue.access.pages import show_refusal
from xiangyue.access.requests import person, staff_only, standing
from xiangyue.ballots import access, services
from xiangyue.ballots.drawing import current_members
from xiangyue.ballots.elections.queries import page_of_roll
from xiangyue.ballots.forms import (
    AddForm,
    AnswerForm,
    DrawForm,
    MembersForm,
    ObjectForm,
    ReasonForm,
    member_kinds,
)
from xiangyue.ballots.models import Basis, Roll, RollState
from xiangyue.ballots.reading import rule_of
from xiangyue.ballots.services.members import found_people, matched
from xiangyue.ballots.services.rolls import unsettled
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Person
from xiangyue.places.queries import county_place

PAGE_SIZE = 40


@never_cache
@staff_only(access.KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def draw(request: HttpRequest, code: str) -> HttpResponse:
    """Which body votes at the place: its roll is drawn from the register."""
    place = access.place_to_keep(standing(request), code)
    form = DrawForm(request.POST or None, place=place)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                roll = services.draw_roll(
                    place=place, by=person(request), at=timezone.now(), **form.chosen()
                )
            except Refused as refusal:
                status = refusal.status
                show_refusal(form, refusal)
            else:
                return redirect("keep-roll", roll.pk)
    context = {"place": place, "form": form, "kinds": member_kinds(place).items()}
    return render(request, "ballots/draw.html", context, status=status)


@never_cache
@staff_only(access.KEEP)
@require_safe
def roll(request: HttpRequest, roll_id: UUID) -> HttpResponse:
    return _page(request, access.roll_to_keep(standing(request), roll_id))


def _page(
    request: HttpRequest,
    found: Roll,
    *,
    add: AddForm | None = None,
    enter: ObjectForm | None = None,
    status: int = 200,
) -> HttpResponse:
    words, which = request.GET.get("q", "").strip()[:60], request.GET.get("which", "")
    rows = found.entries.order_by("number")
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(group__icontains=words))
    if which == "doubtful":
        rows = rows.filter(is_doubtful=True, is_struck=False)
    elif which == "changed":
        rows = rows.filter(Q(is_struck=True) | Q(was_added=True))
    now = timezone.now()
    return render(
        request,
        "ballots/keep_roll.html",
        {
            "roll": found,
            "rule_name": rule_of(found).name.in_language(get_language()),
            "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
            "words": words,
            "which": which,
            "doubtful_count": found.entries.filter(is_doubtful=True, is_struck=False).count(),
            "changed_count": found.entries.filter(Q(is_struck=True) | Q(was_added=True)).count(),
            "unsettled": unsettled(found, at=now) if found.state == RollState.PUBLISHED else [],
            "is_changeable": found.state != RollState.FIXED,
            "objections": found.objections.order_by("answered_at", "raised_at"),
            "ballots": found.ballots.order_by("-opens_at"),
            "apart_url": page_of_roll(found),
            "add": add or AddForm(prefix="add"),
            "enter": enter or ObjectForm(prefix="enter", is_for_others=True),
        },
        status=status,
    )


@staff_only(access.KEEP)
@require_POST
def step(request: HttpRequest, roll_id: UUID, verb: str) -> HttpResponse:
    """Publish, confirm all who are in doubt, or fix."""
    found = access.roll_to_keep(standing(request), roll_id)
    who, now = person(request), timezone.now()
    assert who is not None
    try:
        if verb == "publish":
            services.publish_roll(roll=found, by=who, at=now)
            messages.success(request, _("The roll is published; people may object to it now."))
        elif verb == "confirm":
            count = services.confirm_entries(roll=found, entries=None, by=who, at=now)
            text = ngettext("%(count)d entry is confirmed.", "%(count)d entries are confirmed.",
                            count)  # fmt: skip
            messages.success(request, text % {"count": count})
        else:
            services.fix_roll(roll=found, by=who, at=now)
            messages.success(request, _("The roll stands; nothing of it changes any more."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("keep-roll", roll_id)


@never_cache
@staff_only(access.KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def strike(request: HttpRequest, roll_id: UUID, entry_number: int) -> HttpResponse:
    entry = access.entry_to_keep(standing(request), roll_id, entry_number)
    who = person(request)
    assert who is not None
    form = ReasonForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.strike_from_roll(
                    entry=entry, reason=form.cleaned_data["reason"], by=who, at=timezone.now()
                )
            except Refused as refusal:
                status = refusal.status
                show_refusal(form, refusal)
            else:
                messages.success(
                    request, _("%(name)s is struck from the roll.") % {"name": entry.name}
                )
                return redirect("keep-roll", roll_id)
    context = {"roll": entry.roll, "entry": entry, "form": form}
    return render(request, "ballots/strike.html", context, status=status)


@staff_only(access.KEEP)
@require_POST
def add(request: HttpRequest, roll_id: UUID) -> HttpResponse:
    found = access.roll_to_keep(standing(request), roll_id)
    who = person(request)
    assert who is not None
    form = AddForm(request.POST, prefix="add")
    status = 422
    if form.is_valid():
        try:
            name = form.cleaned_data["name"]
            (someone,) = found_people(place=county_place(), text=name, field="name")
            voter = someone.household if found.basis == Basis.HOUSEHOLDS else someone
            services.add_to_roll(
                roll=found, voter=voter or someone, reason=form.cleaned_data["reason"], by=who,
                at=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            status = refusal.status
            _place(form, refusal, {"voter": "name"})
        else:
            messages.success(request, _("%(name)s stands on the roll now.") % {"name": name})
            return redirect("keep-roll", roll_id)
    return _page(request, found, add=form, status=status)


def _place(form: Form, refusal: Refused, renamed: dict[str, str]) -> None:
    refusal.fields = {renamed.get(key, key): words for key, words in refusal.fields.items()}
    show_refusal(form, refusal)


@staff_only(access.KEEP)
@require_POST
def enter_objection(request: HttpRequest, roll_id: UUID) -> HttpResponse:
    """What somebody said at the counter."""
    found = access.roll_to_keep(standing(request), roll_id)
    form = ObjectForm(request.POST, prefix="enter", is_for_others=True)
    status = 422
    if form.is_valid():
        try:
            services.object_to_roll(
                roll=found, entered_by=person(request), at=timezone.now(), **form.cleaned_data
            )
        except Refused as refusal:
            status = refusal.status
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The objection is entered."))
            return redirect("keep-roll", roll_id)
    return _page(request, found, enter=form, status=status)


@never_cache
@staff_only(access.KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, objection_id: UUID) -> HttpResponse:
    objection = access.objection_to_answer(standing(request), objection_id)
    who = person(request)
    assert who is not None
    form = AnswerForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.answer_roll_objection(
                    objection=objection, text=form.cleaned_data["answer"],
                    is_upheld=form.cleaned_data["is_upheld"] == "yes", by=who, at=timezone.now(),
                )  # fmt: skip
            except Refused as refusal:
                status = refusal.status
                show_refusal(form, refusal)
            else:
                messages.success(request, _("The objection is answered."))
                return redirect("keep-roll", objection.roll_id)
    context = {"objection": objection, "roll": objection.roll, "form": form}
    return render(request, "ballots/answer.html", context, status=status)


@never_cache
@staff_only(access.KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def members(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """A list that the clerk keeps: pasted names are matched, and shown where they are unclear."""
    place = access.place_to_keep(standing(request), code)
    kinds = member_kinds(place)
    if kind not in kinds:
        return redirect("draw-roll", code)
    who, now = person(request), timezone.now()
    assert who is not None
    form = MembersForm(request.POST or None)
    unclear, status = [], 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            text, on = form.cleaned_data["names"], form.cleaned_data["on"]
            keys = [key for key in request.POST.getlist("who") if len(key) == 36]
            try:
                count = services.import_members(
                    place=place, kind=kind, text=text, on=on, at=now, by=who,
                    chosen=_chosen(keys),
                )  # fmt: skip
            except Refused as refusal:
                status = refusal.status
                show_refusal(form, refusal)
                found = matched(place=place, kind=kind, text=text, on=on)
                unclear = [match for match in found if len(match.people) != 1]
            else:
                text = ngettext("%(count)d name is new.", "%(count)d names are new.", count)
                messages.success(request, text % {"count": count})
                return redirect("vote-members", code, kind)
    rows = current_members(place, kind, on=timezone.localdate(now)).select_related("person")
    return render(
        request,
        "ballots/members.html",
        {
            "place": place,
            "kind": kind,
            "name": kinds[kind],
            "form": form,
            "unclear": unclear,
            "page": Paginator(rows.order_by("person__name", "pk"), PAGE_SIZE).get_page(
                request.GET.get("page")
            ),
        },
        status=status,
    )


def _chosen(keys: list[str]) -> list[Person]:
    try:
        wanted = [UUID(key) for key in keys]
    except ValueError:
        return []
    return list(Person.objects.filter(pk__in=wanted))


@staff_only(access.KEEP)
@require_POST
def end_member(request: HttpRequest, member_id: int) -> HttpResponse:
    row = access.membership_to_keep(standing(request), member_id)
    who, now = person(request), timezone.now()
    assert who is not None
    try:
        services.end_membership(membership=row, on=timezone.localdate(now), by=who, at=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("%(name)s is on this list no more.") % {"name": row.person.name}
        )
    return redirect("vote-members", row.place.code, row.kind)
