"""A version's way at the desk: notices, opinions and answers, vote, sheet, town, in force."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyue.access.requests import signed_in, standing
from xiangyue.ballots.models import Roll, RollState
from xiangyue.compacts import access, services
from xiangyue.compacts.forms import LineForm, SheetForm, TakeOverForm, VoteForm
from xiangyue.compacts.gates import gate_of_first, gate_of_second
from xiangyue.compacts.kinds import kind_of
from xiangyue.compacts.models import StateChoices, Version
from xiangyue.compacts.pages import me, shell_of, tried, with_compacts
from xiangyue.compacts.pages.drafting import draft_page
from xiangyue.documents.files import uploaded
from xiangyue.documents.serving import handed_out
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.places.models import Person, Place

MOST_TELLERS = 40


def form_page(
    request: HttpRequest,
    found: Version,
    form: forms.Form,
    act: Callable[[], object],
    *,
    title: str | Promise,
    lead: str | Promise = "",
    button: str | Promise,
    done: str | Promise,
    back: str = "",
    has_file: bool = False,
) -> HttpResponse:
    """One form of a version; a refusal keeps what was entered."""
    status = 200
    if form.is_bound:
        status = tried(form, act)
        if status == 0:
            messages.success(request, str(done))
            return redirect(back or reverse("draft-compact", args=[found.pk]))
    context = {
        "shell": shell_of(request),
        "version": found,
        "compact": found.compact,
        "form": form,
        "title": title,
        "lead": lead,
        "button": button,
        "has_file": has_file,
        "back": back or reverse("draft-compact", args=[found.pk]),
    }
    return render(request, "compacts/act.html", context, status=status)


def _pressed(
    request: HttpRequest, version_id: UUID, act: Callable[[Version], object], done: str
) -> HttpResponse:
    """Do it at once; a refusal is shown above the version as it stands."""
    found = access.kept_version(with_compacts(request), version_id)
    try:
        act(found)
    except NotAllowed:
        raise
    except Refused as refusal:
        fresh = access.kept_version(standing(request), version_id)
        return draft_page(request, fresh, refusal=refusal, status=refusal.status)
    messages.success(request, done)
    return redirect("draft-compact", version_id)


# --- notices ----------------------------------------------------------------------------------


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """See what goes up, then put it up: the first time or the second."""
    found = access.kept_version(with_compacts(request), version_id)
    is_first = found.state in {StateChoices.DRAFT, StateChoices.FIRST_NOTICE}
    act = services.publish_first if is_first else services.publish_second
    refusal: Refused | None = None
    status = 200
    if request.method == "POST":
        try:
            act(version=found, by=me(request), at=timezone.now())
        except NotAllowed:
            raise
        except Refused as refused:
            refusal, status = refused, refused.status
        else:
            messages.success(request, _("It hangs on the board; opinions are heard now."))
            return redirect("draft-compact", found.pk)
        found = access.kept_version(standing(request), version_id)
    gate = gate_of_first if is_first else gate_of_second
    context = {
        "shell": shell_of(request),
        "version": found,
        "compact": found.compact,
        "clauses": found.clauses.all(),
        "missing": gate(found, at=timezone.now()),
        "is_first": is_first,
        "refusal": refusal,
        "places": [member.place for member in found.compact.members.select_related("place")],
    }
    return render(request, "compacts/publish.html", context, status=status)


@signed_in
@require_POST
def revise(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Open the text for revision."""
    return _pressed(
        request,
        version_id,
        lambda found: services.begin_revision(version=found, by=me(request), at=timezone.now()),
        _("The text can be revised now; what hung on the board stays to be compared with."),
    )


@signed_in
@require_POST
def post_result(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Put the adopted text up on red paper."""
    return _pressed(
        request,
        version_id,
        lambda found: services.post_result(version=found, by=me(request), at=timezone.now()),
        _("It hangs on the board."),
    )


@signed_in
@require_POST
def force(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Let it hold from today."""
    return _pressed(
        request,
        version_id,
        lambda found: services.put_in_force(version=found, by=me(request), at=timezone.now()),
        _("It is in force."),
    )


@signed_in
@require_POST
def accompany(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Let the declared procedure accompany the draft, step by step."""
    return _pressed(
        request,
        version_id,
        lambda found: services.accompany(
            version=found, actor=standing(request), by=me(request), at=timezone.now()
        ),
        _("The procedure has begun; its steps come before what happens here."),
    )


# --- vote -------------------------------------------------------------------------------------


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def call_vote(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Call the assembly's vote on the second text, one question a clause."""
    mine = with_compacts(request)
    found = access.kept_version(mine, version_id)
    places = [
        member.place
        for member in found.compact.members.select_related("place")
        if mine.may("ballots.keep", place_path=member.place_path)
    ]
    form = VoteForm(
        request.POST if request.method == "POST" else None,
        rolls=_rolls(found, places),
        people=_tellers(places),
    )
    return form_page(
        request,
        found,
        form,
        lambda: services.plan_vote(
            version=found, by=me(request), at=timezone.now(), **form.chosen()
        ),
        title=_("Call the vote"),
        lead=_(
            "The roll of the assembly is drawn, published and fixed among the rolls and votes;"
            " those that are fixed stand here. Each clause becomes a question of its own."
        ),
        button=_("Call the vote"),
        done=_("The vote is called; it opens on its day."),
    )


def _rolls(found: Version, places: list[Place]) -> list[Roll]:
    rules = set(kind_of(found.compact).decision_rules)
    rows = Roll.objects.filter(
        place__in=places, state=RollState.FIXED, rule__key__in=rules, ballots=None
    )
    return list(rows.select_related("place").order_by("-drawn_on")[:20])


def _tellers(places: list[Place]) -> list[Person]:
    rows = Person.objects.filter(posts__place__in=places, posts__active_to=None)
    return list(rows.distinct().order_by("name")[:MOST_TELLERS])


# --- sheet, town, corrections -----------------------------------------------------------------


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Add the photographed sheet of signatures."""
    found = access.kept_version(with_compacts(request), version_id)
    members = [member.place for member in found.compact.members.select_related("place")]
    form = SheetForm(
        request.POST if request.method == "POST" else None,
        request.FILES or None,
        places=members,
        today=timezone.localdate(),
    )

    def act() -> None:
        entered: dict[str, Any] = form.cleaned_data
        services.add_signing(
            version=found,
            place=form.places[entered["place"]],
            signer_count=entered["signer_count"],
            signed_on=entered["signed_on"],
            upload=uploaded(entered["file"]),
            by=me(request),
            at=timezone.now(),
        )

    return form_page(
        request,
        found,
        form,
        act,
        title=_("The sheet of signatures"),
        lead=_(
            "Only those who keep or review the compact see the picture; nothing is read from it,"
            " no fingerprint is stored as such. Whoever has not signed is bound all the same."
        ),
        button=_("Add the sheet"),
        done=_("The sheet is kept."),
        has_file=True,
    )


@never_cache
@signed_in
@require_safe
def sheet(request: HttpRequest, signing_id: UUID) -> HttpResponse:
    """The picture or document itself, for those who keep the compact alone."""
    found = access.kept_signing(with_compacts(request), signing_id)
    return handed_out(file=found.file, content_type=found.content_type, file_name=found.file_name)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def file_it(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """File the adopted text with the town."""
    found = access.kept_version(with_compacts(request), version_id)
    form = LineForm(
        request.POST if request.method == "POST" else None, label=_("A note for the town")
    )
    return form_page(
        request,
        found,
        form,
        lambda: services.file_with_town(
            version=found, by=me(request), at=timezone.now(), note=form.cleaned_data["text"]
        ),
        title=_("File it with the town"),
        lead=_("Within ten days of the vote. The town reads it and may order corrections."),
        button=_("File it"),
        done=_("It is filed."),
    )


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def acknowledge(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """The town has received and read it."""
    mine = with_compacts(request)
    found = access.kept_version(mine, version_id)
    if not access.reviews(mine, found.compact):
        raise NotAllowed(_("Your posts do not include this for this compact."))
    form = LineForm(
        request.POST if request.method == "POST" else None, label=_("A sentence for the village")
    )
    return form_page(
        request,
        found,
        form,
        lambda: services.acknowledge(
            version=found, by=me(request), at=timezone.now(), text=form.cleaned_data["text"]
        ),
        title=_("Acknowledge the filing"),
        button=_("Acknowledge it"),
        done=_("It is acknowledged."),
    )


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """End a version that does not come about."""
    found = access.kept_version(with_compacts(request), version_id)
    form = LineForm(
        request.POST if request.method == "POST" else None,
        label=_("Why?"),
        hint=_("Everybody can read it."),
    )
    return form_page(
        request,
        found,
        form,
        lambda: services.withdraw(
            version=found, by=me(request), at=timezone.now(), reason=form.cleaned_data["text"]
        ),
        title=_("Withdraw this version"),
        lead=_("Its text, opinions and answers stay; another version may begin from it."),
        button=_("Withdraw it"),
        done=_("It is withdrawn."),
    )


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def take_over(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Enter a text that was adopted on paper before."""
    found = access.kept_version(with_compacts(request), version_id)
    form = TakeOverForm(request.POST if request.method == "POST" else None)
    return form_page(
        request,
        found,
        form,
        lambda: services.take_over(
            version=found, by=me(request), at=timezone.now(), **form.cleaned_data
        ),
        title=_("Take it over as adopted on paper"),
        lead=_(
            "For a text that the village adopted before. Everybody reads how it was adopted; that"
            " it went through no vote here is said beside it."
        ),
        button=_("Take it over"),
        done=_("It is in force as it was adopted."),
    )
