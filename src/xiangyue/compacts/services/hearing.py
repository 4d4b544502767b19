"""Opinions on a version or a clause, each registered and answered; whom one has asked (LP-08)."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.access.limits import take
from xiangyue.access.queries import standing_of
from xiangyue.access.rules import Limit, Standing
from xiangyue.ballots.models import BallotState
from xiangyue.calendars.services import start_clock, stop_clock
from xiangyue.compacts import rules
from xiangyue.compacts.gates import ballots_of, is_heard
from xiangyue.compacts.kinds import kind_of
from xiangyue.compacts.models import Answered, Asked, Opinion, Version, Way
from xiangyue.compacts.services.acting import (
    ANSWER,
    ENTER,
    NotNow,
    WordsMissing,
    lock,
    recorded,
    short,
    words_given,
)
from xiangyue.kernel.refusals import Conflict, NotAllowed, NotFound
from xiangyue.places.models import Household, Person, Place
from xiangyue.publicity.receipts import code_for, receipt_digest

LONGEST_TEXT = 3_000
LONGEST_NAME, LONGEST_CONTACT = 60, 100
# Of one account; whoever enters for others is not counted.
SENDING = (Limit(10, timedelta(minutes=10)), Limit(60, timedelta(days=1)))
FORGOTTEN_AFTER = timedelta(days=365)
BY_PEOPLE = frozenset(set(Way.values) - {Way.PHONE})


class AlreadyAnswered(Conflict):
    """Somebody was quicker; an answer is given once."""

    code = "already_answered"


class NotHeard(NotNow):
    """Opinions on this version are not taken now."""

    code = "not_heard"


def home_of(person: Person, version: Version) -> Place | None:
    """The place of the compact where the person lives; who is away lives there all the same."""
    paths = [person.household.place_path] if person.household is not None else []
    if person.place is not None:
        paths.append(person.place.path)
    for member in version.compact.members.select_related("place"):
        if any(path.startswith(member.place_path) for path in paths):
            return member.place
    return None


def is_hearing(version: Version) -> bool:
    """Whether opinions are taken: while it hangs, until the vote is opened (CP04)."""
    if version.state not in rules.HEARING:
        return False
    if is_heard(version):
        return False
    return all(one.state == BallotState.PLANNED for one in ballots_of(version))


def _check_hearing(version: Version) -> None:
    if not is_hearing(version):
        raise NotHeard(_("Opinions on this text are not taken any more, or not yet."))


@transaction.atomic
def give_opinion(
    *,
    version: Version,
    text: str,
    at: datetime,
    lineage: UUID | None = None,
    by: Person | None = None,
    said_by: str = "",
    contact: str = "",
    entered_by: Person | None = None,
    way: str = Way.PHONE,
    household: Household | None = None,
    is_from_away: bool = False,
    is_shown: bool = False,
    client_key: UUID | None = None,
) -> Opinion:
    """Register what somebody thinks of the version, or of one clause; it runs until answered.

    `by` lives there and says it by phone, from away too (LP-09); or `entered_by` has it from the
    counter, a door, a sheet of paper or a gathering. Their household then counts as asked. The
    result carries `receipt_code`; what is sent twice under one `client_key` is taken once.
    Records `compacts.opinion_received`.

    :raises NotHeard: none are taken now.
    :raises NotAllowed: they do not live there, or enter for nobody there.
    :raises WordsMissing: no words, or too many.
    :raises TooSoon: too many came from this account.
    """
    words = words_given(text, _("Please say what you think."), field="text", most=LONGEST_TEXT)
    key = client_key or uuid4()
    locked = lock(version)
    code = code_for(key)
    before = Opinion.objects.filter(client_key=key).first()
    if before is not None:
        if before.version_id != locked.pk or before.text != words:
            raise Conflict(_("This was sent already with other words; please begin anew."))
        before.receipt_code = code
        return before
    _check_hearing(locked)
    if lineage is not None and not locked.clauses.filter(lineage=lineage).exists():
        raise NotFound(_("There is no such clause in this version."))
    place = _place_for(locked, by=by, entered_by=entered_by, household=household, at=at)
    chosen = _way(way, is_entered=entered_by is not None)
    if by is not None and entered_by is None:
        take(f"opinion:{by.pk}", SENDING, at=at)
        household = by.household
    last = locked.opinions.order_by("-position").values_list("position", flat=True).first() or 0
    opinion = Opinion(
        version=locked,
        place=place,
        position=last + 1,
        lineage=lineage,
        client_key=key,
        receipt_digest=receipt_digest(code),
        way=chosen,
        is_from_away=is_from_away,
        person=by,
        said_by="" if by is not None else short(said_by, field="said_by", most=LONGEST_NAME),
        contact=short(contact, field="contact", most=LONGEST_CONTACT),
        entered_by=entered_by,
        text=words,
        is_shown=is_shown,
        received_at=at,
        clock=start_clock(limit=kind_of(locked.compact).answer_within, at=at),
    )
    opinion.save(force_insert=True)
    opinion.receipt_code = code
    if household is not None:
        _asked(locked, household, way=chosen, by=entered_by, at=at)
    # The record says who entered it, never who said it.
    recorded(
        "opinion_received", locked, at=at, actor_id=entered_by.pk if entered_by else None,
        position=opinion.position, way=chosen,
    )  # fmt: skip
    return opinion


def _way(way: str, *, is_entered: bool) -> str:
    if not is_entered:
        return Way.PHONE
    if way not in BY_PEOPLE:
        said = _("Say how it reached you.")
        raise WordsMissing(said, fields={"way": said})
    return way


def _place_for(
    version: Version,
    *,
    by: Person | None,
    entered_by: Person | None,
    household: Household | None,
    at: datetime,
) -> Place:
    members = list(version.compact.members.select_related("place"))
    if entered_by is not None:
        mine = standing_of(entered_by, at=at)
        if household is not None:
            _check_enters(mine, household)
            for member in members:
                if household.place_path.startswith(member.place_path):
                    return member.place
            raise NotAllowed(_("This household does not belong to the compact."))
        for member in members:
            if enters_in(mine, member.place_path):
                return member.place
        raise NotAllowed(_("Your posts do not include entering opinions for others here."))
    home = home_of(by, version) if by is not None else None
    if home is None:
        raise NotAllowed(
            _(
                "Opinions are asked of those who live there. If you do, let your grid worker or"
                " the village clerk note where you live; or tell them, they enter it for you."
            )
        )
    return home


def enters_in(standing: Standing, path: str) -> bool:
    """Whether they enter for people of the place: of all of it, or of a part that is theirs."""
    return any(area.startswith(path) or path.startswith(area) for area in standing.areas(ENTER))


def _check_enters(standing: Standing, household: Household) -> None:
    paths = [household.place_path]
    if household.unit is not None:
        paths.append(household.unit.path)
    if not any(standing.may(ENTER, place_path=path) for path in paths):
        raise NotAllowed(_("This household does not lie in your area."))


@transaction.atomic
def note_asked(
    *, version: Version, household: Household, way: str, by: Person, at: datetime
) -> Asked:
    """Note that a household was asked and had nothing to say; again changes nothing.

    Records `compacts.household_asked`.

    :raises NotAllowed: it lies in none of their areas.
    :raises NotHeard: opinions are not taken now.
    """
    locked = lock(version)
    _check_hearing(locked)
    _place_for(locked, by=None, entered_by=by, household=household, at=at)
    return _asked(locked, household, way=_way(way, is_entered=True), by=by, at=at)


def _asked(
    version: Version, household: Household, *, way: str, by: Person | None, at: datetime
) -> Asked:
    made, is_new = Asked.objects.get_or_create(
        version=version,
        household=household,
        defaults={"way": way, "asked_by": by, "asked_at": at},
    )
    if is_new:
        # The record names no household: who was asked is a number.
        recorded("household_asked", version, at=at, actor_id=by.pk if by else None, way=way)
    return made


@transaction.atomic
def answer_opinion(
    *,
    opinion: Opinion,
    answered: str,
    text: str,
    by: Person,
    at: datetime,
    is_withheld: bool = False,
) -> Opinion:
    """Answer an opinion, once and for good: taken up, in part or not, and why.

    Whoever gave or entered it does not answer it (SE01). `is_withheld` keeps its words from
    everybody, as when they name others. Records `compacts.opinion_answered`.

    :raises NotAllowed: as said, or no post of theirs answers there.
    :raises AlreadyAnswered: somebody was quicker.
    :raises WordsMissing: no words, or not said whether it is taken up.
    """
    version = lock(opinion.version)
    locked = Opinion.objects.select_for_update(of=("self",)).get(pk=opinion.pk)
    locked.version = version
    check_may_answer(locked, standing_of(by, at=at))
    if locked.answered_at is not None:
        raise AlreadyAnswered(_("Somebody was quicker: this opinion is answered already."))
    if answered not in Answered.values:
        said = _("Say whether it is taken up.")
        raise WordsMissing(said, fields={"answered": said})
    locked.answer = words_given(
        text, _("Please write the answer, and why."), field="text", most=LONGEST_TEXT
    )
    locked.answered, locked.is_withheld = answered, is_withheld
    locked.answered_by, locked.answered_at = by, at
    locked.save()
    locked.clock = stop_clock(clock=locked.clock, at=at, actor_id=by.pk)
    recorded(
        "opinion_answered", version, at=at, actor_id=by.pk, position=locked.position,
        answered=answered, concerned_count=1 if locked.person_id is not None else 0,
    )  # fmt: skip
    return locked


def check_may_answer(opinion: Opinion, standing: Standing) -> None:
    """:raises NotAllowed: with the reason why this person does not answer this opinion."""
    if not standing.may(ANSWER, place_path=opinion.place.path):
        raise NotAllowed(_("Your posts do not include answering opinions here."))
    if standing.person_id in {opinion.person_id, opinion.entered_by_id}:
        raise NotAllowed(_("Nobody answers an opinion that they gave or entered."), source="SE01")


def forget_people(*, at: datetime) -> int:
    """Who gave an opinion, and how to reach them, is forgotten a year after the answer."""
    latest: date | datetime = at - FORGOTTEN_AFTER
    rows = Opinion.objects.filter(answered_at__lt=latest).exclude(
        person=None, said_by="", contact=""
    )
    return rows.update(person=None, said_by="", contact="")
