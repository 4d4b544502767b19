"""Minutes: read, read aloud, corrected, laid out, signed on one's own device or on paper."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyue.access.requests import signed_in, standing
from xiangyue.assemblies import access, services
from xiangyue.assemblies.drafting import drafted
from xiangyue.assemblies.kinds import kind_name
from xiangyue.assemblies.minutes_forms import (
    CorrectionForm,
    MinutesForm,
    PaperSignatureForm,
    SettleForm,
)
from xiangyue.assemblies.minutes_models import Minutes, Signature
from xiangyue.assemblies.models import Sitting, StateChoices
from xiangyue.assemblies.pages import me, shell_of, tried
from xiangyue.assemblies.pages.public import pdf
from xiangyue.assemblies.printing import minutes_pdf
from xiangyue.assemblies.signing import sign_seats
from xiangyue.documents.files import uploaded
from xiangyue.documents.serving import handed_out
from xiangyue.kernel.refusals import NotAllowed, NotFound, Refused
from xiangyue.places.models import Person


@never_cache
@signed_in
@require_safe
def read(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """The full minutes for who was there, who signs, who runs it; large, to be read aloud."""
    return read_page(request, access.sitting_to_read(standing(request), sitting_id))


def read_page(request: HttpRequest, found: Sitting, *, status: int = 200) -> HttpResponse:
    minutes = services.minutes_of(found)
    who = me(request)
    seats = sign_seats(found, minutes, at=timezone.now())
    context = {
        "shell": shell_of(request),
        "sitting": found,
        "kind_name": kind_name(found),
        "minutes": minutes,
        "seats": seats,
        "signs": minutes.is_settled
        and found.state == StateChoices.CLOSED
        and any(who.pk in seat.people and not seat.is_signed for seat in seats),
        "runs": access.may_run(standing(request), found),
        "corrections": minutes.corrections.all(),
        "is_aloud": request.GET.get("aloud") == "1",
    }
    return render(request, "assemblies/minutes.html", context, status=status)


@signed_in
@require_POST
def sign(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """I have read these minutes and confirm them."""
    found = access.sitting_to_read(standing(request), sitting_id)
    try:
        minutes = services.sign_minutes(
            sitting=found, by=me(request), at=timezone.now(),
            seen_digest=request.POST.get("digest", ""),
        )  # fmt: skip
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
        again = access.sitting_to_read(standing(request), sitting_id)
        return read_page(request, again, status=refusal.status)
    if minutes.signed_at is not None:
        messages.success(request, _("All have signed; nothing of the minutes changes any more."))
    else:
        messages.success(request, _("You have signed."))
    return redirect("sitting-minutes", sitting_id)


@signed_in
@require_safe
def full_pdf(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """The full minutes as a PDF, with lines for those who sign by hand."""
    found = access.sitting_to_read(standing(request), sitting_id)
    content = minutes_pdf(found, is_public=False, at=timezone.now())
    response = pdf(content, f"minutes-{found.pk}-full.pdf")
    response["Cache-Control"] = "no-store"
    return response


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """Correct the draft; nothing written is lost when somebody else was quicker."""
    found = access.sitting_to_run(standing(request), sitting_id)
    minutes = _there_or_drafted(found)
    form = MinutesForm(request.POST if request.method == "POST" else None, minutes=minutes)
    status, who, now = 200, me(request), timezone.now()
    if form.is_bound:

        def act() -> object:
            services.draft_minutes(sitting=found, by=who, at=now)
            said = form.cleaned_data
            return services.write_minutes(
                sitting=found, text=said["text"], public_text=said["public_text"], by=who, at=now,
                seen_version=said["version"],
            )  # fmt: skip

        status = tried(form, act)
        if not status:
            messages.success(request, _("The minutes are kept."))
            return redirect("write-sitting-minutes", sitting_id)
    context = {
        "shell": shell_of(request), "sitting": found, "kind_name": kind_name(found),
        "minutes": minutes, "form": form, "settle_form": SettleForm(minutes=minutes),
        "seats": sign_seats(found, minutes if minutes.pk and minutes.digest else None, at=now),
    }  # fmt: skip
    return render(request, "assemblies/write.html", context, status=status)


def _there_or_drafted(sitting: Sitting) -> Minutes:
    """The minutes, or what they would be; before the close there are none.

    :raises NotFound: the meeting is not closed.
    """
    there = Minutes.objects.filter(sitting=sitting).first()
    if there is not None:
        return there
    if sitting.state != StateChoices.CLOSED:
        raise NotFound(_("No minutes are written yet."))
    text, public_text = drafted(sitting)
    return Minutes(sitting=sitting, text=text, public_text=public_text)


@signed_in
@require_POST
def settle(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """Lay the minutes out for signing."""
    found = access.sitting_to_run(standing(request), sitting_id)
    version = request.POST.get("version", "")
    try:
        services.settle_minutes(
            sitting=found, by=me(request), at=timezone.now(),
            seen_version=int(version) if version.isdecimal() and len(version) < 9 else None,
            names_are_words="names_are_words" in request.POST,
        )  # fmt: skip
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("write-sitting-minutes", sitting_id)
    messages.success(request, _("The minutes are laid out for signing."))
    return redirect("sitting-minutes", sitting_id)


@signed_in
@require_POST
def take_back(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """Take the minutes back before all have signed."""
    found = access.sitting_to_run(standing(request), sitting_id)
    try:
        services.take_back_minutes(sitting=found, by=me(request), at=timezone.now())
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("sitting-minutes", sitting_id)
    messages.success(request, _("They are taken back; whoever has signed signs what is changed."))
    return redirect("write-sitting-minutes", sitting_id)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def sign_on_paper(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """Enter that somebody has signed the printed minutes; the sheet is kept (SE05)."""
    found = access.sitting_to_run(standing(request), sitting_id)
    minutes = services.minutes_of(found)
    seats = sign_seats(found, minutes, at=timezone.now())
    form = PaperSignatureForm(
        request.POST if request.method == "POST" else None, request.FILES or None, seats=seats
    )
    status = 200
    if form.is_bound:

        def act() -> object:
            seat, key = form.chosen()
            return services.sign_on_paper(
                sitting=found, seat=seat, person=Person.objects.get(pk=key),
                upload=uploaded(form.cleaned_data["file"]),
                by=me(request), at=timezone.now(), seen_digest=minutes.digest,
            )  # fmt: skip

        status = tried(form, act)
        if not status:
            messages.success(request, _("The signature is entered."))
            return redirect("sitting-minutes", sitting_id)
    context = {"shell": shell_of(request), "sitting": found, "form": form, "is_upload": True,
               "title": _("Signed on paper")}  # fmt: skip
    return render(request, "assemblies/minutes_form.html", context, status=status)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """Add a correction to signed minutes."""
    found = access.sitting_to_run(standing(request), sitting_id)
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:

        def act() -> object:
            return services.correct_minutes(
                sitting=found, by=me(request), at=timezone.now(), **form.cleaned_data
            )

        status = tried(form, act)
        if not status:
            messages.success(request, _("The correction stands below the minutes."))
            return redirect("sitting-minutes", sitting_id)
    context = {"shell": shell_of(request), "sitting": found, "form": form,
               "title": _("Add a correction")}  # fmt: skip
    return render(request, "assemblies/minutes_form.html", context, status=status)


@signed_in
@require_safe
def sheet(request: HttpRequest, signature_id: UUID) -> HttpResponse:
    """The sheet that somebody signed by hand, handed out to be saved.

    :raises NotFound: there is none, or it is not for this person.
    """
    found = Signature.objects.filter(pk=signature_id, is_on_paper=True).first()
    if found is None:
        raise NotFound(_("There are no such minutes that you may read."))
    access.sitting_to_read(standing(request), found.minutes_id)
    suffix = "pdf" if found.content_type.endswith("pdf") else "jpg"
    return handed_out(
        file=found.file,
        content_type=found.content_type,
        file_name=f"signed-{found.pk}.{suffix}",
    )
