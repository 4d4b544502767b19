"""What keeps a voters' list from being published or fixed."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.ballots.elections import rules
from xiangyue.ballots.elections.delegates import list_faults
from xiangyue.ballots.elections.electorate_models import Electorate
from xiangyue.ballots.elections.models import Election
from xiangyue.ballots.elections.queries import committee_missing, double_names
from xiangyue.ballots.elections.reading import kind_of
from xiangyue.ballots.holds import holds
from xiangyue.ballots.models import Roll


def _of(roll: Roll) -> Election | None:
    return Election.objects.filter(roll=roll).select_related("kind").first()


@holds("publish")
def the_list_hangs_long_enough(roll: Roll, at: datetime) -> list[str]:
    """VCOL art. 14: twenty days before election day; art. 12: by the election committee."""
    election = _of(roll)
    if election is None:
        return []
    found = committee_missing(election)
    day = timezone.localdate(election.opens_at)
    try:
        rules.days(
            election=day, published=timezone.localdate(at), list_days=kind_of(election).list_days
        )
    except ValueError:
        found.append(
            _("The voters' list is published at least %(days)d days before election day,"
              " %(day)s. Annul this election and announce one for a later day.")
            % {"days": kind_of(election).list_days, "day": f"{day:%Y-%m-%d}"}
        )  # fmt: skip
    found += list_faults(election)
    if election.claims.filter(is_accepted=None).exists():
        found.append(_("Somebody has asked to be put on the list and has no answer yet."))
    return found


@holds("fix")
def nobody_votes_twice(roll: Roll, at: datetime) -> list[str]:
    """VCOL art. 13: nobody is registered in two places."""
    election = _of(roll)
    if election is None:
        return []
    return list_faults(election) + [
        _("%(name)s stands on the voters' list of %(place)s too; strike one of the two.")
        % {"name": name, "place": place}
        for name, place in double_names(election)
    ]


@holds("publish")
@holds("fix")
def who_may_be_elected_is_no_voters_list(roll: Roll, at: datetime) -> list[str]:
    """RCOL art. 8: where delegates vote, those who may be elected stand on a list of their own."""
    if not Electorate.objects.filter(eligible=roll).exists():
        return []
    return [
        _("This list says who may be elected; nobody votes by it. Publish the voters' list. This"
          " one stands still when the polling place opens.")
    ]  # fmt: skip
