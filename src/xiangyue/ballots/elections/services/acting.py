"""What the verbs on elections share: the row held, the record written, words checked."""

from datetime import datetime

from django.utils.translation import gettext as _

from xiangyue.activity.services import record
from xiangyue.ballots.elections.models import Election, ElectionState, Round
from xiangyue.ballots.elections.refusals import ElectionRefused, ElectionStands
from xiangyue.places.models import Person


def locked(election: Election) -> Election:
    """The election as it is now; whoever changes anything of it waits until this is done."""
    rows = Election.objects.select_for_update(of=("self",))
    return rows.select_related("place", "kind").get(pk=election.pk)


def locked_round(found: Round) -> Round:
    """The round as it is now, held; the election is held first where both are."""
    rows = Round.objects.select_for_update(of=("self",))
    related = ("election__place", "election__kind", "election__roll__rule")
    return rows.select_related(*related).get(pk=found.pk)


def record_about(
    name: str, election: Election, *, at: datetime, by: Person | None, **facts: object
) -> None:
    record(
        name=f"ballots.{name}", subject=election, at=at,
        actor_id=by.pk if by is not None else None, place_path=election.place_path, facts=facts,
    )  # fmt: skip


def refuse(field: str, message: str, *, source: str = "") -> ElectionRefused:
    return ElectionRefused(message, fields={field: message}, source=source)


def words(text: str, field: str, *, most: int, missing: str) -> str:
    """The text without space around it.

    :raises ElectionRefused: there is none, or too much.
    """
    text = text.strip()
    if not text:
        raise refuse(field, missing)
    if len(text) > most:
        raise refuse(field, _("At most %(most)d characters.") % {"most": most})
    return text


def require_preparing(election: Election) -> None:
    """:raises ElectionStands: it is being voted on, or over."""
    if election.state != ElectionState.PREPARING:
        raise ElectionStands(_("The election is past this step."))
