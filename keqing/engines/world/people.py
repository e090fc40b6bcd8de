"""The people a company knows at its customers: business-card data only, nothing of DOMAIN 2.6's never-list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from keqing.engines.world.force import FIRST_MOBILE
from keqing.engines.world.names import name_person
from keqing.engines.world.parties import (
    CHAIN_HEADQUARTERS,
    CHAIN_STORE,
    CITY_HOSPITAL,
    COMMUNITY_CENTER,
    COMMUNITY_STATION,
    COUNTY_HOSPITAL,
    COUNTY_TCM,
    DISTRIBUTOR,
    INDEPENDENT_STORE,
    INSTITUTIONS,
    PRIVATE_CLINIC,
    TOWNSHIP_CENTER,
    VILLAGE_CLINIC,
    VILLAGE_STORE,
    WORKPLACE_CLINIC,
    Party,
)
from keqing.engines.world.rows import Person

FIRST_NUMBER = 4000  # mobile numbers below belong to the staff
TWO_JOBS_SHARE = 0.03
MEDICAL, COMMERCIAL = "医务人员", "商业人员"


@dataclass(frozen=True, slots=True)
class Duty:
    department: str
    job_title: str
    professional_titles: tuple[str, ...] = ("",)
    specialty: str = ""


PHYSICIAN, PHARMACIST = ("主任医师", "副主任医师", "主治医师"), ("主任药师", "副主任药师", "主管药师")
HOSPITAL_DUTIES = (
    Duty("药剂科", "药剂科主任", PHARMACIST, "临床药学"),
    Duty("心血管内科", "科主任", PHYSICIAN, "心血管内科"),
    Duty("内分泌科", "科主任", PHYSICIAN, "内分泌科"),
    Duty("药剂科", "采购员", ("药师", "主管药师"), "药学"),
    Duty("儿科", "科主任", PHYSICIAN, "儿科"),
    Duty("消化内科", "主治医生", ("主治医师", "住院医师"), "消化内科"),
)
CENTER_DUTIES = (
    Duty("院办", "院长", ("副主任医师", "主治医师"), "全科"),
    Duty("药房", "药房负责人", ("主管药师", "药师"), "药学"),
    Duty("全科门诊", "医生", ("主治医师", "住院医师"), "全科"),
)
CLINIC_DUTIES = (
    Duty("", "负责人", ("主治医师", "住院医师", "执业助理医师"), "全科"),
    Duty("", "护士", ("护师", "护士")),
)
VILLAGE_DUTIES = (Duty("", "村医", ("乡村医生", "执业助理医师"), "全科"), Duty("", "护士", ("护士",)))
BRANCH_DUTIES = (
    Duty("门店", "店长", ("执业药师", "药师", "")),
    Duty("门店", "驻店药师", ("执业药师",)),
    Duty("门店", "店员", ("药师", "")),
)
SHOP_DUTIES = (Duty("", "店主", ("执业药师", "药师", "")), Duty("", "店员"))
HEADQUARTERS_DUTIES = (
    Duty("采购部", "采购经理"),
    Duty("财务部", "财务经理"),
    Duty("采购部", "采购总监"),
    Duty("营运部", "营运经理"),
    Duty("培训部", "培训经理"),
    Duty("质管部", "质管负责人", ("执业药师",)),
)
DISTRIBUTOR_DUTIES = (Duty("采购部", "采购员"), Duty("销售部", "开票员"), Duty("储运部", "配送员"))

# duties in the order in which they become known, and the weights of knowing one, two, three … people
STAFFING: dict[str, tuple[tuple[Duty, ...], tuple[int, ...]]] = {
    CITY_HOSPITAL: (HOSPITAL_DUTIES, (0, 0, 2, 4, 3, 2)),
    COUNTY_HOSPITAL: (HOSPITAL_DUTIES, (0, 0, 3, 4, 2, 1)),
    COUNTY_TCM: (HOSPITAL_DUTIES, (0, 2, 4, 2)),
    TOWNSHIP_CENTER: (CENTER_DUTIES, (3, 5, 2)),
    COMMUNITY_CENTER: (CENTER_DUTIES, (1, 5, 4)),
    COMMUNITY_STATION: (CENTER_DUTIES[1:], (6, 4)),
    VILLAGE_CLINIC: (VILLAGE_DUTIES, (9, 1)),
    PRIVATE_CLINIC: (CLINIC_DUTIES, (8, 2)),
    WORKPLACE_CLINIC: (CLINIC_DUTIES, (8, 2)),
    CHAIN_STORE: (BRANCH_DUTIES, (62, 30, 8)),
    INDEPENDENT_STORE: (SHOP_DUTIES, (70, 30)),
    VILLAGE_STORE: (SHOP_DUTIES, (9, 1)),
    CHAIN_HEADQUARTERS: (HEADQUARTERS_DUTIES, (0, 0, 2, 4, 3, 1)),
    DISTRIBUTOR: (DISTRIBUTOR_DUTIES, (4, 4, 2)),
}


def introduce_people(rng: Random, parties: Sequence[Party], first_number: int) -> tuple[Person, ...]:
    """People in the order of their customers; ``first_number`` starts the mobile numbers, one to a person."""
    people: list[Person] = []
    for party in parties:
        people += _introduce(rng, party, first_number + len(people))
    return tuple(_add_second_jobs(rng, people, parties))


def _introduce(rng: Random, party: Party, number: int) -> Iterator[Person]:
    duties, weights = STAFFING[party.row.kind]
    count = rng.choices(range(1, len(weights) + 1), weights)[0]
    for index, duty in enumerate(duties[:count]):
        yield _make_person(rng, party, duty, number + index, is_primary=index == 0)


def _make_person(rng: Random, party: Party, duty: Duty, number: int, *, is_primary: bool) -> Person:
    """Wechat and e-mail are made of the number, so that none can be a real person's."""
    is_office = party.row.kind in (CHAIN_HEADQUARTERS, DISTRIBUTOR, CITY_HOSPITAL, COUNTY_HOSPITAL)
    return Person(
        name=name_person(rng),
        customer_code=party.row.code,
        customer_name=party.row.name.strip(),
        department=duty.department,
        job_title=duty.job_title,
        professional_title=rng.choice(duty.professional_titles),
        contact_class=MEDICAL if party.row.kind in INSTITUTIONS else COMMERCIAL,
        mobile=str(FIRST_MOBILE + number) if rng.random() < 0.93 else "",
        landline=f"0900-555{number % 10000:04d}" if is_office and rng.random() < 0.6 else "",
        wechat=f"wx_kq{number:06d}" if rng.random() < 0.5 else "",
        email=f"p{number:06d}@example.com" if is_office and rng.random() < 0.5 else "",
        specialty=duty.specialty,
        is_primary="是" if is_primary else "否",
    )


def _add_second_jobs(rng: Random, people: list[Person], parties: Sequence[Party]) -> Iterator[Person]:
    """About 3 % work at a second customer of the same kind in the same county: one more row, same name and mobile."""
    neighbors: dict[tuple[str, str], list[Party]] = {}
    known = {party.row.code: party for party in parties}
    for party in parties:
        neighbors.setdefault((party.row.kind, party.row.county), []).append(party)
    for person in people:
        yield person
        home = known[person.customer_code].row
        others = [party for party in neighbors[home.kind, home.county] if party.row.code != home.code]
        if person.mobile and others and rng.random() < TWO_JOBS_SHARE:
            second = rng.choice(others).row
            yield replace(person, customer_code=second.code, customer_name=second.name.strip(), is_primary="否")
