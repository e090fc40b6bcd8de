"""The rows of the spreadsheets: each dataclass is one sheet, its fields in the order of the sheet's columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Division:
    """An administrative division 区划; coordinates are WGS-84 degrees, None where the sheet has none."""

    code: str
    name: str
    level: str
    parent: str
    lng: float | None
    lat: float | None


@dataclass(frozen=True, slots=True)
class Product:
    """One saleable pack 品规; prices in yuan per base unit."""

    code: str
    generic_name: str
    trade_name: str
    dosage_form: str
    spec: str
    base_unit: str
    inner_factor: int
    case_factor: int
    approval_number: str
    national_code: str
    barcode: str
    insurance_code: str
    holder: str
    manufacturer: str
    prescription_class: str
    insurance_class: str
    line: str
    launched_on: date
    shelf_life_months: int
    storage: str
    supply_price: float
    retail_price: float


@dataclass(frozen=True, slots=True)
class Position:
    """A position 岗位 with its holder; a vacant position has empty holder fields."""

    code: str
    title: str
    parent: str
    role: str
    line: str
    employee_number: str = ""
    name: str = ""
    login: str = ""
    mobile: str = ""
    email: str = ""
    held_from: date | None = None
    filing_number: str = ""


@dataclass(frozen=True, slots=True)
class Customer:
    """A terminal, chain headquarters or distributor as the company's sheet shows it; ``datum`` is of lng and lat."""

    code: str
    name: str
    short_name: str
    kind: str
    credit_code: str
    status: str
    province: str
    prefecture: str
    county: str
    township: str
    division_code: str
    address: str
    lng: float | None = None
    lat: float | None = None
    datum: str = ""
    terminal_size: str = ""
    county_rank: str = ""
    vip: str = ""
    grade: str = ""
    ownership: str = ""
    parent: str = ""
    store_type: str = ""
    tag: str = ""
    insurance_designated: str = ""
    staff_count: int | None = None
    area_m2: int | None = None
    daily_footfall: int | None = None
    member_count: int | None = None
    replenish_days: int | None = None
    payment_mode: str = ""
    member_day: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A person at one customer; who works at two customers has two rows with the same name and mobile."""

    name: str
    customer_code: str
    customer_name: str
    department: str
    job_title: str
    professional_title: str
    contact_class: str
    mobile: str
    landline: str
    wechat: str
    email: str
    specialty: str
    is_primary: str


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who covers a customer with a product line, in the half-open period [valid_from, valid_to); share in (0, 1]."""

    customer_code: str
    customer_name: str
    position_code: str
    line: str
    share: float
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Visit:
    """A past visit; times are local wall-clock times (UTC+8)."""

    customer_code: str
    customer_name: str
    position_code: str
    employee_number: str
    way: str
    started_at: datetime
    ended_at: datetime
    summary: str
    next_on: date | None


@dataclass(frozen=True, slots=True)
class TruePlace:
    """Where a terminal without coordinates in the sheet really is, WGS-84 degrees."""

    customer_code: str
    lng: float
    lat: float


@dataclass(frozen=True, slots=True)
class TruePotential:
    """What a terminal could buy of the company's categories in a year, yuan at supply price."""

    customer_code: str
    yearly_yuan: int


@dataclass(frozen=True, slots=True)
class Truth:
    """What an observer of the sheets cannot know."""

    places: tuple[TruePlace, ...]
    potentials: tuple[TruePotential, ...]


@dataclass(frozen=True, slots=True)
class World:
    seed: int
    size: str
    as_of: date
    divisions: tuple[Division, ...]
    products: tuple[Product, ...]
    staff: tuple[Position, ...]
    customers: tuple[Customer, ...]
    people: tuple[Person, ...]
    assignments: tuple[Assignment, ...]
    visits: tuple[Visit, ...]
    truth: Truth
