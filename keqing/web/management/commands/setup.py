"""`keqing setup`: bring database, static files, translations and reference data up to date. Safe to repeat."""

from __future__ import annotations

from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from keqing.core.saving import Act
from keqing.territory.services.reference import load_reference
from keqing.visits.services import load_frequencies


class Command(BaseCommand):
    help = "Bring database, static files, translations and reference data up to date"

    def handle(self, *args: Any, **options: Any) -> None:
        quiet = {"verbosity": 0, "interactive": False}
        compile_translations()
        for alias in ("default", "jobs"):
            call_command("migrate", database=alias, **quiet)
        call_command("createcachetable", database="jobs", verbosity=0)
        call_command("collectstatic", **quiet)
        act = Act(user_id=None, at=timezone.now(), reason="随产品发布的资料")
        loaded = load_reference(act)
        load_frequencies(act)
        self.stdout.write(f"ready: {loaded}")


def compile_translations() -> None:
    """Catalogs are kept as text; the machine's form is made here."""
    for folder in settings.LOCALE_PATHS:
        for source in folder.glob("*/LC_MESSAGES/*.po"):
            with source.open("rb") as text, source.with_suffix(".mo").open("wb") as out:
                write_mo(out, read_po(text))
