"""What kind of terminal a name tells of, and on which of its words that rests."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from keqing.customers.rules.names import PartyNames, split_names
from keqing.customers.rules.why import Why


class Guess(NamedTuple):
    code: str  # a terminal type, or the party kind DISTRIBUTOR or CHAIN_HQ
    why: Why


# Places called after a town or a village without being one: 景德镇, 镇江, 新乡, 水乡 …
_VILLAGE = re.compile(
    r"(?<!景德)(?<!^)镇(?![江海平安远原沅雄宁康赉坪巴])"
    r"|(?<![新萍湘桐宁金内西武城水老家故侨同])乡(?![宁情亲味村])"
    r"|(?<=.)村|(?<=.)屯(?![溪留昌])"
)

# Read from the top; the first that fits decides.
_RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("OTHER", re.compile(r"(制药|生物科技|生物制品).*公司$|药厂$")),
    ("CHAIN_STORE", re.compile(r"连锁.*([^药]店|门市部?)$")),
    ("CHAIN_STORE", re.compile(r"(药房|药店|药堂|药业|医药).*(分店|总店|[^药品]店)$")),
    ("CHAIN_STORE", re.compile(r"堂.{0,8}[^药]店$")),
    ("CHAIN_HQ", re.compile(r"(药房|药店|医药|药业|药品).*连锁(有限责任公司|股份有限公司|有限公司|公司|总部|集团)?$")),
    ("CHSS", re.compile(r"(社区)?卫生服务站")),
    ("CHSC", re.compile(r"(社区)?卫生服务中心")),
    ("TOWNSHIP_HC", re.compile(r"卫生院$")),
    ("FACTORY_SCHOOL_CLINIC", re.compile(r"(医务室|医务所|校医院|校医室|保健室)$")),
    ("FACTORY_SCHOOL_CLINIC", re.compile(r"(厂|矿|校|学院|公司|监狱|机关)卫生[所室]$")),
    ("VILLAGE_CLINIC", re.compile(r"卫生室$|[村屯庄][^县市区]{0,4}卫生[所站]$")),
    ("PRIVATE_CLINIC", re.compile(r"(诊所|(?<!医院)门诊部|中医馆|国医馆|国医堂)$")),
)

_STORE = re.compile(r"(大药房|药房|药店|药堂|药行|药铺|药号|参茸行)(有限责任公司|股份有限公司|有限公司)?$")
_TRADE = re.compile(r"医药物流|医药供应链|医药商业|医药贸易|医药|药品|药材|药械|医疗器械|国药控股")

_HOSPITAL = re.compile(
    r"(总医院|医院|保健院|防治院|医学中心|医疗中心|救治中心|疗养院|妇幼.{0,10}中心|分院|院区|医院[东西南北][院部])$"
)
_TCM = re.compile(r"(中医医院|中医院|[蒙藏维苗壮]医医院|[蒙藏维苗壮]医院|维吾尔医医院|中西医结合医院)$")
_COUNTY = re.compile(r"县(?![前后城])|(?<=..)(?<![红国义锦])旗(?=人民|中|蒙|妇|第|总|医院)")
_CITY = re.compile(r"自治区|自治州|(?<=.)[省市区]|大学|医学院|附属|医附|陆军|海军|空军|解放军|武警|战区")
_COUNTY_CODES = range(21, 100)  # last two digits of a division: 21-80 counties and banners, 81-99 county-level cities


def guess_terminal_type(name: str, division_code: str = "") -> Guess:
    """A careful guess: OTHER where the name alone does not tell.

    ``division_code``: six digits of where it lies; they tell a county-level city from a larger one.
    """
    subject = _subject(split_names(name))
    for code, pattern in _RULES:
        if found := pattern.search(subject):
            return Guess(code, Why("名称里有“%(word)s”", word=found[0]))
    if guess := _guess_store(subject) or _guess_company(subject) or _guess_hospital(subject, division_code):
        return guess
    return Guess("OTHER", Why("名称里看不出是哪一类"))


def _subject(names: PartyNames) -> str:
    """The name with its campus or shop, without other names, legal forms and punctuation."""
    units = [name for name, relation in names.others if relation == "campus"]
    shop = names.remark if names.remark.endswith("店") else ""
    return re.sub(r"[\s·・•()（）-]", "", unicodedata.normalize("NFKC", "".join((names.main, *units, shop))))


def _guess_store(name: str) -> Guess | None:
    found = _STORE.search(name)
    if found is None:
        return None
    before = name[: found.start()]
    if "医院" in before:
        return Guess("OTHER", Why("名称里有“医院”，又以“%(ending)s”结尾", ending=found[1]))
    if place := _VILLAGE.search(before):
        return Guess("VILLAGE_STORE", Why("名称里有“%(word)s”和“%(other)s”", word=place[0], other=found[1]))
    return Guess("INDEPENDENT_STORE", Why("名称以“%(ending)s”结尾，没有分店名", ending=found[1]))


def _guess_company(name: str) -> Guess | None:
    if not name.endswith("公司") or "医院" in name:
        return None
    if "药业" in name:
        return Guess("OTHER", Why("名称里有“药业”，可能是生产企业，也可能是商业公司"))
    found = _TRADE.search(name)
    return Guess("DISTRIBUTOR", Why("名称里有“%(word)s”和“%(other)s”", word=found[0], other="公司")) if found else None


def _guess_hospital(name: str, division_code: str) -> Guess | None:
    found = _HOSPITAL.search(name)
    if found is None:
        return None
    tcm = _TCM.search(name)
    ending = tcm[0] if tcm else found[0]
    at_county = "COUNTY_TCM" if tcm else "COUNTY_HOSPITAL"
    if county := _COUNTY.search(name):
        if town := re.search("[镇乡]", name[county.end() :]):
            why = Why("县名后有“%(word)s”，以“%(ending)s”结尾，可能相当于卫生院", word=town[0], ending=ending)
            return Guess("OTHER", why)
        return Guess(at_county, Why("名称里有“%(word)s”，以“%(ending)s”结尾", word=county[0], ending=ending))
    city = _CITY.search(name)
    if city and city[0] == "市" and _is_county_level(division_code):
        place = division_code[:6]
        return Guess(
            at_county, Why("地址在县级市或县（%(place)s），名称以“%(ending)s”结尾", place=place, ending=ending)
        )
    if city:
        return Guess("CITY_HOSPITAL", Why("名称里有“%(word)s”，以“%(ending)s”结尾", word=city[0], ending=ending))
    return Guess("OTHER", Why("名称以“%(ending)s”结尾，看不出在县里还是城市", ending=ending))


def _is_county_level(division_code: str) -> bool:
    last = division_code[4:6]
    return len(last) == 2 and last.isdigit() and int(last) in _COUNTY_CODES
