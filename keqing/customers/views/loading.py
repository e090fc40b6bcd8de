"""What several views do: find a row the viewer sees, save what a form holds, say what became of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from keqing.core.models import Base
from keqing.core.requests import SignedIn
from keqing.core.saving import Stale
from keqing.customers.errors import CodeTaken, MobileTaken, NameTaken, ParentLoop, Refused, ShareTaken, WrongClass
from keqing.customers.models import Party, Person
from keqing.customers.reports.areas import DIVISION

#: to which field of a form a refusal belongs, if it has one
_FIELDS: dict[type[Refused], str] = {
    CodeTaken: "code",
    ParentLoop: "parent_text",
    NameTaken: "name",
    MobileTaken: "mobile",
    WrongClass: "contact_class",
    ShareTaken: "share",
}


def party_of(request: SignedIn, public_id: UUID) -> Party:
    rows = Party.objects.visible_to(request.viewer).select_related(DIVISION, "parent")
    party: Party = get_object_or_404(rows, public_id=public_id)
    return party


def person_of(request: SignedIn, public_id: UUID) -> Person:
    person: Person = get_object_or_404(Person.objects.visible_to(request.viewer), public_id=public_id)
    return person


def part_of(request: SignedIn, model: type[Base], public_id: UUID, **known: Any) -> Any:
    rows = model._default_manager.visible_to(request.viewer)  # type: ignore[attr-defined]
    return get_object_or_404(rows.filter(**known), public_id=public_id)


def taken(form: forms.BaseForm, doing: Callable[[], Any]) -> Any | None:
    """The service's answer, or None with the refusal written into the form: what was typed stays."""
    try:
        return doing()
    except Refused as problem:
        field = _FIELDS.get(type(problem))
        form.add_error(field if field in form.fields else None, str(problem))
    except Stale:
        form.add_error(None, stale_sentence())
    return None


def done(request: SignedIn, doing: Callable[[], Any], said: str) -> bool:
    """One act without a form; a refusal is said where the page goes back to."""
    try:
        doing()
    except (Refused, Stale) as problem:
        messages.error(request, stale_sentence() if isinstance(problem, Stale) else str(problem))
        return False
    messages.success(request, said)
    return True


def stale_sentence() -> str:
    return _("别人刚改过这一条，还没有覆盖它。你填的都在下面；重新打开这一页看看对方改了什么，再保存。")


def say_in_bin(request: SignedIn, what: str) -> None:
    link = format_html('<a href="{}">{}</a>', reverse("core:bin"), _("回收站"))
    messages.success(request, format_html(_("{what}已放进{bin}，随时可以恢复。"), what=what, bin=link))


def read_version(row: Base, form: forms.BaseForm) -> None:
    """The version that was on the screen, so that a change in between is noticed."""
    version = form.cleaned_data.get("version")
    if version:
        row.version = version
