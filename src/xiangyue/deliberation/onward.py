"""What becomes of a report that concerns everyone: an issue, written down at the desk."""

from urllib.parse import urlencode

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from xiangyue.access.requests import standing
from xiangyue.deliberation.access import kept_issues
from xiangyue.deliberation.models import Issue, StateChoices
from xiangyue.deliberation.services.acting import ENTER, KEEP
from xiangyue.incidents.models import Incident
from xiangyue.kernel.onward import Onward


def ways_for(request: HttpRequest, thing: Model) -> list[Onward]:
    """Of a public report the way to its issue, or to making it one for whoever writes down issues
    there (PE02: of no other)."""
    if not isinstance(thing, Incident) or thing.audience != "public" or thing.forgotten_at:
        return []
    mine = standing(request)
    if not any(mine.may(verb, place_path=thing.place_path) for verb in (ENTER, KEEP)):
        return []
    rows = Issue.objects.filter(origin_type=thing._meta.label_lower, origin_id=str(thing.pk))
    there = rows.exclude(state=StateChoices.WITHDRAWN).order_by("raised_at", "pk").first()
    if there is None:
        address = f"{reverse('enter-issue')}?{urlencode({'incident': thing.number})}"
        return [Onward(_("Make it an issue that concerns everyone"), address)]
    page = "kept-issue" if kept_issues(mine).filter(pk=there.pk).exists() else "issue"
    if page == "issue" and not there.is_shown:
        return []
    title = _("It became issue %(number)s") % {"number": there.number}
    return [Onward(title, reverse(page, args=[there.number]))]
