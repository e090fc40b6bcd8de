"""How people write a division: in full, short, or with the kind it had before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum

from keqing.territory.geography.divisions import Division, Level


class Form(IntEnum):
    """Ways of writing a name, the surest first."""

    FULL = 0  # 长阳土家族自治县
    USUAL = 1  # 长阳县: shorter, but still says its kind
    BARE = 2  # 长阳
    CHANGED = 3  # 长阳市: another kind than today's, or a former name


# City districts called by nothing but a direction or a kind; only their own city tells them apart.
NAMELESS = frozenset({"城区", "郊区", "矿区", "东区", "西区", "南区", "北区", "中区"})

TOWNSHIP_KINDS = ("地区办事处", "街道办事处", "街道办", "办事处", "街道", "民族乡", "苏木", "镇", "乡")
TOWNSHIP_KIND = re.compile("|".join(TOWNSHIP_KINDS))
_OFFICE = re.compile("办事处|办(?!公)")
HEALTH_CENTER = re.compile("镇?(中心)?卫生院|街?道?社区卫生服务")

_STREET_AHEAD = re.compile("路|大道|大街|街(?!道)|巷|弄|胡同")
_BARE_STREET_AHEAD = re.compile("[东南西北中环]?[一二三四五六七八九十0-9]*.?(?:路|大道|大街|街(?!道)|巷|弄|胡同)")
_BUILT_AHEAD = re.compile("道|里弄|桥|广场|大厦|商城|市场|新村|小区|花园|村|社区")
# After a bare name: a kind (邢台|县 is not 邢台市), or a word that makes it the first half of another name.
_NAME_GOES_ON = re.compile(
    "省|市|县|区|旗|镇|乡|街道|盟|州|地区|大学|学院|学校|医|药|集团|公司|公路|铁路|火车站|堂|厅|局|铁矿|煤矿|矿业|钢铁|有色|油田"
)


def forms(division: Division) -> Iterator[tuple[str, Form]]:
    """Every spelling under which the division is looked up."""
    name, short = division.name, division.short_name
    yield name, Form.FULL
    if division.level is Level.COUNTY and name.startswith("市"):
        yield name[1:], Form.USUAL  # 济南市中区 is 济南市 + 市中区
    if division.level is Level.CITY and short == name:
        yield name[:-1], Form.BARE  # 吉林 alone is first the province, but in a city column the city
    if len(short) < 2 or short == name:
        return
    yield short, Form.BARE
    for kind, form in _kinds(division):
        if short + kind != name:
            yield short + kind, form


def _kinds(division: Division) -> Iterator[tuple[str, Form]]:
    name = division.name
    match division.level:
        case Level.PROVINCE if name.endswith("自治区"):
            yield from (("自治区", Form.USUAL), ("省", Form.CHANGED))
        case Level.PROVINCE if name.endswith("特别行政区"):
            yield "特区", Form.USUAL
        case Level.CITY:
            yield from (("州", Form.USUAL), ("自治州", Form.USUAL)) if name.endswith("自治州") else ()
            yield from (("市", Form.CHANGED), ("地区", Form.CHANGED)) if not name.endswith("州") else ()
        case Level.COUNTY:
            own = ("县", "自治县") if name.endswith("自治县") else ()
            yield from ((kind, Form.USUAL) for kind in own)
            yield from ((kind, Form.CHANGED) for kind in ("县", "市", "区") if kind not in own)


def is_whole(text: str, end: int, form: Form) -> bool:
    """Whether a name that ends at ``end`` ends there for the reader too, and is not the head of a street or a firm."""
    if end == len(text):
        return True
    if form is Form.BARE:
        return not any(ahead.match(text, end) for ahead in (_NAME_GOES_ON, _BARE_STREET_AHEAD, _BUILT_AHEAD))
    if text[end - 1] == "市" and text[end] == "场":
        return False
    return not _STREET_AHEAD.match(text, end)


def township_end(text: str, end: int) -> int:
    """Where a township's full name that ends at ``end`` really ends: 鲍山街道办事处 is the office of 鲍山街道."""
    if not is_whole(text, end, Form.FULL):
        return 0
    office = _OFFICE.match(text, end) if text.endswith("街道", 0, end) else None
    return office.end() if office else end
