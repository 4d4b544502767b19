"""Who votes where not all voters do: drawn for the list, and what the list still lacks."""

from collections import Counter

from django.utils.translation import gettext as _

from xiangyue.ballots.drawing import Drawn
from xiangyue.ballots.elections.electorate_models import Electors, GroupRepresentative
from xiangyue.ballots.elections.models import Election
from xiangyue.ballots.elections.reading import electorate_of
from xiangyue.ballots.elections.rules import GROUP_LEAST, GROUP_MOST, is_group_sent


def representatives_drawn(election: Election) -> list[Drawn]:
    """Those whom the groups chose, group by group, as they will stand on the list."""
    rows = GroupRepresentative.objects.filter(election=election)
    found = rows.select_related("person", "choice")
    drawn = [Drawn(each.person_id, None, each.person.name, each.choice.group) for each in found]
    electorate = electorate_of(election)
    order = {name: number for number, name in enumerate(electorate.groups if electorate else [])}
    return sorted(drawn, key=lambda each: (order.get(each.group, 0), each.name))


def groups_missing(election: Election) -> list[str]:
    """The groups that have not chosen two or three yet, in sentences."""
    electorate = electorate_of(election)
    if electorate is None or electorate.electors != Electors.GROUPS:
        return []
    rows = GroupRepresentative.objects.filter(election=election)
    sent = Counter(rows.values_list("choice__group", flat=True))
    return _not_sent(electorate.groups, sent)


def list_faults(election: Election) -> list[str]:
    """What is wrong with the list of representatives as it stands: a group with fewer than two or
    more than three on it, or somebody whom no group chose."""
    electorate, roll = electorate_of(election), election.roll
    if electorate is None or electorate.electors != Electors.GROUPS or roll is None:
        return []
    sent = GroupRepresentative.objects.filter(election=election)
    group_of = dict(sent.values_list("person", "choice__group"))
    on_list: Counter[str] = Counter()
    strangers = []
    for entry in roll.entries.filter(is_struck=False).order_by("number"):
        if entry.person_id in group_of:
            on_list[group_of[entry.person_id]] += 1
        else:
            strangers.append(entry.name)
    found = _not_sent(electorate.groups, on_list)
    if strangers:
        found.append(
            _("No group chose %(names)s; strike them, or enter whom the group chose.")
            % {"names": "、".join(strangers)}
        )
    return found


def _not_sent(groups: list[str], sent: Counter[str]) -> list[str]:
    return [
        _("%(group)s sends from %(least)d to %(most)d representatives; it has %(count)d.")
        % {"group": group, "least": GROUP_LEAST, "most": GROUP_MOST, "count": sent[group]}
        for group in groups
        if not is_group_sent(sent[group])
    ]
