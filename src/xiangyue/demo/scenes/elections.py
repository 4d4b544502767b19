"""The village that is looked at elects its committee: its voters' list hangs, somebody objects.

The election was announced two days before the end, the list published the day before; an objection
and somebody who asks to vote here wait for the clerk.
"""

import random
from datetime import datetime, timedelta

from xiangyue.ballots import services as rolls
from xiangyue.ballots.elections import services
from xiangyue.ballots.elections.models import Election
from xiangyue.ballots.elections.reading import kinds_for
from xiangyue.demo.duties import VILLAGE_LENGTH
from xiangyue.demo.neighbours import GROWN, grown_ups
from xiangyue.demo.stage import Stage
from xiangyue.places.models import Person, Place

ANNOUNCED, PUBLISHED = timedelta(days=2), timedelta(days=1)
UNTIL_DAY = timedelta(days=35)
COMMITTEE = 5


def live(*, day_end: datetime, stage: Stage, dice: random.Random) -> None:
    """On the last day alone."""
    ends_at = stage.timetable.ends_at
    if day_end < ends_at:
        return
    village = Place.objects.get(path=stage.grid.path[:VILLAGE_LENGTH])
    clerk = Person.objects.filter(posts__role="village_clerk", posts__place=village).first()
    kind = next((each for each in kinds_for(village) if each.committee_least), None)
    people = list(
        grown_ups(village, at=ends_at)
        .exclude(pk__in=[stage.first, stage.second])
        .filter(posts=None)
        .order_by("pk")[:COMMITTEE]
    )
    if clerk is None or kind is None or len(people) < COMMITTEE:
        return
    day = (ends_at + UNTIL_DAY).replace(hour=8, minute=0, second=0, microsecond=0)
    election = services.announce_election(
        kind=kind.key, place=village, opens_at=day, closes_at=day + timedelta(hours=9),
        committee=people, chosen_by="村民会议推选" if "村" in village.name else "居民会议推选",
        meets_at="村委会大院", boxes="敬老院和卧床老人家中一只流动票箱", by=clerk,
        at=ends_at - ANNOUNCED,
    )  # fmt: skip
    roll = services.draw_voters(election=election, by=clerk, at=ends_at - ANNOUNCED)
    rolls.confirm_entries(roll=roll, entries=None, by=clerk, at=ends_at - ANNOUNCED)
    rolls.publish_roll(roll=roll, by=clerk, at=ends_at - PUBLISHED)
    rolls.object_to_roll(
        roll=roll, kind="wrong", text="名单上李家老二已经迁到县城，请核对。",
        said_by=dice.choice(["邻居王大爷", "三组村民"]), entered_by=clerk,
        at=ends_at - timedelta(hours=4),
    )  # fmt: skip
    _somebody_asks(election, village, clerk, at=ends_at - timedelta(hours=3))


def _somebody_asks(election: Election, village: Place, clerk: Person, *, at: datetime) -> None:
    """Somebody of another place has lived here for years, and the representatives agreed."""
    guest = Person.objects.exclude(place__path__startswith=village.path).filter(
        household__isnull=False, posts=None, birth_date__year__lt=at.year - GROWN
    )
    person = guest.exclude(household__place_path__startswith=village.path).order_by("pk").first()
    if person is None:
        return
    services.claim_vote(
        election=election, person=person, kind="resident", agreed_by="村民代表会议同意",
        lives_here_since=election.opens_at.date().replace(year=election.opens_at.year - 3, day=1),
        by=clerk, at=at,
    )  # fmt: skip
