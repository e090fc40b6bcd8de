"""Names of parties: one form for comparing, and the several names one entry may hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

Relation = Literal["also", "former", "campus", "remark"]

_BRACKETS = str.maketrans("[{【〔〖<《", "(((((((") | str.maketrans("]}】〕〗>》", ")))))))")
_LEGAL_FORM = re.compile(r"(股份有限公司|有限责任公司|有限公司)(?=\(|$)")

# What the name of an institution, a shop or a company ends with.
_INSTITUTION = re.compile(
    r"(医院|医学院|卫生院|卫生所|卫生室|服务中心|服务站|医疗中心|医学中心|保健院|保健所|保健中心|保健站|保健计划生育服务中心"
    r"|防治院|防治所|防治站|防治中心|疗养院|研究所|控制中心|急救中心|血液中心|诊所|门诊部|医务室|医务所|医馆|国医堂|护理院"
    r"|药房|药店|药堂|药行|公司|集团|连锁)$"
)
_UNIT = re.compile(
    r"(院区|分院|总院|本院|院部|[东西南北中新老旧]院|[东西南北中本总分]部|校区|园区|分店|[^药]店|分公司|分部|病区|门诊)$"
)
_INSTITUTION_WITH_UNIT = re.compile(r"(医院|卫生院|保健院|中心).{0,6}(院区|分院|[东西南北中]院|[东西南北]部)$")
_HEAD_OFFICE = frozenset({"总店", "总部", "本部", "旗舰店", "中心店"})
_LEGAL_REMARK = re.compile(
    r"(有限合伙|普通合伙|特殊普通合伙|个人独资|个体工商户|个体|中外合资|合资|集体|国有|民营|私立|公立|筹|连锁|加盟|直营)$"
)
_FORMER = re.compile(r"(原名称?|原称|曾用名|旧称|前身为?|原)[:为]?(?=.)")
_NOT_FORMER = re.compile(r"原(平市|阳县|州区|生)|原子能")  # 原平, 原阳, 原州 are places
_ALSO = re.compile(r"(又名|又称|亦称|也称|简称|俗称|别名|即|增挂|加挂|挂牌?)[:为]?(?=.)")
_JOINTS = re.compile(r"[/、;,|]|\s+")


@dataclass(frozen=True, slots=True)
class PartyNames:
    """What one written name holds: 「A医院（B医院）」 is A医院, also called B医院."""

    main: str
    others: tuple[tuple[str, Relation], ...] = ()  # also, former, campus
    remark: str = ""  # what stood in brackets and is no name

    @property
    def own(self) -> str:
        """The name by which it differs from its sister houses: with the campus or shop, without other names."""
        units = [name for name, relation in self.others if relation == "campus"]
        return self.main + "".join(f"（{each}）" for each in [*units, self.remark] if each)

    @property
    def every(self) -> tuple[str, ...]:
        """All names of the whole house."""
        return (self.main, *(name for name, relation in self.others if relation != "campus"))


class _Bracket(NamedTuple):
    start: int
    end: int
    inside: str


def normalise_name(name: str) -> str:
    """One form for comparing, never for showing: half width, no blanks, no company suffix."""
    plain = _plain(name)
    return _LEGAL_FORM.sub("", plain) or plain


def split_names(name: str) -> PartyNames:
    text = " ".join(unicodedata.normalize("NFKC", name).translate(_BRACKETS).split())
    others: list[tuple[str, Relation]] = []
    remarks: list[str] = []
    for bracket in reversed(list(_brackets(text))):
        found = list(_sorted_out(bracket.inside))
        is_last = not text[bracket.end :].strip()
        if not is_last and not all(relation in ("also", "former") for _, relation in found):
            continue  # 国药控股(湖北)有限公司: part of the name
        text = text[: bracket.start] + text[bracket.end :]
        others[:0] = [each for each in found if each[1] != "remark"]
        remarks[:0] = [said for said, relation in found if relation == "remark"]
    first, *joined = _joined_names(text.strip())
    return PartyNames(_shown(first), (*((_shown(each), "also") for each in joined), *others), "、".join(remarks))


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).translate(_BRACKETS).split())


def _shown(name: str) -> str:
    """Brackets that stay in a Chinese name are full width; blanks between characters are slips."""
    return re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])", "", name).replace("(", "（").replace(")", "）")


def _brackets(text: str) -> Iterator[_Bracket]:
    """Outermost pairs; an unclosed one reaches to the end."""
    depth = start = 0
    for at, letter in enumerate(text):
        if letter == "(":
            start = at if depth == 0 else start
            depth += 1
        elif letter == ")" and depth:
            depth -= 1
            if depth == 0:
                yield _Bracket(start, at + 1, text[start + 1 : at].strip())
    if depth:
        yield _Bracket(start, len(text), text[start + 1 :].strip())


def _sorted_out(inside: str) -> Iterator[tuple[str, Relation]]:
    parts = [part for part in re.split(r"[/、;,|]", inside) if part.strip()]
    sorted_parts = [_relation(part.strip()) for part in parts]
    if any(relation == "remark" for _, relation in sorted_parts):
        sorted_parts = [_relation(inside)]  # a remark with commas stays one remark
    for said, relation in sorted_parts:
        yield (_shown(said), relation)


def _relation(said: str) -> tuple[str, Relation]:
    if not _NOT_FORMER.match(said) and (found := _FORMER.match(said)):
        return said[found.end() :], "former"
    if found := _ALSO.match(said):
        return said[found.end() :], "also"
    if said in _HEAD_OFFICE or _LEGAL_REMARK.fullmatch(said):
        return said, "remark"
    if _is_institution(said) or _INSTITUTION_WITH_UNIT.search(said):
        return said, "also"
    return said, "campus" if _UNIT.search(said) else "remark"


def _is_institution(said: str) -> bool:
    """More than the bare word: 「门诊部」 alone is a part of a house, 「协和门诊部」 is a house."""
    found = _INSTITUTION.search(said)
    return found is not None and len(said) - len(found[0]) >= 2


def _joined_names(text: str) -> list[str]:
    """A医院/B医院, A医院、B医院: only where every part is a whole name by itself."""
    parts = [part.strip() for part in _JOINTS.split(text) if part.strip()]
    if len(parts) > 1 and all(_is_institution(part.partition("(")[0] or part) for part in parts):
        return parts
    return [text]
