"""`python -m benchmarks.planning SEED`: who signs in and what they will ask for, read from the database; one JSON line."""

from __future__ import annotations

import json
import os
import random
import sys
from typing import Any

import django
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypinyin import lazy_pinyin

USERS = ("rep", "area", "sfe")
SAMPLE = 600
REASON = "measured company: what the measured people may see"
BACKEND = "keqing.accounts.backend.Accounts"
ANY = "00000000-0000-4000-8000-000000000000"


def main(seed: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keqing.web.settings")
    django.setup()
    chance = random.Random(seed)
    users = {username: _plan_of(username, chance) for username in USERS}
    print(json.dumps({"users": users, "urls": _urls(), "cookie": settings.SESSION_COOKIE_NAME}))


def _urls() -> dict[str, str]:
    """Addresses with a place for the public id."""
    names = {"customer": "customer", "check_in": "visits:begin", "finish": "visits:finish"}
    found = {key: reverse(name, args=[ANY]).replace(ANY, "{}") for key, name in names.items()}
    return {**found, "list": reverse("customers:list"), "about": reverse("about")}


def _plan_of(username: str, chance: random.Random) -> dict[str, Any]:
    from keqing.accounts.models import User
    from keqing.core.state import read_state
    from keqing.customers.models import Party
    from keqing.territory.access import viewer_of
    from keqing.visits.services import kinds_at

    user = User.objects.get(username=username)
    viewer = viewer_of(user, timezone.localdate(), read_state(user.pk))
    keys = list(Party.objects.visible_to(viewer).order_by("pk").values_list("pk", flat=True))
    chosen = chance.sample(keys, min(SAMPLE, len(keys)))
    rows = Party.objects.everything(REASON).filter(pk__in=chosen).order_by("pk")
    parties = [
        {
            "id": str(party.public_id),
            "name": party.name,
            "cursor": [party.sort_key, party.pk],
            "may_visit": bool(kinds_at(party, viewer)[0]),
        }
        for party in rows
    ]
    chance.shuffle(parties)
    client = Client()
    client.force_login(user, backend=BACKEND)
    return {
        "session": client.session.session_key,
        "sees": len(keys),
        "may_visit": viewer.may("visit", "create"),
        "personas": sorted(viewer.personas),
        "parties": parties,
        "words": [_word(party["name"], chance) for party in parties],
    }


def _word(name: str, chance: random.Random) -> str:
    """Two characters of the name, or the initials of three or four of them, as people type."""
    if chance.random() < 0.5:
        start = chance.randrange(len(name) - 1)
        return name[start : start + 2]
    length = chance.choice((3, 4))
    start = chance.randrange(len(name) - length + 1)
    return "".join(sound[0] for sound in lazy_pinyin(name[start : start + length]))


if __name__ == "__main__":
    main(int(sys.argv[1]))
