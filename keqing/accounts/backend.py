"""Who the session says one is, and what every request must know fresh, in one prepared query.

Signing in itself is allauth's.
"""

from __future__ import annotations

from functools import lru_cache

from allauth.account.auth_backends import AuthenticationBackend
from django.db import DEFAULT_DB_ALIAS

from keqing.accounts.models import User
from keqing.core.prepared import KEY, Prepared
from keqing.core.state import State, read_state, state_columns, state_of

FIELDS = tuple(field.attname for field in User._meta.concrete_fields)


class Accounts(AuthenticationBackend):  # type: ignore[misc]
    def get_user(self, user_id: int) -> User | None:
        """None for an account that is gone or switched off."""
        rows = _query().fetch(key=user_id)
        if not rows:
            return None
        user = User.from_db(DEFAULT_DB_ALIAS, FIELDS, rows[0][: len(FIELDS)])
        user.state = state_of(*rows[0][len(FIELDS) :])
        return user if self.user_can_authenticate(user) else None


def state_read_with(user: User) -> State:
    """What came with the user's row; a user who was not read at this request's beginning has none yet."""
    return user.state or read_state(user.pk)


@lru_cache(maxsize=1)
def _query() -> Prepared:
    rows = User.objects.filter(pk=KEY)
    return Prepared(rows.values_list(*FIELDS, *state_columns("accounts_user.id")))
