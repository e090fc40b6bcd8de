"""What the shell shows around every page: navigation by rights, demo line, theme, language, unread notices."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, gettext, gettext_noop

from keqing.core.written import clock
from keqing.territory.personas import rights_of
from keqing.web.frame import frame_of
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
            Entry("people", gettext_noop("联系人"), "id", "customers:people", "person"),
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
        ),
    ),
)
FOOT = (Entry("settings", gettext_noop("设置"), "settings", "settings", "system"),)
PHONE = (
    Entry("today", gettext_noop("今日"), "sun", "today", "today"),
    Entry("customers", gettext_noop("客户"), "users", "customers:list", "party"),
    Entry("start", gettext_noop("记拜访"), "plus", "visits:start", "visit", "create"),
    Entry("visits", gettext_noop("拜访"), "clipboard-check", "visits:list", "visit"),
    Entry("me", gettext_noop("我的"), "user", "me", ""),
)
Item = dict[str, str]


@dataclass(frozen=True, eq=False)
class Menu:
    """Kept while rights and language stay: one object stands for one menu."""

    groups: tuple[dict[str, Any], ...]
    phone: tuple[Item, ...]

    def current(self, path: str) -> str:
        """The entry whose address begins this path; the longest one wins."""
        items = [item for group in self.groups for item in group["items"]] + list(self.phone)
        fitting = [
            item for item in items if path == item["href"] or (item["href"] != "/" and path.startswith(item["href"]))
        ]
        return max(fitting, key=lambda item: len(item["href"]))["key"] if fitting else ""


@lru_cache(maxsize=512)
def _menu(allowed: frozenset[tuple[str, str]], language: str) -> Menu:
    """Built once per set of rights and language: it stands on every page."""
    groups: list[dict[str, Any]] = []
    for label, entries in GROUPS:
        items = [_item(entry) for entry in entries if _is_open(entry, allowed)]
        if items:
            groups.append({"label": gettext(label), "items": items})
    foot = [_item(entry) for entry in FOOT if _is_open(entry, allowed)]
    if foot:
        groups.append({"label": "", "items": foot, "foot": True})
    return Menu(tuple(groups), tuple(_item(entry) for entry in PHONE if _is_open(entry, allowed)))


def _is_open(entry: Entry, allowed: frozenset[tuple[str, str]]) -> bool:
    return not entry.noun or (entry.noun, entry.verb) in allowed


def _item(entry: Entry) -> Item:
    return {"key": entry.key, "label": gettext(entry.label), "icon": entry.icon, "href": reverse(entry.url)}


@lru_cache(maxsize=256)
def _allowed(personas: frozenset[str]) -> frozenset[tuple[str, str]]:
    pairs = {(noun, verb) for noun, verbs in rights_of(personas).items() for verb in verbs}
    if any(verb == "import" for _, verb in pairs):
        pairs.add(("import", "read"))
    return frozenset(pairs)


def bare(request: HttpRequest) -> dict[str, Any]:
    """What pages without sign-in need."""
    return {"theme": request.COOKIES.get("theme", "auto"), "lang": get_language() or "", "app_version": VERSION}


def shell(request: HttpRequest) -> dict[str, Any]:
    viewer = getattr(request, "viewer", None)
    if viewer is None:
        return bare(request)
    look = bare(request)
    menu = _menu(_allowed(viewer.personas), look["lang"])
    here = request.get_full_path()
    return {
        **look,
        "viewer": viewer,
        "nav": menu.groups,
        "frame": frame_of(viewer, menu, menu.current(request.path), tuple(look.items()), here),
        "here": here,
        "is_demo": request.state.counter("demo") > 0,  # type: ignore[attr-defined]
        "unread": request.state.unread,  # type: ignore[attr-defined]
        "now_label": clock(request.now),  # type: ignore[attr-defined]
    }
