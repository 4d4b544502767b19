"""What must hold over the register at any time; each check returns what is wrong."""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiangyue.registry.models import Change, DeletionCertificate, Element
from xiangyue.registry.sealing import SealedElsewhere, unseal
from xiangyue.registry.services.deleting import is_whole


def a_deleted_record_holds_nothing() -> list[str]:
    """A tombstone has no value, open or sealed, and neither has its history (GD09)."""
    dead = Element.objects.exclude(deleted_at=None)
    speaks = Change.objects.filter(element=OuterRef("pk")).exclude(sealed="")
    holding = dead.exclude(values={}, sealed={}, entered_on={}) | dead.filter(Exists(speaks))
    return [
        _("The deleted record %(record)s still holds something.") % {"record": code}
        for code in holding.values_list("code", flat=True)
    ]


def every_change_is_in_the_history() -> list[str]:
    """Each version of a record has its change, the last one too."""
    last = Change.objects.filter(element=OuterRef("pk"), version=OuterRef("version"))
    rows = Element.objects.filter(version__gt=0).exclude(Exists(last))
    return [
        _("The record %(record)s was changed and its history does not say so.") % {"record": code}
        for code in rows.values_list("code", flat=True)
    ]


def certificates_are_as_they_were_made() -> list[str]:
    """Each certificate's list still gives the digest that stands in the sealed record."""
    return [
        _("The deletion certificate %(number)s was changed.") % {"number": one.pk}
        for one in DeletionCertificate.objects.iterator(chunk_size=200)
        if not is_whole(one)
    ]


def what_is_sealed_can_be_opened() -> list[str]:
    """The installation still has the secret with which each record was encrypted."""
    rows = Element.objects.exclude(sealed={}).values_list("code", "sealed")
    shut = [str(code) for code, sealed in rows.iterator(chunk_size=500) if not _opens(sealed)]
    if not shut:
        return []
    return [
        ngettext(
            "%(count)s record is encrypted with a key that is missing here, such as %(record)s.",
            "%(count)s records are encrypted with a key that is missing here, such as %(record)s.",
            len(shut),
        )
        % {"count": len(shut), "record": shut[0]}
    ]


def _opens(sealed: dict[str, str]) -> bool:
    try:
        for text in sealed.values():
            unseal(text)
    except SealedElsewhere:
        return False
    return True


INVARIANTS = {
    "a_deleted_record_holds_nothing": a_deleted_record_holds_nothing,
    "every_change_is_in_the_history": every_change_is_in_the_history,
    "certificates_are_as_they_were_made": certificates_are_as_they_were_made,
    "what_is_sealed_can_be_opened": what_is_sealed_can_be_opened,
}
