"""How the database finds what a page of a list shows."""

import pytest

from tests import people
from xiangyue.access.queries import standing_of
from xiangyue.incidents.access import worklist_of

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


def test_the_newest_of_a_county_are_read_in_their_order_and_not_sorted() -> None:
    county = people.county()
    dispatcher = people.posted(
        "county_dispatcher", at_place=county, organisation=people.unit("CV", county)
    )
    rows = worklist_of(standing_of(dispatcher, at=people.MONDAY)).order_by("-pk")
    assert "TEMP B-TREE" not in rows.values_list("pk")[:50].explain()
