"""Verbs on the secret box: name trustees, take their keys, lock, hand out slips, take votes, open.

What is recorded says that the box was locked, closed and opened, with its head and counts. Nothing
is recorded of a slip or a vote, not even that one came.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.ballots.models import Ballot, BallotState, Basis, Mode, Participation
from xiangyue.ballots.queries import entry_of
from xiangyue.ballots.reading import rule_of
from xiangyue.ballots.refusals import AlreadyTookPart, BallotNotOpen, NotOnRoll
from xiangyue.ballots.rules import is_of_age
from xiangyue.ballots.secret import board, manifest, sealing
from xiangyue.ballots.secret.group import Unsound, canonical
from xiangyue.ballots.secret.models import CipherMark, SealedVote, SecretBox, Trustee
from xiangyue.ballots.secret.proofs import Cipher, Powers
from xiangyue.ballots.secret.refusals import (
    BoxStands,
    NotTrustee,
    SealRefused,
    ShareRefused,
    SlipRefused,
    TrusteesMissing,
)
from xiangyue.ballots.services.planning import locked, record_about
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Person

LEAST_TRUSTEES = 2
MOST_TRUSTEES = 9
MOST_VOTES_PER_SLIP = 30
_BROKEN = (Unsound, ValueError, TypeError, KeyError, AttributeError, RecursionError)


# --- before the vote ------------------------------------------------------------------------------


@transaction.atomic
def name_trustees(
    *, ballot: Ballot, people: Sequence[Person], at: datetime, by: Person | None = None
) -> SecretBox:
    """Say who opens the box together; naming anew forgets keys made before.

    :raises BoxStands: the vote has begun.
    :raises Refused: fewer than two, one of them twice, or a vote that is not secret by phone.
    """
    ballot = locked(ballot)
    if Mode.SECRET_ONLINE not in ballot.modes:
        raise Refused(_("In this vote nobody votes secretly by phone."), source="EL01")
    if ballot.state != BallotState.PLANNED:
        raise BoxStands(_("Trustees are named before the vote begins."))
    if not LEAST_TRUSTEES <= len(people) <= MOST_TRUSTEES or len(set(people)) < len(people):
        message = _("Name from %(least)d to %(most)d different trustees.") % {
            "least": LEAST_TRUSTEES,
            "most": MOST_TRUSTEES,
        }
        raise Refused(message, fields={"people": message})
    box, _made = SecretBox.objects.get_or_create(ballot=ballot)
    box.trustees.all().delete()
    Trustee.objects.bulk_create(
        Trustee(box=box, position=position, person=person, name=person.name)
        for position, person in enumerate(people, start=1)
    )
    record_about("ballots.trustees_named", ballot, at=at, by=by, count=len(people))
    return box


@transaction.atomic
def deliver_share(
    *, trustee: Trustee, share: Mapping[str, Any], by: Person | None, at: datetime
) -> Trustee:
    """Take a trustee's part of the key, with its proof; until the vote begins it may be replaced.

    :raises NotTrustee: it is somebody else's.
    :raises BoxStands: the vote has begun.
    :raises ShareRefused: it is not proved, or is no number of the group.
    """
    ballot = locked(trustee.box.ballot)
    _check_trustee(trustee, by)
    if ballot.state != BallotState.PLANNED:
        raise BoxStands(_("Keys are made before the vote begins."))
    try:
        manifest.check_share(share, ballot=str(ballot.pk), trustee=str(trustee.pk))
    except _BROKEN:
        raise ShareRefused(_("This key is not proved. Make it again on your own device.")) from None
    trustee.key, trustee.proof = share["key"], share["proof"]
    trustee.save(update_fields=["key", "proof"])
    record_about("ballots.key_made", ballot, at=at, by=by, trustee=trustee.position)
    return trustee


def _check_trustee(trustee: Trustee, by: Person | None) -> None:
    if by is None or trustee.person_id != by.pk:
        raise NotTrustee(_("Only this trustee does that, signed in on their own device."))


@transaction.atomic
def lock_box(*, ballot: Ballot, at: datetime, by: Person | None = None) -> SecretBox:
    """Fix what is voted on and the joint key; doing it again changes nothing. Done at the opening.

    :raises TrusteesMissing: nobody was named, or somebody has not made a key.
    """
    box = SecretBox.objects.select_for_update().filter(ballot=ballot).first()
    trustees = list(box.trustees.all()) if box is not None else []
    if box is None or len(trustees) < LEAST_TRUSTEES:
        raise TrusteesMissing(_("Name the trustees of the secret box first."), source="EL01")
    if box.fingerprint:
        return box
    if lacking := [trustee.name for trustee in trustees if not trustee.key]:
        raise TrusteesMissing(
            _("These trustees have not made their key yet: %(names)s.")
            % {"names": "、".join(lacking)},
            source="EL01",
        )
    box.manifest = manifest.make_manifest(
        ballot=str(ballot.pk),
        title=ballot.title,
        closes_at=f"{ballot.closes_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        questions=[
            {
                "text": question.text,
                "choices": [choice["zh"] for choice in question.choices],
                "least": 1,
                "most": 1,
            }
            for question in ballot.questions.all()
        ],
        trustees=[
            {"id": str(each.pk), "name": each.name, "key": each.key, "proof": each.proof}
            for each in trustees
        ],
    )
    box.fingerprint = manifest.fingerprint(box.manifest)
    box.head = board.first_head(box.fingerprint)
    box.save(update_fields=["manifest", "fingerprint", "head"])
    record_about("ballots.box_locked", ballot, at=at, by=by, digest=box.fingerprint)
    return box


def note_closing(*, ballot: Ballot, at: datetime) -> None:
    """The head goes into the county's sealed record: from now on nobody can put in a vote."""
    box = SecretBox.objects.filter(ballot=ballot).first()
    if box is not None and box.fingerprint:
        record_about(
            "ballots.box_closed", ballot, at=at, by=None, digest=box.head, count=box.vote_count
        )


# --- while the vote is open -----------------------------------------------------------------------


@transaction.atomic
def take_slip(*, ballot: Ballot, voter: Person, slip: str, at: datetime) -> None:
    """Note that the voter took part, and that this slip may cast; nothing says that they belong
    together. Asking again with the same slip changes nothing.

    `slip` is the hash of a credential that the phone made. Both lists are written anew, sorted.

    :raises BallotNotOpen: before the opening or after the bell.
    :raises NotOnRoll: neither the voter nor, where households vote, theirs stands on the roll.
    :raises AlreadyTookPart: they were marked at the door, or vote by another way.
    :raises SlipRefused: they have taken a slip, another one.
    """
    ballot = locked(ballot)
    box = _open_box(ballot, at)
    if len(slip) != 64 or not set(slip) <= set("0123456789abcdef"):
        raise SealRefused(_("This slip was not made by our page. Load the page again."))
    entry = entry_of(ballot.roll, voter)
    is_household = ballot.roll.basis == Basis.HOUSEHOLDS
    if entry is None or entry.is_struck or (is_household and not _may_go(ballot, voter, at)):
        raise NotOnRoll(
            _(
                "You are not on the roll of this vote. If you should be, speak to the village"
                " clerk."
            ),
            source="EL02",
        )
    held = Participation.objects.filter(ballot=ballot, entry=entry).first()
    if held is not None and held.mode != Mode.SECRET_ONLINE:
        raise AlreadyTookPart(
            _("You have taken part in this vote already; every voice counts once."), source="EL01"
        )
    if held is not None:
        if slip in box.slips:
            return
        raise SlipRefused(
            _(
                "A slip was taken in your name already. Vote on the phone that took it. If it was"
                " not you, tell the tellers at once."
            ),
            source="EL01",
        )
    if slip in box.slips:
        raise SlipRefused(_("This slip was taken already. Load the page again."))
    _write_anew(ballot, entry.pk, voter if is_household else None)
    box.slips = sorted([*box.slips, slip])
    box.save(update_fields=["slips"])


def _may_go(ballot: Ballot, voter: Person, at: datetime) -> bool:
    years = rule_of(ballot).least_age
    return voter.birth_date is None or is_of_age(
        voter.birth_date, on=timezone.localdate(at), years=years
    )


def _write_anew(ballot: Ballot, entry_id: int, delegate: Person | None) -> None:
    """All secret participations of the vote in the order of the roll, so that none tells when."""
    rows = Participation.objects.filter(ballot=ballot, mode=Mode.SECRET_ONLINE)
    taken: list[tuple[int, UUID | None]] = [*rows.values_list("entry_id", "delegate_id")]
    rows.delete()
    taken.append((entry_id, delegate.pk if delegate else None))
    Participation.objects.bulk_create(
        Participation(
            ballot=ballot, entry_id=each, mode=Mode.SECRET_ONLINE, delegate_id=delegate_id
        )
        for each, delegate_id in sorted(taken, key=lambda row: row[0])
    )


@dataclass(frozen=True, slots=True)
class Receipt:
    """That a vote is in the box: its place, and the heads before and after it."""

    position: int
    hash: str
    before: str
    head: str

    @property
    def code(self) -> str:
        return board.receipt_code(self.hash)


def cast_sealed(*, ballot: Ballot, content: Mapping[str, Any], at: datetime) -> Receipt:
    """Put a sealed vote into the box; the same one again gives the same receipt.

    Who casts is not asked and cannot be told. A later vote of the same slip takes the place of
    the earlier ones at the count. Its proofs are checked before anybody waits for the box.

    :raises BallotNotOpen: before the opening or after the bell.
    :raises SealRefused: no slip for it was taken, a proof does not hold, a cipher is a copy.
    """
    box = _open_box(ballot, at)
    try:
        slip = sealing.slip_in(content)
        if slip not in box.slips:
            raise SealRefused(_("No slip for this vote was taken. Take your slip first."))
        text = canonical(content)
        digest = manifest.fingerprint(content)
        if (held := _held_receipt(box, digest)) is not None:
            return held
        if box.votes.filter(slip=slip).count() >= MOST_VOTES_PER_SLIP:
            raise SealRefused(_("This slip has voted too often. Its last vote counts."))
        vote = manifest.read_manifest(box.manifest or {})
        sealed = sealing.check_vote(vote, content, powers=Powers.tabled(vote.key))
    except _BROKEN as fault:
        raise _unsound(fault) from None
    with transaction.atomic():
        ballot = locked(ballot)
        box = _open_box(ballot, at)
        if (held := _held_receipt(box, sealed.hash)) is not None:
            return held
        if CipherMark.objects.filter(box=box, mark__in=sealed.marks).exists():
            raise _unsound(Unsound("copied"))
        before = box.head
        box.vote_count += 1
        box.head = board.next_head(before, sealed.hash)
        box.save(update_fields=["vote_count", "head"])
        SealedVote.objects.create(
            box=box, position=box.vote_count, content=text, hash=sealed.hash, slip=sealed.slip,
            head=box.head,
        )  # fmt: skip
        CipherMark.objects.bulk_create(
            CipherMark(box=box, mark=mark) for mark in sorted(sealed.marks)
        )
        return Receipt(box.vote_count, sealed.hash, before, box.head)


def _unsound(fault: Exception) -> SealRefused:
    reason = fault.reason if isinstance(fault, Unsound) else "not_canonical"
    return SealRefused(
        _("This vote is not sealed rightly (%(reason)s), so it was not taken. Load the page again.")
        % {"reason": reason},
        source="EL01",
    )


def _held_receipt(box: SecretBox, digest: str) -> Receipt | None:
    row = box.votes.filter(hash=digest).first()
    if row is None:
        return None
    earlier = box.votes.filter(position=row.position - 1).first()
    before = earlier.head if earlier is not None else board.first_head(box.fingerprint)
    return Receipt(row.position, row.hash, before, row.head)


def _open_box(ballot: Ballot, at: datetime) -> SecretBox:
    box = SecretBox.objects.filter(ballot=ballot).first()
    if Mode.SECRET_ONLINE not in ballot.modes or box is None:
        raise Refused(_("In this vote nobody votes secretly by phone."), source="EL01")
    if ballot.state != BallotState.OPEN or not box.fingerprint:
        raise BallotNotOpen(_("This vote is not open."))
    if not ballot.opens_at <= at < ballot.closes_at:
        raise BallotNotOpen(_("The time for voting by phone is over."))
    return box


# --- after the bell -------------------------------------------------------------------------------


def sums_of(box: SecretBox) -> tuple[manifest.Vote, list[list[Cipher]], int]:
    """What was announced, all counted votes added up unopened, and how many these are."""
    vote = manifest.read_manifest(box.manifest or {})
    sealed = []
    for row in box.votes.all().iterator():
        answers = json.loads(row.content)["answers"]
        ciphers = tuple(
            tuple(Cipher(int(c["a"], 16), int(c["b"], 16)) for c in answer["choices"])
            for answer in answers
        )
        sealed.append(sealing.Sealed(row.hash, row.slip, ciphers))
    counted = board.counted(sealed)
    return vote, board.add_up(vote, counted), len(counted)


@transaction.atomic
def open_part(
    *, trustee: Trustee, shares: Collection[Any], by: Person | None, at: datetime
) -> SecretBox:
    """Take a trustee's part in opening the sum; with the last part the tally stands.

    :raises NotTrustee: it is somebody else's.
    :raises BoxStands: the vote is not closed yet.
    :raises ShareRefused: a share is not proved, such as one made with another key.
    """
    ballot = locked(trustee.box.ballot)
    _check_trustee(trustee, by)
    box = SecretBox.objects.select_for_update().get(ballot=ballot)
    if ballot.state not in {BallotState.CLOSED, BallotState.COUNTED}:
        raise BoxStands(_("The box is opened after the vote is closed."))
    if box.tally is not None:
        return box
    vote, totals, count = sums_of(box)
    try:
        board.check_opening(vote, totals, shares, head=box.head, trustee=str(trustee.pk))
    except _BROKEN:
        raise ShareRefused(
            _("This does not open the box: it is not proved with the key that you made for it.")
        ) from None
    trustee.shares = shares
    trustee.save(update_fields=["shares"])
    record_about("ballots.box_part_opened", ballot, at=at, by=by, trustee=trustee.position)
    trustees = list(box.trustees.all())
    if all(each.shares is not None for each in trustees):
        parts = {
            str(each.pk): [[int(one["share"], 16) for one in row] for row in each.shares or ()]
            for each in trustees
        }
        box.tally = board.open_sums(vote, totals, parts, most=count)
        box.opened_at = at
        box.save(update_fields=["tally", "opened_at"])
        record_about("ballots.box_opened", ballot, at=at, by=by, digest=box.head, count=count)
    return box
