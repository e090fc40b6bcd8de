"""Who the session says one is, read by a prepared query at every request; signing in itself is allauth's."""

from __future__ import annotations

from functools import lru_cache

from allauth.account.auth_backends import AuthenticationBackend
from django.db import DEFAULT_DB_ALIAS

from keqing.accounts.models import User
from keqing.core.prepared import KEY, Prepared

FIELDS = tuple(field.attname for field in User._meta.concrete_fields)


class Accounts(AuthenticationBackend):  # type: ignore[misc]
    def get_user(self, user_id: int) -> User | None:
        """None for an account that is gone or switched off."""
        rows = _query().fetch(key=user_id)
        user = User.from_db(DEFAULT_DB_ALIAS, FIELDS, rows[0]) if rows else None
        return user if user is not None and self.user_can_authenticate(user) else None


@lru_cache(maxsize=1)
def _query() -> Prepared:
    return Prepared(User.objects.filter(pk=KEY).values_list(*FIELDS))
