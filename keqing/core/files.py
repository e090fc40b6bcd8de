"""Keeping uploaded originals: streamed to disk, named by their SHA-256, written once."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.core.files.storage import default_storage

from keqing.core.models import StoredFile


def keep(chunks: Iterable[bytes], name: str, *, user_id: int | None, at: datetime) -> StoredFile:
    """Write the content beside its final place, then move it there; equal content is kept once."""
    folder = Path(default_storage.path(""))
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    descriptor, aside = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as out:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                out.write(chunk)
        stored = StoredFile(sha256=digest.hexdigest(), name=_plain(name), size=size, user_id=user_id, at=at)
        place = path_of(stored)
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(aside, place)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
    stored.save(force_insert=True)
    return stored


def _plain(name: str) -> str:
    """The last part of a path, without control characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(sign for sign in last if sign.isprintable())[-200:] or "file"


def path_of(stored: StoredFile) -> Path:
    return Path(default_storage.path(stored.storage_name))


def drop_content(stored: StoredFile) -> None:
    """Remove the bytes of a refused upload, unless another upload has the same content."""
    if not StoredFile.objects.filter(sha256=stored.sha256).exclude(pk=stored.pk).exists():
        path_of(stored).unlink(missing_ok=True)
