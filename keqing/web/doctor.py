"""`keqing doctor`: what a new installation needs and whether it is there, each finding with what to do."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from keqing.core.models import Job
from keqing.territory.models import Division, Holiday


@dataclass(frozen=True)
class Finding:
    name: str
    is_good: bool
    said: str
    to_do: str = ""


def examine() -> list[Finding]:
    return [
        _python(),
        *(_database(alias) for alias in connections),
        _migrations(),
        _search(),
        _reference(),
        _keys(),
        _space(),
        _static(),
        _stuck_jobs(),
    ]


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding("Python", sys.version_info[:2] == (3, 11), version, "用 Python 3.11。")


def _database(alias: str) -> Finding:
    try:
        connections[alias].ensure_connection()
    except DatabaseError as problem:
        return Finding(
            _("数据库 %(name)s") % {"name": alias}, False, str(problem)[:200], "检查 DATABASE_URL 和数据库是否在运行。"
        )
    return Finding(_("数据库 %(name)s") % {"name": alias}, True, connections[alias].vendor)


def _migrations() -> Finding:
    waiting = 0
    for alias in connections:
        executor = MigrationExecutor(connections[alias])
        waiting += len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return Finding(
        "表结构", not waiting, _("%(count)s 步未做") % {"count": waiting} if waiting else "最新", "运行 keqing setup。"
    )


def _search() -> Finding:
    if connections["default"].vendor != "sqlite":
        return Finding("搜索", True, "tsvector")
    has = any("FTS5" in row[0] for row in sqlite3.connect(":memory:").execute("PRAGMA compile_options"))
    return Finding("搜索", has, "FTS5", "换一个带 FTS5 的 SQLite。")


def _reference() -> Finding:
    reason = "doctor counts the reference tables"
    divisions, holidays = Division.objects.everything(reason).count(), Holiday.objects.everything(reason).count()
    good = divisions > 40_000 and holidays > 0
    said = _("%(divisions)s 个区划，%(holidays)s 个节假日") % {"divisions": f"{divisions:,}", "holidays": holidays}
    return Finding("区划和日历", good, said, "运行 keqing setup。")


def _keys() -> Finding:
    path = settings.VAR / "secret.json"
    if not path.exists():
        return Finding(
            "密钥", bool(os.environ.get("SECRET_KEY")), "来自环境变量", "设置 SECRET_KEY，或让 keqing setup 生成。"
        )
    private = path.stat().st_mode & 0o077 == 0
    said = _("%(file)s 只有自己能读") if private else _("%(file)s 别人也能读")
    return Finding("密钥", private, said % {"file": path.name}, f"chmod 600 {path.name}")


def _space() -> Finding:
    free = shutil.disk_usage(settings.VAR).free / 2**30
    return Finding("磁盘", free > 2, _("还有 %(free)s GB") % {"free": f"{free:.0f}"}, "至少留 2 GB。")


def _static() -> Finding:
    there = (settings.STATIC_ROOT / "staticfiles.json").exists() or settings.DEBUG or settings.TESTING
    return Finding("页面文件", there, "已收集" if there else "还没收集", "运行 keqing setup。")


def _stuck_jobs() -> Finding:
    waiting = Job.objects.filter(state=Job.State.WAITING).count()
    return Finding("任务", waiting < 20, _("%(count)s 个在排队") % {"count": waiting}, "确认 keqing serve 在运行。")
