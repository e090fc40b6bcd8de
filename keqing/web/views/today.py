"""Today: whom to see now and why; for who leads others, how the team's day stands."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.utils.translation import get_language, gettext_noop
from django.views.decorators.http import require_GET
from lunar_python import Solar

from keqing.core.htmx import redirect_page, render_page
from keqing.core.requests import SignedIn
from keqing.visits.planner import team_today, today_list
from keqing.visits.planner.page import with_weekday
from keqing.visits.planner.today import Today

SKIP_REASONS = (gettext_noop("店长不在"), gettext_noop("今天盘点"), gettext_noop("路不通"), gettext_noop("改天去"))


@require_GET
def show_today(request: SignedIn) -> HttpResponse:
    """Who has no Today (finance, quality) starts at the first place they may go."""
    viewer = request.viewer
    if not viewer.may("today", "read"):
        return redirect_page(request, "me")
    today = today_list(viewer, request.now, state=request.state)
    team = team_today(viewer, request.now, state=request.state) if _leads(request) else None
    context = {
        "today": today,
        "team": team,
        "day_label": day_label(today.day),
        "planned_label": with_weekday(today.planned_for),
        "segments": _segments(today),
        "skip_reasons": SKIP_REASONS,
        "may_visit": viewer.may("visit", "create"),
    }
    return render_page(request, "web/today.html", context)


def _leads(request: SignedIn) -> bool:
    return bool(request.viewer.reach - set(request.viewer.positions))


def _segments(today: Today) -> list[str]:
    """One per visit of the day, at most twenty: done, now, or still to come."""
    ahead = [""] * max(0, today.total - len(today.done))
    marks = ["done"] * len(today.done) + (["now", *ahead[1:]] if ahead else [])
    return marks[:20]


def day_label(day: date) -> str:
    """11月18日 周三 · 十月初十; the lunar day for Chinese readers only."""
    if get_language() != "zh-hans":
        return with_weekday(day)
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    weekday = with_weekday(day).split(" ")[-1]
    return f"{day.month}月{day.day}日 {weekday} · {lunar.getMonthInChinese()}月{lunar.getDayInChinese()}"
