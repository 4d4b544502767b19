"""Every route by every role of a desk beyond the village: see `test_routes.py`."""

import pytest

from tests.contracts.routes import ROLES, Village, check_role
from tests.contracts.test_routes import OF_VILLAGES

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [role for role in ROLES if role not in OF_VILLAGES])
def test_every_route_answers_the_role_as_the_table_says(village: Village, role: str) -> None:
    check_role(village, role)
