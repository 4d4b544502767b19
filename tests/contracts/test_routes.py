"""Every route by every role: who gets in, who is turned away, and how.

The table is `routes.csv`. A route that is not in it fails, so that nobody opens one by accident.
After a deliberate change: `UPDATE_CONTRACTS=1 pytest tests/contracts/test_routes*.py`, and read
the difference as an auditor would. The roles of desks beyond the village are asked in
`test_routes_of_desks.py`, so that two files share the work.
"""

import re

import pytest

from tests.contracts.routes import ROLES, Village, check_role, read_table

OF_VILLAGES = ROLES[:6]


@pytest.mark.django_db
@pytest.mark.parametrize("role", OF_VILLAGES)
def test_every_route_answers_the_role_as_the_table_says(village: Village, role: str) -> None:
    check_role(village, role)


def test_no_answer_breaks_anything() -> None:
    broken = {
        f"{route} as {role}": status
        for route, by_role in read_table().items()
        for role, status in by_role.items()
        if int(status) >= 500
    }
    assert broken == {}


def test_confidential_matters_stay_so() -> None:
    """There for the reporter and the department that answers, and for nobody else (PE02)."""
    may_know = {"resident", "confidential_handler"}
    for route, by_role in read_table().items():
        if route.endswith(" confidential"):
            for role, status in by_role.items():
                if role not in may_know:
                    # 422: the form of the request is refused before anything is looked up.
                    assert status in {"302", "401", "403", "404", "405", "422"}, (route, role)


def test_the_desk_asks_for_a_post() -> None:
    for route, by_role in read_table().items():
        if " /desk/" in route:
            assert by_role["visitor"] == "302", route
            # 404: of one thing at the desk, whether it is there is not told either.
            is_of_one = re.search(r"(_id|:issue|_task)>", route)
            expected = {"403", "404"} if is_of_one else {"403"}
            assert by_role["resident"] in expected, route


# What a village decides is open to all, its roll to those who live there (EL02), as the stranger
# does; a secret vote is cast by whoever holds a slip, without signing in (EL01). What only those
# who live there say (orders, wishes, coming) is refused here as nothing is being asked now.
FOR_EVERYBODY = re.compile(
    r"(GET|POST) (/api/v1)?(/public/procedure-runs|/procedures|/rolls|/votes)/[^/]+_id>"
    r"(/|/cast/|/screen/|/secret/|/secret/(box|board|check|recount|recount\.json|votes)/?)?"
    r"|GET (/api/v1)?/(budget-projects|budgets|order-projects|orders)/[^/]+_id>"
    r"(/|/alike|/needs/?|/needs/add/|/slip/)?"
    r"|GET (/api/v1)?/(elections/rounds|election-rounds)/[^/]+_id>/(result|slip)(\.json|\.pdf)?"
    r"|GET (/api/v1)?/(elections|recalls|sittings|assemblies)/[^/]+_id>(/|/ask/|/here/)?"
    r"|(POST|PUT|DELETE) (/api/v1)?/(budget-needs|order-needs)/[^/]+_id>/support/?"
    r"|POST (/api/v1/sittings/[^/]+_id>/wishes|/assemblies/[^/]+_id>/coming/)"
)


def test_strangers_open_nothing() -> None:
    """What is somebody's or some place's opens for no signed-in stranger, and for no visitor."""
    theirs = re.compile(r"(?:\w+_id|(?<=:)key)[>}]")
    for route, by_role in read_table().items():
        if theirs.search(route) and not FOR_EVERYBODY.fullmatch(route):
            # 422: the form of the request is refused before anything is looked up.
            assert by_role["stranger"] in {"403", "404", "405", "422"}, route
            assert by_role["visitor"] in {"302", "401", "403", "404", "405", "422"}, route
