"""What the shell shows around every page: navigation by rights, demo line, theme, language, unread notices."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, gettext, gettext_noop

from keqing.web.version import VERSION


@dataclass(frozen=True)
class Entry:
    key: str
    label: str
    icon: str
    url: str
    noun: str
    verb: str = "read"


GROUPS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        gettext_noop("工作"),
        (
            Entry("today", gettext_noop("今日"), "sun", "today", "today"),
            Entry("customers", gettext_noop("客户"), "users", "customers:list", "party"),
            Entry("people", gettext_noop("联系人"), "address-book", "customers:people", "person"),
            Entry("visits", gettext_noop("拜访"), "clipboard-check", "visits:list", "visit"),
        ),
    ),
    (
        gettext_noop("资料"),
        (
            Entry("products", gettext_noop("产品"), "pill", "catalog:list", "product"),
            Entry("positions", gettext_noop("岗位与人员"), "hierarchy", "territory:positions", "position"),
            Entry("time_off", gettext_noop("休假与代班"), "beach", "territory:time_off", "time_off"),
            Entry("calendar", gettext_noop("工作日历"), "calendar-week", "territory:calendar", "calendar"),
            Entry("frequencies", gettext_noop("拜访频次"), "clock", "visits:frequencies", "frequency"),
        ),
    ),
    (
        gettext_noop("系统"),
        (
            Entry("imports", gettext_noop("导入"), "file-import", "imports:list", "import"),
            Entry("bin", gettext_noop("回收站"), "trash", "core:bin", "bin"),
            Entry("accounts", gettext_noop("账号"), "key", "accounts:list", "account"),
            Entry("settings", gettext_noop("设置"), "settings", "settings", "system"),
        ),
    ),
)
PHONE = (
    Entry("today", gettext_noop("今日"), "sun", "today", "today"),
    Entry("customers", gettext_noop("客户"), "users", "customers:list", "party"),
    Entry("visits", gettext_noop("拜访"), "clipboard-check", "visits:list", "visit"),
    Entry("me", gettext_noop("我的"), "user", "me", ""),
)


@lru_cache(maxsize=512)
def _menu(nouns: frozenset[str], language: str) -> tuple[tuple[tuple[str, tuple[dict[str, str], ...]], ...], tuple[dict[str, str], ...]]:
    """Built once per set of readable nouns and language: it stands on every page."""
    groups = []
    for label, entries in GROUPS:
        items = tuple(_item(entry) for entry in entries if entry.noun in nouns)
        if items:
            groups.append((gettext(label), items))
    return tuple(groups), tuple(_item(entry) for entry in PHONE if not entry.noun or entry.noun in nouns)


def _item(entry: Entry) -> dict[str, str]:
    return {"key": entry.key, "label": gettext(entry.label), "icon": entry.icon, "href": reverse(entry.url)}


def bare(request: HttpRequest) -> dict[str, Any]:
    """What pages without sign-in need."""
    return {
        "theme": request.COOKIES.get("theme", "auto"),
        "lang": get_language(),
        "app_version": VERSION,
    }


def shell(request: HttpRequest) -> dict[str, Any]:
    viewer = getattr(request, "viewer", None)
    if viewer is None:
        return bare(request)
    nouns = {noun for noun, verbs in viewer.rights.items() if "read" in verbs}
    if any("import" in verbs for verbs in viewer.rights.values()):
        nouns.add("import")
    groups, phone = _menu(frozenset(nouns), get_language() or "")
    here = request.resolver_match.kwargs.get("nav", "") if request.resolver_match else ""
    return {
        **bare(request),
        "viewer": viewer,
        "nav_groups": groups,
        "phone_nav": phone,
        "current": here,
        "is_demo": request.state.counter("demo") > 0,  # type: ignore[attr-defined]
        "unread": request.state.unread,  # type: ignore[attr-defined]
        "query": request.GET.get("q", ""),
    }
