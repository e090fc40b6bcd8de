"""The installation's own keys: made once, readable by the owner only, never in the repository."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Keys:
    signing: str
    personal: str
    search: str


def load_keys(path: Path) -> Keys:
    if not path.exists():
        _write_once(path, Keys(*(secrets.token_hex(32) for _ in range(3))))
    return Keys(**json.loads(path.read_text()))


def _write_once(path: Path, keys: Keys) -> None:
    """Several processes may start at once: write aside, then link; the first one wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        json.dump(asdict(keys), out)
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()
