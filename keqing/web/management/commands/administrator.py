"""`keqing administrator NAME`: the first account of an installation without the demonstration."""

from __future__ import annotations

from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from keqing.accounts.models import User


class Command(BaseCommand):
    help = "Make an administrator account; asks for the password"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", default="管理员")

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.filter(username__iexact=options["username"]).exists():
            raise CommandError("there is already an account of this name")
        password = getpass("password: ")
        try:
            validate_password(password, User(username=options["username"], name=options["name"]))
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from problem
        User.objects.create_superuser(options["username"], password=password, name=options["name"])
        self.stdout.write("made")
