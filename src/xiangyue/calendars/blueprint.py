"""What a county may declare about its working time.

    [office_hours]
    key = "office_hours"
    source = "..."
    opening = [["08:30", "12:00"], ["14:30", "18:00"]]

Holidays are no declarations: staff edit them as rows.
"""

from typing import Self

from pydantic import Field, model_validator

from xiangyue.blueprints.schema import Declared
from xiangyue.calendars.rules import Calendar, Opening


class OfficeHours(Declared):
    """When the county's offices are open on every working day; its key is `office_hours`."""

    key: str = Field(pattern=r"^office_hours$")
    opening: Opening = Field(min_length=1)

    @model_validator(mode="after")
    def follow_one_another(self) -> Self:
        Calendar(opening=self.opening)
        return self


DECLARES = {"office_hours": OfficeHours}
