"""What procedures may ask of keeping a compact, and what proves it: letters, vetting, members.

The nine steps (LP-12) call people in by letter, then form the committee: a committee serves both
steps as evidence, `invitations_answered` and `committee_vetted` say what is missing.
"""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiangyue.enforcement import rules
from xiangyue.enforcement.models import Committee, Invitation, Member
from xiangyue.enforcement.services.vetting import verdict_of
from xiangyue.enforcement.wording import committee_name
from xiangyue.procedures.guards import guard
from xiangyue.procedures.models import StepRun
from xiangyue.procedures.references import Kind, link, offer
from xiangyue.publicity.queries import unsettled


def _here(step_run: StepRun) -> QuerySet[Committee]:
    rows = Committee.objects.filter(place_path=step_run.run.place_path)
    return rows.exclude(state=Committee.State.DISSOLVED).select_related("place", "declaration")


@guard("invitations_answered")
def invitations_answered(step_run: StepRun, at: datetime, *, least: int = 1) -> list[str]:
    """Letters were brought by hand and each is answered; at least so many accept (LP-14)."""
    committee = _here(step_run).first()
    letters = committee.invitations.all() if committee is not None else Invitation.objects.none()
    found = []
    if count := letters.filter(brought_at=None, answer=Invitation.Answer.WAITING).count():
        found.append(_("Letters still to be brought: %(count)d.") % {"count": count})
    elif count := letters.filter(answer=Invitation.Answer.WAITING).count():
        found.append(_("Letters without an answer: %(count)d.") % {"count": count})
    accepted = letters.filter(answer=Invitation.Answer.ACCEPTED).count()
    if accepted < least:
        found.append(
            _("Invitations accepted: %(count)d, at least %(least)d needed.")
            % {"count": accepted, "least": least}
        )
    return found


@guard("committee_vetted")
def committee_vetted(step_run: StepRun, at: datetime) -> list[str]:
    """Every office has said its result of everybody proposed, and the board is done with them."""
    committee = _here(step_run).first()
    if committee is None:
        return [_("No committee is being formed here.")]
    found = []
    rows = committee.members.exclude(state=Member.State.ENDED)
    for member in rows.select_related(
        "person", "committee__declaration", "notice", "appeal"
    ).prefetch_related("vettings"):
        if verdict_of(member) is rules.Verdict.WAITING:
            found.append(_("%(name)s has not been vetted by all.") % {"name": member.person.name})
        elif member.notice is not None and member.state == Member.State.PROPOSED:
            found += [line for line in unsettled(member.notice, at=at) if line not in found]
    return found


def _committees(step_run: StepRun) -> QuerySet[Any]:
    return _here(step_run)


offer(
    "enforcement.committee",
    Kind(
        name=gettext_lazy("Compact committee with its letters and vetting"),
        candidates=_committees,
        title=committee_name,
        url=lambda committee: f"{link('keeping')}?place={committee.place.code}",
    ),
)
