"""Without the secret that encrypted it a record says so; nothing breaks, nothing is lost."""

from datetime import timedelta

import pytest
from django.test import Client

from tests import people
from tests.registry.living import AT, ID_NUMBER, keeper, resident, standing
from xiangyue.access.models import PersonalRead
from xiangyue.registry import services
from xiangyue.registry.access import record_of_person
from xiangyue.registry.invariants import what_is_sealed_can_be_opened
from xiangyue.registry.models import Change, Element
from xiangyue.registry.sealing import SealedElsewhere
from xiangyue.registry.services.ground import Agreed

pytestmark = pytest.mark.django_db
LOST, NEW = "the secret that was in use", "the secret that came after"


@pytest.fixture
def clerk():
    return keeper()


@pytest.fixture
def sealed(clerk, settings) -> Element:
    settings.SECRET_KEY = LOST
    element = services.supplement_element(
        element=record_of_person(resident(phone="13936001111"), at=AT),
        values={"id_number": ID_NUMBER, "nickname": "英子"},
        agreed=Agreed.to({"id_number"}),
        by=standing(clerk),
        at=AT,
    )
    settings.SECRET_KEY = NEW
    return element


def reading(element: Element, by):
    return services.read_element(element=element, purpose="上门核对", by=standing(by), at=AT)


def test_its_page_is_masked_whole_and_reading_says_why_it_cannot_be_read(sealed, clerk):
    client = Client()
    people.sign_in(client, clerk)
    page = client.get(f"/register/people/{sealed.person_id}/")
    assert page.status_code == 200
    assert "620" not in page.content.decode()
    answer = client.post(f"/register/people/{sealed.person_id}/read/", {"purpose": "上门核对"})
    assert answer.status_code == 503
    assert "缺少那把密钥" in answer.content.decode()
    assert not PersonalRead.objects.exists()


def test_whoever_it_is_about_still_has_their_page(sealed):
    client = Client()
    people.sign_in(client, sealed.person)
    page = client.get("/me/record/")
    assert page.status_code == 200
    assert "暂时读不了" in page.content.decode()


def test_the_earlier_secret_among_the_fallbacks_opens_it(sealed, clerk, settings):
    with pytest.raises(SealedElsewhere):
        reading(sealed, clerk)
    settings.SECRET_KEY_FALLBACKS = [LOST]
    _element, found = reading(sealed, clerk)
    assert found["id_number"] == ID_NUMBER


def test_a_correction_does_not_write_over_what_it_cannot_read(sealed, clerk, settings):
    with pytest.raises(SealedElsewhere):
        services.correct_element(
            element=sealed, values={"nickname": "秀英"}, reason="改名", by=standing(clerk), at=AT
        )
    settings.SECRET_KEY = LOST
    assert reading(sealed, clerk)[1]["nickname"] == "英子"


def test_what_is_due_is_deleted_all_the_same_and_from_the_history_too(sealed):
    services.forget_due(at=AT + timedelta(days=91))
    sealed.refresh_from_db()
    assert "id_number" not in sealed.sealed
    history = [c for c in Change.objects.filter(element=sealed) if "id_number" in c.field_keys]
    assert history
    assert not any(change.sealed for change in history)


def test_verifying_counts_them(sealed, settings):
    (said,) = what_is_sealed_can_be_opened()
    assert str(sealed.code) in said
    settings.SECRET_KEY = LOST
    assert what_is_sealed_can_be_opened() == []
