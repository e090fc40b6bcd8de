"""The application as it is served, and beside it the yardstick: what a bare page of the same framework costs.

The yardstick is a Django view with its address, answered by a Jinja2 page of 50 constant rows by 8 columns, without
middleware, user, database or translation. It runs in the same process as the real pages, so that the machine's mood
changes both alike.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keqing.web.settings")

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import override_settings
from django.urls import path

from benchmarks.client import YARDSTICK
from keqing.web.wsgi import application as keqing

Environ = dict[str, Any]
COLUMNS = ("客户", "类型", "地区", "级别", "负责人", "上次拜访", "下次拜访", "状态")
ROWS = tuple(
    tuple(f"{column} {number}" for column in ("青石镇仁和堂大药房", "单体药店", "澄溪县", "A", "王小明", "11-08", "11-22", "合作"))
    for number in range(50)
)  # fmt: skip
TEMPLATE = """<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><title>{{ title }}</title></head><body><h1>{{ title }}</h1>
<table><thead><tr>{% for column in columns %}<th>{{ column }}</th>{% endfor %}</tr></thead><tbody>
{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</tbody></table></body></html>"""
_page = engines["jinja2"].from_string(TEMPLATE)


def yardstick(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_page.render({"title": "尺子", "columns": COLUMNS, "rows": ROWS}))


urlpatterns = [path(YARDSTICK.lstrip("/"), yardstick)]


class BareRequest(WSGIRequest):
    urlconf = __name__


class Bare(WSGIHandler):
    """Django's own way from the server to a view and back, with nothing between."""

    request_class = BareRequest


with override_settings(MIDDLEWARE=[]):
    bare = Bare()


def application(environ: Environ, start_response: Any) -> Iterable[bytes]:
    answer = bare if environ["PATH_INFO"] == YARDSTICK else keqing
    return answer(environ, start_response)
