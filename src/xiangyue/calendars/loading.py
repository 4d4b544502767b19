"""What loading a county does here: its published holidays, and clocks by its office hours."""

from datetime import datetime

from xiangyue.blueprints.reading import CountyFiles
from xiangyue.calendars.services import recount_clocks, seed_holidays


def load(*, files: CountyFiles, at: datetime) -> None:
    """Enter the holidays from the year before to the year after; twice changes nothing.

    Running clocks follow the office hours that are declared now.
    """
    seed_holidays(years=range(at.year - 1, at.year + 2), at=at)
    recount_clocks(at=at)
