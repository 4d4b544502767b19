"""What of a vote goes on the notice board: that a roll may be looked at, and what a vote came to.

The names on a roll never hang on the board: those who live there look at them on the roll's own
page, where it is objected to.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.ballots.models import Ballot, Roll
from xiangyue.ballots.queries import Outcome
from xiangyue.ballots.reading import APART, rule_of
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Person, Place
from xiangyue.publicity.services import publish_notice

LONGEST_TITLE = 100


def publish_list(roll: Roll, *, by: Person | None, at: datetime) -> UUID | None:
    """Say on the board that the roll may be looked at and objected to, and until when."""
    body = rule_of(roll).name.in_language(get_language())
    until = timezone.localtime(roll.objections_until or at)
    words = _(
        "The roll of %(body)s, drawn on %(day)s, has %(count)d entries.\n"
        "Whoever lives here can look at it under “Votes” or at the village clerk's, and object to"
        " it until %(until)s at least. Each objection is answered."
    ) % {
        "body": body,
        "day": f"{roll.drawn_on:%Y-%m-%d}",
        "count": roll.entry_count,
        "until": f"{until:%Y-%m-%d %H:%M}",
    }
    title = _("Who may vote: %(body)s") % {"body": body}
    kind = "voter_list" if rule_of(roll).body in APART else "general"
    return put_up(kind, roll.place, title, words, roll, by=by, at=at)


def publish_result(
    ballot: Ballot, outcome: Outcome, *, by: Person | None, at: datetime
) -> UUID | None:
    """Hang the result on the board: the sentences and the digest, nobody's name."""
    lines = [outcome.sentence]
    lines += [f"{each.position}. {each.text}\n{each.sentence}" for each in outcome.questions]
    lines.append(_("Digest of the result: %(digest)s") % {"digest": outcome.digest})
    title = _("Result of the vote: %(title)s") % {"title": ballot.title}
    return put_up("vote_result", ballot.place, title, "\n".join(lines), ballot, by=by, at=at)


def put_up(
    kind: str,
    place: Place,
    title: str,
    words: str,
    subject: models.Model,
    *,
    by: Person | None,
    at: datetime,
    facts: Mapping[str, object] | None = None,
) -> UUID | None:
    """Hang something on the place's board; None where the board takes no such notice."""
    try:
        notice = publish_notice(
            kind=kind, place=place, title=title[:LONGEST_TITLE], body=words, subject=subject,
            by=by, at=at, facts=facts,
        )  # fmt: skip
    except Refused:
        # A board that takes no such notice keeps neither a roll nor a result from standing: both
        # have pages of their own.
        return None
    return notice.pk
