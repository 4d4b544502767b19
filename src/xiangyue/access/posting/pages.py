"""The desk at which posts are given and ended, and from which one sees where nobody is."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xiangyue.access.pages import show_refusal
from xiangyue.access.posting import access, queries, services
from xiangyue.access.posting.forms import GivePostForm, PostsForm
from xiangyue.access.requests import person, staff_only, standing
from xiangyue.access.services import log_read
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Organisation, Person, Place, Post
from xiangyue.places.queries import full_name
from xiangyue.places.rules import short_name

PLACES_SHOWN = 30


@never_cache
@staff_only(services.KEEP)
@require_safe
def posts(request: HttpRequest) -> HttpResponse:
    """Who holds which post in the area whose posts one keeps."""
    mine = standing(request)
    form = PostsForm(request.GET or None)
    asked = {name: request.GET.get(name, "")[:60] for name in form.fields}
    rows = queries.posts_kept_by(mine, at=timezone.now())
    found = _places_called(request, asked["place"])
    if asked["place"].strip() and len(found) != 1:
        rows = rows.filter(place__in=found)
    rows = queries.narrowed(
        rows,
        place=found[0] if len(found) == 1 else None,
        role=asked["role"],
        organisation=asked["organisation"],
        name=asked["name"],
    )
    page = Paginator(rows, queries.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": _rows(page, mine.person_id),
        "form": form,
        "is_narrowed": any(asked.values()),
    }
    return render(request, "access/posts.html", context)


def _places_called(request: HttpRequest, text: str) -> list[Place]:
    """The place with the code, else those whose name holds what was entered."""
    text = text.strip()
    if not text:
        return []
    mine = queries.places_kept_by(standing(request))
    return list(mine.filter(code=text)[:1]) or list(mine.filter(name__icontains=text)[:200])


def _rows(posts: Any, own_id: UUID | None) -> list[dict[str, Any]]:
    names = queries.role_names()
    listed = list(posts)
    places = queries.full_names(post.place for post in listed)
    return [
        {
            "post": post,
            "role_name": names.get(post.role, post.role),
            "place_name": places[post.place_id],
            "may_end": post.derived_from_id is None and post.person_id != own_id,
        }
        for post in listed
    ]


@never_cache
@staff_only(services.KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def give_post(request: HttpRequest) -> HttpResponse:
    """First the place, then role, unit and person, then whom that means, then it is given."""
    mine = standing(request)
    code = request.GET.get("place", "")
    if not code:
        return _choose_place(request)
    place = access.place_for(mine, code)
    form = GivePostForm(request.POST or None, place=place)
    if not form.is_bound or "change" in request.POST:
        return _give_page(request, place, form)
    if not form.is_valid():
        return _give_page(request, place, form, status=422)
    step = _given if "confirmed" in request.POST else _confirm_page
    try:
        return step(request, place, form)
    except Refused as refusal:
        show_refusal(form, refusal)
        return _give_page(request, place, form, status=refusal.status)


def _choose_place(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("called", "").strip()[:60]
    mine = standing(request)
    rows = queries.places_kept_by(mine)
    depth = min(len(area) for area in mine.areas(services.KEEP)) // Place.steplen + 1
    rows = rows.filter(name__icontains=text) if text else rows.filter(depth__lte=depth)
    found = list(rows[: PLACES_SHOWN + 1])
    names = queries.full_names(found)
    context = {
        "text": text,
        "places": [(place, names[place.pk]) for place in found[:PLACES_SHOWN]],
        "has_more": len(found) > PLACES_SHOWN,
    }
    return render(request, "access/give_post_where.html", context)


def _give_page(
    request: HttpRequest, place: Place, form: GivePostForm, *, status: int = 200
) -> HttpResponse:
    context = {"place": place, "place_name": full_name(place), "form": form}
    return render(request, "access/give_post.html", context, status=status)


def _unit(request: HttpRequest, form: GivePostForm) -> Organisation | None:
    code = form.cleaned_data["organisation"]
    return access.unit_for(standing(request), code) if code else None


def _confirm_page(request: HttpRequest, place: Place, form: GivePostForm) -> HttpResponse:
    """Whom the post would go to, and which others it brings; reading the name is noted (GD05)."""
    unit = _unit(request, form)
    role = services.check_post(
        actor=standing(request),
        role=form.cleaned_data["role"],
        place=place,
        organisation=unit,
    )
    found = services.find_person(
        phone=form.cleaned_data["phone"], name=form.cleaned_data["name"], place=place
    )
    if found is not None:
        log_read(
            reader=_who(request),
            subject=found,
            what="name,address",
            purpose=_("To give a post"),
            at=timezone.now(),
        )
    names = queries.role_names()
    context = {
        "place": place,
        "place_name": full_name(place),
        "form": form,
        "found": found,
        "home_name": full_name(found.place) if found is not None and found.place else "",
        "phone_end": (found.phone or "")[-4:] if found is not None else "",
        "role_name": role.name.in_language(get_language()),
        "unit": unit,
        "brings": [names.get(key, key) for key in role.brings],
        "confirmed": found.pk if found is not None else "new",
    }
    return render(request, "access/give_post_confirm.html", context)


def _given(request: HttpRequest, place: Place, form: GivePostForm) -> HttpResponse:
    confirmed = request.POST["confirmed"]
    post = services.give_post_to(
        actor=standing(request),
        phone=form.cleaned_data["phone"],
        name=form.cleaned_data["name"],
        role=form.cleaned_data["role"],
        place=place,
        organisation=_unit(request, form),
        expected_id=_uuid(confirmed) if confirmed != "new" else None,
        at=timezone.now(),
    )
    messages.success(
        request,
        _("%(name)s now holds the post %(role)s.")
        % {
            "name": post.person.name,
            "role": queries.role_names().get(post.role, post.role),
        },
    )
    return redirect(f"{reverse('posts')}?{urlencode({'place': place.code})}")


def _uuid(text: str) -> UUID:
    """The identifier meant, or one that nobody has."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _who(request: HttpRequest) -> Person:
    found = person(request)
    assert found is not None  # the page's guard saw to it
    return found


@never_cache
@staff_only(services.KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def end_post(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """Says what ends with the post before it is ended (SD-11, GD02)."""
    mine, now = standing(request), timezone.now()
    post = access.post_for(mine, post_id, at=now)
    if request.method == "POST":
        services.take_post(actor=mine, post=post, at=now)
        messages.success(
            request,
            _("The post of %(name)s has ended, and with it what it allowed.")
            % {"name": post.person.name},
        )
        return redirect("posts")
    names = queries.role_names()
    derived = list(Post.objects.filter(derived_from=post, active_to=None).select_related("place"))
    context = {
        "post": post,
        "role_name": names.get(post.role, post.role),
        "place_name": full_name(post.place),
        "derived": [
            (names.get(each.role, each.role), short_name(each.place.name)) for each in derived
        ],
        "is_own": post.person_id == mine.person_id,
    }
    return render(request, "access/end_post.html", context)


@never_cache
@staff_only(services.KEEP)
@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """Grids without anybody, households without their grid, workers per grid (SY-10, SY-18)."""
    mine, now = standing(request), timezone.now()
    bare = Paginator(queries.bare_grids(mine, at=now), queries.PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    stray = queries.stray_households(mine)
    names = queries.full_names(bare)
    found = queries.coverage(at=now)
    context = {
        "coverage": found,
        "ratio": f"{float(found.ratio):.2f}" if found.ratio is not None else "",
        "page": bare,
        "bare": [(place, names[place.pk]) for place in bare],
        "stray": stray[: queries.PAGE_SIZE],
        "stray_count": stray.count(),
    }
    return render(request, "access/coverage.html", context)
