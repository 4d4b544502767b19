"""A new slip for one that was lost, to be printed or read out at once."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from xiangyue.access.requests import signed_in, standing
from xiangyue.incidents import services
from xiangyue.incidents.access import incident_for
from xiangyue.incidents.pages.acting import shell_of
from xiangyue.incidents.services import Actor
from xiangyue.incidents.slips import slip_qr


@never_cache
@signed_in
@require_POST
@sensitive_variables("code")
def reissue_slip(request: HttpRequest, number: str) -> HttpResponse:
    """The new slip, shown this once in answer to the button."""
    mine = standing(request)
    incident = incident_for(mine, number)
    code = services.reissue_slip(incident=incident, actor=Actor(mine), at=timezone.now())
    address = request.build_absolute_uri(reverse("slip", args=[code]))
    context = {
        "shell": shell_of(request),
        "incident": incident,
        "code": code,
        "qr": slip_qr(address),
    }
    return render(request, "incidents/slip_reissued.html", context)
