"""Sessions in the database, read by a prepared query: every request of a signed-in person begins with it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from keqing.core.prepared import TEXT, Prepared

FIELDS = ("session_key", "session_data", "expire_date")


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Any:
        """The row of this key, or None where it is unknown or has expired; then the key is given up."""
        rows = _query().fetch(text=self.session_key) if self.session_key else []
        live = [Session.from_db(DEFAULT_DB_ALIAS, FIELDS, row) for row in rows if row[2] > timezone.now()]
        if not live:
            self._session_key = None
        return live[0] if live else None


@lru_cache(maxsize=1)
def _query() -> Prepared:
    rows = Session.objects.filter(session_key=TEXT)
    return Prepared(rows.values_list(*FIELDS))
