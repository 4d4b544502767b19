"""What each person finds in the bar of their front: residents, grid workers, desks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xiangyue.access.requests import standing
from xiangyue.access.rules import Standing
from xiangyue.assemblies.access import has_sittings
from xiangyue.compacts.access import has_compacts
from xiangyue.consultations.access import has_consultations
from xiangyue.councils.access import has_councils
from xiangyue.deliberation.access import has_issues
from xiangyue.enforcement.access import keeps_compact
from xiangyue.meetings.access import has_meetings
from xiangyue.orders.access import has_rounds
from xiangyue.places.queries import county_place
from xiangyue.procedures.access import has_procedures
from xiangyue.publicity.access import has_notices


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the bar; `section` groups a desk's side bar, `is_main` is a phone's middle."""

    title: str
    url: str
    icon: str
    is_current: bool = False
    is_main: bool = False
    section: str = ""
    count: int | None = None


def county_name() -> str:
    """The county's name as its own tables have it."""
    return county_place().name


def navigation_of(request: HttpRequest) -> list[Entry]:
    """The entries that lead somewhere for this person, the present page marked."""
    mine = standing(request)
    entries = _desk(mine) if mine.works_at_desk else _phone(mine)
    here = request.path_info
    found = []
    for title, name, icon, section, is_main in entries:
        url = reverse(name)
        path = "/" + url.lstrip("/").removeprefix(_prefix(request))
        is_current = here == path or (path != "/" and here.startswith(path) and name != "inbox")
        found.append(Entry(str(title), url, icon, is_current, is_main, str(section)))
    return found


def _prefix(request: HttpRequest) -> str:
    return request.path.removesuffix(request.path_info).strip("/") + (
        "/" if request.path != request.path_info else ""
    )


Row = tuple[str | Promise, str, str, str | Promise, bool]


def _phone(mine: Standing) -> Iterator[Row]:
    yield _("Today") if mine.holdings else _("Home"), "home", "home", "", False
    yield _("My matters"), "my-incidents", "list", "", False
    yield _("Report"), "report", "plus", "", True
    yield _("Public"), "public-county", "world", "", False
    yield _("Me"), "me", "user", "", False


Condition = Callable[[Standing], bool]


def _with(verb: str) -> Condition:
    return lambda mine: mine.may_somewhere(verb)


def _holds_a_post(mine: Standing) -> bool:
    return bool(mine.holdings)


def _for_all(mine: Standing) -> bool:
    return True


# Section by section: for whom, the title, the page, its icon.
_DESK: tuple[tuple[str | Promise, tuple[tuple[Condition, str | Promise, str, str], ...]], ...] = (
    (
        _("Work"),
        (
            (_holds_a_post, _("Today"), "today", "clipboard-list"),
            (_with("incidents.see"), _("Incidents"), "inbox", "inbox"),
            (
                _with("incidents.enter_for_others"),
                _("Enter a report"),
                "enter-for-others",
                "plus",
            ),
            (has_meetings, _("Sessions"), "meetings", "calendar"),
            (has_sittings, pgettext_lazy("assemblies", "Meetings"), "sittings-desk", "users"),
            (has_issues, _("Issues"), "kept-issues", "message"),
            (has_procedures, _("Procedures"), "procedures", "list"),
            (has_notices, _("Notices"), "notices", "speakerphone"),
            (keeps_compact, _("Keeping the compact"), "keeping-desk", "shield-check"),
            (has_consultations, _("Consultations"), "kept-consultations", "message"),
            (has_councils, _("Councils"), "kept-councils", "users"),
            (has_rounds, _("Budgets"), "kept-rounds", "check"),
            (has_compacts, _("Compacts"), "kept-compacts", "list"),
            (_with("registry.see"), _("The register"), "register", "users"),
            (
                _with("registry.approve_bulk"),
                _("Many records at once"),
                "register-bulk",
                "lock",
            ),
        ),
    ),
    (
        _("Overview"),
        (
            (_with("incidents.see_figures"), _("What is late"), "areas", "clock"),
            (_with("incidents.see_figures"), _("Figures"), "figures", "chart"),
            (_with("patrols.see"), _("Patrols"), "patrols", "walk"),
            (_with("incidents.see"), _("Map"), "incident-map", "map"),
            (
                lambda mine: bool(mine.areas("incidents.see")),
                _("Places and posts"),
                "own-place",
                "tree",
            ),
            (_for_all, _("Public page"), "public-county", "world"),
            (_with("incidents.see"), _("Loudspeaker sheet"), "loudspeaker", "speakerphone"),
        ),
    ),
    (
        pgettext_lazy("section", "Keep"),
        (
            (_with("ballots.keep"), _("Rolls and votes"), "ballots-desk", "check"),
            (_with("rosters.keep"), _("Duty rosters"), "rosters", "clock"),
            (_with("places.keep_people"), _("Import residents"), "imports", "upload"),
            (_with("registry.take_out"), _("Take out to Excel"), "register-take-out", "download"),
            (_with("posts.keep"), _("Posts"), "posts", "users"),
            (_with("posts.keep"), _("Coverage of the grids"), "coverage", "table"),
            (
                _with("access.answer_requests"),
                _("Requests about data"),
                "data-requests",
                "lock",
            ),
            (_with("access.keep_tokens"), _("Connected systems"), "systems", "key"),
            (_with("webhooks.keep"), _("Webhooks"), "webhooks", "external-link"),
            (_with("calendars.keep"), _("Calendar"), "calendar", "calendar"),
            (_with("record.read"), _("The record"), "record", "shield-check"),
            (
                _with("registry.see_deletions"),
                _("What was deleted"),
                "register-deletions",
                "trash",
            ),
            (_with("outbox.read"), _("Outbox"), "outbox", "send"),
            (_for_all, _("My matters"), "my-incidents", "list"),
            (_for_all, _("Me"), "me", "user"),
        ),
    ),
)


def _desk(mine: Standing) -> Iterator[Row]:
    for section, entries in _DESK:
        for is_theirs, title, name, icon in entries:
            if is_theirs(mine):
                yield title, name, icon, section, False
