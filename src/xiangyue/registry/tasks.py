"""What the register does by itself as time passes."""

from datetime import datetime, timedelta

from xiangyue.kernel.due import due
from xiangyue.registry import services
from xiangyue.registry.importing import tasks as importing_tasks

__all__ = ["forget_due", "importing_tasks"]  # both are due


@due(every=timedelta(hours=6))
def forget_due(*, at: datetime) -> None:
    services.forget_due(at=at)
