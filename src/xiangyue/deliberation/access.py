"""The only way that web code fetches an issue or a task for a person."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from xiangyue.access.queries import granted
from xiangyue.access.rules import Standing
from xiangyue.deliberation.models import Issue, ResearchNote, StateChoices, Task
from xiangyue.deliberation.photo_models import IssuePhoto
from xiangyue.deliberation.services.acting import CHECK, ENTER, KEEP, LEAD, SEE
from xiangyue.deliberation.services.raising import LEVELS
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Person, Place

SHOWN_WITH = ("place", "form", "run__template", "merged_into", "split_from", "clock")
STAFF = (SEE, KEEP, LEAD, CHECK)


def public_issues() -> QuerySet[Issue]:
    """What everybody may read."""
    return Issue.objects.filter(is_shown=True).exclude(state=StateChoices.WITHDRAWN)


def _not_found() -> NotFound:
    return NotFound(_("There is no such issue that you may see."))


def readable_issue(number: str, who: Person | None) -> Issue:
    """An issue that everybody may read, or one's own.

    :raises NotFound: there is none, or none for this person.
    """
    rows = Issue.objects.filter(number=number.strip().upper())
    own = Q(raised_by=who) if who is not None else Q(pk__in=[])
    rows = rows.filter(Q(is_shown=True) & ~Q(state=StateChoices.WITHDRAWN) | own)
    found = rows.select_related(*SHOWN_WITH).first()
    if found is None:
        raise _not_found()
    return found


def is_readable(issue: Issue, who: Person | None) -> bool:
    """Whether everybody may read it, or it is one's own."""
    is_own = who is not None and issue.raised_by_id == who.pk
    return is_own or (issue.is_shown and issue.state != StateChoices.WITHDRAWN)


def photo_of(issue: Issue, photo_id: UUID) -> IssuePhoto:
    """A photo of an issue that the person may see.

    :raises NotFound: it has none such.
    """
    found: IssuePhoto | None = issue.photos.filter(pk=photo_id).select_related("issue").first()
    if found is None:
        raise NotFound(_("There is no such photo."))
    return found


def own_issues(who: Person) -> QuerySet[Issue]:
    """What the person raised or supports, the newest first."""
    rows = Issue.objects.filter(Q(raised_by=who) | Q(supports__person=who))
    rows = rows.filter(Q(is_shown=True) | Q(raised_by=who)).distinct()
    return rows.select_related("place", "merged_into").order_by("-raised_at", "pk")


# --- desks ------------------------------------------------------------------------------------


def has_issues(standing: Standing) -> bool:
    """Whether any post has to do with issues at a desk; for showing a menu entry."""
    return any(standing.may_somewhere(verb) for verb in STAFF)


def kept_issues(standing: Standing) -> QuerySet[Issue]:
    """The issues of the person's area, shown to everybody or not."""
    if standing.person_id is None:
        return Issue.objects.none()
    reach = Q(pk__in=[])
    for verb in STAFF:
        reach |= granted(standing, verb)
    return Issue.objects.filter(reach).select_related(*SHOWN_WITH)


def kept_issue(standing: Standing, number: str) -> Issue:
    """:raises NotFound: there is none, or none for this person."""
    found = kept_issues(standing).filter(number=number.strip().upper()).first()
    if found is None:
        raise _not_found()
    return found


def issue_to_enter_for(standing: Standing, number: str) -> Issue:
    """An issue for which the person may write down voices, and whose list of the phoneless they
    see.

    :raises NotFound: there is none, or none for this person.
    """
    if standing.person_id is None:
        raise _not_found()
    reach = granted(standing, ENTER) | granted(standing, KEEP)
    found = (
        Issue.objects.filter(reach, number=number.strip().upper())
        .select_related(*SHOWN_WITH)
        .first()
    )
    if found is None or not (found.is_shown or standing.may(KEEP, place_path=found.place_path)):
        raise _not_found()
    return found


def research_file(standing: Standing, note_id: UUID) -> ResearchNote:
    """:raises NotFound: there is none, or none for this person."""
    note = (
        ResearchNote.objects.filter(pk=note_id, issue__in=kept_issues(standing))
        .exclude(file="")
        .first()
    )
    if note is None:
        raise NotFound(_("There is no such document."))
    return note


def kept_tasks(standing: Standing) -> QuerySet[Task]:
    """The tasks of the person's area, and what they do themselves."""
    if standing.person_id is None:
        return Task.objects.none()
    reach = Q(doer=standing.person_id)
    for verb in STAFF:
        reach |= granted(standing, verb)
    return Task.objects.filter(reach).select_related(
        "issue__place", "done_by", "checked_by", "planned_by", "doer"
    )


def kept_task(standing: Standing, task_id: UUID) -> Task:
    """:raises NotFound: there is none, or none for this person."""
    found = kept_tasks(standing).filter(pk=task_id).first()
    if found is None:
        raise NotFound(_("There is no such task that you may see."))
    return found


def places_to_enter(standing: Standing) -> list[Place]:
    """Where the person may write down issues for others."""
    if standing.person_id is None:
        return []
    reach = granted(standing, ENTER, path_field="path") | granted(standing, KEEP, path_field="path")
    rows = Place.objects.filter(reach, kind__in=LEVELS, is_active=True)
    return list(rows.order_by("path")[:1_000])


def own_places(who: Person) -> list[Place]:
    """Where the person lives and may raise issues: the village, then the group."""
    home = who.place if who.place_id is not None else None
    if who.household_id is not None and who.household is not None:
        home = who.household.unit or who.household.grid
    if home is None:
        return []
    steps = range(Place.steplen, len(home.path) + 1, Place.steplen)
    rows = Place.objects.filter(
        path__in=[home.path[:end] for end in steps], kind__in=LEVELS, is_active=True
    )
    return list(rows.order_by("path"))
