"""The only way that web code fetches a notice, an objection or a draft for a person."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from xiangyue.access.limits import spend
from xiangyue.access.queries import granted
from xiangyue.access.rules import Standing
from xiangyue.kernel.identifiers import normalise_code
from xiangyue.kernel.refusals import NotAllowed, NotFound
from xiangyue.places.models import Place
from xiangyue.places.queries import county_place
from xiangyue.publicity.blueprint import NoticeKind
from xiangyue.publicity.kinds import ANSWER, PUBLISH, all_kinds, may_publish
from xiangyue.publicity.models import Attachment, Notice, NoticeDraft, Objection, StateChoices
from xiangyue.publicity.queries import BOARD_LEVELS, SHOWN_WITH
from xiangyue.publicity.receipts import receipt_digest

# Whoever reports for others enters objections for them too (SE05).
ENTER = "incidents.enter_for_others"
WRONG_RECEIPTS_PER_HOUR = 20


# --- for everybody ----------------------------------------------------------------------------


def board_place(code: str) -> Place:
    """A place with a board; without a code the county.

    :raises NotFound: there is none.
    """
    if not code:
        return county_place()
    place: Place | None = Place.objects.filter(code=code, kind__in=BOARD_LEVELS).first()
    if place is None:
        raise NotFound(_("There is no place with this code."))
    return place


def public_notice(number: str) -> Notice:
    """One notice as everybody finds it; whether its words are to be read, it says itself.

    :raises NotFound: there is none.
    """
    found = Notice.objects.filter(number=number.upper()).select_related(*SHOWN_WITH).first()
    if found is None:
        raise NotFound(_("There is no notice with this number."))
    return found


def public_attachment(notice: Notice, attachment_id: UUID) -> Attachment:
    """A photo or document of a notice; whether it is to be read, the notice says.

    :raises NotFound: it has none such.
    """
    found: Attachment | None = notice.attachments.filter(pk=attachment_id).first()
    if found is None:
        raise NotFound(_("There is no such photo or document."))
    return found


def objection_of_receipt(code: str, *, network: str, at: datetime) -> Objection:
    """The objection on a receipt, for whoever holds it; wrong codes are counted by network.

    :raises NotFound: no receipt has this code.
    :raises TooSoon: too many wrong codes came from there.
    """
    rows = Objection.objects.select_related("notice__declaration", "notice__place", "clock")
    found = rows.filter(receipt_digest=receipt_digest(code)).first() if code else None
    if found is None:
        spend(f"receipt:{network}", most=WRONG_RECEIPTS_PER_HOUR, hours=1, at=at)
        raise NotFound(_("No receipt has this code; check it and type it again."))
    found.receipt_code = normalise_code(code)
    return found


def own_objections(standing: Standing) -> QuerySet[Objection]:
    """What the person objected to with their account, newest first."""
    if standing.person_id is None:
        return Objection.objects.none()
    rows = Objection.objects.filter(person_id=standing.person_id)
    return rows.select_related("notice__declaration", "notice__place", "clock").order_by(
        "-received_at", "pk"
    )


# --- for desks --------------------------------------------------------------------------------


def has_notices(standing: Standing) -> bool:
    """Whether any post has to do with notices; for showing a menu entry."""
    return standing.may_somewhere(PUBLISH) or standing.may_somewhere(ANSWER)


def notices_of(standing: Standing) -> QuerySet[Notice]:
    """The notices on the boards that the person publishes on or answers for."""
    if standing.person_id is None:
        return Notice.objects.none()
    return Notice.objects.filter(granted(standing, PUBLISH) | granted(standing, ANSWER))


def desk_notice(standing: Standing, number: str) -> Notice:
    """One notice, for somebody who keeps its board.

    :raises NotFound: there is none, or none for this person; which of the two is not told.
    """
    rows = notices_of(standing).select_related(*SHOWN_WITH, "published_by", "taken_down_by")
    found = rows.filter(number=number.upper()).first()
    if found is None:
        raise NotFound(_("There is no notice with this number that you keep."))
    return found


def desk_objection(standing: Standing, objection_id: UUID) -> Objection:
    """One objection, for somebody who keeps the board.

    :raises NotFound: there is none, or none for this person.
    """
    found = (
        Objection.objects.filter(pk=objection_id, notice__in=notices_of(standing))
        .select_related("notice__declaration", "notice__place", "clock", "person", "answered_by")
        .first()
    )
    if found is None:
        raise NotFound(_("There is no objection that you may see here."))
    return found


def may_take_down(standing: Standing, notice: Notice) -> bool:
    return standing.may(PUBLISH, place_path=notice.place_path)


def may_enter_for_others(standing: Standing, notice: Notice) -> bool:
    return standing.may(ENTER, place_path=notice.place_path)


def check_may_enter(standing: Standing, notice: Notice) -> None:
    """:raises NotAllowed: no post of theirs enters for others there."""
    if not may_enter_for_others(standing, notice):
        raise NotAllowed(_("Your posts do not include entering objections for others here."))


def drafts_of(standing: Standing) -> QuerySet[NoticeDraft]:
    """The drafts for the boards that the person publishes on, last written first."""
    if standing.person_id is None:
        return NoticeDraft.objects.none()
    rows = NoticeDraft.objects.filter(granted(standing, PUBLISH))
    return rows.select_related("place", "written_by").order_by("-written_at", "pk")


def draft_for(standing: Standing, draft_id: UUID) -> NoticeDraft:
    """:raises NotFound: there is no such draft, or none for this person."""
    found = drafts_of(standing).filter(pk=draft_id).first()
    if found is None:
        raise NotFound(_("This draft is no more, or not yours to see."))
    return found


def kept_attachment(standing: Standing, attachment_id: UUID) -> Attachment:
    """A photo or document of a draft or notice, for somebody who keeps its board.

    Of what was taken down it is still seen here, of what named people and hangs no more it is not
    (REQ-L06).

    :raises NotFound: there is none, or none for this person.
    """
    rows = Attachment.objects.select_related("notice", "draft__place").filter(
        Q(draft__in=drafts_of(standing).values("pk"))
        | Q(notice__in=notices_of(standing).values("pk"))
    )
    found = rows.filter(pk=attachment_id).first()
    if found is None or not _is_kept_open(found.notice):
        raise NotFound(_("There is no such photo or document."))
    return found


def _is_kept_open(notice: Notice | None) -> bool:
    return notice is None or notice.is_readable or notice.state == StateChoices.TAKEN_DOWN


def boards_to_publish_on(standing: Standing) -> list[Place]:
    """The places on whose boards the person may publish something, in the order of the tree.

    The places of the posts themselves: whoever publishes for a town does not write for villages.
    """
    paths = {holding.place_path for holding in standing.holdings if PUBLISH in holding.area_verbs}
    if not paths:
        return []
    kinds = all_kinds().values()
    places = Place.objects.filter(path__in=paths, is_active=True).order_by("path")
    return [place for place in places if any(may_publish(standing, kind, place) for kind in kinds)]


def kinds_to_publish(standing: Standing, places: list[Place]) -> dict[str, NoticeKind]:
    """The kinds that the person may publish on one of the boards at least."""
    return {
        key: kind
        for key, kind in all_kinds().items()
        if any(may_publish(standing, kind, place) for place in places)
    }
