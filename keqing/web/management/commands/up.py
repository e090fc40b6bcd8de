"""`keqing up`: what `make run` does: set up, load the demonstration into an empty house, serve."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from keqing.accounts.models import User
from keqing.territory.models import Position
from keqing.web import demo


class Command(BaseCommand):
    help = "Set up, load the demonstration into an empty house, serve"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("setup", stdout=self.stdout)
        if not User.objects.exists():
            call_command("demo", stdout=self.stdout)
        address = "localhost" if options["host"] in {"127.0.0.1", "0.0.0.0"} else options["host"]
        self.stdout.write(f"\nKeqing 客情  http://{address}:{options['port']}\n")
        for username, who in _sign_ins():
            self.stdout.write(f"  {username:<16} {demo.PASSWORD}   {who}")
        self.stdout.flush()
        call_command("serve", host=options["host"], port=options["port"])


def _sign_ins() -> list[tuple[str, str]]:
    """One account of each role of the demonstration."""
    found: dict[str, tuple[str, str]] = {}
    rows = Position.objects.everything("sign-ins of the demonstration, shown at start").filter(
        tenures__valid_to__isnull=True, tenures__employee__user__is_demo=True
    )
    for position in rows.order_by("code").prefetch_related("tenures__employee__user"):
        for tenure in position.tenures.all():
            user = tenure.employee.user
            if user is not None and user.is_active:
                label = str(position.get_persona_display())
                found.setdefault(position.persona, (user.username, f"{label} {user.name}"))
    return list(found.values())
