"""What the passing of time does to issues."""

from datetime import datetime, timedelta

from xiangyue.deliberation import services
from xiangyue.kernel.due import due


@due(every=timedelta(days=1))
def forget_voices(*, at: datetime) -> None:
    """Whose voices they were is forgotten a year after the end."""
    services.forget_voices(at=at)
