"""A village for all the tests of a module that only ask of it."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from pytest_django.plugin import DjangoDbBlocker

from tests import databases
from tests.contracts.routes import Village, make_village
from xiangyue.kernel.counties import bind


@pytest.fixture(scope="module")
def village(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Village]:
    with databases.restored(settings.COUNTIES[0].alias, django_db_blocker):
        with bind("shandan"):
            made = make_village()
        yield made
