"""What must hold over all votes at any time; each check returns what is wrong."""

from django.db import connection
from django.db.models import Count, F
from django.utils.translation import gettext as _

from xiangyue.ballots import triggers
from xiangyue.ballots.elections.invariants import INVARIANTS as ELECTION_INVARIANTS
from xiangyue.ballots.models import Participation, Result, Roll, RollState, Voice
from xiangyue.ballots.recomputing import faults_of
from xiangyue.ballots.secret.invariants import INVARIANTS as SECRET_INVARIANTS
from xiangyue.ballots.services.rolls import digest_of


def every_result_recomputes() -> list[str]:
    """What each result says follows from its own numbers, and these from what was counted."""
    rows = Result.objects.select_related("ballot__roll", "ballot__rule")
    return [fault for result in rows.iterator() for fault in faults_of(result)]


def every_fixed_roll_is_the_one_that_was_fixed() -> list[str]:
    return [
        _("Roll %(roll)s is not the one that was fixed.") % {"roll": roll.pk}
        for roll in Roll.objects.filter(state=RollState.FIXED).iterator()
        if digest_of(roll) != roll.digest
    ]


def everybody_takes_part_on_the_roll_of_the_vote() -> list[str]:
    rows = Participation.objects.exclude(entry__roll=F("ballot__roll"))
    struck = Participation.objects.filter(entry__is_struck=True)
    return [
        _("Somebody who is not on the roll took part in vote %(ballot)s.") % {"ballot": key}
        for key in (rows | struck).values_list("ballot", flat=True).distinct()
    ]


def no_secret_vote_has_voices() -> list[str]:
    rows = Voice.objects.filter(participation__ballot__is_secret=True)
    return [
        _("Secret vote %(ballot)s holds %(count)d voices.") % {"ballot": key, "count": count}
        for key, count in rows.values_list("participation__ballot").annotate(Count("pk"))
    ]


def the_database_keeps_votes() -> list[str]:
    return [
        _("The database has lost the safeguard %(name)s.") % {"name": name}
        for name in triggers.missing(connection)
    ]


INVARIANTS = {
    "every_result_recomputes": every_result_recomputes,
    "every_fixed_roll_is_the_one_that_was_fixed": every_fixed_roll_is_the_one_that_was_fixed,
    "everybody_takes_part_on_the_roll_of_the_vote": everybody_takes_part_on_the_roll_of_the_vote,
    "no_secret_vote_has_voices": no_secret_vote_has_voices,
    "the_database_keeps_votes": the_database_keeps_votes,
    **ELECTION_INVARIANTS,
    **SECRET_INVARIANTS,
}
