"""What the passing of time does to councils: terms end, words about people are forgotten."""

from datetime import datetime, timedelta

from xiangyue.councils import services
from xiangyue.kernel.due import due


@due(every=timedelta(hours=1))
def end_terms_and_forget(*, at: datetime) -> None:
    services.end_terms(at=at)
    services.forget_words(at=at)
    services.forget_stakes(at=at)
