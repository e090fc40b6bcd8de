"""Which database a model lives in: jobs, their progress and the cache apart from the business (DESIGN 4)."""

from __future__ import annotations

from typing import Any

JOBS = "jobs"
_APART = {("core", "job"), ("django_cache", "cacheentry")}


def _home(app_label: str, model_name: str) -> str:
    return JOBS if (app_label, model_name) in _APART else "default"


class JobsApart:
    def db_for_read(self, model: Any, **hints: Any) -> str:
        return _home(model._meta.app_label, model._meta.model_name)

    db_for_write = db_for_read

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        """Asked with instances; the signed-in user comes wrapped, so only its `_meta` tells what it is."""
        return self.db_for_read(one) == self.db_for_read(other)

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool:
        return db == _home(app_label, model_name or "")
