"""Personal values at rest: AES-256-GCM under the installation's key, and a keyed hash to search by equality."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PREFIX = "k1:"


@lru_cache(maxsize=4)
def _cipher(key: str) -> AESGCM:
    return AESGCM(hashlib.sha256(key.encode()).digest())


def encrypt(text: str, key: str) -> str:
    nonce = os.urandom(12)
    sealed = _cipher(key).encrypt(nonce, text.encode(), None)
    return PREFIX + base64.b64encode(nonce + sealed).decode()


def decrypt(stored: str, key: str) -> str:
    """Raises cryptography's InvalidTag when the text was changed or the key is another."""
    raw = base64.b64decode(stored.removeprefix(PREFIX))
    return _cipher(key).decrypt(raw[:12], raw[12:], None).decode()


def search_hash(text: str, key: str) -> str:
    """32 hexadecimal digits; equal texts give equal hashes, nobody without the key can try them out."""
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]
