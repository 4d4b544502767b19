"""The API: each module's router under one roof, refusing in one form (RFC 9457)."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError, HttpError, ValidationError

from xiangyue.access.api import router as access_router
from xiangyue.access.authentication import NotSignedIn
from xiangyue.access.posting.api import router as posting_router
from xiangyue.assemblies.api import router as assemblies_router
from xiangyue.ballots.api import router as ballots_router
from xiangyue.ballots.elections.api import router as elections_router
from xiangyue.ballots.secret.api import router as secret_votes_router
from xiangyue.calendars.api import router as calendars_router
from xiangyue.compacts.api import router as compacts_router
from xiangyue.consultations.api import router as consultations_router
from xiangyue.councils.api import router as councils_router
from xiangyue.deliberation.api import router as deliberation_router
from xiangyue.enforcement.api import router as enforcement_router
from xiangyue.incidents.api import router as incidents_router
from xiangyue.insight.api import router as insight_router
from xiangyue.kernel.refusals import Refused
from xiangyue.meetings.api import router as meetings_router
from xiangyue.notifications.api import router as notifications_router
from xiangyue.open311.api import router as open311_router
from xiangyue.orders.api import router as orders_router
from xiangyue.patrols.api import router as patrols_router
from xiangyue.procedures.api import router as procedures_router
from xiangyue.publicity.api import router as publicity_router
from xiangyue.registry.api import router as registry_router
from xiangyue.registry.exporting.api import router as exporting_router
from xiangyue.registry.importing.api import router as importing_router
from xiangyue.rosters.api import router as rosters_router
from xiangyue.site.api_description import DescribedAPI
from xiangyue.site.data_requests.api import router as data_requests_router
from xiangyue.site.feeds.api import router as feeds_router
from xiangyue.site.record.api import router as record_router
from xiangyue.site.refusals import problem_response
from xiangyue.webhooks.api import router as webhooks_router

api = DescribedAPI(
    title="Xiangyue", version="1", urls_namespace="api", docs_url=None, openapi_url="/openapi.json"
)
api.add_router("", access_router)
api.add_router("", posting_router)
api.add_router("", calendars_router)
api.add_router("", publicity_router)
api.add_router("", ballots_router)
api.add_router("", secret_votes_router)
api.add_router("", elections_router)
api.add_router("", procedures_router)
api.add_router("", rosters_router)
api.add_router("", incidents_router)
api.add_router("", meetings_router)
api.add_router("", insight_router)
api.add_router("", notifications_router)
api.add_router("", importing_router)
api.add_router("", exporting_router)
api.add_router("", registry_router)
api.add_router("", patrols_router)
api.add_router("", consultations_router)
api.add_router("", orders_router)
api.add_router("", councils_router)
api.add_router("", assemblies_router)
api.add_router("", deliberation_router)
api.add_router("", compacts_router)
api.add_router("", enforcement_router)
api.add_router("", open311_router)
api.add_router("", webhooks_router)
api.add_router("", data_requests_router)
api.add_router("", feeds_router)
api.add_router("", record_router)


class NotUnderstood(Refused):
    """What was sent does not have the form that the API's description asks for."""

    code = "not_understood"


class NoSuchAnswer(Refused):
    """A refusal by the machinery itself, with the status that it chose."""

    code = "refused"

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status  # type: ignore[misc] # this one refusal has many statuses


@api.exception_handler(Refused)
def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    return problem_response(refusal)


@api.exception_handler(ValidationError)
def not_understood(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = {
        ".".join(str(step) for step in fault["loc"][2:]) or str(fault["loc"][-1]): fault["msg"]
        for fault in error.errors
    }
    message = _("Something in the request is missing or does not have the right form.")
    return problem_response(NotUnderstood(message, fields=fields))


@api.exception_handler(AuthenticationError)
def not_signed_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem_response(NotSignedIn(_("Please sign in first, or send a token.")))


@api.exception_handler(HttpError)
def refused_by_the_machinery(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem_response(NoSuchAnswer(str(error), status=error.status_code))
