"""Signing in and out, and the page on which people see and steer what is held about them."""

from typing import cast
from uuid import UUID

from allauth.account.utils import perform_login
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyue.access import numbers, queries, rules, services
from xiangyue.access.adapter import start_session
from xiangyue.access.codes import send_code
from xiangyue.access.forms import CodeForm, DataRequestForm, NameForm, PhoneForm, TokenForm
from xiangyue.access.models import Account, PersonalRead, Purpose, Wish
from xiangyue.access.requests import account, client_address, next_path, signed_in
from xiangyue.kernel.refusals import NotFound, Refused

PHONE_COOKIE = "sign_in_phone"
PHONE_COOKIE_SECONDS = 15 * 60
NEW_NUMBER = "new_number"


def show_refusal(form: forms.Form, refusal: Refused) -> None:
    """Put a service's refusal beside the field it is about, else above the form."""
    placed = False
    for name, message in refusal.fields.items():
        if name in form.fields:
            form.add_error(name, str(message))
            placed = True
    if not placed:
        form.add_error(None, str(refusal.message))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the phone number and send a code to it."""
    if request.method != "POST":
        if account(request) is not None:
            return redirect(next_path(request))
        form = PhoneForm()
        return _sign_in_page(request, form)
    form = PhoneForm(request.POST)
    if not form.is_valid():
        return _sign_in_page(request, form, status=422)
    try:
        phone = _send(request, form.cleaned_data["phone"])
    except Refused as refusal:
        show_refusal(form, refusal)
        return _sign_in_page(request, form, status=refusal.status)
    response = redirect(f"{reverse('sign-in-code')}?{urlencode({'next': next_path(request)})}")
    response.set_signed_cookie(
        PHONE_COOKIE,
        phone,
        max_age=PHONE_COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def _send(request: HttpRequest, phone: str) -> str:
    return send_code(
        phone=phone, purpose=Purpose.SIGN_IN, at=timezone.now(), ip=client_address(request)
    )


def _sign_in_page(request: HttpRequest, form: forms.Form, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "next": next_path(request)}
    return render(request, "access/sign_in.html", context, status=status)


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code that was sent and let its bearer in; `again` sends another."""
    phone = request.get_signed_cookie(PHONE_COOKIE, default=None, max_age=PHONE_COOKIE_SECONDS)
    if phone is None:
        return redirect(f"{reverse('sign-in')}?{urlencode({'next': next_path(request)})}")
    form = CodeForm(request.POST if request.method == "POST" and _is_code(request) else None)
    status, sent_again = 200, False
    try:
        if request.method == "POST" and not _is_code(request):
            _send(request, phone)
            sent_again = True
        elif form.is_bound and form.is_valid():
            found = services.sign_in(phone=phone, code=form.cleaned_data["code"], at=timezone.now())
            response = cast(
                HttpResponse, perform_login(request, found, redirect_url=next_path(request))
            )
            response.delete_cookie(PHONE_COOKIE)
            return response
        elif form.is_bound:
            status = 422
    except Refused as refusal:
        if not form.is_bound:
            form = CodeForm({})
            form.full_clean()
            form.errors.clear()
        show_refusal(form, refusal)
        status = refusal.status
    context = {
        "form": form,
        "phone": rules.masked_number(phone),
        "next": next_path(request),
        "next_query": urlencode({"next": next_path(request)}),
        "sent_again": sent_again,
    }
    return render(request, "access/sign_in_code.html", context, status=status)


def _is_code(request: HttpRequest) -> bool:
    return "again" not in request.POST


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session; with `everywhere` all of them, and every token."""
    who = account(request)
    if who is not None and "everywhere" in request.POST:
        services.sign_out_everywhere(account=who, at=timezone.now())
    logout(request)
    return redirect(next_path(request))


@never_cache
@signed_in
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """A person's own record, who read it and why, and how to have it changed (GD05)."""
    return _me_page(request)


def _me_page(
    request: HttpRequest,
    *,
    name_form: NameForm | None = None,
    wish_form: DataRequestForm | None = None,
    status: int = 200,
) -> HttpResponse:
    who = _own(request)
    reads, earlier_query = _reads_page(request, who)
    context = {
        "person": who.person,
        "account": who,
        "home_name": queries.home_name(who.person),
        "posts": queries.own_posts(who.person, at=timezone.now()),
        "reads": reads,
        "earlier_query": earlier_query,
        "requests": who.person.data_requests.order_by("-requested_at")[:10],
        "name_form": name_form or NameForm(initial={"name": who.person.name}),
        "wish_form": wish_form or DataRequestForm(),
    }
    return render(request, "access/me.html", context, status=status)


def _reads_page(request: HttpRequest, who: Account) -> tuple[list[PersonalRead], str]:
    """The reads before `before`, and the query that shows those before them, if there are any."""
    try:
        before = parse_datetime(request.GET.get("before", ""))
    except ValueError:  # the form of a date, but no such day
        before = None
    if before is not None and timezone.is_naive(before):
        before = None
    found = list(queries.reads_of(who.person, before=before)[: queries.READS_SHOWN + 1])
    if len(found) <= queries.READS_SHOWN:
        return found, ""
    shown = found[: queries.READS_SHOWN]
    return shown, urlencode({"before": shown[-1].read_at.isoformat()})


def _own(request: HttpRequest) -> Account:
    who = account(request)
    assert who is not None  # the page's guard saw to it
    return who


@sensitive_post_parameters("code")
@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def change_number(request: HttpRequest) -> HttpResponse:
    """Ask for the new number, then for the code sent to it; `again` begins anew."""
    who = _own(request)
    if "again" in request.POST:
        request.session.pop(NEW_NUMBER, None)
        return redirect("change-number")
    phone = request.session.get(NEW_NUMBER, "")
    form_class = CodeForm if phone else PhoneForm
    form = form_class(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _number_step(request, who, form, phone)
            except Refused as refusal:
                show_refusal(form, refusal)
                status = refusal.status
    context = {"form": form, "account": who, "phone": phone and rules.masked_number(phone)}
    return render(request, "access/change_number.html", context, status=status)


def _number_step(request: HttpRequest, who: Account, form: forms.Form, phone: str) -> HttpResponse:
    now = timezone.now()
    if not phone:
        entered = form.cleaned_data["phone"]
        request.session[NEW_NUMBER] = numbers.ask_for_number(
            account=who, phone=entered, at=now, ip=client_address(request)
        )
        return redirect("change-number")
    code = form.cleaned_data["code"]
    changed = numbers.change_number(account=who, phone=phone, code=code, at=now)
    logout(request)
    start_session(request, changed)  # this one goes on, under a new key
    messages.success(
        request, _("Your number was changed. You are signed out on every other device.")
    )
    return redirect("me")


@signed_in
@require_POST
def correct_name(request: HttpRequest) -> HttpResponse:
    form = NameForm(request.POST)
    if not form.is_valid():
        return _me_page(request, name_form=form, status=422)
    try:
        services.correct_name(
            person=_own(request).person, name=form.cleaned_data["name"], at=timezone.now()
        )
    except Refused as refusal:
        show_refusal(form, refusal)
        return _me_page(request, name_form=form, status=refusal.status)
    return redirect("me")


@signed_in
@require_POST
def ask_about_data(request: HttpRequest) -> HttpResponse:
    form = DataRequestForm(request.POST)
    if not form.is_valid():
        return _me_page(request, wish_form=form, status=422)
    try:
        services.request_about_data(
            person=_own(request).person,
            wish=Wish(form.cleaned_data["wish"]),
            text=form.cleaned_data["text"],
            at=timezone.now(),
        )
    except Refused as refusal:
        show_refusal(form, refusal)
        return _me_page(request, wish_form=form, status=refusal.status)
    return redirect("me")


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def api_tokens(request: HttpRequest) -> HttpResponse:
    """The programs one has let in; a new token's secret is shown once, in answer to the form."""
    who, now = _own(request), timezone.now()
    form = TokenForm(request.POST if request.method == "POST" else None)
    status, secret = 200, None
    if form.is_bound and form.is_valid():
        try:
            _token, secret = services.create_token(
                account=who,
                name=form.cleaned_data["name"],
                days=form.cleaned_data["days"],
                at=now,
            )
            form = TokenForm()
        except Refused as refusal:
            show_refusal(form, refusal)
            status = refusal.status
    elif form.is_bound:
        status = 422
    context = {
        "form": form,
        "tokens": queries.working_tokens(who, at=now),
        "secret": secret,
    }
    return render(request, "access/api_tokens.html", context, status=status)


@signed_in
@require_POST
def revoke_token(request: HttpRequest, token_id: UUID) -> HttpResponse:
    token = queries.own_token(_own(request), token_id)
    if token is None:
        raise NotFound(_("You have no such token."))
    services.revoke_token(token=token, at=timezone.now())
    return redirect("api-tokens")
