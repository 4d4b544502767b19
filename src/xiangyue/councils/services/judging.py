"""Judging as the villagers would have it: asked first, heard second, agreed to third (REQ-L)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.councils import rules
from xiangyue.councils.models import (
    Concerned,
    GroupMatter,
)
from xiangyue.councils.reading import kind_of
from xiangyue.councils.services.acting import (
    Decided,
    NotWhole,
    check_keeps,
    lives_at,
    own_seats,
    recorded,
    words_given,
)
from xiangyue.councils.services.group_acting import (
    LONGEST_RESULT,
    LONGEST_TEXT,
    NoGroup,
    NotConsented,
    NotForUs,
    State,
    check_judges,
    check_words,
    end_with,
    open_matter,
)
from xiangyue.councils.wording import judging_words
from xiangyue.kernel.refusals import NotAllowed
from xiangyue.places.models import Person


@transaction.atomic
def name_concerned(
    *, matter: GroupMatter, person: Person, by: Person | None, at: datetime
) -> Concerned:
    """Say whom a judgement would be about; they are asked whether they want it at all.

    Records `councils.judged_asked`.

    :raises NoGroup: the group judges nothing.
    :raises NotForUs: somebody known to be under eighteen (REQ-L01), or who lives elsewhere.
    """
    locked = open_matter(matter, State.ASKED, State.TAKEN)
    if locked.work != "judging":
        raise NoGroup(_("This group judges nobody."))
    if by is None or (
        by.pk not in {locked.asked_by_id, locked.entered_by_id}
        and not own_seats(by, locked.council, at=at)
    ):
        raise NotAllowed(_("You are no member of this group."))
    if rules.is_minor(person.birth_date, on=timezone.localdate(at)):
        raise NotForUs(_("Nobody under eighteen is judged."), source="REQ-L01")
    if not lives_at(person, locked.council.place):
        raise NotForUs(_("They do not live here; the group does not judge them."))
    if locked.proposed_at is not None:
        raise Decided(_("The words are proposed already; nobody else is drawn in."))
    made, is_new = Concerned.objects.get_or_create(matter=locked, person=person)
    if is_new:
        recorded(
            "judged_asked", locked.council, at=at, actor_id=by.pk, subject=locked,
            concerned_count=locked.concerned.filter(consents=None).count(),
        )  # fmt: skip
    return made


def _concerned(
    one: Concerned, by: Person | None, entered_by: Person | None, *, at: datetime
) -> tuple[GroupMatter, Concerned]:
    locked = open_matter(one.matter, State.ASKED, State.TAKEN)
    found = Concerned.objects.select_related("person").get(pk=one.pk)
    if by is not None:
        if found.person_id != by.pk:
            raise NotAllowed(_("Whom it is about answers; on paper, whoever keeps the group."))
    elif entered_by is not None:
        check_keeps(entered_by, locked.council, at=at)
    else:
        raise NotAllowed(_("Please sign in first."))
    return locked, found


@transaction.atomic
def consent(
    *,
    concerned: Concerned,
    consents: bool,
    at: datetime,
    by: Person | None = None,
    entered_by: Person | None = None,
) -> Concerned:
    """Say whether one wants to be judged. A no, now or later, ends the matter for good.

    Nothing follows from a no. Records `councils.judged_answered`.
    """
    locked, found = _concerned(concerned, by, entered_by, at=at)
    found.consents, found.consented_at, found.entered_by = consents, at, entered_by
    found.agrees = found.agreed_at = None
    found.save()
    recorded("judged_answered", locked.council, at=at, subject=locked, consents=consents)
    if not consents:
        end_with(locked, State.ENDED, _("Not everybody concerned wants it judged."), by=None, at=at)
    return found


@transaction.atomic
def hear(*, concerned: Concerned, words: str, by: Person, at: datetime) -> Concerned:
    """Write down what somebody says for themselves, before anything is judged.

    :raises NotConsented: they have not said yes.
    :raises TooClose: who hears has stepped back, or did not take the matter.
    """
    locked = open_matter(concerned.matter, State.TAKEN)
    check_judges(locked, by)
    found = Concerned.objects.get(pk=concerned.pk)
    if found.consents is not True:
        raise NotConsented(_("Whom it is about has not said yes; nothing is heard or judged."))
    found.heard = words_given(
        words, _("Please write what they say for themselves."), field="words",
        most=LONGEST_TEXT, lines=True,
    )  # fmt: skip
    found.heard_at = at
    found.save(update_fields=["heard", "heard_at"])
    recorded("judged_heard", locked.council, at=at, actor_id=by.pk, subject=locked)
    return found


@transaction.atomic
def propose_words(*, matter: GroupMatter, result: str, by: Person, at: datetime) -> GroupMatter:
    """Put the words of a judgement to those concerned; each says yes or no to them.

    Proposed anew, everybody is asked anew. Records `councils.judgement_proposed`.

    :raises NotWhole: consent, hearing or judges are missing.
    :raises NotForUs: the words give points, ranks, lists, fines, or judge what people are.
    """
    locked = open_matter(matter, State.TAKEN)
    if locked.work != "judging":
        raise NoGroup(_("This group judges nobody."))
    check_judges(locked, by)
    kind = kind_of(locked.council)
    said = words_given(
        result, _("Please write the words."), field="result", most=LONGEST_RESULT, lines=True
    )
    check_words(kind, said, field="result", in_result=True)
    lacks = [
        one
        for one in _judging_lacks(locked, has_words=True)
        if one not in {rules.Judging.WORDS_OPEN, rules.Judging.WORDS_REFUSED}
    ]
    if lacks:
        raise NotWhole([judging_words(one) for one in lacks], source="REQ-L02; REQ-L04")
    locked.result, locked.proposed_at = said, at
    locked.save(update_fields=["result", "proposed_at"])
    locked.concerned.update(agrees=None, agreed_at=None)
    recorded("judgement_proposed", locked.council, at=at, actor_id=by.pk, subject=locked)
    return locked


@transaction.atomic
def agree(
    *,
    concerned: Concerned,
    agrees: bool,
    at: datetime,
    by: Person | None = None,
    entered_by: Person | None = None,
) -> Concerned:
    """Say whether the proposed words are right; without everybody's yes they are not the group's.

    :raises NotConsented: no words are proposed.
    """
    locked, found = _concerned(concerned, by, entered_by, at=at)
    if locked.proposed_at is None or found.consents is not True or found.heard_at is None:
        raise NotConsented(_("No words are proposed yet."))
    found.agrees, found.agreed_at, found.entered_by = agrees, at, entered_by
    found.save()
    recorded("judged_answered", locked.council, at=at, subject=locked, consents=agrees)
    return found


def _judging_lacks(matter: GroupMatter, *, has_words: bool) -> list[rules.Judging]:
    return rules.judging_lacks(
        [rules.Judge(one.is_woman, one.stepped_back_at is not None) for one in matter.takers.all()],
        [
            rules.Heard(one.consents, one.heard_at is not None, one.agrees)
            for one in matter.concerned.all()
        ],
        has_words=has_words,
    )


def lacks_of(matter: GroupMatter) -> list[str]:
    """What a judgement still lacks, in words; of other matters nothing."""
    if matter.work != "judging":
        return []
    found = _judging_lacks(matter, has_words=matter.proposed_at is not None)
    return [judging_words(one) for one in found]
