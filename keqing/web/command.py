"""`keqing`: the installed command. Django's own commands stand under it."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keqing.web.settings")
    execute_from_command_line(["keqing", *sys.argv[1:]])
