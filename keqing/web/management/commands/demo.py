"""`keqing demo`: an invented company, imported through the real import; `--remove` takes it away."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from keqing.accounts.models import User
from keqing.core.saving import Act
from keqing.web import demo


class Command(BaseCommand):
    help = "Load an invented company, or remove it"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--size", choices=["small", "province", "nation"], default="small")
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--remove", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["remove"]:
            count = demo.remove(Act(user_id=None, at=now, reason="keqing demo --remove"))
            self.stdout.write(f"removed {count:,} rows")
            return
        if User.objects.filter(is_demo=True).exists():
            raise CommandError("the demonstration is already loaded; remove it first: keqing demo --remove")
        users = demo.load(options["size"], options["seed"], now, timezone.localdate(now), self.stdout.write)
        self.stdout.write(f"{len(users)} accounts, password {demo.PASSWORD}")
