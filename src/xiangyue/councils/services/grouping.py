"""What the three groups are asked and do: opinions, judgements, errands (SD-02, SD-05).

A judgement needs consent before, hearing first, three who are not close to it, and words to which
everybody concerned agrees; it is words alone, and stays among them (REQ-L01 to L10, PE01).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import models, transaction
from django.utils.translation import gettext as _

from xiangyue.access.limits import spend
from xiangyue.councils.models import (
    Council,
    CouncilState,
    GroupMatter,
    Taker,
)
from xiangyue.councils.reading import kind_of
from xiangyue.councils.services.acting import (
    NotWhole,
    check_keeps,
    lives_at,
    lock,
    own_seats,
    recorded,
    words_given,
    words_if_any,
)
from xiangyue.councils.services.group_acting import (
    ASKS_PER_DAY,
    LONGEST_MINUTES,
    LONGEST_RESULT,
    LONGEST_TEXT,
    OPINION_SUBJECTS,
    NoGroup,
    NotForUs,
    State,
    check_judges,
    check_words,
    end_with,
    open_matter,
    own_group_seat,
)
from xiangyue.councils.services.judging import lacks_of, name_concerned
from xiangyue.kernel.refusals import NotAllowed
from xiangyue.places.models import Person


@transaction.atomic
def ask_group(
    *,
    council: Council,
    title: str,
    text: str,
    at: datetime,
    by: Person | None = None,
    said_by: str = "",
    contact: str = "",
    entered_by: Person | None = None,
    subject: models.Model | None = None,
    concerned: Sequence[Person] = (),
    client_key: UUID | None = None,
) -> GroupMatter:
    """Ask a group for an opinion, a judgement or an errand.

    Whoever lives there asks, or has it entered by a clerk or a member of the group. Sent twice
    under one `client_key` it is taken once. Whom a judgement would be about is asked before
    anything else happens. Records `councils.group_asked`.

    :raises NoGroup: the council takes up no matters, or does not sit.
    :raises NotForUs: never taken up: petitions, complaints, ratings, violence at home, what people
        are (PE01, REQ-L10, ME03).
    :raises NotAllowed: they live elsewhere.
    :raises WordsMissing: without words.
    :raises TooMany: more than five in a day.
    """
    key = client_key or uuid4()
    there = GroupMatter.objects.filter(client_key=key).first()
    if there is not None:
        return there
    locked = lock(council)
    kind = kind_of(locked)
    if kind.work is None or locked.state != CouncilState.SITTING:
        raise NoGroup(_("This group takes up nothing yet."))
    if by is not None:
        if not (lives_at(by, locked.place) or own_seats(by, locked, at=at)):
            raise NotAllowed(_("Those who live here ask this group."))
        spend(f"group:{by.pk}", most=ASKS_PER_DAY, hours=24, at=at)
    elif entered_by is None:
        raise NotAllowed(_("Please sign in first."))
    elif not own_seats(entered_by, locked, at=at):
        check_keeps(entered_by, locked, at=at)
    called = words_given(title, _("Please say in a few words what it is."), field="title", most=100)
    said = words_given(
        text, _("Please say what it is about."), field="text", most=LONGEST_TEXT, lines=True
    )
    check_words(kind, called, field="title", in_result=False)
    check_words(kind, said, field="text", in_result=False)
    subject_type = subject._meta.label_lower if subject is not None else ""
    if subject is not None and (kind.work != "opinions" or subject_type not in OPINION_SUBJECTS):
        raise NotForUs(_("The group does not take up such a thing."), source="PE01")
    made = GroupMatter.objects.create(
        council=locked, work=kind.work, subject_type=subject_type,
        subject_id=str(subject.pk) if subject is not None else "", title=called, text=said,
        asked_by=by, said_by=words_if_any(said_by, field="said_by", most=60),
        contact=words_if_any(contact, field="contact", most=100), entered_by=entered_by,
        client_key=key, asked_at=at,
    )  # fmt: skip
    who = by or entered_by
    recorded(
        "group_asked", locked, at=at, actor_id=who.pk if who is not None else None, subject=made,
        work=kind.work, subject_type=subject_type, subject_id=made.subject_id,
    )  # fmt: skip
    for person in dict.fromkeys(concerned):
        name_concerned(matter=made, person=person, by=by or entered_by, at=at)
    return made


@transaction.atomic
def take(
    *, matter: GroupMatter, by: Person, at: datetime, is_woman: bool = False, is_close: bool = False
) -> Taker:
    """Take a matter as a member of the group; others may take it as well.

    Of a judgement, who asked for it, whom it is about, and who lives with either steps back, kept
    with the reason (REQ-L04); so does who says that they are close. Records `councils.group_taken`.

    :raises NotAllowed: no member.
    :raises Decided: it has ended.
    """
    locked = open_matter(matter, State.ASKED, State.TAKEN)
    own = own_group_seat(locked.council, by, at=at)
    there = locked.takers.filter(seat__person=by).first()
    if there is not None:
        return there
    why = ""
    if locked.work == "judging":
        why = _closeness(locked, by) or (_("Says they are close to it") if is_close else "")
    made = Taker.objects.create(
        matter=locked, seat=own, is_woman=is_woman, taken_at=at,
        stepped_back_at=at if why else None, stepped_back_why=why,
    )  # fmt: skip
    if not why and locked.state == State.ASKED:
        locked.state, locked.taken_at = State.TAKEN, at
        locked.save(update_fields=["state", "taken_at"])
    recorded(
        "group_taken", locked.council, at=at, actor_id=by.pk, subject=locked,
        has_stepped_back=bool(why),
    )  # fmt: skip
    return made


def _closeness(matter: GroupMatter, who: Person) -> str:
    """Why this member does not judge the matter; empty when nothing is known against it."""
    if who.pk in {matter.asked_by_id, matter.entered_by_id}:
        return _("Asked for it, or entered it")
    homes = set()
    for one in matter.concerned.select_related("person"):
        if one.person_id == who.pk:
            return _("It is about them")
        homes.add(one.person.household_id)
    if matter.asked_by is not None:
        homes.add(matter.asked_by.household_id)
    if who.household_id is not None and who.household_id in homes:
        return _("Lives with somebody it is about")
    return ""


@transaction.atomic
def step_back_from(*, matter: GroupMatter, by: Person, why: str, at: datetime) -> Taker:
    """Take a matter no longer, with a reason, kept. Records `councils.group_stepped_back`."""
    locked = open_matter(matter, State.ASKED, State.TAKEN)
    found = locked.takers.filter(seat__person=by).first()
    if found is None:
        raise NotAllowed(_("You have not taken this matter."))
    if found.stepped_back_at is None:
        found.stepped_back_why = words_given(
            why, _("Please say why; it is kept."), field="why", most=200
        )
        found.stepped_back_at = at
        found.save(update_fields=["stepped_back_at", "stepped_back_why"])
        recorded("group_stepped_back", locked.council, at=at, actor_id=by.pk, subject=locked)
    return found


@transaction.atomic
def end_matter(*, matter: GroupMatter, by: Person, why: str, at: datetime) -> GroupMatter:
    """End a matter without a result: a member turns it down, or whoever asked takes it back.

    Records `councils.group_ended`.

    :raises NotAllowed: neither of them.
    :raises WordsMissing: a member says no reason.
    """
    locked = open_matter(matter, State.ASKED, State.TAKEN)
    is_askers = by.pk in {locked.asked_by_id, locked.entered_by_id}
    if not is_askers:
        own_group_seat(locked.council, by, at=at)
    said = words_if_any(why, field="why")
    if not said:
        if not is_askers:
            words_given("", _("Please say why; whoever asked reads it."), field="why")
        said = _("Taken back")
    is_new = locked.state == State.ASKED and not is_askers
    end_with(locked, State.TURNED_DOWN if is_new else State.ENDED, said, by=by, at=at)
    return locked


@transaction.atomic
def conclude(
    *, matter: GroupMatter, by: Person, at: datetime, result: str = "", minutes: str = ""
) -> GroupMatter:
    """Write what came of a matter and how it went; from then on it stays as it is.

    Of a judgement the words are those to which everybody agreed. Records
    `councils.group_concluded`.

    :raises NotAllowed: who did not take it.
    :raises NotWhole: a judgement lacks something.
    :raises NotForUs: the minutes of a judgement say what no judgement says.
    :raises WordsMissing: no result.
    """
    locked = open_matter(matter, State.TAKEN)
    check_judges(locked, by)
    kind = kind_of(locked.council)
    if locked.work == "judging":
        if lacks := lacks_of(locked):
            raise NotWhole(lacks, source="REQ-L02; REQ-L04; REQ-L05")
    else:
        locked.result = words_given(
            result, _("Please write what came of it."), field="result", most=LONGEST_RESULT,
            lines=True,
        )  # fmt: skip
    if minutes.strip():
        locked.minutes = words_given(minutes, "", field="minutes", most=LONGEST_MINUTES, lines=True)
        check_words(kind, locked.minutes, field="minutes", in_result=True)
    locked.state, locked.ended_at, locked.ended_by = State.CONCLUDED, at, by
    locked.save()
    recorded(
        "group_concluded", locked.council, at=at, actor_id=by.pk, subject=locked, work=locked.work,
        subject_type=locked.subject_type, subject_id=locked.subject_id,
    )  # fmt: skip
    return locked


@transaction.atomic
def forget_words(*, at: datetime) -> int:
    """Delete what was written of people in judgements and errands when its days are over.

    How many there were stays. An opinion on a public matter stays as it is. How many were
    forgotten.
    """
    count = 0
    rows = GroupMatter.objects.filter(ended_at__isnull=False, is_forgotten=False).exclude(
        work="opinions"
    )
    for found in rows.select_related("council__declaration"):
        kept = timedelta(days=kind_of(found.council).kept_days)
        if found.ended_at is None or found.ended_at + kept > at:
            continue
        found.title = found.text = found.result = found.minutes = found.contact = ""
        found.said_by, found.is_forgotten, found.asked_by = "", True, None
        found.ended_why = ""
        found.save()
        found.concerned.all().delete()
        count += 1
    return count
