"""When to come again: the suggestion under the date field, with its arithmetic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from keqing.visits.rules.frequency import Calendar
from keqing.visits.rules.reason import Reason, _, because
from keqing.visits.rules.schemes import DueDate, FrequencyRule, Interval, PerMonth, PerQuarter, PerWeek


@dataclass(frozen=True, slots=True)
class Suggestion:
    day: date
    sum: Reason  # the arithmetic
    norm: Reason  # the rule it rests on


def suggest_next(rules: Iterable[FrequencyRule], visited: date, calendar: Calendar) -> Suggestion | None:
    """The earliest day any rule asks for, moved on to a workday; None without a rule that repeats."""
    steps = [(_days(rule), rule) for rule in rules if not isinstance(rule, DueDate)]
    if not steps:
        return None
    days, rule = min(steps, key=lambda step: (step[0], step[1].scheme, step[1].segment))
    plain = visited + timedelta(days)
    day = plain if calendar.is_workday(plain) else calendar.next_workday(plain)
    message = _("%(visited)s + %(days)s 天 = %(plain)s")
    if day != plain:
        message = _("%(visited)s + %(days)s 天 = %(plain)s，遇休息日顺延到 %(day)s")
    return Suggestion(day, because(message, visited, visited=visited, days=days, plain=plain, day=day), norm_of(rule))


def _days(rule: FrequencyRule) -> int:
    """The middle of a window leaves slack on both sides; so many a week spread evenly."""
    match rule:
        case PerWeek():
            return max(1, 7 // rule.at_least)
        case Interval():
            return (rule.min_days + rule.max_days) // 2
        case PerMonth():
            return 30
        case _:
            return 90


def norm_of(rule: FrequencyRule) -> Reason:
    """The rule itself in words."""
    match rule:
        case PerWeek():
            return because(_("每周至少 %(times)s 次"), times=rule.at_least)
        case Interval() if rule.min_days < rule.max_days:
            return because(_("每 %(least)s–%(most)s 天一次"), least=rule.min_days, most=rule.max_days)
        case Interval():
            return because(_("每 %(most)s 天一次"), most=rule.max_days)
        case PerMonth():
            return because(_("每月一次"))
        case PerQuarter():
            return because(_("每季一次"))
        case _:
            return because(_("约好 %(day)s"), rule.made_on, day=rule.day)
