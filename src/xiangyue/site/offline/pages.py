"""Three answers for a phone: who is signed in, what waits in it, and its service worker."""

import hashlib
import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiangyue.access.offline import keep_on_phone, owner_of

FIRST = ("bundle/phone.css", "bundle/phone.js", "bundle/icons.svg", "site/icon.svg")
SCRIPT = Path(settings.PACKAGE) / "site" / "static" / "bundle" / "worker.js"
# Takes itself off every phone, with all that it kept there.
FAREWELL = """\
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) await caches.delete(name);
  await self.registration.unregister();
})()));
"""


@never_cache
@require_safe
def who(request: HttpRequest) -> JsonResponse:
    """For whom an outbox can send now, and the time in milliseconds; renews the form token."""
    get_token(request)
    return JsonResponse(
        {"owner": owner_of(request), "now": round(timezone.now().timestamp() * 1000)}
    )


@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """What waits in this phone: the page itself knows nothing of it, its script does."""
    return keep_on_phone(render(request, "site/kept.html"))


@never_cache
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker of this county's path; switched off, one that removes itself."""
    script = _script(get_script_prefix()) if settings.SERVICE_WORKER else FAREWELL
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@cache
def _script(scope: str) -> str:
    """The script after what it has to know; another release makes another script."""
    source = SCRIPT.read_text()
    facts = {
        "SCOPE": scope,
        "STATIC": settings.STATIC_URL,
        "FIRST": [static(name) for name in FIRST],
        "LAST_RESORT": reverse("kept"),
        "SIGN_OUT": reverse("sign-out"),
    }
    facts["VERSION"] = hashlib.sha256(repr((facts, source)).encode()).hexdigest()[:12]
    lines = [f"const {name} = {json.dumps(value)};" for name, value in facts.items()]
    return "\n".join([*lines, source])
