"""Settings: what runs here, what the doctor says, and taking the demonstration away."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from keqing.accounts.models import User
from keqing.core.doors import needs
from keqing.core.htmx import redirect_page, render_page
from keqing.core.requests import SignedIn, act_of
from keqing.web import demo
from keqing.web.doctor import examine


@require_GET
@needs("system")
def show_settings(request: SignedIn) -> HttpResponse:
    return render_page(request, "web/settings.html", {"findings": examine(), "left": demo.leftovers()})


class FirstAdministrator(forms.Form):
    """Asked for when the demonstration's accounts are the only ones that may administer."""

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=40)
    username = forms.RegexField(
        r"^[\w.@+-]{3,60}$",
        label=gettext_lazy("登录名"),
        error_messages={"invalid": gettext_lazy("登录名用字母和数字，3 到 60 个。")},
    )
    password = forms.CharField(
        label=gettext_lazy("密码"),
        widget=forms.PasswordInput,
        validators=[validate_password],
        help_text=gettext_lazy("至少 12 个字符。"),
    )

    def clean_username(self) -> str:
        username = str(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError(_("这个登录名已经有人用了。"))
        return username


@require_http_methods(["GET", "POST"])
@needs("system", "change")
def remove_demo(request: SignedIn) -> HttpResponse:
    needs_administrator = not User.objects.filter(is_demo=False, is_superuser=True, is_active=True).exists()
    form = FirstAdministrator(request.POST or None) if needs_administrator else None
    if request.method == "POST" and (form is None or form.is_valid()):
        return _remove(request, form.cleaned_data if form is not None else None)
    context = {"form": form, "left": demo.leftovers()}
    return render_page(request, "web/remove_demo.html", context, status=422 if request.method == "POST" else 200)


def _remove(request: SignedIn, administrator: dict[str, Any] | None) -> HttpResponse:
    if administrator is not None:
        User.objects.create_superuser(
            administrator["username"], password=administrator["password"], name=administrator["name"]
        )
    count = demo.remove(act_of(request))
    if not User.objects.filter(pk=request.viewer.user_id).exists():
        return redirect_page(request, "account_login")
    messages.success(request, _("演示数据拿掉了，一共 %(count)s 条。") % {"count": f"{count:,}"})
    return redirect_page(request, "settings")
