"""Personas 角色 and what they may do: one readable table (DOMAIN 2.10, 7.2 and appendix B)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from django.db import models
from django.utils.translation import gettext_lazy as _


class Persona(models.TextChoices):
    MR = "MR", "医药代表"
    OTC_REP = "OTC_REP", "OTC代表"
    KAM = "KAM", "重点客户经理"
    PRIMARY_REP = "PRIMARY_REP", "基层代表"
    CHANNEL = "CHANNEL", "商务经理"
    AGENCY = "AGENCY", "招商经理"
    MANAGER = "MANAGER", "经理"
    MARKETING = "MARKETING", "市场"
    MEDICAL = "MEDICAL", "医学"
    SFE = "SFE", "销售运营"
    FINANCE = "FINANCE", "财务"
    QA = "QA", "质量"
    COMPLIANCE = "COMPLIANCE", "合规"
    ADMIN = "ADMIN", "管理员"


#: personas that sell; nobody holds one of these together with MR (DOMAIN 7.2)
SELLING = frozenset({Persona.OTC_REP, Persona.KAM, Persona.PRIMARY_REP, Persona.CHANNEL, Persona.AGENCY})
#: personas whose positions may have customers of their own
COVERING = SELLING | {Persona.MR, Persona.MEDICAL, Persona.MANAGER}
#: personas whose work covers the whole company: rights still decide which nouns they see
SEES_ALL = frozenset(
    {Persona.SFE, Persona.FINANCE, Persona.QA, Persona.COMPLIANCE, Persona.ADMIN, Persona.MARKETING, Persona.MEDICAL}
)

#: what the nouns of the table are called, for the page that shows it
NOUNS = {
    "party": _("客户"),
    "person": _("联系人"),
    "assignment": _("客户分管"),
    "visit": _("拜访"),
    "today": _("今日"),
    "product": _("产品"),
    "division": _("区划"),
    "calendar": _("工作日历"),
    "position": _("岗位"),
    "staff": _("员工"),
    "time_off": _("休假与代班"),
    "frequency": _("拜访频次"),
    "account": _("账号"),
    "history": _("操作历史"),
    "bin": _("回收站"),
    "approval": _("审批"),
    "system": _("系统设置"),
}
VERB_WORDS = {
    "read": _("看"),
    "create": _("建"),
    "change": _("改"),
    "delete": _("删"),
    "export": _("导出"),
    "import": _("导入"),
}

VERBS = {"r": "read", "c": "create", "u": "change", "d": "delete", "x": "export", "i": "import"}

# noun: what it is            r read  c create  u change  d delete  x export  i import  - nothing
_TABLE = """
noun         MR    OTC_REP KAM  PRIMARY_REP CHANNEL AGENCY MANAGER MARKETING MEDICAL SFE    FINANCE QA  COMPLIANCE ADMIN
party        rcux  rcux    rcux rcux        rcuxi   rcux   rux     -         r       rcudxi -       -   r          rcudxi
person       rcu   rcu     rcu  rcu         rcu     rcu    r       -         r       rcudxi -       -   r          rcudxi
assignment   r     r       r    r           r       r      rcu     -         r       rcudxi -       -   r          rcudxi
visit        rcud  rcud    rcud rcud        rcud    rcud   rcx     -         rcud    rxi    -       -   rx         ri
today        r     r       r    r           r       r      r       -         r       -      -       -   -          -
product      r     r       r    r           r       r      r       rcux      r       rcuxi  r       rcu r          rcudxi
division     r     r       r    r           r       r      r       r         r       ri     r       r   r          ri
calendar     r     r       r    r           r       r      r       r         r       rcud   r       r   r          rcud
position     r     r       r    r           r       r      r       -         r       rcudxi -       -   r          rcudxi
staff        r     r       r    r           r       r      r       -         r       rcuxi  -       -   r          rcudxi
time_off     rcd   rcd     rcd  rcd         rcd     rcd    rcud    rcd       rcd     rcud   rcd     rcd rcd        rcud
frequency    r     r       r    r           r       r      r       -         -       rcud   -       -   r          r
account      -     -       -    -           -       -      -       -         -       -      -       -   r          rcud
history      r     r       r    r           r       r      r       r         r       r      r       r   rx         r
bin          r     r       r    r           r       r      r       r         r       r      r       r   r          r
approval     rcu   rcu     rcu  rcu         rcu     rcu    rcu     rcu       rcu     rcu    rcu     rcu rcu        rcu
system       -     -       -    -           -       -      -       -         -       -      -       -   -          ru
"""


@lru_cache(maxsize=1)
def rights_table() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """persona → noun → verbs."""
    head, *lines = (line.split() for line in _TABLE.strip().splitlines())
    table: dict[str, dict[str, frozenset[str]]] = {persona: {} for persona in head[1:]}
    for noun, *cells in lines:
        for persona, letters in zip(head[1:], cells, strict=True):
            table[persona][noun] = frozenset(VERBS[letter] for letter in letters if letter != "-")
    return table


@lru_cache(maxsize=256)
def rights_of(personas: frozenset[str]) -> Mapping[str, frozenset[str]]:
    """The union over the personas a person holds today."""
    rights: dict[str, frozenset[str]] = {}
    for persona in personas:
        for noun, verbs in rights_table()[persona].items():
            rights[noun] = rights.get(noun, frozenset()) | verbs
    return rights


def grantable(rights: Mapping[str, frozenset[str]]) -> tuple[Persona, ...]:
    """Personas that somebody with these rights may hand out: only who makes accounts makes administrators."""
    may_make_admins = "create" in rights.get("account", frozenset())
    return tuple(persona for persona in Persona if persona != Persona.ADMIN or may_make_admins)


def excluded_together(personas: Iterable[str]) -> bool:
    """A medical representative sells nothing, so nobody holds MR and a selling persona at once."""
    held = frozenset(personas)
    return Persona.MR in held and bool(held & SELLING)
