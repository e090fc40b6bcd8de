"""`keqing serve`: the web server and one job worker; when one of them ends, both end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Serve Keqing: web server and job worker"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        web = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", options["host"], "--port", str(options["port"]),
            "--workers", str(options["workers"]), "--blocking-threads", "4",
            "--no-access-log", "--log-level", "warning", "keqing.web.wsgi:application",
        ]  # fmt: skip
        jobs = [sys.executable, "-m", "keqing", "run_huey", "--quiet"]
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "keqing.web.settings"}
        children = [subprocess.Popen(command, env=environment) for command in (web, jobs)]
        signal.signal(signal.SIGTERM, _stop)
        try:
            while all(child.poll() is None for child in children):
                time.sleep(0.5)
        except KeyboardInterrupt:
            pass
        finally:
            for child in children:
                child.terminate()
            for child in children:
                child.wait(timeout=15)


def _stop(number: int, frame: Any) -> None:
    raise KeyboardInterrupt
