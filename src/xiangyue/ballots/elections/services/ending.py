"""Verbs that end an election: the elected begin, the old ones hand over."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.access.appointments import appoint, end_post
from xiangyue.ballots.elections.models import Elected, Election, ElectionState
from xiangyue.ballots.elections.queries import current_round, next_round_of, office_of, open_seats
from xiangyue.ballots.elections.reading import kind_of
from xiangyue.ballots.elections.refusals import ElectionStands
from xiangyue.ballots.elections.services.acting import locked, record_about, refuse
from xiangyue.ballots.rules import years_before
from xiangyue.calendars.services import start_clock, stop_clock
from xiangyue.kernel.identifiers import speakable_code
from xiangyue.places.models import Body, Person, Post

MOST_ITEMS = 40


@transaction.atomic
def conclude_election(*, election: Election, by: Person, at: datetime) -> Election:
    """Let the elected begin: their posts, their certificates; the posts of the old ones end.

    Seats that nobody was elected to stay open for a by-election, if enough are elected. From now
    on the old committee has the declared days to hand over (VCOL art. 20).

    :raises ElectionStands: a round is not counted, or another has to follow.
    :raises ElectionRefused: too few are elected for a committee.
    """
    election = locked(election)
    if election.state in {ElectionState.DECIDED, ElectionState.HANDED_OVER}:
        return election
    following = next_round_of(election)
    if election.state != ElectionState.POLLING or current_round(election) or following.kind:
        raise ElectionStands(_("Not all rounds are counted that have to be held."))
    declared = kind_of(election)
    elected = list(election.elected.select_related("person"))
    least = 1 if election.fills_id is not None else declared.least_members
    if len(elected) < least:
        raise refuse(
            "elected",
            _("Only %(count)d are elected; the committee begins with at least %(least)d. Annul this"
              " election and announce another.")
            % {"count": len(elected), "least": least},
            source=declared.source,
        )  # fmt: skip
    body = Body.objects.filter(kind=declared.body_kind, place=election.place).first()
    if election.fills_id is None:
        old = Post.objects.filter(role=declared.role, place=election.place, active_to=None)
        for post in old.filter(body=body, active_from__lt=at):
            end_post(post=post, at=at)
    for each in elected:
        office = office_of(election, each.office)
        assert office is not None
        each.post = appoint(
            person=each.person, role=declared.role, place=election.place, body=body,
            seat=office["seat"], at=at,
        )  # fmt: skip
        each.certificate = f"{timezone.localdate(at):%Y}-{speakable_code(6)}"
        each.save(update_fields=["post", "certificate"])
    today = timezone.localdate(at)
    election.state, election.decided_at, election.term_from = ElectionState.DECIDED, at, today
    election.term_until = (
        election.fills.term_until
        if election.fills is not None
        else years_before(today, -declared.term_years) - timedelta(days=1)
    )
    election.handover_clock = start_clock(limit=f"{declared.handover_days}d", at=at)
    election.save(
        update_fields=["state", "decided_at", "term_from", "term_until", "handover_clock"]
    )
    record_about(
        "election_decided", election, at=at, by=by, elected=len(elected),
        left_open=sum(open_seats(election).values()),
    )  # fmt: skip
    return election


@transaction.atomic
def hand_over(
    *, election: Election, items: Sequence[str], overseen_by: str, by: Person, at: datetime
) -> Election:
    """Write down what the old committee handed over and who oversaw it; the clock stops.

    :raises ElectionStands: nobody has begun yet, or it is handed over already.
    :raises ElectionRefused: nothing is named, or nobody who oversaw it.
    """
    election = locked(election)
    if election.state != ElectionState.DECIDED:
        raise ElectionStands(_("There is nothing to hand over, or it is handed over already."))
    named = [item.strip()[:120] for item in items if item.strip()]
    if not 1 <= len(named) <= MOST_ITEMS:
        raise refuse("items", _("Name what was handed over: seals, accounts, assets, papers."),
                     source="VCOL art. 20")  # fmt: skip
    if not overseen_by.strip():
        raise refuse("overseen_by", _("Say who of the town oversaw it."), source="VCOL art. 20")
    election.handover = {"items": named, "overseen_by": overseen_by.strip()[:120]}
    election.state, election.handed_over_at = ElectionState.HANDED_OVER, at
    election.save(update_fields=["handover", "state", "handed_over_at"])
    assert election.handover_clock is not None
    election.handover_clock = stop_clock(clock=election.handover_clock, at=at, actor_id=by.pk)
    record_about("election_handed_over", election, at=at, by=by, count=len(named))
    return election


def supervisors_to_change(election: Election) -> list[str]:
    """Who of the elected, or lives with one, sits on the supervision committee (VCOL art. 32)."""
    people = Elected.objects.filter(election=election).values("person")
    homes = Person.objects.filter(pk__in=people, household__isnull=False).values("household")
    rows = Post.objects.filter(
        role="supervision_member", place=election.place, active_to=None
    ).select_related("person")
    kin = set(Person.objects.filter(household__in=homes).values_list("pk", flat=True))
    kin |= set(Elected.objects.filter(election=election).values_list("person", flat=True))
    return [post.person.name for post in rows if post.person_id in kin]
