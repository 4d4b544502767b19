"""What the worker does with imports."""

from datetime import datetime, timedelta

from xiangyue.kernel.due import due
from xiangyue.registry.importing.services import sweep_imports, work_on_imports


@due(every=timedelta(seconds=5))
def import_lists(*, at: datetime) -> None:
    """Check the lists that were uploaded, and load those that were confirmed."""
    work_on_imports(at=at)


@due(every=timedelta(hours=1))
def forget_lists(*, at: datetime) -> None:
    """End imports that nobody confirmed, and remove what is needed no longer (GD09)."""
    sweep_imports(at=at)
