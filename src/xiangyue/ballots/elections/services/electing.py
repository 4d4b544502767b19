"""Who votes in an election, as it is announced: all, the households, or the groups."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from xiangyue.ballots.elections.blueprint import ElectionKind
from xiangyue.ballots.elections.electorate_models import Electorate, Electors
from xiangyue.ballots.elections.services.acting import refuse
from xiangyue.places.models import Place, PlaceKind
from xiangyue.places.rules import path_range

MOST_GROUPS = 80
LONGEST_NAME = 60


def checked_electors(
    declared: ElectionKind, place: Place, electors: str, *, groups: Sequence[str], wanted_by: str
) -> list[str]:
    """The names of the groups that vote through representatives, in their order; none elsewhere.

    :raises ElectionRefused: not held in this way here, no group named or one of the register left
        out, or nothing said of how the residents want it.
    """
    if electors == Electors.RESIDENTS:
        return []
    if declared.way(electors) is None:
        raise refuse("electors", _("This election is held by all who may vote, in no other way."),
                     source=declared.source)  # fmt: skip
    if electors != Electors.GROUPS:
        return []
    if not wanted_by.strip():
        raise refuse(
            "wanted_by",
            _("Say how the residents said that they want it: groups vote for them only then."),
            source="RCOL art. 8",
        )
    named = list(dict.fromkeys(name.strip() for name in groups if name.strip()))
    if not 1 <= len(named) <= MOST_GROUPS or any(len(name) > LONGEST_NAME for name in named):
        raise refuse(
            "groups",
            _("Name each residents' group on a line of its own, from 1 to %(most)d of them.")
            % {"most": MOST_GROUPS},
        )
    if left_out := [name for name in registered_groups(place) if name not in named]:
        raise refuse(
            "groups",
            _("Each group sends its representatives; these are missing: %(names)s.")
            % {"names": "、".join(left_out)},
            source="RCOL art. 8",
        )
    return named


def registered_groups(place: Place) -> list[str]:
    """The names of the place's groups, as the register has them; a grid is no residents' group."""
    low, high = path_range(place.path)
    rows = Place.objects.filter(
        kind=PlaceKind.GROUP, grid_kind="", is_active=True, path__gte=low, path__lt=high
    )
    return list(rows.order_by("path").values_list("name", flat=True))


def who_votes(electorate: Electorate | None) -> str:
    """How it is voted, for the announcement."""
    if electorate is None:
        return _(
            "Everybody votes in person, secretly, on paper. Who cannot come may give their vote to"
            " a close relative in writing before the day. Nobody votes by phone."
        )
    if electorate.electors == Electors.HOUSEHOLDS:
        return _(
            "Each household sends one delegate of age, who votes secretly, on paper. Whoever is of"
            " age may be elected. Nobody votes by phone."
        )
    return _(
        "Each residents' group sends two or three representatives, whom it chooses at a meeting;"
        " they vote secretly, on paper. Whoever is of age may be elected. Nobody votes by phone."
    )
