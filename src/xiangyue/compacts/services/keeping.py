"""After the vote: signatures, filing, the town's word, in force, corrections, other tellings."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.calendars.services import stop_clock
from xiangyue.compacts.models import (
    Clause,
    Compact,
    CorrectionOrder,
    Filing,
    Signing,
    StateChoices,
    Telling,
    Version,
)
from xiangyue.compacts.services.acting import (
    DRAFT,
    REVIEW,
    NotNow,
    WordsMissing,
    check_may,
    line_given,
    lock,
    recorded,
    short,
    words_given,
)
from xiangyue.compacts.services.following import carry_on, come_into_force
from xiangyue.documents.files import PreparedFile, kept, prepare_file
from xiangyue.documents.keeping import atomic_with_files
from xiangyue.kernel.identifiers import new_id
from xiangyue.kernel.refusals import Conflict
from xiangyue.places.models import Person, Place

LONGEST_NOTE = 300
LONGEST_REASON = 1_000
LONGEST_TELLING = 10_000
MOST_SIGNERS = 100_000


def add_signing(
    *,
    version: Version,
    place: Place,
    signer_count: int,
    signed_on: date,
    upload: bytes | PreparedFile,
    by: Person,
    at: datetime,
    file_name: str = "",
) -> Signing:
    """Keep a photographed sheet of signatures; how many there are is a number somebody counts.

    Nothing is read from the picture, and no list of who signed is kept (LP-11, CP06). The same
    sheet again changes nothing. Records `compacts.sheet_added`.

    :raises NotNow: it is not adopted yet, or never will be.
    :raises WordsMissing: nobody signed, or another place.
    :raises FileRefused: neither a PDF nor a picture.
    """
    prepared = (
        upload
        if isinstance(upload, PreparedFile)
        else prepare_file(upload, name=file_name or "sheet")
    )
    with atomic_with_files() as files:
        locked = lock(version)
        check_may(by, DRAFT, locked.compact, at=at)
        if locked.state not in {StateChoices.VOTED, StateChoices.IN_FORCE}:
            raise NotNow(_("People sign what was adopted."))
        if not 1 <= signer_count <= MOST_SIGNERS:
            said = _("Say how many signed.")
            raise WordsMissing(said, fields={"signer_count": said})
        if not locked.compact.members.filter(place=place).exists():
            said = _("Choose one of the places of the compact.")
            raise WordsMissing(said, fields={"place": said})
        there = locked.signings.filter(digest=prepared.digest).first()
        if there is not None:
            return there
        key = new_id()
        sheet = kept(prepared, folder="compacts", key=key, at=at, files=files)
        del sheet["byte_count"]
        made = Signing.objects.create(
            id=key,
            version=locked,
            place=place,
            **sheet,
            signer_count=signer_count,
            signed_on=signed_on,
            entered_by=by,
            entered_at=at,
        )
        recorded(
            "sheet_added", locked, at=at, actor_id=by.pk, signer_count=signer_count,
            digest=prepared.digest,
        )  # fmt: skip
        carry_on(locked, by=by, at=at)
        return made


@transaction.atomic
def file_with_town(*, version: Version, by: Person, at: datetime, note: str = "") -> Filing:
    """Send the adopted text to the town; filed again changes nothing (VCOL art. 27).

    Stops the ten days. Records `compacts.version_filed`.

    :raises NotNow: it is not adopted.
    """
    locked = lock(version)
    check_may(by, DRAFT, locked.compact, at=at)
    there = Filing.objects.filter(version=locked).first()
    if there is not None:
        return there
    if locked.state != StateChoices.VOTED:
        raise NotNow(_("What was adopted is filed, and nothing else."), source="CP05")
    made = Filing.objects.create(
        version=locked,
        note=short(note, field="note", most=LONGEST_NOTE),
        filed_at=at,
        filed_by=by,
    )
    if locked.filing_clock is not None:
        stop_clock(clock=locked.filing_clock, at=at, actor_id=by.pk)
    recorded(
        "version_filed", locked, at=at, actor_id=by.pk, digest=locked.digest,
        is_late=locked.filing_late_at is not None,
    )  # fmt: skip
    carry_on(locked, by=by, at=at)
    return made


def announce_late_filings(*, at: datetime) -> int:
    """Say of each adopted text whose ten days are over unfiled that it is late, once; how many.

    Records `compacts.filing_overdue`.
    """
    due = Version.objects.filter(
        state=StateChoices.VOTED, filing=None, filing_late_at=None, filing_clock__due_at__lte=at
    )
    return sum(_late(version, at=at) for version in due.order_by("voted_at", "pk"))


@transaction.atomic
def _late(version: Version, *, at: datetime) -> bool:
    locked = lock(version)
    if locked.filing_late_at is not None or Filing.objects.filter(version=locked).exists():
        return False
    locked.filing_late_at = at
    locked.save(update_fields=["filing_late_at"])
    recorded("filing_overdue", locked, at=at)
    return True


@transaction.atomic
def acknowledge(*, version: Version, text: str, by: Person, at: datetime) -> Filing:
    """The town has received and read it. Records `compacts.filing_acknowledged`.

    :raises NotNow: nothing was filed, or it is acknowledged already.
    """
    locked = lock(version)
    check_may(by, REVIEW, locked.compact, at=at)
    filing = Filing.objects.select_for_update().filter(version=locked).first()
    if filing is None:
        raise NotNow(_("Nothing was filed yet."))
    if filing.acknowledged_at is not None:
        raise NotNow(_("Somebody was quicker: it is acknowledged already."))
    filing.acknowledgement = line_given(
        text, _("Write a sentence for the village."), field="text", most=LONGEST_NOTE
    )
    filing.acknowledged_at, filing.acknowledged_by = at, by
    filing.save()
    recorded("filing_acknowledged", locked, at=at, actor_id=by.pk)
    return filing


@transaction.atomic
def put_in_force(*, version: Version, by: Person, at: datetime) -> Version:
    """Let the adopted text hold from today; what held before is superseded in the same moment.

    Orders of correction on clauses that now read otherwise, or are gone, are lifted with it.
    Records `compacts.version_in_force`.

    :raises NotReady: something is missing; every sentence says what to do.
    :raises NotNow: it is not adopted, or in force already.
    """
    locked = lock(version)
    check_may(by, DRAFT, locked.compact, at=at)
    come_into_force(locked, by=by, at=at)
    return locked


@transaction.atomic
def order_correction(
    *, clause: Clause, law: str, reason: str, by: Person, at: datetime
) -> CorrectionOrder:
    """The town orders a clause to be corrected; it is suspended at once everywhere (CP07).

    Records `compacts.clause_suspended`.

    :raises NotNow: the clause is not part of what was adopted, or an order stands already.
    :raises NotAllowed: no post of theirs reviews for the town.
    """
    version = lock(clause.version)
    check_may(by, REVIEW, version.compact, at=at)
    fresh = Clause.objects.select_for_update(of=("self",)).get(pk=clause.pk)
    if version.state not in {StateChoices.VOTED, StateChoices.IN_FORCE} or fresh.is_left_out:
        raise NotNow(_("Only what was adopted can be ordered to be corrected."))
    if CorrectionOrder.objects.filter(clause=fresh, lifted_at=None).exists():
        raise NotNow(_("An order on this clause stands already."))
    made = CorrectionOrder.objects.create(
        clause=fresh,
        law=line_given(law, _("Say which law it breaks."), field="law", most=200),
        reason=words_given(
            reason, _("Say what is wrong; everybody can read it."), field="reason",
            most=LONGEST_REASON,
        ),
        ordered_at=at,
        ordered_by=by,
    )  # fmt: skip
    recorded(
        "clause_suspended", version, at=at, actor_id=by.pk, lineage=str(fresh.lineage),
        clause=str(fresh.pk),
    )  # fmt: skip
    return made


@transaction.atomic
def lift_order(*, order: CorrectionOrder, how: str, by: Person, at: datetime) -> CorrectionOrder:
    """The town takes an order back; the clause holds again. Records `compacts.clause_restored`.

    :raises Conflict: it is lifted already.
    """
    version = lock(order.clause.version)
    check_may(by, REVIEW, version.compact, at=at)
    locked = CorrectionOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if locked.lifted_at is not None:
        raise Conflict(_("This order is lifted already."))
    locked.lifted_at, locked.lifted_by = at, by
    locked.how = line_given(
        how, _("Say why it is lifted; everybody can read it."), field="how", most=LONGEST_NOTE
    )
    locked.save()
    recorded(
        "clause_restored", version, at=at, actor_id=by.pk, lineage=str(order.clause.lineage),
        clause=str(order.clause_id),
    )  # fmt: skip
    return locked


# --- told in other ways (LP-36) ---------------------------------------------------------------


@transaction.atomic
def add_telling(
    *, compact: Compact, form: str, language: str, title: str, text: str, by: Person, at: datetime
) -> Telling:
    """Keep verses, a song or a play that tells the compact, in a language such as 侗语.

    :raises WordsMissing: something is missing or too long.
    """
    check_may(by, DRAFT, compact, at=at)
    if form not in Telling.Form.values:
        said = _("Choose in which form.")
        raise WordsMissing(said, fields={"form": said})
    return Telling.objects.create(
        compact=compact,
        form=form,
        language=line_given(language, _("Say in which language."), field="language", most=30),
        title=line_given(title, _("Please give it a title."), field="title", most=80),
        text=words_given(text, _("Please write it down."), field="text", most=LONGEST_TELLING),
        added_by=by,
        added_at=at,
    )


@transaction.atomic
def remove_telling(*, telling: Telling, by: Person, at: datetime) -> Telling:
    """Take a telling off the page; again changes nothing."""
    check_may(by, DRAFT, telling.compact, at=at)
    if telling.removed_at is None:
        telling.removed_at = at
        telling.save(update_fields=["removed_at"])
    return telling
