"""Lock-out after wrong passwords. Kept in the shared cache, so it holds in every worker and from every address.

It goes by the typed name, whether or not such an account exists: a lock tells nobody which names are real.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.account import app_settings
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest

from keqing.accounts.models import User

TRIES, WAIT = 5, timedelta(minutes=5)


def name_key(name: str) -> str:
    """What limits count by. Casefold on top, because a database may find a name in more spellings than we store."""
    return hashlib.sha256(User.normalize_username(name).casefold().encode()).hexdigest()


def _slot(name: str) -> str:
    return f"accounts:locked:{name_key(name)}"


def lock(name: str, at: datetime) -> datetime:
    until = at + WAIT
    cache.set(_slot(name), until.timestamp(), WAIT.total_seconds())
    return until


def unlock(name: str) -> None:
    cache.delete(_slot(name))
    ratelimit.clear(None, key=name_key(name), **_tries_per_name())


def was_last_try(request: HttpRequest, name: str) -> bool:
    """True when the library, which counts each try before it looks, would not let this name try again."""
    return not ratelimit.consume(request, key=name_key(name), dry_run=True, **_tries_per_name())


def _tries_per_name() -> dict[str, Any]:
    """The library's own limit without its part per address, which must lock nobody."""
    limits = app_settings.RATE_LIMITS["login_failed"].split(",")
    per_name = ",".join(limit for limit in limits if limit.strip().endswith("/key"))
    return {"app": "allauth.account", "action": "login_failed", "config": {"login_failed": per_name}}


def locked_until(name: str, at: datetime) -> datetime | None:
    stamp = cache.get(_slot(name))
    if stamp is None or stamp <= at.timestamp():
        return None
    return datetime.fromtimestamp(stamp, UTC)


def locked_among(names: Iterable[str]) -> frozenset[str]:
    """Those of a page of names that are locked now; the cache drops a lock when its time is up."""
    slots = {_slot(name): name for name in names}
    return frozenset(slots[slot] for slot in cache.get_many(slots))
