"""The feed itself, and the page on which its owner makes, renews and ends its address."""

import hashlib
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from xiangyue.access.models import Account
from xiangyue.access.requests import account, client_address, signed_in
from xiangyue.access.rules import network_of
from xiangyue.incidents.slips import slip_qr
from xiangyue.kernel.refusals import Refused, TooMany
from xiangyue.site.feeds import services
from xiangyue.site.feeds.calendar import calendar_of, occasions_of
from xiangyue.site.models import FeedAddress


@require_safe
@sensitive_variables("token")
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """A person's sessions and turns of duty, for whoever holds the address.

    Refusals are one line of text: a calendar program reads no pages.
    """
    now = timezone.now()
    try:
        found = services.feed_behind(token, network=network_of(client_address(request)), at=now)
    except Refused as refusal:
        refused = HttpResponse(str(refusal), status=refusal.status, content_type="text/plain")
        if isinstance(refusal, TooMany) and refusal.again_at is not None:
            refused.headers["Retry-After"] = http_date(refusal.again_at.timestamp())
        return refused
    body = calendar_of(
        occasions_of(found.account.person_id, at=now),
        made_at=found.made_at,
        absolute=request.build_absolute_uri,
    )
    digest = hashlib.sha256(body).hexdigest()
    changed_at = services.note_content(feed=found, digest=digest, at=now)
    fresh = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    fresh.headers["ETag"] = f'"{digest[:32]}"'
    fresh.headers["Content-Disposition"] = 'inline; filename="xiangyue.ics"'
    response = cast(
        HttpResponse,
        get_conditional_response(
            request,
            etag=fresh.headers["ETag"],
            last_modified=int(changed_at.timestamp()),
            response=fresh,
        ),
    )
    if response is fresh:
        response.headers["Last-Modified"] = http_date(changed_at.timestamp())
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def feed_url(request: HttpRequest, secret: str) -> str:
    return request.build_absolute_uri(reverse("feed", args=[secret]))


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("secret", "url")
def calendar_feed(request: HttpRequest) -> HttpResponse:
    """Make a calendar address, shown this once; renew it; end it."""
    who = cast(Account, account(request))
    url = ""
    if request.method == "POST" and "end" in request.POST:
        if services.end_feed(account=who, at=timezone.now()):
            messages.success(request, _("The address is ended; calendars that use it stay empty."))
        return redirect("calendar-feed")
    if request.method == "POST":
        url = feed_url(request, services.renew_feed(account=who, at=timezone.now()))
    context = {
        "feed": FeedAddress.objects.filter(account=who).first(),
        "url": url,
        "subscribe_url": f"webcal:{url.partition(':')[2]}" if url else "",
        "qr": slip_qr(url) if url else "",
    }
    return render(request, "site/calendar_feed.html", context)
