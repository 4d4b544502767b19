"""Who signs out everywhere shuts out the calendars too."""

from xiangyue.access.models import Account
from xiangyue.activity.catalogue import hear
from xiangyue.activity.models import Entry
from xiangyue.site.feeds.services import end_feed


@hear("access.signed_out_everywhere")
def end_the_feed(entry: Entry) -> None:
    if entry.subject_type == Account._meta.label_lower:
        account = Account.objects.filter(pk=entry.subject_id).first()
        if account is not None:
            end_feed(account=account, at=entry.at)
