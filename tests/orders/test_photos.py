"""Photos of what is built: seen by everybody, shown by those who keep or check the round."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from tests import people
from tests.orders.conftest import CLOSES, House
from xiangyue.activity.models import Entry
from xiangyue.documents.files import FileRefused
from xiangyue.documents.serving import read
from xiangyue.kernel.refusals import NotAllowed, NotFound
from xiangyue.orders import services
from xiangyue.orders.models import Project
from xiangyue.orders.photo_models import ProjectPhoto
from xiangyue.orders.refusals import RoundStands, WordsMissing

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def picture(colour: str = "red") -> bytes:
    exif = Image.Exif()
    exif[0x0110] = "SecretCamera"
    out = BytesIO()
    Image.new("RGB", (900, 600), colour).save(out, "JPEG", exif=exif)
    return out.getvalue()


def paid(house: House) -> Project:
    """The lamps are paid for; the pavilion is not."""
    house.decided([1], [1], [1])
    return house.named("路灯")


def add(house: House, project: Project, stage: str = "before", colour: str = "red", by=None):
    return services.add_photo(
        project=project, stage=stage, upload=picture(colour), by=by or house.keeper, at=CLOSES
    )


def files_of(media) -> int:
    return sum(1 for path in media.rglob("*") if path.is_file())


def address(photo: ProjectPhoto) -> str:
    return reverse("order-photo", args=[photo.pk])


class TestOfWhatIsPaidFor:
    def test_before_meanwhile_and_afterwards_stand_on_the_page_for_everybody(
        self, client: Client, house: House
    ):
        project = paid(house)
        found = [
            add(house, project, stage, colour)
            for stage, colour in (("before", "red"), ("work", "blue"), ("after", "green"))
        ]
        page = client.get(reverse("order-project", args=[project.pk])).content.decode()
        api = client.get(f"/api/v1/budget-projects/{project.pk}").json()
        assert [one["stage"] for one in api["photos"]] == ["before", "work", "after"]
        for photo in found:
            assert address(photo) in page
            assert client.get(address(photo)).content == read(photo.file)
            assert client.get(f"{address(photo)}?small=1").content == read(photo.small)
            assert client.get(f"/api/v1/budget-photos/{photo.pk}").status_code == 200
            assert b"SecretCamera" not in read(photo.file) + read(photo.small)
        assert "施工前" in page
        assert "完工后" in page

    def test_the_same_photo_is_there_once_and_twelve_are_enough(self, house: House):
        project = paid(house)
        assert add(house, project).pk == add(house, project).pk
        for number in range(11):
            add(house, project, "work", f"#{number * 20:02x}0000")
        assert project.photos.count() == 12
        with pytest.raises(RoundStands):
            add(house, project, colour="white")

    @pytest.mark.parametrize("upload", [b"", b"<svg onload='x'/>", PDF, picture()[:300]])
    def test_what_is_no_photo_is_refused_and_leaves_nothing(self, house: House, upload, media):
        project = paid(house)
        with pytest.raises(FileRefused):
            services.add_photo(
                project=project, stage="after", upload=upload, by=house.keeper, at=CLOSES
            )
        assert files_of(media) == 0

    def test_a_stage_that_is_none_is_refused(self, house: House):
        with pytest.raises(WordsMissing):
            add(house, paid(house), "later")

    def test_only_who_keeps_or_checks_shows_and_takes_away(self, house: House):
        project = paid(house)
        photo = add(house, project, by=house.checker)
        for stranger in (house.residents[5], people.clerk(people.OTHER_VILLAGE)):
            with pytest.raises(NotAllowed):
                add(house, project, colour="blue", by=stranger)
            with pytest.raises(NotAllowed):
                services.remove_photo(photo=photo, by=stranger, at=CLOSES)

    def test_a_photo_taken_away_is_gone_everywhere_and_does_not_come_again(
        self, client: Client, house: House, media, django_capture_on_commit_callbacks
    ):
        project = paid(house)
        with django_capture_on_commit_callbacks(execute=True):
            photo = add(house, project)
        with django_capture_on_commit_callbacks(execute=True):
            services.remove_photo(photo=photo, by=house.keeper, at=CLOSES)
        assert files_of(media) == 0
        assert client.get(address(photo)).status_code == 404
        assert client.get(f"/api/v1/budget-projects/{project.pk}").json()["photos"] == []
        with pytest.raises(NotFound):
            services.remove_photo(photo=photo, by=house.keeper, at=CLOSES)
        with pytest.raises(RoundStands):
            add(house, project)
        assert Entry.objects.filter(name="orders.photo_removed").count() == 1


class TestOfWhatIsVotedOn:
    def test_nothing_is_added_to_a_list_that_hangs_and_nothing_to_what_is_not_paid_for(
        self, house: House
    ):
        house.costed()
        add(house, house.named("凉亭"))
        with pytest.raises(RoundStands):
            add(house, house.named("凉亭"), "after", "blue")
        services.publish_projects(round_=house.now, by=house.keeper, at=house.at)
        with pytest.raises(RoundStands):
            add(house, house.named("凉亭"), colour="green")


class TestFronts:
    def test_the_keeper_adds_and_takes_away_on_the_page(self, client: Client, house: House):
        project = paid(house)
        page = reverse("order-project", args=[project.pk])
        adding = reverse("add-order-photo", args=[project.pk])
        people.sign_in(client, house.keeper)
        assert f'action="{adding}"' in client.get(page).content.decode()
        files = [SimpleUploadedFile(f"{one}.jpg", picture(one)) for one in ("red", "blue")]
        done = client.post(adding, {"stage": "work", "photos": files})
        assert done.headers["Location"] == page
        assert project.photos.count() == 2
        bad = client.post(adding, {"stage": "after", "photos": [SimpleUploadedFile("a", b"x")]})
        assert bad.status_code == 422
        assert '<option value="after" selected>' in bad.content.decode()
        assert client.post(adding, {"stage": "after"}).status_code == 422
        photo = project.photos.first()
        gone = client.post(reverse("remove-order-photo", args=[photo.pk]))
        assert gone.headers["Location"] == page
        assert address(photo) not in client.get(page).content.decode()

    def test_others_are_turned_away_by_page_and_api(self, client: Client, house: House):
        project = paid(house)
        photo = add(house, project)
        adding = reverse("add-order-photo", args=[project.pk])
        removing = reverse("remove-order-photo", args=[photo.pk])
        api = f"/api/v1/kept-budget-projects/{project.pk}/photos"
        assert client.post(adding).status_code == 302
        people.sign_in(client, house.residents[3])
        assert {client.post(one).status_code for one in (adding, removing)} == {403}
        people.sign_in(client, people.clerk(people.OTHER_VILLAGE))
        assert {client.post(one).status_code for one in (adding, removing)} == {404}
        sent = {"stage": "work", "file": SimpleUploadedFile("a.jpg", picture("blue"))}
        assert client.post(api, sent).status_code == 404
        assert client.delete(f"/api/v1/kept-budget-photos/{photo.pk}").status_code == 404
        people.sign_in(client, house.keeper)
        sent = {"stage": "work", "file": SimpleUploadedFile("a.jpg", picture("blue"))}
        made = client.post(api, sent)
        assert made.status_code == 201
        assert [one["stage"] for one in made.json()["photos"]] == ["before", "work"]
        assert client.delete(f"/api/v1/kept-budget-photos/{photo.pk}").status_code == 204
