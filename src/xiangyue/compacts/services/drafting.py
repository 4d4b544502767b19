"""Writing a version clause by clause; of two who write the same, the later one is told."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from xiangyue.access.queries import standing_of
from xiangyue.blueprints.queries import meaning
from xiangyue.compacts import rules
from xiangyue.compacts.blueprint import CompactKind, StarterClause
from xiangyue.compacts.kinds import kind_of, kind_row, suits
from xiangyue.compacts.models import Clause, Compact, Member, Version
from xiangyue.compacts.services.acting import (
    DRAFT,
    EditedMeanwhile,
    NotNow,
    WordsMissing,
    check_may,
    check_writable,
    line_given,
    lock,
    recorded,
    short,
    words_given,
)
from xiangyue.kernel.identifiers import new_id
from xiangyue.kernel.refusals import NotAllowed, NotFound, Refused
from xiangyue.places.models import Person, Place

LONGEST_TITLE = 80
LONGEST_REASON = 300
MOST_PLACES = 30


class WrongPlace(Refused):
    """People of such a place make no compacts of this kind."""

    code = "wrong_place"


@transaction.atomic
def begin_compact(
    *,
    kind: str,
    place: Place,
    title: str,
    by: Person,
    at: datetime,
    starter: str = "",
    with_places: Sequence[Place] = (),
) -> Version:
    """Begin a compact with its first version, empty or from a declared starter.

    `with_places` are the other places of one that several share, each of which agrees by its own
    vote (LP-27). Records `compacts.version_begun`.

    :raises NotFound: no such kind or starter is declared.
    :raises WrongPlace: the kind is not for such places, or not for several.
    :raises NotAllowed: no post of theirs drafts there.
    """
    row = kind_row(kind)
    declared = meaning(row, CompactKind)
    if not standing_of(by, at=at).may(DRAFT, place_path=place.path):
        raise NotAllowed(_("Your posts do not include drafting compacts here."))
    others = [one for one in dict.fromkeys(with_places) if one.pk != place.pk]
    _check_places(declared, [place, *others])
    compact = Compact.objects.create(
        kind=kind,
        declaration=row,
        place=place,
        place_path=place.path,
        title=line_given(title, _("Please give it a title."), field="title", most=LONGEST_TITLE),
        begun_at=at,
        begun_by=by,
    )
    Member.objects.bulk_create(
        Member(compact=compact, place=one, place_path=one.path) for one in [place, *others]
    )
    return _begun(compact, made_from=None, starter=starter, by=by, at=at)


def _check_places(declared: CompactKind, places: Sequence[Place]) -> None:
    if len(places) > 1 and not declared.is_shared:
        said = _("Only compacts that villages share have several places.")
        raise WrongPlace(said, fields={"with_places": said}, source="LP-27")
    if declared.is_shared and not 2 <= len(places) <= MOST_PLACES:
        said = _("Choose the other villages that agree with you.")
        raise WrongPlace(said, fields={"with_places": said}, source="LP-27")
    for one in places:
        if not suits(declared, one):
            said = _("A compact of this kind is not made at %(place)s.") % {"place": one.name}
            raise WrongPlace(said, fields={"place": said}, source=declared.source)


@transaction.atomic
def begin_version(
    *, compact: Compact, by: Person, at: datetime, made_from: Version | None = None
) -> Version:
    """Begin the next version, from an earlier one of the same compact or empty.

    Clauses keep their lineage, so that everybody sees which one changed. Records
    `compacts.version_begun`.

    :raises NotAllowed: no post of theirs drafts there.
    :raises NotNow: another version is under way.
    """
    check_may(by, DRAFT, compact, at=at)
    Compact.objects.select_for_update().get(pk=compact.pk)
    if compact.versions.filter(state__in=list(rules.UNDER_WAY)).exists():
        raise NotNow(_("A version is under way already; go on with that one."))
    if made_from is not None and made_from.compact_id != compact.pk:
        raise NotFound(_("This is a version of another compact."))
    return _begun(compact, made_from=made_from, starter="", by=by, at=at)


def _begun(
    compact: Compact, *, made_from: Version | None, starter: str, by: Person, at: datetime
) -> Version:
    last = compact.versions.order_by("-number").values_list("number", flat=True).first() or 0
    try:
        with transaction.atomic():
            version = Version.objects.create(
                compact=compact, number=last + 1, made_from=made_from, begun_at=at, begun_by=by
            )
    except IntegrityError as error:
        raise NotNow(_("A version is under way already; go on with that one.")) from error
    if made_from is not None:
        rows = made_from.clauses.exclude(is_left_out=True)
        said = [(one.lineage, one.topic, one.heading, one.text) for one in rows]
    elif starter:
        said = [
            (new_id(), one.topic, one.heading, one.text)
            for one in _starter(kind_of(compact), starter)
        ]
    else:
        said = []
    Clause.objects.bulk_create(
        Clause(
            version=version, lineage=lineage, position=position, topic=topic, heading=heading,
            text=text, written_by=by, written_at=at,
        )
        for position, (lineage, topic, heading, text) in enumerate(said, start=1)
    )  # fmt: skip
    recorded("version_begun", version, at=at, actor_id=by.pk, clause_count=len(said))
    return version


def _starter(declared: CompactKind, key: str) -> tuple[StarterClause, ...]:
    found = next((one for one in declared.starters if one.key == key), None)
    if found is None:
        raise NotFound(_("There is no such text to begin with."))
    return found.clauses


# --- clauses ----------------------------------------------------------------------------------


@transaction.atomic
def add_clause(
    *,
    version: Version,
    topic: str,
    heading: str,
    text: str,
    by: Person,
    at: datetime,
    clause_id: UUID | None = None,
) -> Clause:
    """Write a clause at the end; sent again under the same id it is added once.

    :raises NotAllowed: no post of theirs drafts there.
    :raises NotNow: the words stand.
    :raises WordsMissing: no words, too many, an unknown subject, or too many clauses.
    """
    locked = _writable(version, by=by, at=at)
    if clause_id is not None:
        there = Clause.objects.filter(pk=clause_id).first()
        if there is not None:
            if there.version_id != locked.pk:
                raise NotFound(_("There is no such clause in this version."))
            return there
    count = locked.clauses.count()
    if count >= rules.MOST_CLAUSES:
        raise WordsMissing(
            _("At most %(most)d clauses; each is voted on.") % {"most": rules.MOST_CLAUSES}
        )
    clause = Clause(
        id=clause_id or new_id(), version=locked, position=count + 1, written_by=by, written_at=at
    )
    _worded(clause, topic=topic, heading=heading, text=text)
    clause.save(force_insert=True)
    _grown(locked)
    return clause


@transaction.atomic
def save_clause(
    *,
    clause: Clause,
    topic: str,
    heading: str,
    text: str,
    seen: int,
    by: Person,
    at: datetime,
) -> Clause:
    """Change a clause's words; `seen` is the revision that was read before.

    The same words again change nothing.

    :raises EditedMeanwhile: somebody else changed it since; what they wrote stands.
    :raises NotFound: somebody else removed it.
    """
    locked = _writable(clause.version, by=by, at=at)
    fresh = _clause(locked, clause.pk)
    before = (fresh.topic, fresh.heading, fresh.text)
    _worded(fresh, topic=topic, heading=heading, text=text)
    if (fresh.topic, fresh.heading, fresh.text) == before:
        return fresh
    if fresh.revision != seen:
        raise EditedMeanwhile(
            _(
                "%(name)s changed this clause while you wrote. Both texts are below: put them"
                " together and save again."
            )
            % {"name": fresh.written_by.name}
        )
    fresh.revision += 1
    fresh.written_by, fresh.written_at = by, at
    fresh.save()
    return fresh


@transaction.atomic
def move_clause(*, clause: Clause, up: bool, seen: int, by: Person, at: datetime) -> Version:
    """Move a clause by one place; `seen` is the version's revision that was read before.

    :raises EditedMeanwhile: clauses were added, moved or removed since.
    """
    locked = _writable(clause.version, by=by, at=at)
    _check_order(locked, seen)
    rows = list(locked.clauses.all())
    place = next((n for n, one in enumerate(rows) if one.pk == clause.pk), None)
    if place is None:
        raise NotFound(_("Somebody removed this clause meanwhile."))
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return locked
    rows[place], rows[other] = rows[other], rows[place]
    _numbered(rows)
    _grown(locked)
    return locked


@transaction.atomic
def remove_clause(*, clause: Clause, seen: int, by: Person, at: datetime) -> Version:
    """Take a clause out of the draft; `seen` is its own revision that was read before.

    :raises EditedMeanwhile: somebody else changed it since.
    """
    locked = _writable(clause.version, by=by, at=at)
    fresh = _clause(locked, clause.pk)
    if fresh.revision != seen:
        raise EditedMeanwhile(
            _("%(name)s changed this clause meanwhile; look at it before you remove it.")
            % {"name": fresh.written_by.name}
        )
    fresh.delete()
    _numbered(list(locked.clauses.all()))
    _grown(locked)
    return locked


def _writable(version: Version, *, by: Person, at: datetime) -> Version:
    locked = lock(version)
    check_may(by, DRAFT, locked.compact, at=at)
    check_writable(locked)
    return locked


def _clause(version: Version, clause_id: UUID) -> Clause:
    found = version.clauses.select_related("written_by").filter(pk=clause_id).first()
    if found is None:
        raise NotFound(_("Somebody removed this clause meanwhile."))
    found.version = version
    return found


def _check_order(version: Version, seen: int) -> None:
    if version.revision != seen:
        raise EditedMeanwhile(
            _("Somebody changed the order meanwhile; look at it again and then move.")
        )


def _worded(clause: Clause, *, topic: str, heading: str, text: str) -> None:
    kind = kind_of(clause.version.compact)
    if topic not in {one.key for one in kind.topics}:
        said = _("Choose the subject under which it stands.")
        raise WordsMissing(said, fields={"topic": said}, source="LP-08")
    clause.topic = topic
    clause.heading = short(heading, field="heading", most=rules.LONGEST_HEADING)
    clause.text = words_given(
        text, _("Please write what is agreed."), field="text", most=rules.LONGEST_CLAUSE
    )


def _numbered(rows: Sequence[Clause]) -> None:
    for position, one in enumerate(rows, start=1):
        one.position = position
    Clause.objects.bulk_update(rows, ["position"])


def _grown(version: Version) -> None:
    version.revision += 1
    version.save(update_fields=["revision"])
