"""Minutes: drafted from what happened, corrected, laid out, signed by each, added to afterwards."""

import hashlib
import json
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.assemblies import rules
from xiangyue.assemblies.drafting import drafted
from xiangyue.assemblies.minutes_models import Correction, Minutes, Signature
from xiangyue.assemblies.models import Sitting, StateChoices
from xiangyue.assemblies.queries import names_without_office
from xiangyue.assemblies.services.acting import (
    Overtaken,
    begin,
    check_state,
    digest_of,
    lock,
    recorded,
    save,
    words_given,
)
from xiangyue.assemblies.signing import SignSeat, office_holders, sign_seats
from xiangyue.documents.files import PreparedFile, prepare_file
from xiangyue.documents.keeping import atomic_with_files
from xiangyue.kernel.identifiers import new_id
from xiangyue.kernel.refusals import Conflict, NotAllowed, NotFound, Refused
from xiangyue.places.models import Person

LONGEST_MINUTES = 60_000
LONGEST_CORRECTION = 4_000


class NamesSomebody(Refused):
    """Public minutes name somebody who holds no office."""

    code = "names_somebody"


class NotSettled(Conflict):
    """The minutes are not laid out for signing, or have changed since they were read."""

    code = "not_settled"


def minutes_digest(sitting: Sitting, *, text: str, public_text: str) -> str:
    """The digest that stands for both texts of this sitting's minutes."""
    said = {"sitting": str(sitting.pk), "text": text, "public_text": public_text}
    written = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()


def minutes_of(sitting: Sitting) -> Minutes:
    """:raises NotFound: none are written yet."""
    found = Minutes.objects.filter(sitting=sitting).first()
    if found is None:
        raise NotFound(_("No minutes are written yet."))
    return found


@transaction.atomic
def draft_minutes(*, sitting: Sitting, by: Person, at: datetime) -> Minutes:
    """Minutes as they follow from what happened; what is written already stays.

    Records `assemblies.minutes_written`.
    """
    locked = begin(sitting, verb="minute", by=by, at=at)
    there = Minutes.objects.filter(sitting=locked).first()
    if there is not None:
        return there
    text, public_text = drafted(locked)
    made = Minutes.objects.create(
        sitting=locked, text=text, public_text=public_text,
        digest=minutes_digest(locked, text=text, public_text=public_text), written_by=by,
        written_at=at,
    )  # fmt: skip
    recorded("minutes_written", locked, at=at, by=by, digest=made.digest)
    return made


@transaction.atomic
def write_minutes(
    *,
    sitting: Sitting,
    text: str,
    public_text: str,
    by: Person,
    at: datetime,
    seen_version: int | None = None,
) -> Minutes:
    """Correct the draft. Records `assemblies.minutes_written`.

    :raises Overtaken: another minute taker has written meanwhile; nothing of theirs is lost.
    :raises NotSettled: they are laid out for signing; take them back first.
    """
    locked = begin(sitting, verb="minute", by=by, at=at)
    found = minutes_of(locked)
    if seen_version is not None and found.version != seen_version:
        raise Overtaken(
            _("Somebody else has written in these minutes meanwhile; read theirs, then yours in.")
        )
    if found.is_settled:
        raise NotSettled(_("The minutes are laid out for signing; take them back to change them."))
    missing = _("Minutes have words.")
    text = words_given(text, missing, field="text", most=LONGEST_MINUTES)
    public_text = words_given(public_text, missing, field="public_text", most=LONGEST_MINUTES)
    if (text, public_text) == (found.text, found.public_text):
        return found
    found.text, found.public_text = text, public_text
    found.digest = minutes_digest(locked, text=text, public_text=public_text)
    found.version += 1
    found.written_by, found.written_at = by, at
    found.save()
    recorded("minutes_written", locked, at=at, by=by, digest=found.digest)
    return found


@transaction.atomic
def settle_minutes(
    *,
    sitting: Sitting,
    by: Person,
    at: datetime,
    seen_version: int | None = None,
    names_are_words: bool = False,
) -> Minutes:
    """Lay the minutes out for signing, as they are; from then on each signs this very text.

    `names_are_words` says that what looks like a name is none. Records
    `assemblies.minutes_settled`.

    :raises NamesSomebody: the public text names somebody who was here and holds no office.
    :raises Overtaken: they have changed meanwhile.
    """
    locked = begin(sitting, verb="minute", by=by, at=at)
    found = minutes_of(locked)
    if found.is_settled:
        return found
    if seen_version is not None and found.version != seen_version:
        raise Overtaken(
            _("Somebody else has written in these minutes meanwhile; read theirs, then yours in.")
        )
    offices = sorted(office_holders(locked, at=at))
    named = rules.names_in(found.public_text, names_without_office(locked, offices=offices))
    if named and not names_are_words:
        message = _(
            "The public minutes name nobody but who holds an office; these stand in them:"
            " %(names)s. Take them out, or say that they are no names here."
        ) % {"names": "、".join(named[:10])}
        raise NamesSomebody(message, fields={"public_text": message}, source="PIPL art. 25")
    found.is_settled, found.version = True, found.version + 1
    found.save(update_fields=["is_settled", "version"])
    recorded("minutes_settled", locked, at=at, by=by, digest=found.digest)
    return found


@transaction.atomic
def take_back_minutes(*, sitting: Sitting, by: Person, at: datetime) -> Minutes:
    """Take them back to change something before all have signed.

    Who has signed signs again what is changed, for a signature stands for its text alone.
    """
    locked = begin(sitting, verb="minute", by=by, at=at)
    found = minutes_of(locked)
    if not found.is_settled:
        return found
    found.is_settled, found.version = False, found.version + 1
    found.save(update_fields=["is_settled", "version"])
    recorded("minutes_taken_back", locked, at=at, by=by, digest=found.digest)
    return found


# --- signing ----------------------------------------------------------------------------------


@transaction.atomic
def sign_minutes(*, sitting: Sitting, by: Person, at: datetime, seen_digest: str) -> Minutes:
    """Confirm the minutes as read, for each seat that is one's own; signing twice is once.

    With the last one they are signed: the database lets nothing of them change any more. Records
    `assemblies.signature_given`, and `assemblies.minutes_signed` with the last.

    :raises NotAllowed: it is not theirs to sign.
    :raises NotSettled: not laid out for signing, or changed since they were read.
    """
    locked = lock(sitting)
    if locked.state == StateChoices.SIGNED:
        return _signed_already(locked, by, seen_digest, at=at)
    check_state(locked, "sign")
    found = _settled(locked, seen_digest)
    seats = [seat for seat in sign_seats(locked, found, at=at) if by.pk in seat.people]
    if not seats:
        raise NotAllowed(_("These minutes are not yours to sign."))
    for seat in seats:
        if not seat.is_signed:
            _sign(locked, found, seat, person=by, entered_by=by, at=at)
    return _complete(locked, found, by=by, at=at)


def _signed_already(sitting: Sitting, by: Person, seen_digest: str, *, at: datetime) -> Minutes:
    found = minutes_of(sitting)
    if found.digest == seen_digest and found.signatures.filter(person=by).exists():
        return found
    check_state(sitting, "sign")
    raise AssertionError


def sign_on_paper(
    *,
    sitting: Sitting,
    seat: str,
    person: Person,
    upload: bytes | PreparedFile,
    by: Person,
    at: datetime,
    seen_digest: str,
) -> Minutes:
    """Somebody has signed the printed minutes by hand; the sheet is kept beside them (SE05).

    Who enters it runs the meeting, and enters nobody's but who may sign for the seat.

    :raises NotAllowed: they do not run the meeting.
    :raises NotFound: no such seat, or the person may not sign for it.
    :raises FileRefused: the sheet cannot be kept.
    """
    prepared = upload if isinstance(upload, PreparedFile) else prepare_file(upload, name="minutes")
    with atomic_with_files() as files:
        locked = begin(sitting, verb="sign", by=by, at=at)
        found = _settled(locked, seen_digest)
        wanted = next((one for one in sign_seats(locked, found, at=at) if one.key == seat), None)
        if wanted is None or person.pk not in wanted.people:
            raise NotFound(_("This person does not sign these minutes."))
        if not wanted.is_signed:
            key = new_id()
            name = f"assemblies/{at:%Y/%m}/{key}{prepared.suffix}"
            _sign(
                locked, found, wanted, person=person, entered_by=by, at=at,
                file=files.write(name, prepared.content), content_type=prepared.content_type,
            )  # fmt: skip
        return _complete(locked, found, by=by, at=at)


def _settled(sitting: Sitting, seen_digest: str) -> Minutes:
    """:raises NotSettled: as said."""
    found = minutes_of(sitting)
    if not found.is_settled:
        raise NotSettled(_("These minutes are not laid out for signing yet."))
    if found.digest != seen_digest:
        raise NotSettled(
            _("These minutes have changed since you read them; please read them anew.")
        )
    return found


def _sign(
    sitting: Sitting,
    minutes: Minutes,
    seat: SignSeat,
    *,
    person: Person,
    entered_by: Person,
    at: datetime,
    file: str = "",
    content_type: str = "",
) -> None:
    Signature.objects.create(
        minutes=minutes, seat=seat.key, person=person, digest=minutes.digest,
        is_on_paper=bool(file), file=file, content_type=content_type, entered_by=entered_by,
        signed_at=at,
    )  # fmt: skip
    recorded(
        "signature_given", sitting, at=at, by=entered_by, seat=seat.key, is_on_paper=bool(file),
        digest=minutes.digest,
    )  # fmt: skip


def _complete(sitting: Sitting, minutes: Minutes, *, by: Person, at: datetime) -> Minutes:
    if not all(seat.is_signed for seat in sign_seats(sitting, minutes, at=at)):
        return minutes
    minutes.signed_at = at
    minutes.save(update_fields=["signed_at"])
    save(sitting, state=StateChoices.SIGNED, signed_at=at)
    recorded("minutes_signed", sitting, at=at, by=by, digest=minutes.digest)
    return minutes


@transaction.atomic
def correct_minutes(*, sitting: Sitting, text: str, by: Person, at: datetime) -> Correction:
    """Add to signed minutes what was wrong in them, with its day; they themselves stay.

    Everybody who reads the minutes reads it; the same words twice are one. Records
    `assemblies.minutes_corrected`.
    """
    locked = begin(sitting, verb="correct", by=by, at=at)
    found = minutes_of(locked)
    words = words_given(
        text, _("Please write what is to be corrected."), field="text", most=LONGEST_CORRECTION
    )
    last = found.corrections.order_by("-pk").first()
    if last is not None and last.text == words:
        return last
    made = Correction.objects.create(minutes=found, text=words, written_by=by, written_at=at)
    recorded("minutes_corrected", locked, at=at, by=by, digest=digest_of(words))
    return made
