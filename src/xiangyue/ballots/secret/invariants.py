"""What must hold over all secret boxes at any time; each check returns what is wrong."""

import hashlib
from collections.abc import Iterator

from django.db import connection
from django.utils.translation import gettext as _

from xiangyue.ballots.models import Mode, Participation
from xiangyue.ballots.secret import board, manifest, triggers
from xiangyue.ballots.secret.models import SecretBox
from xiangyue.ballots.secret.queries import taken_count


def every_secret_box_is_as_it_was_filled() -> list[str]:
    """The announcement has its fingerprint, the votes lead to the head, slips are as many as
    voters took one. The proofs themselves are for scripts/recount.py."""
    boxes = SecretBox.objects.exclude(fingerprint="")
    return [
        _("The secret box of vote %(ballot)s is not as it was filled: %(what)s.")
        % {"ballot": box.pk, "what": what}
        for box in boxes.iterator()
        for what in _faults(box)
    ]


def _faults(box: SecretBox) -> Iterator[str]:
    if manifest.fingerprint(box.manifest) != box.fingerprint:
        yield "manifest"
    if len(box.slips) != taken_count(box) or box.slips != sorted(set(box.slips)):
        yield "slips"
    head, slips = board.first_head(box.fingerprint), set(box.slips)
    for place, row in enumerate(box.votes.all().iterator(), start=1):
        hashed = hashlib.sha256(row.content.encode()).hexdigest()
        head = board.next_head(head, hashed)
        if (row.position, row.hash, row.head) != (place, hashed, head) or row.slip not in slips:
            yield f"vote {place}"
            return
    if head != box.head:
        yield "head"


def secret_participations_tell_no_order() -> list[str]:
    """Rows of who took a slip stand in the order of the roll, not in that of time (EL01)."""
    faults = []
    rows = Participation.objects.filter(mode=Mode.SECRET_ONLINE).order_by("ballot", "pk")
    last: dict[object, int] = {}
    for ballot_id, entry_id in rows.values_list("ballot", "entry").iterator():
        if entry_id < last.get(ballot_id, 0):
            words = _("The slips of vote %(ballot)s show when they were taken.")
            faults.append(words % {"ballot": ballot_id})
        last[ballot_id] = entry_id
    return faults


def the_database_keeps_secret_boxes() -> list[str]:
    return [
        _("The database has lost the safeguard %(name)s.") % {"name": name}
        for name in triggers.missing(connection)
    ]


INVARIANTS = {
    "every_secret_box_is_as_it_was_filled": every_secret_box_is_as_it_was_filled,
    "secret_participations_tell_no_order": secret_participations_tell_no_order,
    "the_database_keeps_secret_boxes": the_database_keeps_secret_boxes,
}
