"""The second factor: a code from an authenticator app after the code on the phone.

Offered to everybody, meant for those whose posts let them read other people's data. allauth
does the work; these pages are its views in our words.
"""

from typing import Any

import segno
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.contrib.auth.decorators import login_required
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

FORM = "access/second_factor_form.html"


@method_decorator(never_cache, name="dispatch")
class Authenticate(base.AuthenticateView):
    """Asked during sign-in of those who have a second factor."""

    template_name = FORM
    extra_context = {"step": "authenticate"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), **self.extra_context}


@method_decorator(never_cache, name="dispatch")
class Reauthenticate(base.ReauthenticateView):
    """Asked again before the second factor itself is changed."""

    template_name = FORM
    extra_context = {"step": "reauthenticate"}


@method_decorator(never_cache, name="dispatch")
class Index(base.IndexView):
    template_name = "access/second_factor.html"


@method_decorator([never_cache, login_required], name="dispatch")
class Activate(totp.ActivateTOTPView):
    template_name = FORM
    extra_context = {"step": "activate"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        code = segno.make(context["totp_url"], error="m")
        return {**context, "picture": code.svg_data_uri(scale=5), "secret": context["form"].secret}


@method_decorator(never_cache, name="dispatch")
class Deactivate(totp.DeactivateTOTPView):
    template_name = FORM
    extra_context = {"step": "deactivate"}


@method_decorator([never_cache, login_required], name="dispatch")
class GenerateRecoveryCodes(recovery.GenerateRecoveryCodesView):
    template_name = FORM
    extra_context = {"step": "recovery"}


@method_decorator(never_cache, name="dispatch")
class RecoveryCodes(recovery.ViewRecoveryCodesView):
    template_name = "access/recovery_codes.html"


urlpatterns = [
    path("", Index.as_view(), name="mfa_index"),
    path("code/", Authenticate.as_view(), name="mfa_authenticate"),
    path("again/", Reauthenticate.as_view(), name="mfa_reauthenticate"),
    path("on/", Activate.as_view(), name="mfa_activate_totp"),
    path("off/", Deactivate.as_view(), name="mfa_deactivate_totp"),
    path("recovery/new/", GenerateRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("recovery/", RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
]
