"""What the passing of time does: reminders are erased, who did not pass or help is forgotten."""

from datetime import datetime, timedelta

from xiangyue.enforcement import services
from xiangyue.kernel.due import due


@due(every=timedelta(minutes=10))
def erase_and_forget(*, at: datetime) -> None:
    """Erase reminders whose day has come, and who did not pass once nobody can appeal."""
    services.erase_due(at=at)
    services.forget_those_who_did_not_pass(at=at)
    services.forget_helpers(at=at)
