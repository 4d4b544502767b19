"""The desk: meetings kept, a new one called, one that is being run on a tablet."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xiangyue.access.requests import signed_in, staff_only, standing
from xiangyue.assemblies import access, queries, services
from xiangyue.assemblies.forms import AnnounceForm, AnswerWishForm, ListForm
from xiangyue.assemblies.kinds import KEEP, kind_name, kind_of
from xiangyue.assemblies.models import Item, Sitting, WishState
from xiangyue.assemblies.pages import me, shell_of, tried
from xiangyue.assemblies.rules import may_open_at
from xiangyue.assemblies.showing import shown_item
from xiangyue.assemblies.words import no_quorum_words
from xiangyue.kernel.refusals import NotAllowed
from xiangyue.places.models import Place
from xiangyue.places.queries import within


@never_cache
@staff_only(KEEP)
@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """The meetings of my area: to come, or held; filters in the address."""
    mine, now = standing(request), timezone.now()
    which = request.GET.get("which", "")
    rows = access.sittings_to_run(mine)
    places = Place.objects.filter(pk__in=rows.values("place")).order_by("path")[:300]
    waiting = rows.filter(wishes__state=WishState.ASKED).distinct().count()
    if which == "held":
        rows = queries.held(rows)
    elif which == "all":
        rows = rows.order_by("-starts_at", "pk")
    else:
        which = ""
        rows = queries.to_come(rows, at=now)
    words = request.GET.get("q", "").strip()[:60]
    if words:
        rows = rows.filter(title__icontains=words)
    place = Place.objects.filter(code=request.GET.get("place", "")).first()
    if place is not None:
        rows = within(rows, place)
    context = {
        "shell": shell_of(request),
        "page": Paginator(rows, queries.PAGE_SIZE).get_page(request.GET.get("page")),
        "form": ListForm(request.GET or None, places=list(places)),
        "which": which,
        "is_narrowed": bool(words or place or which),
        "waiting_count": waiting,
    }
    return render(request, "assemblies/kept.html", context)


@never_cache
@staff_only(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def announce(request: HttpRequest) -> HttpResponse:
    """Call a meeting."""
    places = access.places_to_call(standing(request))
    if not places:
        raise NotAllowed(_("There is no meeting that your posts call."))
    councils = list(access.councils_at([place for place, _kinds in places])[:200])
    form = AnnounceForm(
        request.POST if request.method == "POST" else None, places=places, councils=councils
    )
    status = 200
    if form.is_bound:
        made: list[Sitting] = []

        def act() -> None:
            made.append(services.announce(**form.facts(), by=me(request), at=timezone.now()))

        status = tried(form, act)
        if not status:
            messages.success(
                request, _("The meeting is called; its notice is up. Those invited are told.")
            )
            return redirect("run-sitting", made[0].pk)
    context = {"shell": shell_of(request), "form": form}
    return render(request, "assemblies/announce.html", context, status=status)


@never_cache
@signed_in
@require_safe
def run(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """One meeting on a tablet: who is here, the agenda, what is before the room."""
    found = access.sitting_to_run(standing(request), sitting_id)
    return run_page(request, found)


def run_page(request: HttpRequest, found: Sitting, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    agenda = queries.agenda(found)
    chosen = _chosen(agenda, found, request.GET.get("item", ""))
    quorum = queries.quorum_of(found)
    coming, not_coming = queries.coming_counts(found)
    kind = kind_of(found)
    context = {
        "shell": shell_of(request),
        "sitting": found,
        "kind": kind,
        "kind_name": kind_name(found),
        "agenda": [(item, queries.is_item_in_time(item, found, at=now)) for item in agenda],
        "chosen": shown_item(chosen) if chosen is not None else None,
        "notes": chosen.notes.select_related("written_by") if chosen is not None else [],
        "is_chosen_in_time": chosen is not None and queries.is_item_in_time(chosen, found, at=now),
        "quorum": quorum,
        "no_quorum": "" if quorum.is_met or not kind.decides else no_quorum_words(found, quorum),
        "coming_count": coming,
        "not_coming_count": not_coming,
        "wishes": found.wishes.filter(state=WishState.ASKED),
        "invited_count": found.invitations.count(),
        "may_open": may_open_at(starts_at=found.starts_at, at=now),
        "minutes": getattr(found, "minutes", None),
    }
    return render(request, "assemblies/run.html", context, status=status)


def _chosen(agenda: list[Item], sitting: Sitting, wanted: str) -> Item | None:
    """The item asked for, else the one before the room, else the first."""
    by_key = {str(item.pk): item for item in agenda}
    return (
        by_key.get(wanted)
        or by_key.get(str(sitting.item_now_id))
        or (agenda[0] if agenda else None)
    )


@never_cache
@signed_in
@require_safe
def invited(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """Who is told by word of mouth, by where they live: a list for the grid worker's round."""
    found = access.sitting_to_run(standing(request), sitting_id)
    rows = queries.invited_without_phone(found)
    context = {
        "shell": shell_of(request),
        "sitting": found,
        "kind_name": kind_name(found),
        "page": Paginator(rows, 200).get_page(request.GET.get("page")),
        "invited_count": found.invitations.count(),
    }
    return render(request, "assemblies/invited.html", context)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def answer_wish(request: HttpRequest, wish_id: UUID) -> HttpResponse:
    """What somebody asks for: onto the agenda, or why not."""
    wish = access.wish_to_answer(standing(request), wish_id)
    form = AnswerWishForm(
        request.POST if request.method == "POST" else None, initial={"title": wish.text[:200]}
    )
    status = 200
    if form.is_bound:

        def act() -> object:
            return services.answer_wish(
                wish=wish, by=me(request), at=timezone.now(), **form.cleaned_data
            )

        status = tried(form, act)
        if not status:
            messages.success(request, _("It is answered."))
            return redirect("run-sitting", wish.sitting_id)
    context = {"shell": shell_of(request), "wish": wish, "sitting": wish.sitting, "form": form}
    return render(request, "assemblies/answer_wish.html", context, status=status)
