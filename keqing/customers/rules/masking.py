"""What lists show of a personal number."""

from __future__ import annotations


def masked_mobile(number: str) -> str:
    """138****0217; too short a number shows nothing of itself."""
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 8 else "****" if number else ""
