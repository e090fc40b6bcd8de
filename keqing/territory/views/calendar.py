"""The working calendar: a year at a glance, one day to change, a notice that confirms a year."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keqing.core.doors import needs
from keqing.core.htmx import redirect_page, render_page
from keqing.core.requests import SignedIn, act_of
from keqing.territory.forms.base import attempt
from keqing.territory.forms.calendar import HolidayForm, YearForm
from keqing.territory.models import Holiday
from keqing.territory.reports.year import Year, year_of
from keqing.territory.services.calendars import ASSUMED, clear_day, confirm_year, set_day, working_calendar


@require_GET
@needs("calendar")
def show_year(request: SignedIn) -> HttpResponse:
    text = request.GET.get("year", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else request.viewer.as_of.year
    return _render_year(request, number, YearForm(), 200)


def _render_year(request: SignedIn, number: int, form: YearForm, status: int) -> HttpResponse:
    if number not in ASSUMED:
        raise Http404
    context = {
        "year": _year(request, number),
        "years": [one for one in range(number - 2, number + 3) if one in ASSUMED],
        "weekdays": [_("一"), _("二"), _("三"), _("四"), _("五"), _("六"), _("日")],
        "form": form,
    }
    return render_page(request, "territory/calendar.html", context, status=status)


def _year(request: SignedIn, number: int) -> Year:
    rows = Holiday.objects.visible_to(request.viewer).filter(day__year__in=(number - 1, number, number + 1))
    calendar = working_calendar(request.state.counter("holidays"))
    return year_of(number, calendar, {row.day: row for row in rows}, request.viewer.as_of)


@require_POST
@needs("calendar", "change")
def confirm(request: SignedIn, year: int) -> HttpResponse:
    form = YearForm(request.POST)
    if not form.is_valid():
        return _render_year(request, year, form, 422)
    count = confirm_year(year, form.cleaned_data["source"], act_of(request, form.cleaned_data["source"]))
    messages.success(request, _("%(year)s 年的 %(count)s 天确认了，不再是暂定。") % {"year": year, "count": count})
    return _to_year(request, year)


@require_http_methods(["GET", "POST"])
@needs("calendar", "change")
def edit_day(request: SignedIn, year: int, month: int, day: int) -> HttpResponse:
    on = _date(year, month, day)
    row = Holiday.objects.visible_to(request.viewer).filter(day=on).first()
    form = HolidayForm(request.POST or None, instance=row or Holiday(day=on))
    if request.method == "POST" and form.is_valid():
        saved = attempt(form, lambda: set_day(form.row, act_of(request)))
        if saved:
            messages.success(request, _("%(day)s 记为%(kind)s。") % {"day": on, "kind": _(saved.get_kind_display())})
            return _to_year(request, year)
    context = {"form": form, "day": on, "is_listed": row is not None}
    return render_page(request, "territory/calendar_day.html", context, status=422 if form.errors else 200)


@require_POST
@needs("calendar", "delete")
def clear(request: SignedIn, year: int, month: int, day: int) -> HttpResponse:
    on = _date(year, month, day)
    clear_day(get_object_or_404(Holiday.objects.visible_to(request.viewer), day=on), act_of(request))
    messages.success(request, _("%(day)s 按普通的一天算，原来那条在回收站。") % {"day": on})
    return _to_year(request, year)


def _to_year(request: SignedIn, year: int) -> HttpResponse:
    return redirect_page(request, f"{reverse('territory:calendar')}?year={year}")


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as bad:
        raise Http404 from bad
