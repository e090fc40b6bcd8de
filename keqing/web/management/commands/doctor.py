"""`keqing doctor`: what is missing on this machine, in words; exit 1 when something is."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from keqing.web.doctor import examine


class Command(BaseCommand):
    help = "Say what this installation lacks"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        findings = examine()
        for finding in findings:
            mark = "✓" if finding.is_good else "✗"
            self.stdout.write(
                f"{mark} {finding.name}: {finding.said}" + ("" if finding.is_good else f" → {finding.to_do}")
            )
        if not all(finding.is_good for finding in findings):
            sys.exit(1)
