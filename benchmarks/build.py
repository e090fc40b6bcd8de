"""`python -m benchmarks.build SCALE`: set up the database of this environment and fill it; prints one JSON line.

A process of its own: the database is chosen by the environment before Django starts.
"""

from __future__ import annotations

import json
import os
import sys
import time

import django
from django.core.management import call_command
from django.db import connection
from django.utils import timezone


def main(scale: float) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keqing.web.settings")
    django.setup()
    from benchmarks.company import Size, found  # models exist from here on
    from keqing.core.saving import Act
    from keqing.territory.services.reference import load_reference
    from keqing.visits.services import load_frequencies

    started, now = time.perf_counter(), timezone.now()
    for alias in ("default", "jobs"):
        call_command("migrate", database=alias, verbosity=0, interactive=False)
    call_command("createcachetable", database="jobs", verbosity=0)
    act = Act(user_id=None, at=now, reason="set up to be measured")
    load_reference(act)
    load_frequencies(act)
    counts = found(Size.scaled(scale), now) if scale else {}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(json.dumps({**counts, "seconds": round(time.perf_counter() - started, 1)}))


if __name__ == "__main__":
    main(float(sys.argv[1]))
