"""The desk of who runs an election: announced, prepared, held, ended, step by step on one page."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyue.access.pages import show_refusal
from xiangyue.access.requests import person, signed_in, staff_only, standing
from xiangyue.ballots.access import KEEP, places_to_keep
from xiangyue.ballots.elections import access, printing, queries, services
from xiangyue.ballots.elections.acts import ACTS
from xiangyue.ballots.elections.forms import FORMS, AnnounceForm, Plain
from xiangyue.ballots.elections.models import CandidateState, Election, RoundState
from xiangyue.ballots.elections.pages.public import pdf
from xiangyue.ballots.elections.reading import electorate_of, kind_of, kinds_for
from xiangyue.ballots.elections.services.electing import registered_groups
from xiangyue.ballots.elections.services.ending import supervisors_to_change
from xiangyue.ballots.elections.showing import result_cards, standing_by_office, warnings_of
from xiangyue.ballots.elections.stages import stages_of, what_is_next
from xiangyue.ballots.models import RollState
from xiangyue.ballots.pages import shell_of
from xiangyue.ballots.services.members import found_people
from xiangyue.kernel.refusals import NotAllowed, NotFound, Refused
from xiangyue.places.models import Place
from xiangyue.places.queries import county_place

PAGE_SIZE = 20


@never_cache
@signed_in
@require_safe
def elections(request: HttpRequest) -> HttpResponse:
    """The elections that I keep, and where I can announce one."""
    mine = standing(request)
    rows = access.elections_to_keep(mine)
    if not mine.may_somewhere(KEEP) and not rows.exists():
        raise NotAllowed(_("No election is run by you."))
    if words := request.GET.get("q", "").strip()[:60]:
        rows = rows.filter(title__icontains=words)
    context = {
        "shell": shell_of(request),
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "places": places_to_keep(mine)[:60],
        "recalls": access.recalls_to_keep(mine)[:PAGE_SIZE],
        "words": words,
    }
    return render(request, "ballots/elections/desk.html", context)


@never_cache
@staff_only(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def announce(request: HttpRequest, code: str) -> HttpResponse:
    """Announce an election at a place, or a by-election for seats that were left open."""
    mine = standing(request)
    place, fills = access.place_for_election(mine, code), None
    if (key := _uuid(request.GET.get("fills", ""))) is not None:
        fills = access.elections_to_keep(mine).filter(pk=key, place=place).first()
    kinds = kinds_for(place)
    if not kinds:
        raise NotFound(_("Nothing is elected at a place like this."))
    wanted = fills.kind_key if fills is not None else request.GET.get("kind", "")
    kind = next((each for each in kinds if each.key == wanted), kinds[0])
    form = AnnounceForm(request.POST or None, kind=kind, initial=_known(place, fills))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said, who = form.cleaned_data, person(request)
            assert who is not None
            try:
                committee = found_people(
                    place=county_place(), text=said.get("committee", ""), field="committee"
                )
                found = services.announce_election(
                    kind=kind.key, place=place, opens_at=said["opens_at"],
                    closes_at=said["closes_at"], committee=committee,
                    chosen_by=said.get("chosen_by", ""), seats=form.seats(),
                    meets_at=said["meets_at"], boxes=said["boxes"],
                    is_multi_ethnic=said.get("is_multi_ethnic", False), fills=fills, by=who,
                    at=timezone.now(), **form.who_votes(),
                )  # fmt: skip
            except Refused as refusal:
                status = refusal.status
                show_refusal(form, refusal)
            else:
                messages.success(request, _("The election is announced."))
                return redirect("keep-election", found.pk)
    language = get_language()
    context = {
        "place": place,
        "form": form,
        "kind": kind,
        "kinds": [(each.key, each.name.in_language(language)) for each in kinds],
        "kind_name": kind.name.in_language(language),
        "fills": fills,
    }
    return render(request, "ballots/elections/announce.html", context, status=status)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _known(place: Place, fills: Election | None) -> dict[str, Any]:
    """What nobody has to enter: the groups of the register, the seats that were left open."""
    known: dict[str, Any] = {"groups": "\n".join(registered_groups(place))}
    if fills is None:
        return known
    left = queries.open_seats(fills)
    return known | {
        f"seats-{office.key}": left.get(office.key, 0) for office in kind_of(fills).offices
    }


@never_cache
@signed_in
@require_safe
def election(request: HttpRequest, election_id: UUID) -> HttpResponse:
    return _page(request, access.election_to_keep(standing(request), election_id))


@signed_in
@require_POST
def act(request: HttpRequest, election_id: UUID, act: str) -> HttpResponse:
    """Do one thing with an election; a refusal stands beside what was entered."""
    found = access.election_to_keep(standing(request), election_id)
    who = person(request)
    assert who is not None
    form = _form(act, found, request)
    status, values = 422, None
    if form is None:
        values = {}
    elif form.is_valid():
        values = form.said()
    if values is not None:
        try:
            ACTS[act].do(election=found, by=who, at=timezone.now(), **values)
        except Refused as refusal:
            if form is None:
                messages.error(request, str(refusal))
                return redirect("keep-election", election_id)
            status = refusal.status
            show_refusal(form, refusal)
        else:
            messages.success(request, str(ACTS[act].done))
            return redirect("keep-election", election_id)
    assert form is not None
    return _page(request, found, bound={act: form}, status=status)


def _form(act: str, found: Election, request: HttpRequest) -> Plain | None:
    if act not in FORMS:
        return None
    return FORMS[act](request.POST, prefix=_prefix(act, request), election=found)


def _prefix(act: str, request: HttpRequest) -> str:
    """Forms that stand several times on the page carry the key of what they are about."""
    for key in request.POST:
        if key.startswith(f"{act}-") and key.endswith(("-claim", "-candidate", "-proxy")):
            return key.rpartition("-")[0][:80]
    return act


def _page(
    request: HttpRequest,
    found: Election,
    *,
    bound: dict[str, Plain] | None = None,
    status: int = 200,
) -> HttpResponse:
    roll, polling = found.roll, queries.current_round(found)
    forms = {
        act: FORMS[act](prefix=act, election=found)
        for act in ("join", "leave", "group", "claim", "nominate", "publish", "question", "tellers",
                    "proxy", "void", "next-round", "hand-over", "annul")
    }  # fmt: skip
    last = queries.latest_round(found)
    context: dict[str, Any] = {
        "shell": shell_of(request),
        "election": found,
        "kind_name": kind_of(found).name.in_language(get_language()),
        "stages": stages_of(found),
        "next": what_is_next(found, at=timezone.now()),
        "members": queries.sitting_members(found),
        "left": found.members.exclude(left_at=None).select_related("person"),
        "missing": queries.committee_missing(found),
        "doubles": queries.double_names(found),
        "electorate": electorate_of(found),
        "groups": queries.groups_of(found),
        "claims": _with_forms(found, bound),
        "roll": roll,
        "is_fixed": roll is not None and roll.state == RollState.FIXED,
        "nominations": _nominations(found, bound),
        "offices": standing_by_office(found),
        "polling": polling,
        "tellers": polling.tellers.select_related("person") if polling else [],
        "proxies": queries.proxies_of(polling) if polling else [],
        "out": queries.handed_out(polling) if polling else {},
        "counting": _counting(found) if polling and polling.state == RoundState.CLOSED else [],
        "rounds": [
            result_cards(each)
            for each in found.rounds.filter(state=RoundState.COUNTED).order_by("-number")
        ],
        "last": last,
        "following": queries.next_round_of(found) if polling is None else None,
        "warnings": warnings_of(found),
        "supervisors": supervisors_to_change(found) if found.decided_at else [],
        "elected": found.elected.all(),
        "open_seats": queries.open_seats(found) if found.decided_at else {},
        "forms": {key.replace("-", "_"): form for key, form in (forms | (bound or {})).items()},
    }
    return render(request, "ballots/elections/keep.html", context, status=status)


def _with_forms(found: Election, bound: dict[str, Plain] | None) -> list[tuple[Any, Any]]:
    rows = []
    for claim in found.claims.select_related("person"):
        form: Plain | None = None
        if claim.answered_at is None:
            form = _own("answer-claim", "claim", claim.pk, found, bound)
        rows.append((claim, form))
    return rows


def _nominations(found: Election, bound: dict[str, Plain] | None) -> list[tuple[Any, Any, str]]:
    rows = []
    for candidate in found.candidates.order_by("office", "name"):
        form = None
        if candidate.state == CandidateState.NOMINATED and not found.candidates_published_at:
            form = _own("answer-nomination", "candidate", candidate.pk, found, bound)
        rows.append((candidate, form, queries.office_name(found, candidate.office)))
    return rows


def _own(
    act: str,
    field: str,
    key: UUID,
    found: Election,
    bound: dict[str, Plain] | None,
) -> Plain:
    prefix = f"{act}-{key}"
    kept = (bound or {}).get(act)
    if kept is not None and kept.prefix == prefix:
        return kept
    return FORMS[act](prefix=prefix, election=found, initial={field: key})


def _counting(found: Election) -> list[dict[str, Any]]:
    """How far the count is, office by office; what was counted is not told."""
    polling = queries.current_round(found)
    if polling is None:
        return []
    return [
        {
            "name": queries.office_name(found, each["key"]),
            "state": queries.agreement_on(polling, each["key"]).value,
            "counted": len(queries.latest_turn(polling, each["key"])[1]),
        }
        for each in polling.offices
    ]


@never_cache
@signed_in
@require_safe
def certificate_pdf(request: HttpRequest, elected_id: int) -> HttpResponse:
    """The certificate of somebody elected.

    :raises NotFound: nobody, or they have not begun.
    """
    found = access.elected_to_keep(standing(request), min(elected_id, 10**15))
    if not found.certificate:
        raise NotFound(_("They have not begun yet."))
    return pdf(printing.certificate_pdf(found), f"certificate-{found.certificate}")
