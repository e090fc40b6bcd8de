"""Django's own checks, missing migrations, and translations that have fallen behind the code."""

from __future__ import annotations

import os
import sys
import tempfile

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keqing.web.settings")
os.environ.setdefault("KEQING_VAR", tempfile.mkdtemp())

import django
from django.core.management import call_command


def main() -> int:
    django.setup()
    call_command("check", "--fail-level", "WARNING")
    call_command("makemigrations", "--check", "--dry-run", verbosity=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
