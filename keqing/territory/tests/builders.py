"""Small builders with the few arguments that matter."""

from __future__ import annotations

from datetime import UTC, date, datetime

from keqing.accounts.models import User
from keqing.core.saving import Act, save_one
from keqing.territory.geography import Division as ShippedDivision
from keqing.territory.geography import Level, Point
from keqing.territory.models import Employee, Position, Tenure, TimeOff
from keqing.territory.personas import Persona

TODAY = date(2026, 11, 18)
ACT = Act(user_id=None, at=datetime(2026, 11, 18, 2, tzinfo=UTC), reason="test")
START = date(2024, 1, 1)

CHANGYANG = (
    ShippedDivision("420000", "湖北省", "湖北", "", Level.PROVINCE, Point(114.34, 30.55)),
    ShippedDivision("420500", "宜昌市", "宜昌", "420000", Level.CITY, Point(111.29, 30.69)),
    ShippedDivision("420528", "长阳土家族自治县", "长阳", "420500", Level.COUNTY, Point(111.2, 30.47)),
    ShippedDivision("420528100", "龙舟坪镇", "龙舟坪镇", "420528", Level.TOWNSHIP, None),
    ShippedDivision("420528101", "高家堰镇", "高家堰镇", "420528", Level.TOWNSHIP, None),
)


def position(
    code: str, persona: str = Persona.OTC_REP, parent: Position | None = None, since: date = START
) -> Position:
    row = Position(code=code, name=f"岗位 {code}", persona=persona, parent=parent, valid_from=since)
    return save_one(row, ACT)


def employee(staff_no: str, name: str, user: User | None = None) -> Employee:
    return save_one(Employee(staff_no=staff_no, name=name, user=user), ACT)


def tenure(who: Employee, where: Position, since: date = START, until: date | None = None) -> Tenure:
    return save_one(Tenure(employee=who, position=where, valid_from=since, valid_to=until), ACT)


def off(who: Employee, first: date, last: date, substitute: Employee | None = None) -> TimeOff:
    return TimeOff(employee=who, starts_on=first, ends_on=last, substitute=substitute)
