"""Photos at the desk: whether everybody may see one, and what looks like an earlier one."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from xiangyue.access.offline import never_keep
from xiangyue.access.requests import signed_in, standing
from xiangyue.incidents.access import incident_for
from xiangyue.incidents.blurring import MOST_MARKS, Mark, MarkWrong, marks_from
from xiangyue.incidents.likenesses import dismiss_likeness
from xiangyue.incidents.pages.acting import shell_of, show_refusal
from xiangyue.incidents.photo_models import PhotoLikeness, PhotoShowing
from xiangyue.incidents.showing import photo_to_decide, show_photo, withdraw_photo
from xiangyue.kernel.refusals import NotFound, Refused

LINE = {"矩形": "rectangle", "椭圆": "ellipse", "rectangle": "rectangle", "ellipse": "ellipse"}


class MarksForm(forms.Form):
    """The marked places, one a line: a shape and four numbers in percent of the picture.

    A script draws them on the picture; without it the lines are typed.
    """

    use_required_attribute = False

    marks = forms.CharField(
        label=_("Places to make unrecognisable"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "data-marks-lines": ""}),
        help_text=_("One a line: rectangle or ellipse, then left, top, width, height in percent."),
    )
    has_looked = forms.BooleanField(
        label=_("I have looked: no face, number plate or name can be recognised any more"),
        error_messages={"required": _("Please look at the whole picture first, and say so.")},
    )

    def clean_marks(self) -> list[Mark]:
        try:
            return marks_from([_mark(line) for line in self.data_lines()])
        except (MarkWrong, ValueError, KeyError) as error:
            raise forms.ValidationError(
                _("A line must be a shape and four numbers from 0 to 100; at most %(most)d lines."),
                params={"most": MOST_MARKS},
            ) from error

    def data_lines(self) -> list[str]:
        text = str(self.data.get("marks", ""))[:4000]
        return [line for line in text.splitlines() if line.strip()]


def _mark(line: str) -> dict[str, Any]:
    """:raises ValueError: not a shape and four numbers; :raises KeyError: no such shape."""
    shape, *numbers = line.replace("，", " ").replace(",", " ").split()
    x, y, width, height = (float(number) / 100 for number in numbers)
    return {"shape": LINE[shape], "x": x, "y": y, "width": width, "height": height}


def _lines(showing: PhotoShowing | None) -> str:
    """The marks of an earlier decision, to go on with."""
    return "\n".join(
        " ".join(
            [mark["shape"], *(f"{mark[name] * 100:.1f}" for name in ("x", "y", "width", "height"))]
        )
        for mark in (showing.marks if showing is not None else [])
    )


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, number: str, photo_id: UUID) -> HttpResponse:
    """Look at a photo, mark what must not be recognised, and let everybody see the copy."""
    never_keep(request)
    mine = standing(request)
    photo = photo_to_decide(mine, number, photo_id)
    last = photo.showings.order_by("-decided_at").first()
    form = (
        MarksForm(request.POST)
        if request.method == "POST"
        else MarksForm(initial={"marks": _lines(last)})
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                show_photo(
                    photo=photo, marks=form.cleaned_data["marks"], standing=mine, at=timezone.now()
                )
            except Refused as refusal:
                status = refusal.status
                show_refusal(form, refusal)
            else:
                messages.success(request, _now("Everybody may see this copy now."))
                return redirect("photo-decide", number, photo_id)
    return render(
        request,
        "incidents/photo.html",
        {
            "shell": shell_of(request),
            "photo": photo,
            "incident": photo.incident,
            "form": form,
            "shown": last if last is not None and last.withdrawn_at is None else None,
            "history": photo.showings.select_related("decided_by", "withdrawn_by").order_by(
                "-decided_at"
            ),
            "most": MOST_MARKS,
        },
        status=status,
    )


@signed_in
@require_POST
def take_down(request: HttpRequest, number: str, photo_id: UUID) -> HttpResponse:
    """Nobody outside sees it any more; the files of the copy are gone at once."""
    mine = standing(request)
    withdraw_photo(photo=photo_to_decide(mine, number, photo_id), standing=mine, at=timezone.now())
    messages.success(request, _now("The photo is taken down."))
    return redirect("photo-decide", number, photo_id)


@signed_in
@require_POST
def dismiss(request: HttpRequest, likeness_id: UUID) -> HttpResponse:
    """Whoever verifies has looked at two photos, and says in a word what they saw."""
    mine = standing(request)
    row = PhotoLikeness.objects.filter(pk=likeness_id).select_related("photo__incident").first()
    if row is None:
        raise NotFound(_now("There is nothing to look at here."))
    incident = incident_for(mine, row.photo.incident.number)
    dismiss_likeness(
        likeness=row, standing=mine, note=request.POST.get("note", ""), at=timezone.now()
    )
    messages.success(request, _now("Put aside."))
    return redirect("incident", incident.number)
