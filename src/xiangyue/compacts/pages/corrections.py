"""The town's orders of correction; verses and songs that tell a compact."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from xiangyue.access.requests import signed_in, standing
from xiangyue.compacts import access, services
from xiangyue.compacts.correctionforms import OrderForm, TellingForm
from xiangyue.compacts.forms import LineForm
from xiangyue.compacts.pages import me, shell_of, tried, with_compacts
from xiangyue.compacts.pages.steps import form_page
from xiangyue.kernel.refusals import NotAllowed


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest, clause_id: UUID) -> HttpResponse:
    """Order a clause to be corrected; it is suspended at once."""
    mine = with_compacts(request)
    found = access.kept_clause(mine, clause_id)
    if not access.reviews(mine, found.version.compact):
        raise NotAllowed(_("Your posts do not include this for this compact."))
    form = OrderForm(request.POST if request.method == "POST" else None)
    return form_page(
        request,
        found.version,
        form,
        lambda: services.order_correction(
            clause=found, by=me(request), at=timezone.now(), **form.cleaned_data
        ),
        title=_("Order a correction"),
        lead=found.text,
        button=_("Order it; the clause is suspended"),
        done=_("The clause is suspended everywhere."),
    )


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def lift(request: HttpRequest, correction_id: UUID) -> HttpResponse:
    """Take an order back; the clause holds again."""
    mine = with_compacts(request)
    found = access.kept_order(mine, correction_id)
    if not access.reviews(mine, found.clause.version.compact):
        raise NotAllowed(_("Your posts do not include this for this compact."))
    form = LineForm(
        request.POST if request.method == "POST" else None,
        label=_("Why is it lifted?"),
        hint=_("Everybody can read it."),
    )
    return form_page(
        request,
        found.clause.version,
        form,
        lambda: services.lift_order(
            order=found, by=me(request), at=timezone.now(), how=form.cleaned_data["text"]
        ),
        title=_("Lift the order"),
        lead=found.reason,
        button=_("Lift the order"),
        done=_("The clause holds again."),
    )


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: HttpRequest, compact_id: UUID) -> HttpResponse:
    """Add verses, a song or a play."""
    found = access.kept_compact(with_compacts(request), compact_id)
    form = TellingForm(request.POST if request.method == "POST" else None)
    back = reverse("kept-compact", args=[found.pk])
    status = 200
    if form.is_bound:
        status = tried(
            form,
            lambda: services.add_telling(
                compact=found, by=me(request), at=timezone.now(), **form.cleaned_data
            ),
        )
        if status == 0:
            messages.success(request, _("It stands beside the compact."))
            return redirect(back)
    context = {
        "shell": shell_of(request),
        "compact": found,
        "form": form,
        "title": _("Tell it in verses or songs"),
        "lead": _("In the language that people speak at home."),
        "button": _("Add it"),
        "back": back,
    }
    return render(request, "compacts/act.html", context, status=status)


@signed_in
@require_POST
def untell(request: HttpRequest, telling_id: UUID) -> HttpResponse:
    """Take a telling off the page."""
    found = access.kept_telling(standing(request), telling_id)
    services.remove_telling(telling=found, by=me(request), at=timezone.now())
    return redirect("kept-compact", found.compact_id)
