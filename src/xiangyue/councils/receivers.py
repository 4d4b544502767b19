"""What happens elsewhere and changes who sits."""

from uuid import UUID

from xiangyue.activity.catalogue import hear
from xiangyue.activity.models import Entry
from xiangyue.councils import services
from xiangyue.councils.models import Council, CouncilState


@hear("access.post_ended")
def end_seats_with_the_post(entry: Entry) -> None:
    services.end_seats_of_post(post_id=UUID(entry.subject_id), at=entry.at)


@hear("publicity.notice_settled")
def sit_when_nothing_is_open(entry: Entry) -> None:
    """The roster hung its days with every objection answered: a whole council sits."""
    rows = Council.objects.filter(
        notice_id=entry.subject_id, state=CouncilState.FORMING
    ).select_related("place", "declaration", "notice")
    for council in rows:
        if not services.not_ready_to_sit(council, at=entry.at):
            services.begin_sitting(council=council, by=None, at=entry.at)
