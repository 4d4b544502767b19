"""What each person finds in the bar of their front: residents, grid workers, desks."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from xiangyue.access.requests import standing
from xiangyue.access.rules import Standing
from xiangyue.meetings.access import has_meetings
from xiangyue.places.queries import county_place


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
        found.append(Entry(title, url, icon, is_current, is_main, section))
    return found


def _prefix(request: HttpRequest) -> str:
    return request.path.removesuffix(request.path_info).strip("/") + (
        "/" if request.path != request.path_info else ""
    )


Row = tuple[str, str, str, str, bool]


def _phone(mine: Standing) -> Iterator[Row]:
    yield _("Today") if mine.holdings else _("Home"), "home", "home", "", False
    yield _("My matters"), "my-incidents", "list", "", False
    yield _("Report"), "report", "plus", "", True
    yield _("Public"), "public-county", "world", "", False
    yield _("Me"), "me", "user", "", False


def _desk(mine: Standing) -> Iterator[Row]:
    work, look, keep = _("Work"), _("Overview"), _("Keep")
    if mine.may_somewhere("incidents.handle"):
        yield _("Today"), "today", "clipboard-list", work, False
    if mine.may_somewhere("incidents.see"):
        yield _("Incidents"), "inbox", "inbox", work, False
    if mine.may_somewhere("incidents.enter_for_others"):
        yield _("Enter a report"), "enter-for-others", "plus", work, False
    if has_meetings(mine):
        yield _("Sessions"), "meetings", "calendar", work, False
    if mine.may_somewhere("registry.see"):
        yield _("The register"), "register", "users", work, False
    if mine.may_somewhere("registry.approve_bulk"):
        yield _("Many records at once"), "register-bulk", "lock", work, False
    if mine.may_somewhere("incidents.see_figures"):
        yield _("What is late"), "areas", "clock", look, False
        yield _("Figures"), "figures", "chart", look, False
    if mine.may_somewhere("patrols.see"):
        yield _("Patrols"), "patrols", "walk", look, False
    if mine.may_somewhere("incidents.see"):
        yield _("Map"), "incident-map", "map", look, False
    if mine.areas("incidents.see"):
        yield _("Places and posts"), "own-place", "tree", look, False
    yield _("Public page"), "public-county", "world", look, False
    if mine.may_somewhere("incidents.see"):
        yield _("Loudspeaker sheet"), "loudspeaker", "speakerphone", look, False
    if mine.may_somewhere("rosters.keep"):
        yield _("Duty rosters"), "rosters", "clock", keep, False
    if mine.may_somewhere("places.keep_people"):
        yield _("Import residents"), "imports", "upload", keep, False
    if mine.may_somewhere("posts.keep"):
        yield _("Posts"), "posts", "users", keep, False
        yield _("Coverage of the grids"), "coverage", "table", keep, False
    if mine.may_somewhere("access.answer_requests"):
        yield _("Requests about data"), "data-requests", "lock", keep, False
    if mine.may_somewhere("access.keep_tokens"):
        yield _("Connected systems"), "systems", "key", keep, False
    if mine.may_somewhere("webhooks.keep"):
        yield _("Webhooks"), "webhooks", "external-link", keep, False
    if mine.may_somewhere("calendars.keep"):
        yield _("Calendar"), "calendar", "calendar", keep, False
    if mine.may_somewhere("record.read"):
        yield _("The record"), "record", "shield-check", keep, False
    if mine.may_somewhere("registry.see_deletions"):
        yield _("What was deleted"), "register-deletions", "trash", keep, False
    if mine.may_somewhere("outbox.read"):
        yield _("Outbox"), "outbox", "send", keep, False
    yield _("My matters"), "my-incidents", "list", keep, False
    yield _("Me"), "me", "user", keep, False
