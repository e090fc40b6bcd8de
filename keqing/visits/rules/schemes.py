"""Visit-frequency rules as values (DOMAIN 3.16); their numbers live in the database as dated rows."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

LARGE, LARGER, SMALL = "LARGE", "LARGER", "SMALL"
KEY, SECONDARY, NON_KEY = "KEY", "SECONDARY", "NON_KEY"
VIP, ALL = "VIP", "ALL"


class Scheme(StrEnum):
    GENERAL = "GENERAL"
    COUNTY_RETAIL = "COUNTY_RETAIL"
    THIRD_TERMINAL = "THIRD_TERMINAL"
    NEW_PRODUCT = "NEW_PRODUCT"
    AGREED = "AGREED"  # what the visitor and the customer agreed: a promise, the next date


class Agreement(StrEnum):
    """What stands behind a single date."""

    PROMISE = "PROMISE"  # open until it is kept: a visit alone does not close it
    NEXT_VISIT = "NEXT_VISIT"  # met by any later contact that counts
    LAUNCH = "LAUNCH"  # a new product to be bought or placed; the date never rolls


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    scheme: Scheme
    segment: str
    source: str  # the document or the person the number comes from
    is_phone_enough: bool = False
    min_minutes: int = 0  # above zero, only stays this long count (蹲点)
    first_within_days: int = 7  # a customer never seen is seen this soon: dense at the front, sparse later
    valid_from: date = date.min
    valid_to: date | None = None

    def __post_init__(self) -> None:
        if self.min_minutes < 0 or self.first_within_days < 1:
            raise ValueError("min_minutes must be ≥ 0 and first_within_days ≥ 1")
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError("valid_to must be later than valid_from")

    def is_valid(self, as_of: date) -> bool:
        return self.valid_from <= as_of and (self.valid_to is None or as_of < self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class PerWeek(Rule):
    at_least: int  # days with a contact in one ISO week

    def __post_init__(self) -> None:
        super(PerWeek, self).__post_init__()
        if not 1 <= self.at_least <= 7:
            raise ValueError(f"at_least must be 1 to 7, not {self.at_least}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval(Rule):
    min_days: int
    max_days: int

    def __post_init__(self) -> None:
        super(Interval, self).__post_init__()
        if not 1 <= self.min_days <= self.max_days:
            raise ValueError(f"need 1 ≤ min_days ≤ max_days, not {self.min_days} and {self.max_days}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PerMonth(Rule):
    """Once in each calendar month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PerQuarter(Rule):
    """Once in each calendar quarter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDate(Rule):
    day: date
    made_on: date
    agreement: Agreement
    what: str = ""  # the promise in its own words, the product's name

    def __post_init__(self) -> None:
        super(DueDate, self).__post_init__()
        if self.day < self.made_on:
            raise ValueError("a date cannot be due before it was agreed")
        if not self.what and self.agreement is not Agreement.NEXT_VISIT:
            raise ValueError("a promise or a launch must say what")


FrequencyRule = PerWeek | Interval | PerMonth | PerQuarter | DueDate


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """What the rules need to know of a party."""

    is_hco: bool
    is_third_terminal: bool = False
    terminal_size: str = ""
    county_rank: str = ""
    is_vip: bool = False


def applicable(rules: Iterable[FrequencyRule], segment: Segment, as_of: date) -> tuple[FrequencyRule, ...]:
    """The rules that fit; where none does, the four contacts a year every customer gets (DOMAIN 3.9 C, 8.4 rule 8)."""
    valid = [rule for rule in rules if rule.is_valid(as_of)]
    fitting = tuple(rule for rule in valid if _fits(rule, segment))
    return fitting or tuple(rule for rule in valid if isinstance(rule, PerQuarter) and rule.segment == ALL)


def _fits(rule: FrequencyRule, segment: Segment) -> bool:
    match rule.scheme:
        case Scheme.GENERAL:
            return not segment.is_hco and rule.segment == segment.terminal_size
        case Scheme.COUNTY_RETAIL:
            return not segment.is_hco and rule.segment == segment.county_rank
        case Scheme.THIRD_TERMINAL:
            return _fits_third_terminal(rule, segment)
        case Scheme.NEW_PRODUCT:
            return not segment.is_hco
        case Scheme.AGREED:
            return True


def _fits_third_terminal(rule: FrequencyRule, segment: Segment) -> bool:
    # An institution is contacted, never called on to a weekly or daily beat, whatever a row may say.
    if segment.is_hco and not isinstance(rule, PerMonth | PerQuarter):
        return False
    return segment.is_third_terminal and (rule.segment == ALL or (rule.segment == VIP and segment.is_vip))


def hq_launch_deadline(launch: date, months_allowed: int = 1) -> date:
    """The same day some months later, clipped to the month's end; never rolled off a rest day."""
    year, month = divmod(launch.year * 12 + launch.month - 1 + months_allowed, 12)
    return date(year, month + 1, min(launch.day, months.monthrange(year, month + 1)[1]))


def store_launch_deadline(hq_first_purchase: date, days_allowed: int = 7) -> date:
    return hq_first_purchase + timedelta(days_allowed)
