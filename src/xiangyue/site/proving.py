"""What others are handed to check the record by themselves; docs/verify.md shows it at work."""

import json
from collections.abc import Iterable
from typing import cast

from django.utils.translation import gettext_lazy as _

from xiangyue.activity.models import Entry
from xiangyue.activity.proofs import ConsistencyProof, InclusionProof, SignedHead
from xiangyue.activity.queries import latest_head
from xiangyue.activity.verification import consistency_proof, inclusion_proof, signed_head
from xiangyue.kernel.refusals import NotFound, Refused


class NoTreeHead(Refused):
    """What was handed in is no signed tree head."""

    code = "no_tree_head"


def head_now() -> SignedHead:
    """The bound county's newest signed head.

    :raises NotFound: nothing was sealed yet.
    """
    head = latest_head()
    if head is None:
        raise NotFound(_("Nothing is sealed yet; try again in a minute."))
    return signed_head(head)


def proof_of(entry_id: int) -> InclusionProof:
    """:raises NotFound: the record has no such entry, or it is not sealed yet."""
    entry = Entry.objects.filter(pk=entry_id).first()
    if entry is None:
        raise NotFound(_("The record has no entry %s.") % entry_id)
    return inclusion_proof(entry)


def proof_of_growth(kept: str) -> ConsistencyProof:
    """That the record only grew since the head in this text.

    :raises NoTreeHead: the text is none, or one over more than the record holds.
    """
    head = kept_head(kept)
    try:
        return consistency_proof(since=head)
    except ValueError:
        raise NoTreeHead(_("The record is shorter than that head says.")) from None


def kept_heads(texts: Iterable[str], *, of: Iterable[str]) -> dict[str, list[SignedHead]]:
    """The heads in these texts, by county; `of` names the counties that are looked at.

    :raises NoTreeHead: one is none, or of a county that is not looked at.
    """
    found: dict[str, list[SignedHead]] = {county: [] for county in of}
    for head in map(kept_head, texts):
        county = head["head"]["county"]
        if county not in found:
            raise NoTreeHead(_("A head of %s cannot be compared here.") % county)
        found[county].append(head)
    return found


def kept_head(text: str) -> SignedHead:
    """A head that somebody kept, from its JSON.

    :raises NoTreeHead: it is not shaped like one.
    """
    try:
        signed = json.loads(text)
        head = signed["head"]
        bytes.fromhex(signed["signature"])
        texts = (head["county"], head["root_hash"], head["signed_at"], head["key_id"])
        is_head = isinstance(head["tree_size"], int) and all(isinstance(one, str) for one in texts)
    except (LookupError, TypeError, ValueError):
        is_head = False
    if not is_head:
        raise NoTreeHead(_("This is no signed tree head, as `xiangyue head` prints it."))
    return cast(SignedHead, signed)
