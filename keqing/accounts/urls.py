"""Only the pages of the sign-in library that this house uses, under the names the library looks for, and our own.

Mounted at the root: signing in lies under /accounts/, administration under /settings/accounts/, so that somebody who
must change the password first reaches nothing else. There is no sign-up, no mail, no password reset by mail.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from keqing.accounts import forms, views

password_change = account.PasswordChangeView.as_view(form_class=forms.NewPasswordForm)
reauthenticate = account.ReauthenticateView.as_view(form_class=forms.ConfirmPasswordForm)
second_step = mfa.AuthenticateView.as_view(form_class=forms.CodeForm, webauthn_form_class=forms.KeyForm)
confirm_code = mfa.ReauthenticateView.as_view(form_class=forms.ConfirmCodeForm)
start_codes = totp.ActivateTOTPView.as_view(form_class=forms.StartCodesForm)
add_passkey = keys.AddWebAuthnView.as_view(form_class=forms.AddPasskeyForm)
confirm_passkey = keys.ReauthenticateWebAuthnView.as_view(form_class=forms.ConfirmPasskeyForm)
passkey = keys.LoginWebAuthnView.as_view(form_class=forms.PasskeyForm)
rename_passkey = keys.EditWebAuthnView.as_view(form_class=forms.RenamePasskeyForm)

signing_in = [
    path("login/", account.LoginView.as_view(form_class=forms.SignInForm), name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", never_cache(reauthenticate), name="account_reauthenticate"),
    path("password/change/", never_cache(password_change), name="account_change_password"),
    path("sessions/", never_cache(views.Sessions.as_view()), name="usersessions_list"),
]

second_factor = [
    path("", never_cache(mfa.index), name="mfa_index"),
    path("authenticate/", second_step, name="mfa_authenticate"),
    path("authenticate/cancel/", require_POST(account.logout), name="mfa_cancel"),
    path("reauthenticate/", never_cache(confirm_code), name="mfa_reauthenticate"),
    path("totp/activate/", never_cache(start_codes), name="mfa_activate_totp"),
    path("totp/deactivate/", never_cache(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("recovery-codes/", never_cache(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("recovery-codes/generate/", never_cache(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("recovery-codes/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("webauthn/", never_cache(keys.list_webauthn), name="mfa_list_webauthn"),
    path("webauthn/add/", never_cache(add_passkey), name="mfa_add_webauthn"),
    path("webauthn/reauthenticate/", never_cache(confirm_passkey), name="mfa_reauthenticate_webauthn"),
    path("webauthn/keys/<int:pk>/edit/", never_cache(rename_passkey), name="mfa_edit_webauthn"),
    path("webauthn/keys/<int:pk>/remove/", never_cache(keys.remove_webauthn), name="mfa_remove_webauthn"),
    path("webauthn/login/", passkey, name="mfa_login_webauthn"),
]

one_account = [
    path("", views.account, name="account"),
    path("activate/", views.activate, name="activate"),
    path("deactivate/", views.deactivate, name="deactivate"),
    path("end-sessions/", views.end_sessions, name="end_sessions"),
    path("unlock/", views.lift_lock, name="unlock"),
    path("reset-password/", views.reset_password, name="reset_password"),
    path("remove-second-factor/", views.remove_second_factor, name="remove_second_factor"),
]

administration: list[URLPattern | URLResolver] = [
    path("settings/accounts/", views.accounts, name="list"),
    path("settings/accounts/sign-ins/", views.sign_ins, name="sign_ins"),
    path("settings/accounts/<uuid:public_id>/", include(one_account)),
    path("preferences/", views.preferences, name="preferences"),
]

urlpatterns = [
    path("accounts/", include(signing_in)),
    path("accounts/2fa/", include(second_factor)),
    path("", include((administration, "accounts"))),
]
