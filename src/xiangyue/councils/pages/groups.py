"""The groups' work on the phone: what was asked, who takes it, what came of it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xiangyue.access.offline import never_keep
from xiangyue.access.requests import signed_in
from xiangyue.councils import access, queries, services
from xiangyue.councils.finding import person_called
from xiangyue.councils.forms import (
    ConcludeForm,
    Line,
    Plain,
    TakeForm,
    WhyForm,
    Words,
    yes_no,
)
from xiangyue.councils.models import Concerned, GroupMatter, GroupMatterState
from xiangyue.councils.pages import act_page, me, shell_of, tried
from xiangyue.councils.printing import minutes_pdf
from xiangyue.councils.reading import kind_of
from xiangyue.councils.services.acting import own_seats
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Person


@never_cache
@signed_in
@require_safe
def group(request: HttpRequest, council_id: UUID) -> HttpResponse:
    """A group's matters, for its members and whoever keeps it."""
    who, now = me(request), timezone.now()
    found = access.group_of(who, council_id, at=now)
    which = request.GET.get("which", "")
    rows = access.group_matters_for(who, found, at=now)
    if which == "past":
        rows = rows.exclude(state__in=[GroupMatterState.ASKED, GroupMatterState.TAKEN])
    elif which != "all":
        which = ""
        rows = rows.filter(state__in=[GroupMatterState.ASKED, GroupMatterState.TAKEN])
    context = {
        "shell": shell_of(request),
        "council": found,
        "page": Paginator(rows, queries.PAGE_SIZE).get_page(request.GET.get("page")),
        "tabs": [(one, one == which) for one in ("", "past", "all")],
        "is_member": bool(own_seats(who, found, at=now)),
    }
    return render(request, "councils/group.html", context)


@never_cache
@signed_in
@require_safe
def group_matter(request: HttpRequest, group_matter_id: UUID) -> HttpResponse:
    """One matter, as whoever asked, whom it is about, or a member sees it."""
    never_keep(request)
    who, now = me(request), timezone.now()
    found = access.group_matter_for(who, group_matter_id, at=now)
    taker = found.takers.filter(seat__person=who).first()
    own = found.concerned.filter(person=who).first()
    is_member = bool(own_seats(who, found.council, at=now))
    is_asker = who.pk in {found.asked_by_id, found.entered_by_id}
    is_open = found.state in {GroupMatterState.ASKED, GroupMatterState.TAKEN}
    takes_part = taker is not None and taker.stepped_back_at is None
    context = {
        "shell": shell_of(request),
        "matter": found,
        "council": found.council,
        "takers": found.takers.select_related("seat"),
        "concerned": found.concerned.select_related("person") if is_member or is_asker else (),
        "own": own,
        "is_open": is_open,
        "is_member": is_member,
        "is_asker": is_asker,
        "takes_part": takes_part,
        "may_take": is_open and is_member and taker is None,
        "reads_contact": takes_part or is_asker,
        "reads_words": found.state == GroupMatterState.CONCLUDED or takes_part or own is not None,
        "lacks": services.lacks_of(found) if takes_part and is_open else [],
        "for_others": access.keeps_group(who, found.council, at=now),
    }
    return render(request, "councils/group_matter.html", context)


class NameForm(Plain):
    name = Line(label=_("Name of whoever it is about"))
    phone = Line(label=_("Mobile number"))


class HearForm(Plain):
    words = Words(label=_("What they say for themselves"), rows=4)


class ResultForm(Plain):
    result = Words(label=_("The words"), rows=5)


class ConsentForm(Plain):
    consents = yes_no(_("Do you want the group to judge this?"))


class AgreeForm(Plain):
    agrees = yes_no(_("Are these words right?"))


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, group_matter_id: UUID, group_act: str) -> HttpResponse:
    """One act on a matter; `?who=` says whom of those concerned it is about.

    :raises NotFound: there is no such act.
    """
    never_keep(request)
    who, now = me(request), timezone.now()
    found = access.group_matter_for(who, group_matter_id, at=now)
    posted = request.POST if request.method == "POST" else None
    title, form, do = built(found, who, posted, request.GET.get("who", ""), group_act)
    back = reverse("group-matter", args=[found.pk])
    status = 200
    if form.is_bound:
        status = tried(form, do)
        if status == 0:
            messages.success(request, _("Noted."))
            still = access.group_matters_for(who, found.council, at=now).filter(pk=found.pk)
            return redirect(back if still.exists() else reverse("my-councils"))
    says = found.result if group_act == "agree" else ""
    return act_page(
        request, form, title=title, lead=found.title, says=says, button=_("Done"), back=back,
        back_title=found.title, status=status,
    )  # fmt: skip


Built = tuple[str | Promise, forms.Form, Callable[[], object]]


def built(found: GroupMatter, who: Person, posted: Any, about: str, group_act: str) -> Built:
    """The act's title, its form, and what it does once the form is right.

    :raises NotFound: there is no such act, or nobody whom it is about.
    """
    acts = _acts(found, who, posted, about)
    if group_act not in acts:
        raise NotFound(_("There is no such act."))
    return acts[group_act]()


def tried_act(act: Built) -> None:
    """Do an act whose words came from another front; refusals pass through.

    :raises WordsMissing: something that it needs was not said.
    """
    _title, form, do = act
    if not form.is_valid():
        said = {key: str(each[0]) for key, each in form.errors.items()}
        raise services.WordsMissing(next(iter(said.values())), fields={**said})
    do()


def _acts(
    found: GroupMatter, who: Person, posted: Any, about: str
) -> dict[str, Callable[[], Built]]:
    now = timezone.now()

    def of(form: forms.Form, title: str, service: Callable[..., object]) -> Built:
        return (
            title,
            form,
            lambda: service(matter=found, by=who, at=now, **form.cleaned_data),
        )

    def concerned(form: forms.Form, title: str, service: Callable[..., object]) -> Built:
        one = _concerned(found, who, about)
        says = {"by": who} if one.person_id == who.pk else {"entered_by": who}
        return (
            f"{title}（{one.person.name}）" if one.person_id != who.pk else title,
            form,
            lambda: service(concerned=one, at=now, **says, **form.cleaned_data),
        )

    def name() -> Built:
        form = NameForm(posted)
        return (
            _("Whom is it about?"),
            form,
            lambda: services.name_concerned(
                matter=found, person=_registered(found, form), by=who, at=now
            ),
        )

    def heard() -> Built:
        one, form = _concerned(found, who, about), HearForm(posted)
        return (
            _("Hear %(name)s") % {"name": one.person.name},
            form,
            lambda: services.hear(concerned=one, by=who, at=now, **form.cleaned_data),
        )

    why = {"field": "why", "label": _("Why?")}
    take = TakeForm(posted) if found.work == "judging" else Plain(posted)
    return {
        "take": lambda: of(take, _("Take it"), services.take),
        "step-back": lambda: of(WhyForm(posted, **why), _("Step back"), services.step_back_from),
        "end": lambda: of(
            WhyForm(posted, **why), _("End it without a result"), services.end_matter
        ),
        "name": name,
        "hear": heard,
        "consent": lambda: concerned(ConsentForm(posted), _("Your word first"), services.consent),
        "propose": lambda: of(ResultForm(posted), _("Propose the words"), services.propose_words),
        "agree": lambda: concerned(AgreeForm(posted), _("The proposed words"), services.agree),
        "conclude": lambda: of(
            ConcludeForm(posted, work=found.work), _("What came of it"), services.conclude
        ),
    }


def _concerned(found: GroupMatter, who: Person, about: str) -> Concerned:
    rows = found.concerned.select_related("person")
    one = next((each for each in rows if str(each.pk) == about), None)
    one = one or next((each for each in rows if each.person_id == who.pk), None)
    if one is None:
        raise NotFound(_("It is not about them."))
    return one


def _registered(found: GroupMatter, form: NameForm) -> Person:
    entered = form.cleaned_data
    person = person_called(entered["name"], found.council.place, phone=entered["phone"])
    if person is None:
        said = _("Nobody registered here is called so; let the clerk note where they live.")
        raise services.NotForUs(said, fields={"name": said})
    return person


@never_cache
@signed_in
@require_safe
def minutes(request: HttpRequest, group_matter_id: UUID) -> HttpResponse:
    """The minutes on paper, for those who read the matter and once it is done."""
    never_keep(request)
    who, now = me(request), timezone.now()
    found = access.group_matter_for(who, group_matter_id, at=now)
    if found.state != GroupMatterState.CONCLUDED or found.is_forgotten:
        raise NotFound(_("There are no minutes yet, or no longer."))
    made = minutes_pdf(found)
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{kind_of(found.council).key}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
