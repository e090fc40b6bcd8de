"""The sign-in library's forms in our words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from keqing.accounts.adapter import remember
from keqing.accounts.models import SignIn, User

LONGEST = 128


def _word(form: forms.Form, name: str, label: Any, *, help_text: Any = "", **attrs: Any) -> None:
    field = form.fields[name]
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attrs)


def _limit(form: forms.Form, *names: str) -> None:
    for name in names:
        form.fields[name].validators.append(MaxLengthValidator(LONGEST))
        form.fields[name].widget.attrs["maxlength"] = LONGEST


class SignInForm(LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "login", _("账号"), autofocus=True, autocapitalize="none", spellcheck="false")
        _word(self, "password", _("密码"))
        _word(self, "remember", _("关掉浏览器也不退出（最长 12 小时）"))
        _limit(self, "password")

    def clean_login(self) -> str:
        return User.normalize_username(self.cleaned_data["login"])


class NewPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "oldpassword", _("现在的密码"), autofocus=True)
        hint = _("至少 12 个字符，一句好记的话就行。不要含姓名（拼音也算）、账号或“客情”，也不要用常见密码。")
        _word(self, "password1", _("新密码"), help_text=hint, autocomplete="new-password")
        _word(self, "password2", _("再输一遍新密码"))
        _limit(self, "oldpassword", "password1", "password2")

    def clean(self) -> dict[str, Any]:
        # past the library's own comparison, which speaks another language
        cleaned: dict[str, Any] = forms.Form.clean(self) or self.cleaned_data
        new = cleaned.get("password1")
        if new and cleaned.get("password2") and new != cleaned["password2"]:
            self.add_error("password2", gettext("两遍输得不一样，再输一次。"))
        if new and new == cleaned.get("oldpassword"):
            self.add_error("password1", gettext("新密码要和现在的不一样。"))
        return cleaned


class ConfirmPasswordForm(ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "password", _("密码"), autofocus=True)
        _limit(self, "password")


def _word_code(form: forms.Form) -> None:
    _word(form, "code", _("验证码"), autofocus=True, inputmode="numeric", spellcheck="false")


def _log_failure(user: User, error: ValidationError, way: str) -> None:
    """Not the tries that were refused unheard: they would let anybody fill the log."""
    if error.code == "incorrect_code":
        remember(get_adapter().request, user, SignIn.Result.CODE, way)


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word_code(self)

    def clean_code(self) -> str:
        try:
            return str(super().clean_code())
        except ValidationError as error:
            _log_failure(self.user, error, SignIn.Way.CODE)
            raise


def _sound(judge: Callable[[], Any]) -> Any:
    """The library trusts the shape of a device's answer; whoever sends another one gets the same refusal."""
    try:
        return judge()
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise get_adapter().validation_error("incorrect_code") from error


class PasskeyForm(LoginWebAuthnForm):  # type: ignore[misc]
    def clean_credential(self) -> Authenticator:
        return _sound(super().clean_credential)


class ConfirmPasskeyForm(ReauthenticateWebAuthnForm):  # type: ignore[misc]
    def clean_credential(self) -> Authenticator:
        return _sound(super().clean_credential)


class KeyForm(AuthenticateWebAuthnForm):  # type: ignore[misc]
    def clean_credential(self) -> Authenticator:
        try:
            return _sound(super().clean_credential)
        except ValidationError as error:
            _log_failure(self.user, error, SignIn.Way.KEY)
            raise


class ConfirmCodeForm(ReauthenticateByCodeForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word_code(self)


class StartCodesForm(ActivateTOTPForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word_code(self)


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "name", _("名称"), help_text=_("哪台设备，自己认得就行。"), maxlength=40)
        hint = _("勾上：以后不输密码，用指纹、人脸或锁屏密码登录。不勾：只当密码之后的第二步。")
        _word(self, "passwordless", _("可以代替密码登录"), help_text=hint)
        self.fields["passwordless"].initial = True
        self.fields["name"].validators.append(MaxLengthValidator(40))

    def clean(self) -> dict[str, Any]:
        return dict(_sound(super().clean))


class RenamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "name", _("名称"), autofocus=True, maxlength=40)
        self.fields["name"].validators.append(MaxLengthValidator(40))
