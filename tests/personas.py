"""One cast for all tests: who they are, which position they hold, who is above whom.

P-TOP 王经理 (MANAGER)
├── P-A 赵主管 (MANAGER, area)
│   ├── P-LI   rep_li   OTC_REP
│   └── P-MR   mr_lin   MR
└── P-B (vacant MANAGER)
    └── P-ZHAO rep_zhao OTC_REP
sfe_sun SFE · admin_gu ADMIN · compliance_he COMPLIANCE · finance_qian FINANCE: beside the tree
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from keqing.accounts.models import User
from keqing.core.saving import Act, save_one
from keqing.territory.models import Employee, Position, Tenure
from keqing.territory.personas import Persona

START = date(2024, 1, 1)
ACT = Act(user_id=None, at=datetime(2024, 1, 1, tzinfo=UTC), reason="cast")


@dataclass(frozen=True)
class Role:
    username: str
    name: str
    code: str
    persona: str
    above: str | None = None


ROLES = (
    Role("manager_wang", "王明远", "P-TOP", Persona.MANAGER),
    Role("area_zhao", "赵立", "P-A", Persona.MANAGER, "P-TOP"),
    Role("", "", "P-B", Persona.MANAGER, "P-TOP"),
    Role("rep_li", "李闻", "P-LI", Persona.OTC_REP, "P-A"),
    Role("mr_lin", "林知夏", "P-MR", Persona.MR, "P-A"),
    Role("kam_xu", "许衡", "P-KAM", Persona.KAM, "P-A"),
    Role("primary_wu", "吴桐", "P-PRI", Persona.PRIMARY_REP, "P-A"),
    Role("rep_zhao", "赵青", "P-ZHAO", Persona.OTC_REP, "P-B"),
    Role("channel_he", "何川", "P-CH", Persona.CHANNEL, "P-TOP"),
    Role("agency_fan", "范宁", "P-AG", Persona.AGENCY, "P-TOP"),
    Role("marketing_yu", "于澜", "P-MKT", Persona.MARKETING),
    Role("medical_song", "宋禾", "P-MED", Persona.MEDICAL),
    Role("sfe_sun", "孙杉", "P-SFE", Persona.SFE),
    Role("finance_qian", "钱程", "P-FIN", Persona.FINANCE),
    Role("qa_zheng", "郑安", "P-QA", Persona.QA),
    Role("compliance_he", "贺清", "P-COM", Persona.COMPLIANCE),
    Role("admin_gu", "顾维", "P-ADM", Persona.ADMIN),
)


@dataclass(frozen=True)
class Cast:
    users: dict[str, User]
    positions: dict[str, Position]

    def __getitem__(self, username: str) -> User:
        return self.users[username]

    def position_of(self, username: str) -> Position:
        code = next(role.code for role in ROLES if role.username == username)
        return self.positions[code]


def make_cast() -> Cast:
    users: dict[str, User] = {}
    positions: dict[str, Position] = {}
    for role in ROLES:
        above = positions[role.above] if role.above else None
        position = save_one(
            Position(code=role.code, name=f"岗位 {role.code}", parent=above, persona=role.persona, valid_from=START),
            ACT,
        )
        positions[role.code] = position
        if role.username:
            users[role.username] = appoint(role.username, role.name, position)
    return Cast(users, positions)


def appoint(username: str, name: str, position: Position, starts_on: date = START) -> User:
    user = User.objects.create_user(username=username, password="correct horse battery", name=name)
    employee = save_one(Employee(staff_no=f"E-{username}", name=name, user=user), ACT)
    save_one(Tenure(employee=employee, position=position, valid_from=starts_on), ACT)
    return user
