"""Whether one may vote for another, and why not."""

from django.utils.translation import gettext as _

from xiangyue.ballots.models import Ballot, Participation, RollEntry
from xiangyue.ballots.reading import rule_of
from xiangyue.ballots.refusals import ProxyRefused
from xiangyue.ballots.rules import ProxyFault, proxy_fault


def check_proxy(
    ballot: Ballot, entry: RollEntry, proxy: RollEntry, *, relation: str, is_written: bool
) -> None:
    """Refuse a proxy whom the law does not let stand for this voice (EL04)."""
    # Whoever stands for somebody is asked about one at a time: two tablets must not each count one.
    RollEntry.objects.select_for_update(no_key=True).get(pk=proxy.pk)
    limit = rule_of(ballot).proxy_limit()
    mine, theirs = entry.person, proxy.person
    fault = proxy_fault(
        limit,
        is_self=entry.pk == proxy.pk,
        relation=relation,
        is_same_household=mine is not None
        and theirs is not None
        and mine.household_id is not None
        and mine.household_id == theirs.household_id,
        held_count=Participation.objects.filter(ballot=ballot, proxy=proxy).count(),
        is_written=is_written,
    )
    if proxy.roll_id != ballot.roll_id or proxy.is_struck:
        raise ProxyRefused(_("Only who stands on the same roll may vote for another."),
                           source="VCOL art. 15; EL04")  # fmt: skip
    if fault is not None:
        message = proxy_words(fault) % {"name": proxy.name, "most": limit.most if limit else 0}
        raise ProxyRefused(message, fields={"proxy": message}, source="VCOL art. 15; EL04")


def proxy_words(fault: ProxyFault) -> str:
    """Why one may not vote for another, in a sentence with `name` and `most` to fill in."""
    return {
        ProxyFault.NOT_HERE: _("In this vote nobody votes for another."),
        ProxyFault.SELF: _("Nobody stands for themselves."),
        ProxyFault.NOT_RELATED: _("Only a close relative may vote for another."),
        ProxyFault.OTHER_HOUSEHOLD: _("Only somebody of the same household may vote for another."),
        ProxyFault.NOT_WRITTEN: _("A proxy is given in writing; see the paper first."),
        ProxyFault.TOO_MANY: _("%(name)s stands for %(most)d already; the law allows no more."),
    }[fault]
