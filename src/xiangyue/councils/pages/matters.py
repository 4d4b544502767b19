"""The desk: whom a matter concerns, who asked to be heard, who comes."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyue.access.requests import signed_in
from xiangyue.councils import access, services, showing
from xiangyue.councils.forms import ComeForm, DecideForm, ForOthersForm, StakeForm, WhyForm
from xiangyue.councils.models import StakeStateChoices
from xiangyue.councils.pages import act_page, me, shell_of, tried, with_councils


@never_cache
@signed_in
@require_safe
def kept_matter(request: HttpRequest, council_matter_id: UUID) -> HttpResponse:
    """One matter: what is missing, who asks to be heard, who is asked in."""
    found = access.kept_matter(with_councils(request), council_matter_id)
    now = timezone.now()
    context = {
        "shell": shell_of(request),
        "matter": found,
        "council": found.council,
        "shown": showing.matter_shown(found, at=now, reads_names=True),
        "asking": found.stakeholders.filter(state=StakeStateChoices.ASKED),
        "stakes": found.stakeholders.exclude(state=StakeStateChoices.ASKED),
    }
    return render(request, "councils/kept_matter.html", context)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, council_matter_id: UUID) -> HttpResponse:
    """Ask in somebody whom the matter concerns."""
    found = access.kept_matter(with_councils(request), council_matter_id)
    form = StakeForm(request.POST if request.method == "POST" else None, place=found.council.place)
    status = 200
    if form.is_bound:
        status = tried(
            form,
            lambda: services.invite_stakeholder(
                council=found.council, matter=found, by=me(request), at=timezone.now(),
                **form.chosen(),
            ),
        )  # fmt: skip
        if status == 0:
            messages.success(request, _("They are asked; enter the answer if it comes on paper."))
            return redirect("kept-council-matter", found.pk)
    return act_page(
        request, form, title=_("Whom does it concern?"), lead=found.title, button=_("Ask them in"),
        back=reverse("kept-council-matter", args=[found.pk]), back_title=found.title,
        status=status,
    )  # fmt: skip


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def enter_ask(request: HttpRequest, council_matter_id: UUID) -> HttpResponse:
    """Enter for somebody without a phone that they are concerned (SE05)."""
    found = access.kept_matter(with_councils(request), council_matter_id)
    form = ForOthersForm(
        request.POST if request.method == "POST" else None, place=found.council.place
    )
    status = 200
    if form.is_bound:
        status = tried(
            form,
            lambda: services.ask_to_be_heard(
                matter=found, entered_by=me(request), at=timezone.now(), **form.chosen()
            ),
        )
        if status == 0:
            messages.success(request, _("Noted."))
            return redirect("kept-council-matter", found.pk)
    return act_page(
        request, form, title=_("Somebody is concerned"), lead=found.title, button=_("Enter it"),
        back=reverse("kept-council-matter", args=[found.pk]), back_title=found.title,
        status=status,
    )  # fmt: skip


@signed_in
@require_POST
def close(request: HttpRequest, council_matter_id: UUID) -> HttpResponse:
    """The council is done with it."""
    found = access.kept_matter(with_councils(request), council_matter_id)
    services.close_matter(matter=found, by=me(request), at=timezone.now())
    messages.success(request, _("The matter is closed; who sat on it stays to be read."))
    return redirect("kept-council", found.council_id)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def stake(request: HttpRequest, stake_id: UUID) -> HttpResponse:
    """Decide on who asks to be heard; enter on paper whether somebody comes, or steps back."""
    found = access.kept_stake(with_councils(request), stake_id)
    posted = request.POST if request.method == "POST" else None
    now = timezone.now()
    form: DecideForm | ComeForm | WhyForm
    if found.state == StakeStateChoices.ASKED:
        form, title = DecideForm(posted), _("Somebody asks to be heard")
    elif found.state == StakeStateChoices.INVITED:
        form, title = ComeForm(posted), _("Their answer on paper")
    else:
        form = WhyForm(posted, field="why", label=_("Why do they step back?"))
        title = _("Step back")
    status = 200
    if form.is_bound:

        def act() -> object:
            if found.state == StakeStateChoices.ASKED:
                return services.answer_ask(
                    stakeholder=found, by=me(request), at=now, **form.cleaned_data
                )
            if found.state == StakeStateChoices.INVITED:
                return services.answer_invitation(
                    stakeholder=found, entered_by=me(request), at=now, **form.cleaned_data
                )
            return services.step_back(
                stakeholder=found, by=me(request), at=now, **form.cleaned_data
            )

        status = tried(form, act)
        if status == 0:
            messages.success(request, _("Noted."))
            return redirect("kept-council-matter", found.matter_id)
    return act_page(
        request, form, title=title, lead=f"{found.name}：{found.stake}", button=_("Done"),
        back=reverse("kept-council-matter", args=[found.matter_id]),
        back_title=found.matter.title, status=status,
    )  # fmt: skip
