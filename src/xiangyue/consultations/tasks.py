"""What the passing of time does to consultations."""

from datetime import datetime, timedelta

from xiangyue.consultations import mapping, services
from xiangyue.kernel.due import due


@due(every=timedelta(minutes=1))
def close_and_map(*, at: datetime) -> None:
    """Close what is over, then reckon the maps whose answers changed."""
    services.close_those_over(at=at)
    mapping.refresh_stale(at=at)
