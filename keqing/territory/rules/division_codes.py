"""What a division's code says of its level and of the division above it (GB/T 2260, DOMAIN 2.1)."""

from __future__ import annotations

LENGTHS = (6, 9, 12)
PROVINCE, CITY, COUNTY, TOWNSHIP, VILLAGE = 1, 2, 3, 4, 5
#: what is cut from a name when people speak, longest first; cut only when two characters or more are left
_KINDS = {
    PROVINCE: ("壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "特别行政区", "省", "市"),
    CITY: ("自治州", "地区", "市", "盟"),
    COUNTY: ("自治县", "自治旗", "县", "市", "区", "旗"),
}


def is_code(code: str) -> bool:
    return len(code) in LENGTHS and code.isascii() and code.isdigit()


def level_of(code: str) -> int:
    """1 province, 2 city, 3 county (PP90DD too), 4 township, 5 village."""
    if len(code) != 6:
        return TOWNSHIP if len(code) == 9 else VILLAGE
    if code.endswith("0000"):
        return PROVINCE
    return CITY if code.endswith("00") else COUNTY


def ancestors_of(code: str) -> tuple[str, ...]:
    """Codes that may stand directly above, the nearest first; a county directly under its province has no city."""
    match level_of(code):
        case 5:
            return (code[:9],)
        case 4:
            return (code[:6],)
        case 3:
            return (code[:4] + "00", code[:2] + "0000")
        case 2:
            return (code[:2] + "0000",)
        case _:
            return ()


def short_name(name: str, level: int) -> str:
    """岚州市 → 岚州; townships and villages keep their names."""
    for kind in _KINDS.get(level, ()):
        if name.endswith(kind) and len(name) - len(kind) >= 2:
            return name.removesuffix(kind)
    return name
