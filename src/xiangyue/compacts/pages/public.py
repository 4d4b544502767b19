"""What everybody reads: compacts in force, their history, drafts out for opinions, what changed."""

from collections.abc import Sequence
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiangyue.access.requests import person, standing
from xiangyue.compacts import access, queries
from xiangyue.compacts.forms import FilterForm
from xiangyue.compacts.gates import TYPE, ballots_of
from xiangyue.compacts.models import Compact, Edition, Version
from xiangyue.compacts.printing import poster_pdf, read_aloud
from xiangyue.compacts.queries import Narrowed
from xiangyue.compacts.services.hearing import is_hearing
from xiangyue.compacts.showing import public_opinions
from xiangyue.compacts.wording import clause_name
from xiangyue.kernel.refusals import NotFound
from xiangyue.publicity.queries import notices_about
from xiangyue.publicity.serving import asked_again

OPINIONS_A_PAGE = 30


@never_cache
@require_safe
def compacts(request: HttpRequest) -> HttpResponse:
    """The compacts of the county; filters in the address."""
    narrowed = Narrowed.from_query(request.GET)
    rows = queries.listed(access.public_compacts(), narrowed)
    context = {
        "page": Paginator(rows, queries.PAGE_SIZE).get_page(request.GET.get("page")),
        "filter": narrowed,
        "form": FilterForm(request.GET or None),
        "tabs": [(which, narrowed.which == which) for which in ("", "in_force", "under_way")],
    }
    return render(request, "compacts/list.html", context)


@never_cache
@require_safe
def compact(request: HttpRequest, compact_key: UUID) -> HttpResponse:
    """The text in force; beside it what is being drafted, and the way to the history."""
    found = access.public_compact(compact_key)
    now = queries.current_of(found)
    draft = queries.under_way_of(found)
    context = {
        "compact": found,
        "version": now,
        "text": queries.text_of(now) if now is not None else [],
        "draft": draft if draft is not None and draft.is_public else None,
        "places": [member.place for member in found.members.select_related("place")],
        "tellings": found.tellings.filter(removed_at=None),
        "keeps": access.kept_compacts(standing(request)).filter(pk=found.pk).exists(),
    }
    return render(request, "compacts/compact.html", context)


@never_cache
@require_safe
def history(request: HttpRequest, compact_key: UUID) -> HttpResponse:
    """Which clause since when, what it said before, how it was voted on."""
    found = access.public_compact(compact_key)
    versions = [one for one in found.versions.order_by("-number") if one.is_public]
    context = {
        "compact": found,
        "clauses": queries.history_of(found),
        "versions": versions,
    }
    return render(request, "compacts/history.html", context)


@never_cache
@require_safe
def aloud(request: HttpRequest, compact_key: UUID) -> HttpResponse:
    """The text in big letters, to be read out; verses and songs below."""
    found = access.public_compact(compact_key)
    context = {
        "compact": found,
        "words": read_aloud(_in_force(found)),
        "tellings": found.tellings.filter(removed_at=None),
    }
    return render(request, "compacts/aloud.html", context)


@never_cache
@require_safe
def aloud_text(request: HttpRequest, compact_key: UUID) -> HttpResponse:
    """The same as plain text, for the loudspeaker's machine."""
    found = access.public_compact(compact_key)
    words = "\n".join(read_aloud(_in_force(found))) + "\n"
    return HttpResponse(words, content_type="text/plain; charset=utf-8")


def _in_force(found: Compact) -> Version:
    now = queries.current_of(found)
    if now is None:
        raise NotFound(_("Nothing of this compact is in force."))
    return now


@require_safe
def poster(request: HttpRequest, compact_key: UUID, paper: str) -> HttpResponse:
    """The text in force on red paper, with the way to the living text."""
    found = access.public_compact(compact_key)
    made = poster_pdf(
        _in_force(found),
        address=request.build_absolute_uri(reverse("compact", args=[found.pk])),
        paper="a4" if paper == "a4" else "a3",
        is_red=request.GET.get("red") == "1",
    )
    return asked_again(request, made, "application/pdf", names_people=False)


@never_cache
@require_safe
def version(request: HttpRequest, version_key: UUID) -> HttpResponse:
    """A version that hung on a board: its text, what was said and answered, its votes."""
    found = access.public_version(version_key)
    who = person(request)
    mine = standing(request)
    text = shown_text(found)
    page = Paginator(public_opinions(found, names=clause_names(found)), OPINIONS_A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "version": found,
        "compact": found.compact,
        "text": text,
        "editions": found.editions.all(),
        "is_withheld": found.state == "revised",
        "notices": notices_about(TYPE, found.pk),
        "ballots": ballots_of(found),
        "page": page,
        "coverage": queries.coverage_of(found),
        "is_hearing": is_hearing(found),
        "may_speak": access.may_speak(found, who),
        "is_signed_in": who is not None,
        "may_enter": is_hearing(found) and access.enters_for(mine, found),
        "keeps": access.kept_compacts(mine).filter(pk=found.compact_id).exists(),
        "earlier": queries.comparable(found),
    }
    return render(request, "compacts/version.html", context)


def shown_text(found: Version) -> Sequence[queries.Standing | queries.Kept]:
    """The text as everybody reads it: while it is being revised, as it hung on the board."""
    if found.state == "revised":
        edition = found.editions.filter(stage="first").first()
        return queries.as_kept(edition) if edition is not None else []
    return queries.text_of(found)


def clause_names(found: Version) -> dict[str, str]:
    """What the clauses are called, by lineage, in whichever text opinions were about."""
    names: dict[str, str] = {}
    for edition in found.editions.all():
        for number, one in enumerate(edition.clauses, start=1):
            names[one["lineage"]] = clause_name(number, one["heading"])
    return names


@never_cache
@require_safe
def changes(request: HttpRequest, version_key: UUID) -> HttpResponse:
    """What changed since another version, or since the first notice: word by word."""
    found = access.public_version(version_key)
    others, earlier = chosen_earlier(found, request.GET.get("since", ""))
    rows = queries.changes_since(found, earlier)
    context = {
        "version": found,
        "compact": found.compact,
        "others": [(one, isinstance(one, Edition), one == earlier) for one in others],
        "earlier": earlier,
        "is_edition": isinstance(earlier, Edition),
        "rows": rows,
    }
    return render(request, "compacts/changes.html", context)


def chosen_earlier(
    found: Version, wanted: str
) -> tuple[list[Version | Edition], Version | Edition | None]:
    """What the version can be read beside, and which of it: the wanted one, else the first.

    :raises NotFound: it is being revised; what hung before is all that everybody reads.
    """
    if found.state == "revised":
        raise NotFound(_("It is being revised; what changed is shown when it hangs again."))
    others: list[Version | Edition] = list(queries.comparable(found))
    if found.state != "first_notice":
        others += list(found.editions.filter(stage="first"))
    chosen = next((one for one in others if str(one.pk) == wanted), None)
    return others, chosen or (others[0] if others else None)
