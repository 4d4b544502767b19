from datetime import datetime, timedelta

from xiangyue.assemblies.inviting import tell_invited
from xiangyue.kernel.due import due


@due(every=timedelta(minutes=1))
def tell_who_is_invited(*, at: datetime) -> None:
    """Tell those who are asked to come to a meeting when and where, and what has changed."""
    tell_invited(at=at)
