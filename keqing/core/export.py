"""Spreadsheets going out: what a list shows, cell by cell made safe against formulas."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter
from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext

from keqing.core.finding import Source
from keqing.core.lists import Column, ListSpec, all_rows, narrow, read_list
from keqing.core.sheets import safe_cell
from keqing.core.viewer import Viewer

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export_list(spec: ListSpec, source: Source, params: QueryDict, viewer: Viewer, at: datetime) -> HttpResponse:
    """Everything the filters find, in the chosen columns, with who exported it and when in the last line."""
    page = read_list(spec, source, params, viewer)
    found = narrow(spec, source(viewer), page.chosen, page.query)
    cells = ([_shown(column, row) for column in page.columns] for row in all_rows(spec, found, viewer))
    mark = gettext("%(name)s 导出于 %(at)s") % {
        "name": viewer.name,
        "at": f"{timezone.localtime(at):%Y-%m-%d %H:%M}",
    }
    content = workbook(gettext(spec.title), [gettext(column.label) for column in page.columns], cells, [mark])
    return download(content, f"{gettext(spec.title)}.xlsx")


def _shown(column: Column, row: Any) -> Any:
    """Chips and labels are words of ours; everything else is data."""
    value = column.cell(row)
    return gettext(value) if value and column.kind in ("chip", "label") else value


def workbook(
    title: str,
    header: Sequence[str],
    rows: Iterable[Sequence[Any]],
    foot: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    )
    sheet = book.add_worksheet(_sheet_name(title))
    strong, grey = book.add_format({"bold": True}), book.add_format({"font_color": "#5d6b75"})
    dates = book.add_format({"num_format": "yyyy-mm-dd"})
    moments = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for column, text in enumerate(header):
        sheet.write_string(0, column, text, strong)
        sheet.set_column(column, column, max(10, min(40, len(text) * 2 + 4)))
    sheet.freeze_panes(1, 1)
    number = 0
    for number, cells in enumerate(rows, start=1):
        for column, value in enumerate(cells):
            _write(sheet, number, column, value, dates, moments)
    for offset, text in enumerate([*notes, *foot], start=2):
        sheet.write_string(number + offset, 0, text, grey)
    book.close()
    return buffer.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any, dates: Any, moments: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        sheet.write_datetime(row, column, timezone.localtime(value).replace(tzinfo=None), moments)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), dates)  # noqa: DTZ001
    elif isinstance(value, bool):
        sheet.write_string(row, column, gettext("是") if value else gettext("否"))
    elif isinstance(value, (int, float)):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(safe_cell(str(value))))


def _sheet_name(title: str) -> str:
    return "".join(sign for sign in title if sign not in "[]:*?/\\")[:31] or "Sheet1"


def download(content: bytes, name: str, content_type: str = XLSX) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response
