"""The API of an issue's photos."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import File, Router, UploadedFile
from ninja.responses import Status

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.requests import standing
from xiangyue.deliberation import access, services
from xiangyue.deliberation.pages import me
from xiangyue.deliberation.pages.photos import photo, seen_issue
from xiangyue.deliberation.schemas import IssuePhotoOut
from xiangyue.documents.files import uploaded

router = Router()
PHOTO = "/issues/{issue}/photos/{uuid:issue_photo}"


@router.post(
    "/issues/{issue}/photos",
    auth=REQUIRED,
    response={201: IssuePhotoOut},
    summary="Put a photo to an issue",
)
def add_photo(request: HttpRequest, issue: str, file: File[UploadedFile]) -> Status[dict[str, Any]]:
    """By who raised it, until somebody has looked at it, and by those who keep it."""
    found = seen_issue(request, issue)
    services.check_may_add_photo(found, standing(request))
    made = services.add_photo(issue=found, upload=uploaded(file), by=me(request), at=timezone.now())
    return Status(201, {"id": made.pk, "byte_count": made.byte_count, "digest": made.digest})


@router.get(PHOTO, summary="A photo of an issue")
def show_photo(request: HttpRequest, issue: str, issue_photo: UUID) -> HttpResponse:
    """For everybody who reads the issue; with `small=1` as lists show it."""
    return photo(request, issue, issue_photo)


@router.delete(PHOTO, auth=REQUIRED, response={204: None}, summary="Take a photo away")
def remove_photo(request: HttpRequest, issue: str, issue_photo: UUID) -> Status[None]:
    found = seen_issue(request, issue)
    services.remove_photo(
        photo=access.photo_of(found, issue_photo), by=me(request), at=timezone.now()
    )
    return Status(204, None)
