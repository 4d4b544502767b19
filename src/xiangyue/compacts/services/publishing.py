"""The first and the second notice, the revision between them, and the result on the board."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.compacts import rules
from xiangyue.compacts.gates import (
    gate_of_first,
    gate_of_revision,
    gate_of_second,
    places_without,
)
from xiangyue.compacts.kinds import kind_of
from xiangyue.compacts.models import Clause, StateChoices, Version
from xiangyue.compacts.services.acting import (
    DRAFT,
    NotNow,
    NotReady,
    check_may,
    keep_edition,
    lock,
    moved,
    recorded,
)
from xiangyue.compacts.services.following import carry_on
from xiangyue.compacts.wording import notice_body
from xiangyue.places.models import Person
from xiangyue.publicity.models import Notice
from xiangyue.publicity.services import publish_notice


def publish_first(
    *, version: Version, by: Person, at: datetime, days: int | None = None
) -> list[Notice]:
    """Put the draft up on the board of each place; from now on opinions are heard.

    The text is kept word for word. Where a board's notice was taken down meanwhile, it is put up
    anew. Records `compacts.version_published`.

    :raises NotReady: no clause, one that reads as unlawful (CP01), or an earlier step not done.
    :raises NotNow: it was published already.
    """
    return _publish(version, rules.Stage.FIRST, by=by, at=at, days=days)


def publish_second(
    *, version: Version, by: Person, at: datetime, days: int | None = None
) -> list[Notice]:
    """Put the revised text up once more; what follows is the vote on these very words.

    :raises NotReady: somebody has to decide on a finding first (CP01).
    """
    return _publish(version, rules.Stage.SECOND, by=by, at=at, days=days)


@transaction.atomic
def _publish(
    version: Version, stage: rules.Stage, *, by: Person, at: datetime, days: int | None
) -> list[Notice]:
    locked = lock(version)
    check_may(by, DRAFT, locked.compact, at=at)
    is_first = stage is rules.Stage.FIRST
    act = rules.Act.PUBLISH_FIRST if is_first else rules.Act.PUBLISH_SECOND
    kinds = kind_of(locked.compact).notices
    kind = kinds.first if is_first else kinds.second
    there = StateChoices.FIRST_NOTICE if is_first else StateChoices.SECOND_NOTICE
    places = places_without(locked, kind)
    if locked.state == there:
        if not places:
            raise NotNow(_("It hangs on every board already."))
    else:
        moved(locked, act)
        gate = gate_of_first if is_first else gate_of_second
        if missing := gate(locked, at=at):
            raise NotReady(missing, source="CP01; CP04")
        keep_edition(locked, stage, locked.clauses.all(), at=at)
        if is_first:
            locked.first_published_at = at
        else:
            locked.second_published_at = at
        locked.save()
    clauses = list(locked.clauses.all())
    body = notice_body(_lead(locked, is_first=is_first), _words(clauses))
    title = f"{locked.compact.title}{_('(draft)') if is_first else _('(revised draft)')}"
    hung = [
        publish_notice(
            kind=kind, place=place, title=title, body=body, subject=locked, by=by, at=at, days=days
        )
        for place in places
    ]
    recorded(
        "version_published", locked, at=at, actor_id=by.pk, stage=stage.value,
        notices=[notice.number for notice in hung], clause_count=len(clauses),
    )  # fmt: skip
    carry_on(locked, by=by, at=at, stage="first_notice" if is_first else "second_notice")
    return hung


def _words(clauses: list[Clause]) -> list[tuple[str, str]]:
    return [(one.heading, one.text) for one in clauses]


def _lead(version: Version, *, is_first: bool) -> str:
    if is_first:
        return _(
            "This is a draft; it binds nobody yet. Say what you think of any of its clauses: to"
            " the village office, to a grid worker, at your door, or by phone. Every opinion is"
            " registered and answered."
        )
    return _(
        "This is the draft as it was revised after your opinions. It goes to the vote clause by"
        " clause; what fails is left out."
    )


@transaction.atomic
def begin_revision(*, version: Version, by: Person, at: datetime) -> Version:
    """Open the text for revision, once every opinion is answered and the notice is settled.

    What was published stays to be compared with. Records `compacts.revision_begun`.

    :raises NotReady: the notice runs, or an opinion has no answer (CP04).
    """
    locked = lock(version)
    check_may(by, DRAFT, locked.compact, at=at)
    moved(locked, rules.Act.REVISE)
    if missing := gate_of_revision(locked, at=at):
        raise NotReady(missing, source="LP-08; CP04")
    locked.revised_at = at
    locked.save()
    recorded("revision_begun", locked, at=at, actor_id=by.pk)
    carry_on(locked, by=by, at=at, stage="revise")
    return locked


@transaction.atomic
def post_result(*, version: Version, by: Person, at: datetime) -> list[Notice]:
    """Put the adopted text up on red paper: what stands in it, and what failed (LP-12, LP-17).

    :raises NotNow: it is not adopted, or hangs already.
    """
    locked = lock(version)
    check_may(by, DRAFT, locked.compact, at=at)
    if locked.state != StateChoices.VOTED:
        raise NotNow(_("The result is posted once the vote is counted."))
    kind = kind_of(locked.compact).notices.result
    places = places_without(locked, kind)
    if not places:
        raise NotNow(_("It hangs on every board already."))
    clauses = list(locked.clauses.all())
    stands = [one for one in clauses if not one.is_left_out]
    fails = [one for one in clauses if one.is_left_out]
    lead = _("The vote accepted %(count)d of %(all)d clauses. These are agreed:") % {
        "count": len(stands),
        "all": len(clauses),
    }
    body = notice_body(lead, _words(stands))
    if fails:
        names = [one.heading or one.text[:20] for one in fails]
        joiner = ", " if (get_language() or "").startswith("en") else "、"
        body += "\n" + _("Not accepted, and so not part of it: %(names)s") % {
            "names": joiner.join(names)
        }
    hung = [
        publish_notice(
            kind=kind, place=place, title=locked.compact.title, body=body, subject=locked, by=by,
            at=at,
        )
        for place in places
    ]  # fmt: skip
    recorded(
        "result_posted", locked, at=at, actor_id=by.pk, notices=[notice.number for notice in hung]
    )
    carry_on(locked, by=by, at=at)
    return hung
