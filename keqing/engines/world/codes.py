"""Code numbers that pass their check digits (DOMAIN 2.7, 2.8) and belong to nobody."""

from __future__ import annotations

from random import Random

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I, O, S, V, Z
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
LATIN = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def ean_check(digits: str) -> str:
    """Check digit of GTIN-13 and of the national drug code 本位码: from the right, weights 3, 1, 3, 1 …"""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str((10 - total % 10) % 10)


def national_code(company: int, product: int) -> str:
    body = f"869{company:05d}{product:05d}"
    return body + ean_check(body)


def barcode(company: int, item: int) -> str:
    body = f"699{company:05d}{item:04d}"
    return body + ean_check(body)


def insurance_code(rng: Random, initial: str) -> str:
    return initial + "".join(rng.choice(LATIN) for _ in range(22))


def organisation_check(body: str) -> str:
    total = sum(LATIN.index(sign) * weight for sign, weight in zip(body, ORGANISATION_WEIGHTS, strict=True))
    return {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


def credit_check(body: str) -> str:
    total = sum(CREDIT_ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return CREDIT_ALPHABET[(31 - total % 31) % 31]


def credit_code(rng: Random, category: str, county_code: str) -> str:
    """``category`` is the first two signs: 91 company, 92 sole trader, 12 public institution, 52 private non-profit."""
    organisation = "MA" + "".join(rng.choice(CREDIT_ALPHABET) for _ in range(6))
    body = category + county_code + organisation + organisation_check(organisation)
    return body + credit_check(body)


def legacy_credit_code(rng: Random, county_code: str) -> str:
    """A pilot-era code: right length and alphabet, valid in law, failing its own check."""
    body = f"91{county_code}M0001{rng.randrange(1000):03d}A"
    right = CREDIT_ALPHABET.index(credit_check(body))
    return body + CREDIT_ALPHABET[(right + 7) % 31]
