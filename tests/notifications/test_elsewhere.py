"""Who is told follows the posts as they stand, whoever changed them and in which process."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connections

from tests import people
from tests.notifications.conftest import Scene, told
from xiangyue.access.appointments import end_post
from xiangyue.kernel.counties import bind
from xiangyue.places.models import Post

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(transactional_db) -> Scene:
    return Scene(people.somebody(), people.clerk(), people.dispatcher())


def elsewhere(act: Callable[[], object]) -> None:
    """Do it over a connection of its own, committed before this returns."""
    wrong: list[Exception] = []

    def run() -> None:
        try:
            with bind("shandan"):
                act()
        except Exception as error:  # noqa: BLE001 - told by whoever waits
            wrong.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=60)
    assert not thread.is_alive()
    assert not wrong, wrong


def test_a_post_ended_over_another_connection_is_seen_at_once(scene):
    scene.report()
    assert len(told(scene.clerk)) == 1
    successor = people.clerk()
    post = Post.objects.get(person=scene.clerk)
    elsewhere(lambda: end_post(post=post, at=scene.at + timedelta(minutes=1)))
    scene.report(at=scene.at + timedelta(minutes=2))
    assert len(told(scene.clerk)) == 1
    assert len(told(successor)) == 1


def test_a_unit_closed_over_another_connection_answers_for_nothing_more(scene):
    unit = scene.report().unit

    def close() -> None:
        type(unit).objects.filter(pk=unit.pk).update(is_active=False)

    elsewhere(close)
    assert scene.report(at=scene.at + timedelta(minutes=2)).unit != unit
