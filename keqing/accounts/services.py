"""What may be done to an account, each act with its line in the history."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from keqing.accounts.lockout import unlock
from keqing.accounts.models import SignIn, User
from keqing.core.models import HistoryEntry
from keqing.core.saving import Act
from keqing.core.search import index_rows

NOUN = "accounts.user"
ONE_TIME = timedelta(hours=72)
#: the law asks for six months of sign-in logs at least (网络安全法 art. 21)
KEEP_SIGN_INS = timedelta(days=365)
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread when told by phone


class OwnAccount(Exception):
    """Nobody may shut out or reset oneself here: the last administrator would stand outside."""


@dataclass(frozen=True)
class NewAccount:
    username: str
    name: str
    email: str = ""
    is_demo: bool = False


def create_accounts(people: Sequence[NewAccount], act: Act, password: str | None) -> dict[str, User]:
    """Accounts by user name; those that exist already come back as they are.

    With a common password it is hashed once for all (the world's accounts); without one nobody can sign in until an
    administrator hands out a one-time password. Invented people keep theirs, real people must change it first.
    """
    wanted = {User.normalize_username(person.username): person for person in people}
    found = _by_name(list(wanted))
    hashed = make_password(password)
    new = [
        User(
            username=username,
            name=person.name,
            email=person.email,
            is_demo=person.is_demo,
            password=hashed,
            must_change_password=not person.is_demo,
            date_joined=act.at,
        )
        for username, person in wanted.items()
        if username not in found
    ]
    with transaction.atomic():
        User.objects.bulk_create(new, batch_size=500)
        index_rows(User, new)  # type: ignore[arg-type]
        _note([(user.pk, {"username": [None, user.username]}) for user in new], HistoryEntry.Action.CREATE, act)
    return {**found, **{user.username: user for user in new}}


def _by_name(names: Sequence[str]) -> dict[str, User]:
    return {
        user.username: user
        for start in range(0, len(names), 500)
        for user in User.objects.filter(username__in=names[start : start + 500])
    }


def activate(user: User, act: Act) -> None:
    _change(user, act, is_active=True)


def deactivate(user: User, act: Act) -> None:
    _refuse_own(user, act)
    with transaction.atomic():
        _change(user, act, is_active=False)
        _close(user)


def reset_password(user: User, act: Act) -> str:
    """A one-time password, told once and never stored; all sessions end, a lock is lifted."""
    _refuse_own(user, act)
    password = one_time_password()
    with transaction.atomic():
        user.set_password(password)
        user.must_change_password = True
        user.one_time_until = act.at + ONE_TIME
        user.save(update_fields=["password", "must_change_password", "one_time_until"])
        _note([(user.pk, {"password": [None, "one-time"]})], HistoryEntry.Action.CHANGE, act)
        _close(user)
    unlock(user.username)
    return password


def one_time_password() -> str:
    """79 bits in four groups that can be read out."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def remove_second_factor(user: User, act: Act) -> int:
    """For a lost phone: authenticator app, passkeys and recovery codes go; all sessions end with them."""
    _refuse_own(user, act)
    with transaction.atomic():
        kinds = sorted(Authenticator.objects.filter(user=user).values_list("type", flat=True))
        if not kinds:
            return 0
        Authenticator.objects.filter(user=user).delete()
        _note([(user.pk, {"second_factor": [kinds, []]})], HistoryEntry.Action.CHANGE, act)
        _close(user)
    return len(kinds)


def end_sessions(user: User, act: Act) -> int:
    with transaction.atomic():
        count = _close(user)
        if count:
            _note([(user.pk, {"sessions": [count, 0]})], HistoryEntry.Action.CHANGE, act)
    return count


def lift_lock(user: User, act: Act) -> None:
    unlock(user.username)
    _note([(user.pk, {"locked": [True, False]})], HistoryEntry.Action.CHANGE, act)


def set_own_password(user: User, password: str, act: Act) -> None:
    """Chosen by its owner: nothing has to be changed any more."""
    with transaction.atomic():
        user.set_password(password)
        user.must_change_password, user.one_time_until = False, None
        user.save(update_fields=["password", "must_change_password", "one_time_until"])
        _note([(user.pk, {"password": [None, "own"]})], HistoryEntry.Action.CHANGE, act)


def log_sign_in(user: User | None, *, result: str, way: str, address: str, browser: str, at: datetime) -> SignIn:
    return SignIn.objects.create(user=user, result=result, way=way, address=address, browser=browser, at=at)


def forget_old_sign_ins(at: datetime) -> int:
    return SignIn.objects.filter(at__lt=at - KEEP_SIGN_INS).delete()[0]


def _refuse_own(user: User, act: Act) -> None:
    if user.pk == act.user_id:
        raise OwnAccount


def _close(user: User) -> int:
    """End every session of this account; returns how many."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    keys = list(UserSession.objects.filter(user=user).values_list("session_key", flat=True))
    for key in keys:
        store.delete(key)
    UserSession.objects.filter(user=user).delete()
    return len(keys)


def _change(user: User, act: Act, **values: Any) -> None:
    changes = {name: [getattr(user, name), value] for name, value in values.items() if getattr(user, name) != value}
    if not changes:
        return
    with transaction.atomic():
        for name, (_, value) in changes.items():
            setattr(user, name, value)
        user.save(update_fields=list(changes))
        _note([(user.pk, changes)], HistoryEntry.Action.CHANGE, act)


def _note(entries: Sequence[tuple[int, dict[str, list[Any]]]], action: str, act: Act) -> None:
    """Accounts are no tracked model (allauth writes them too), so their history is written here."""
    HistoryEntry.objects.bulk_create(
        (
            HistoryEntry(
                at=act.at,
                user_id=act.user_id,
                action=action,
                noun=NOUN,
                object_id=pk,
                changes=json.dumps(changes, ensure_ascii=False, separators=(",", ":")),
                reason=act.reason[:200],
                import_run_id=act.import_run_id,
            )
            for pk, changes in entries
        ),
        batch_size=500,
    )
