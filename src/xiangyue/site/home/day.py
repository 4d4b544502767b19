"""The day of whoever holds a post: what each module has for them, at a desk or out walking."""

from datetime import datetime
from types import ModuleType

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from xiangyue.access.afoot import which_are_afoot
from xiangyue.access.offline import keep_on_phone
from xiangyue.access.requests import person, signed_in, standing
from xiangyue.incidents.pages.acting import shell_of
from xiangyue.kernel.refusals import NotAllowed
from xiangyue.site.modules import offering


@signed_in
def today(request: HttpRequest) -> HttpResponse:
    """The day of whoever holds a post.

    :raises NotAllowed: the person holds no post.
    """
    if not standing(request).holdings:
        raise NotAllowed(_("Your posts do not include this page."))
    return day(request)


def day(request: HttpRequest) -> HttpResponse:
    mine = standing(request)
    may_enter = mine.may_somewhere("incidents.enter_for_others")
    return keep_on_phone(
        render(
            request,
            "site/today.html",
            {
                "shell": shell_of(request),
                "is_desk": mine.works_at_desk,
                "who": person(request),
                "may_enter_for_others": may_enter,
                "kept_pages": [
                    reverse(page)
                    for page in ("kept", "report", *(["enter-for-others"] if may_enter else []))
                ],
                "panels": panels(request, at=timezone.now()),
            },
        )
    )


def panels(request: HttpRequest, *, at: datetime) -> list[SafeString]:
    """What each module's `today.py` has for this person today, in the order of the modules.

    Each is HTML that the module has rendered from a template of its own.
    """
    found = (module.panel_of(request, at=at) for module in _awake(request, at=at))
    return [mark_safe(panel) for panel in found if panel]  # noqa: S308 - rendered by templates


def _awake(request: HttpRequest, *, at: datetime) -> list[ModuleType]:
    """The modules that may have something for this person, in their order: those that do not say
    how to ask (`access.afoot`), and those of whose questions one has a row."""
    modules = [*offering("today")]
    who = person(request)
    if who is None:
        return modules
    asked = [(module, each) for module in modules for each in getattr(module, "AFOOT", ())]
    found = which_are_afoot(
        [each for _module, each in asked], person=who, standing=standing(request), at=at
    )
    afoot = {module for (module, _each), has_any in zip(asked, found, strict=True) if has_any}
    return [module for module in modules if module in afoot or not hasattr(module, "AFOOT")]
