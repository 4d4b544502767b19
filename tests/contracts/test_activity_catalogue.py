"""The activities that modules may listen for: a name, once used, stays in the record for ever.

`activity_catalogue.txt` lists them all with their facts. When an activity was added or given a
fact, write the list anew and commit it with the change:

    UPDATE_SNAPSHOTS=1 .venv/bin/pytest tests/contracts/test_activity_catalogue.py
"""

import os
from pathlib import Path

import pytest
from django.apps import apps

from xiangyue.activity.catalogue import Activity, all_activities

CATALOGUE = Path(__file__).with_name("activity_catalogue.txt")


def line(activity: Activity) -> str:
    return " ".join([activity.name, *sorted(activity.facts)])


def test_the_catalogue_is_the_one_agreed_on() -> None:
    listed = "".join(f"{line(activity)}\n" for activity in all_activities())
    if os.environ.get("UPDATE_SNAPSHOTS"):
        CATALOGUE.write_text(listed)
    assert listed == CATALOGUE.read_text(), __doc__


@pytest.mark.parametrize("activity", all_activities(), ids=lambda activity: activity.name)
def test_an_activity_belongs_to_the_module_that_declares_it(activity: Activity) -> None:
    assert apps.get_app_config(activity.name.partition(".")[0]).name.startswith("xiangyue.")
    assert str(activity.title)
