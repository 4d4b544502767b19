"""The counties' declarations together: assessed, within the quota, and nothing asked twice."""

from pathlib import Path

import pytest
from django.conf import settings

from tests import people
from tests.registry.living import AT, keeper, resident, standing
from xiangyue.access.queries import NOBODY
from xiangyue.blueprints.models import Declaration
from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.blueprints.reading import CountyFiles, DeclarationsFaulty, read_county
from xiangyue.blueprints.schema import kinds
from xiangyue.incidents.blueprint import IncidentCategory, Question
from xiangyue.incidents.reportform import ReportForm
from xiangyue.registry import loading, services
from xiangyue.registry.asking import (
    Asked,
    asked_by_category,
    asked_by_kind,
    asked_by_report,
    asked_twice,
)
from xiangyue.registry.blueprint import ElementField, Sensitivity
from xiangyue.registry.catalogue import NotAssessed, all_kinds

COUNTIES = sorted(
    folder.name
    for folder in Path(settings.COUNTIES_FOLDER).iterdir()
    if folder.is_dir() and folder.name != "_common"
)


def files(county: str = "shandan") -> CountyFiles:
    return read_county(Path(settings.COUNTIES_FOLDER), county, kinds())


def changed(kind: str, key: str, **more) -> CountyFiles:
    """The county's files with one declaration changed; None takes it away."""
    found = files()
    declarations = {name: dict(entries) for name, entries in found.declarations.items()}
    if more.get("gone"):
        del declarations[kind][key]
    else:
        declarations[kind][key] = declarations[kind][key].model_copy(update=more)
    return CountyFiles("shandan", declarations, found.tables)


def in_report(categories) -> list[Asked]:
    """What the register, the categories' questions and the report form ask for altogether."""
    asked = [one for kind in all_kinds() for one in asked_by_kind(kind)]
    asked += [one for category in categories for one in asked_by_category(category)]
    form = ReportForm(person=None, standing=NOBODY, place=None)
    asked += asked_by_report(form.fields)
    return asked


@pytest.mark.parametrize("county", COUNTIES)
def test_every_county_is_assessed_within_its_quota_and_asks_nothing_twice(county):
    loading.load(files=files(county), at=AT)


class TestFaults:
    def test_a_sensitive_kind_without_its_assessment_is_not_loaded(self):
        with pytest.raises(DeclarationsFaulty, match="GD11"):
            loading.load(files=changed("impact_assessment", "service_needs", gone=True), at=AT)

    @pytest.mark.parametrize("quota", [{"form_quota": 3}, {"item_quota": 5}])
    def test_more_than_the_quota_is_not_loaded(self, quota):
        with pytest.raises(DeclarationsFaulty, match="GD13"):
            loading.load(files=changed("registry_policy", "register", **quota), at=AT)

    def test_a_datum_that_is_held_is_not_asked_for_again(self):
        well = files().declarations["element_kind"]["well"]
        again = ElementField.model_validate(
            {
                "key": "phone_again",
                "label": {"zh": "联系电话", "en": "Phone"},
                "purpose": {"zh": "联系", "en": "To call"},
                "basis": {"zh": "同意", "en": "Consent"},
                "keep": "1y",
                "sensitivity": Sensitivity.PERSONAL,
            }
        )
        with pytest.raises(DeclarationsFaulty, match=r"person\.phone"):
            loading.load(files=changed("element_kind", "well", fields=(*well.fields, again)), at=AT)


@pytest.mark.django_db
class TestAskedOnce:
    def categories(self) -> list[IncidentCategory]:
        return [meaning(row, IncidentCategory) for row in all_current("incident_category")]

    def test_no_form_asks_for_what_another_holds(self):
        assert asked_twice(in_report(self.categories())) == []

    @pytest.mark.parametrize(
        "label", ["您的姓名", "姓名？", "联系电话", "年 龄", "家庭住址", "地点"]
    )
    def test_a_question_that_asks_again_is_found(self, label):
        question = Question(key="again", label={"zh": label, "en": "Again"})
        category = self.categories()[0].model_copy(update={"questions": (question,)})
        assert asked_twice(in_report([category]))

    def test_whoever_is_known_is_not_asked_for_their_name_or_number(self):
        person = resident(phone="13936003333")
        form = ReportForm(person=person, standing=standing(person), place=people.place())
        assert not {"name", "phone", "for_name", "for_phone"} & set(form.fields)


@pytest.mark.django_db
def test_a_sensitive_kind_is_not_used_once_its_assessment_is_gone():
    clerk, person = keeper(), resident()
    Declaration.objects.filter(kind="impact_assessment", key="service_needs").update(
        is_current=False
    )
    with pytest.raises(NotAssessed):
        services.enter_element(
            kind_key="service_need",
            person=person,
            values={"service_time": "早上"},
            by=standing(clerk),
            at=AT,
        )
