"""`python -m benchmarks.other_hand`: somebody saves a customer every 50 ms, until standard input ends; one JSON line."""

from __future__ import annotations

import json
import os
import select
import sys
import time
from statistics import median

import django
from django.utils import timezone

EVERY_S = 0.05


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keqing.web.settings")
    django.setup()
    from keqing.core.saving import Act, save_one
    from keqing.customers.kinds import PartyKind, TerminalType
    from keqing.customers.models import Party

    waits: list[float] = []
    due = time.perf_counter()
    while not select.select([sys.stdin], [], [], max(0.0, due - time.perf_counter()))[0]:
        number = len(waits)
        party = Party(code=f"W{number:06}", name=f"等候药店{number}", name_norm=f"等候药店{number}", sort_key="denghou")
        party.kind, party.terminal_type = PartyKind.STORE, TerminalType.INDEPENDENT_STORE
        started = time.perf_counter()
        save_one(party, Act(user_id=None, at=timezone.now(), reason="measured"))
        waits.append(time.perf_counter() - started)
        if number == 0:
            print("ready", flush=True)
        due = max(due + EVERY_S, time.perf_counter())
    waits = waits[1:]
    ordered = sorted(waits)
    print(
        json.dumps(
            {
                "saves": len(waits),
                "longest_s": round(max(waits), 3),
                "p99_s": round(ordered[int(len(ordered) * 0.99)], 3),
                "median_s": round(median(waits), 4),
            }
        )
    )


if __name__ == "__main__":
    main()
