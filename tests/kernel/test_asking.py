"""A question whose SQL was made once answers as a query that is made anew."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, models

from tests import people
from xiangyue.access.appointments import appoint, end_post
from xiangyue.kernel.asking import Given, Question, given_each, have_any
from xiangyue.places.models import Organisation, Post
from xiangyue.places.queries import active_posts

pytestmark = pytest.mark.django_db

ROLE = ["village_clerk"]
POSTS = Question(
    lambda count: (
        active_posts(at=Given("at", models.DateTimeField()))
        .filter(person_id=Given("person", models.UUIDField()))
        .filter(role__in=given_each("roles", models.CharField(), count))
        .order_by("active_from", "pk")
        .values_list("pk", "role", "organisation_id", "active_from")
    )
)


def test_it_answers_as_the_queryset_does_value_by_value() -> None:
    clerk = people.clerk()
    appoint(person=clerk, role="grid_worker", place=people.place(), at=people.LONG_AGO)
    roles = ["village_clerk", "grid_worker"]
    asked = POSTS.ask(2, at=people.MONDAY, person=clerk.pk, roles=roles)
    rows = active_posts(at=people.MONDAY).filter(person=clerk, role__in=roles)
    read = rows.order_by("active_from", "pk")
    assert asked == list(read.values_list("pk", "role", "organisation_id", "active_from"))
    assert len(asked) == 2


def test_it_is_asked_anew_each_time() -> None:
    clerk = people.clerk()
    assert POSTS.ask(1, at=people.MONDAY, person=clerk.pk, roles=ROLE)
    assert POSTS.ask(1, at=people.MONDAY, person=uuid4(), roles=ROLE) == []
    end_post(post=Post.objects.get(person=clerk), at=people.MONDAY)
    assert POSTS.ask(1, at=people.MONDAY + timedelta(days=1), person=clerk.pk, roles=ROLE) == []


def test_what_cannot_be_found_is_not_asked(django_assert_num_queries) -> None:
    nobody = Question(lambda: Organisation.objects.filter(code__in=[]).values_list("pk"))
    with django_assert_num_queries(0):
        assert nobody.ask() == []


def test_many_are_asked_at_once_whether_they_have_any(django_assert_num_queries) -> None:
    clerk = people.clerk()
    nobody = Question(lambda count: Organisation.objects.filter(code__in=[]).values_list("pk"))
    given = {"at": people.MONDAY, "roles": ROLE}
    with django_assert_num_queries(1):
        assert have_any([nobody, POSTS, nobody], 1, person=clerk.pk, **given) == [
            False,
            True,
            False,
        ]
    with django_assert_num_queries(1):
        assert have_any([POSTS, POSTS], 1, person=uuid4(), **given) == [False, False]
    with django_assert_num_queries(0):
        assert have_any([nobody], 1, person=clerk.pk, **given) == [False]


@pytest.mark.only_on("postgresql")
def test_postgresql_plans_it_once() -> None:
    clerk = people.clerk()
    for _time in range(3):
        assert have_any([POSTS], 1, at=people.MONDAY, person=clerk.pk, roles=ROLE) == [True]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans + custom_plans FROM pg_prepared_statements"
            " WHERE statement LIKE '%%places_post%%'"
        )
        assert cursor.fetchall() == [(2,)]
