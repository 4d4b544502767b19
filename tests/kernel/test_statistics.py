"""SQLite chooses its indexes by what its tables hold."""

import pytest
from django.db import connection

from xiangyue.kernel.sqlite.statistics import refresh_statistics


@pytest.mark.django_db
@pytest.mark.only_on("sqlite")
def test_what_the_tables_hold_is_known_afterwards() -> None:
    with connection.cursor() as cursor:
        refresh_statistics()
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = 'places_organisation' LIMIT 1")
        assert int(cursor.fetchone()[0].split()[0]) > 500
