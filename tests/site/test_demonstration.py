"""Codes are shown to everybody only where everybody is invented."""

from datetime import UTC, datetime

import pytest
from django.conf import LazySettings

from xiangyue.notifications.demonstration import is_demo
from xiangyue.site.demonstration import FINISHED, UNFINISHED
from xiangyue.site.marks import DEMONSTRATION, set_mark

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("is_said", "mark", "shown"),
    [
        (True, FINISHED, True),
        (True, UNFINISHED, False),
        (True, None, False),
        (False, FINISHED, False),
    ],
)
def test_a_demonstration_is_one_only_when_the_operator_and_the_database_say_so(
    settings: LazySettings, is_said: bool, mark: str | None, shown: bool
) -> None:
    settings.DEMO = is_said
    if mark:
        set_mark(name=DEMONSTRATION, value=mark, at=NOW)
    assert is_demo() is shown
