"""A place's notices for feed readers: Atom and RSS.

What a reader has fetched nobody can call back, so a feed never holds the words, and of what names
people not even the title: it says that there is a notice, and where it and its files stand.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Enclosure, Rss201rev2Feed, SyndicationFeed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.places.models import Place
from xiangyue.places.rules import short_name
from xiangyue.publicity.kinds import kind_of
from xiangyue.publicity.models import Notice
from xiangyue.publicity.queries import BoardFilter, board
from xiangyue.publicity.wording import days_in_words, gone_in_words, objections_in_words

Form = Literal["atom", "rss"]
ENTRIES = 30
FORMS: dict[str, type[SyndicationFeed]] = {"atom": Atom1Feed, "rss": Rss201rev2Feed}
FEED_TYPES = {
    "atom": "application/atom+xml; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
}


def feed_of(request: HttpRequest, place: Place, form: Form, *, at: datetime) -> bytes:
    """The newest notices of the place's board, also what was taken down: when and why."""
    absolute = request.build_absolute_uri
    link = absolute(reverse("board-of", args=[place.code]))
    feed = FORMS[form](
        title=_("%(place)s: notices") % {"place": short_name(place.name)},
        link=link,
        description=_("What hangs on the board, until when, and where to read it."),
        language="zh-cn" if not (get_language() or "").startswith("en") else "en",
        feed_url=absolute(reverse(f"board-{form}", args=[place.code])),
        feed_guid=link,
    )
    for notice in board(place, BoardFilter(which="all"), at=at)[:ENTRIES]:
        feed.add_item(
            title=entry_title(notice),
            link=absolute(reverse("notice", args=[notice.number])),
            description=entry_words(notice, at=at),
            unique_id=f"urn:uuid:{notice.pk}",
            unique_id_is_permalink=False,
            pubdate=notice.published_at,
            updateddate=notice.taken_down_at or notice.published_at,
            enclosures=_enclosures(notice, form, absolute),
            categories=[kind_of(notice).name.in_language(get_language())],
        )
    return feed.writeString("utf-8").encode()


def _enclosures(notice: Notice, form: Form, absolute: Callable[[str], str]) -> list[Enclosure]:
    """Where what is attached stands; of what names people or is gone nothing. RSS knows but one."""
    if notice.names_people or not notice.is_readable:
        return []
    found = [
        Enclosure(
            url=absolute(reverse("notice-file", args=[notice.number, one.pk])),
            length=str(one.byte_count),
            mime_type=one.content_type,
        )
        for one in notice.attachments.all()
    ]
    return found[:1] if form == "rss" else found


def entry_title(notice: Notice) -> str:
    name = kind_of(notice).name.in_language(get_language())
    if not notice.is_readable:
        return _("%(number)s: not to be read any more") % {"number": notice.number}
    return f"{name} {notice.number}" if notice.names_people else notice.title


def entry_words(notice: Notice, *, at: datetime) -> str:
    if gone := gone_in_words(notice, at=at):
        return gone
    return days_in_words(notice) + objections_in_words(notice, at=notice.published_at)
