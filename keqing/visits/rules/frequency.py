"""When a customer is due under one rule, and why (DOMAIN 3.16, due logic).

Urgency is one number, rank × 100 + 0 to 99 within the rank, so that lists sort by it alone:
overdue (also a new customer past the first date) > promised or arranged for today > at risk > never seen > due
> upcoming > too early > done. Within a rank: more days over, or fewer days to spare, come first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from keqing.visits.rules.reason import Reason, Word, _, because
from keqing.visits.rules.schemes import VIP, Agreement, DueDate, FrequencyRule, Interval, PerMonth, PerQuarter, PerWeek

ONE_DAY = timedelta(1)


class Calendar(Protocol):
    """What the rules ask, about days from the last contact to the end of the next quarter or as far as a date reaches.

    `next_workday` is only asked on rest days."""

    def is_workday(self, day: date, /) -> bool: ...

    def next_workday(self, day: date, /) -> date: ...


class State(StrEnum):
    OVERDUE = "OVERDUE"
    AT_RISK = "AT_RISK"
    DUE = "DUE"
    UPCOMING = "UPCOMING"
    TOO_EARLY = "TOO_EARLY"
    DONE = "DONE"
    NEVER = "NEVER"


RANKS = {
    State.OVERDUE: 7,
    State.AT_RISK: 5,
    State.NEVER: 4,
    State.DUE: 3,
    State.UPCOMING: 2,
    State.TOO_EARLY: 1,
    State.DONE: 0,
}
RANK_PROMISED_TODAY = 6
#: a customer never seen is new this long; then it is a gap in coverage, and no single day is late
NEW_FOR_DAYS = 30


@dataclass(frozen=True, slots=True)
class Contact:
    day: date
    is_phone: bool = False
    minutes: int | None = None  # length of the stay, where it is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    rule: FrequencyRule
    state: State
    earliest: date  # the window in which the next contact belongs, both days included
    latest: date
    urgency: int
    reason: Reason
    last: date | None  # the last contact that counts under this rule
    days_over: int = 0
    remaining: int | None = None  # contacts still owed this week, weekly rules only

    @property
    def is_overdue(self) -> bool:
        return self.state is State.OVERDUE or (self.state is State.NEVER and self.days_over > 0 and not self.is_gap)

    @property
    def is_gap(self) -> bool:
        """Never seen although it was assigned long ago."""
        since_assigned = (self.latest - self.earliest).days + self.days_over
        return self.state is State.NEVER and self.days_over > 0 and since_assigned > NEW_FOR_DAYS

    @property
    def is_arranged(self) -> bool:
        """Promised to the customer or arranged with them, not only owed by a rule."""
        return isinstance(self.rule, DueDate) and self.rule.agreement is not Agreement.LAUNCH

    @property
    def is_promised_today(self) -> bool:
        return self.state is State.DUE and self.is_arranged

    def sentence(self) -> str:
        return self.reason.sentence()


def assess(
    rule: FrequencyRule,
    contacts: Sequence[Contact],
    as_of: date,
    calendar: Calendar,
    *,
    known_since: date | None = None,
) -> Due:
    """`known_since` (first day as a customer) starts the clock of one never seen; without it the clock starts today."""
    days = sorted({c.day for c in contacts if c.day <= as_of and _counts(c, rule)})
    if isinstance(rule, DueDate):
        return _assess_date(rule, days, as_of, calendar)
    if not days:
        return _assess_never(rule, known_since or as_of, as_of, calendar)
    match rule:
        case PerWeek():
            return _assess_week(rule, days, as_of, calendar)
        case Interval():
            return _assess_interval(rule, days[-1], as_of, calendar)
        case _:
            return _assess_period(rule, days[-1], as_of, calendar)


def most_urgent(dues: Iterable[Due]) -> Due | None:
    """Ties: the earlier end of the window, then the longer unseen, then scheme and segment by name."""
    return min(
        dues,
        key=lambda due: (-due.urgency, due.latest, due.last or date.min, due.rule.scheme, due.rule.segment),
        default=None,
    )


def urgency(state: State, *, over: int = 0, spare: int = 0, is_promised_today: bool = False) -> int:
    """`over` (days late) raises, `spare` (days to go, below zero when too few) lowers; neither leaves its rank."""
    if state is State.DONE:
        return 0
    if over:
        return RANKS[State.OVERDUE] * 100 + min(over, 99)
    if state is State.OVERDUE:
        return RANKS[State.OVERDUE] * 100
    rank = RANK_PROMISED_TODAY if is_promised_today else RANKS[state]
    return rank * 100 + max(0, min(90 - spare, 99))


def _counts(contact: Contact, rule: FrequencyRule) -> bool:
    is_long_enough = not rule.min_minutes or (contact.minutes or 0) >= rule.min_minutes
    return is_long_enough and (rule.is_phone_enough or not contact.is_phone)


def _rolled(day: date, calendar: Calendar) -> date:
    return day if calendar.is_workday(day) else calendar.next_workday(day)


def _act(rule: FrequencyRule) -> Word:
    if rule.min_minutes:
        return Word(_("蹲点"))
    return Word(_("联系")) if rule.is_phone_enough else Word(_("拜访"))


# Never seen


def _assess_never(rule: FrequencyRule, since: date, as_of: date, calendar: Calendar) -> Due:
    latest = _rolled(since + timedelta(rule.first_within_days), calendar)
    over = max(0, (as_of - latest).days)
    is_gap = over > 0 and (as_of - since).days > NEW_FOR_DAYS
    if is_gap:
        reason = because(_("%(since)s 起分管，还没%(act)s过"), as_of, act=_act(rule), since=since)
    elif over:
        reason = because(_("还没%(act)s过，晚了 %(over)s 天"), as_of, act=_act(rule), over=over)
    else:
        reason = because(_("还没%(act)s过，最晚 %(latest)s"), as_of, act=_act(rule), latest=latest)
    return Due(
        rule=rule,
        state=State.NEVER,
        earliest=since,
        latest=latest,
        urgency=urgency(State.NEVER, over=0 if is_gap else over, spare=(latest - as_of).days),
        reason=reason,
        last=None,
        days_over=over,
        remaining=rule.at_least if isinstance(rule, PerWeek) else None,
    )


# So many a week


def _assess_week(rule: PerWeek, days: list[date], as_of: date, calendar: Calendar) -> Due:
    """Contacts are counted by day, so two on one day are one.

    A day is left if it is a workday, from today to Sunday, without a contact: today counts while nobody has been.
    A week without a single workday (Spring Festival, National Day) owes nothing and is passed over.
    """
    monday = as_of - timedelta(as_of.weekday())
    week = [monday + timedelta(n) for n in range(7)]
    done = sum(day >= monday for day in days)
    remaining = max(0, rule.at_least - done)
    left = [day for day in week if day >= as_of and day not in days and calendar.is_workday(day)]
    is_holiday = not any(calendar.is_workday(day) for day in week)
    state = State.UPCOMING if is_holiday and remaining else _week_state(remaining, left, as_of)
    is_next_week, next_first = is_holiday or state is State.DONE, _rolled(week[6] + ONE_DAY, calendar)
    return Due(
        rule=rule,
        state=state,
        earliest=next_first if is_next_week else (left[0] if left else as_of),
        latest=next_first + timedelta(6 - next_first.weekday()) if is_next_week else week[6],
        urgency=urgency(state, spare=len(left) - remaining),
        reason=_week_reason(rule, state, done, len(left), as_of, calendar, is_holiday=is_holiday),
        last=days[-1],
        remaining=remaining,
    )


def _week_state(remaining: int, left: list[date], as_of: date) -> State:
    if not remaining:
        return State.DONE
    if as_of.isoweekday() == 7:
        return State.OVERDUE
    if remaining > len(left):
        return State.AT_RISK
    return State.DUE if left[0] == as_of else State.UPCOMING


def _week_reason(
    rule: PerWeek, state: State, done: int, left: int, as_of: date, calendar: Calendar, *, is_holiday: bool
) -> Reason:
    if is_holiday and state is State.UPCOMING:
        return because(_("本周放假，%(day)s 起再访"), as_of, day=_rolled(as_of, calendar))
    message = {
        State.DONE: _("本周已访 %(done)s 次，应 %(target)s 次，够了"),
        State.OVERDUE: _("本周已访 %(done)s 次，应 %(target)s 次，还差 %(lack)s 次"),
        State.AT_RISK: _("本周已访 %(done)s 次，应 %(target)s 次，只剩 %(left)s 个工作日")
        if left
        else _("本周已访 %(done)s 次，应 %(target)s 次，工作日已过"),
        State.DUE: _("本周已访 %(done)s 次，应 %(target)s 次，还有 %(left)s 个工作日"),
    }.get(state, _("本周已访 %(done)s 次，应 %(target)s 次，今天不用去，还有 %(left)s 个工作日"))
    return because(message, as_of, done=done, target=rule.at_least, lack=rule.at_least - done, left=left)


# Every so many days


def _assess_interval(rule: Interval, last: date, as_of: date, calendar: Calendar) -> Due:
    nominal = last + timedelta(rule.max_days)
    earliest, latest = last + timedelta(rule.min_days), _rolled(nominal, calendar)
    over = max(0, (as_of - latest).days)
    state = _interval_state(last, earliest, latest, as_of)
    spare = (earliest if state is State.TOO_EARLY else latest) - as_of
    return Due(
        rule=rule,
        state=state,
        earliest=earliest,
        latest=latest,
        urgency=urgency(state, over=over, spare=spare.days),
        reason=_interval_reason(rule, state, last, earliest, latest, as_of, over, is_rolled=latest != nominal),
        last=last,
        days_over=over,
    )


def _interval_state(last: date, earliest: date, latest: date, as_of: date) -> State:
    if last == as_of:
        return State.DONE
    if as_of > latest:
        return State.OVERDUE
    return State.TOO_EARLY if as_of < earliest else State.DUE


def _interval_reason(
    rule: Interval, state: State, last: date, earliest: date, latest: date, as_of: date, over: int, *, is_rolled: bool
) -> Reason:
    days = f"{rule.min_days}–{rule.max_days}" if rule.min_days < rule.max_days else f"{rule.max_days}"
    message = {
        State.OVERDUE: _("上次 %(last)s，应每 %(days)s 天一次，逾期 %(over)s 天"),
        State.TOO_EARLY: _("上次 %(last)s，应每 %(days)s 天一次，%(earliest)s 再去不迟"),
        State.DONE: _("今天已%(act)s，应每 %(days)s 天一次，下次 %(earliest)s 到 %(latest)s"),
    }.get(state, _("上次 %(last)s，应每 %(days)s 天一次，今天第 %(nth)s 天，最晚 %(latest)s"))
    if state is State.DUE and is_rolled:
        message = _("上次 %(last)s，应每 %(days)s 天一次，今天第 %(nth)s 天，遇休息日顺延到 %(latest)s")
    return because(
        message,
        as_of,
        act=_act(rule),
        last=last,
        days=days,
        over=over,
        nth=(as_of - last).days,
        earliest=earliest,
        latest=latest,
    )


# Once a month, once a quarter


def _assess_period(rule: PerMonth | PerQuarter, last: date, as_of: date, calendar: Calendar) -> Due:
    length = 1 if isinstance(rule, PerMonth) else 3
    first = date(as_of.year, (as_of.month - 1) // length * length + 1, 1)
    is_done = last >= first
    window_start = _months_on(first, length) if is_done else first
    latest = _last_workday(_months_on(window_start, length) - ONE_DAY, calendar)
    state = State.DONE if is_done else State.OVERDUE if as_of >= latest else State.DUE
    over = 0 if is_done else max(0, (as_of - latest).days)
    return Due(
        rule=rule,
        state=state,
        earliest=window_start,
        latest=latest,
        urgency=urgency(state, over=over, spare=(latest - as_of).days),
        reason=_period_reason(rule, state, last, latest, as_of, over),
        last=last,
        days_over=over,
    )


def _months_on(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _last_workday(day: date, calendar: Calendar) -> date:
    candidates = (day - timedelta(n) for n in range(28))
    return next((candidate for candidate in candidates if calendar.is_workday(candidate)), day)


def _period_reason(
    rule: PerMonth | PerQuarter, state: State, last: date, latest: date, as_of: date, over: int
) -> Reason:
    if state is State.DONE:
        message = _("%(period)s %(last)s 已%(act)s（%(norm)s）")
    elif state is State.DUE:
        message = _("%(period)s还没%(act)s（%(norm)s），最晚 %(latest)s")
    elif over:
        message = _("%(period)s还没%(act)s（%(norm)s），逾期 %(over)s 天")
    else:
        message = _("%(period)s还没%(act)s（%(norm)s），今天是最后一个工作日")
    period = Word(_("本月")) if isinstance(rule, PerMonth) else Word(_("本季"))
    return because(message, as_of, period=period, act=_act(rule), norm=_norm(rule), last=last, latest=latest, over=over)


def _norm(rule: PerMonth | PerQuarter) -> Word:
    is_monthly, is_vip = isinstance(rule, PerMonth), rule.segment == VIP
    if is_vip:
        return Word(_("VIP 每月一次")) if is_monthly else Word(_("VIP 每季一次"))
    return Word(_("每月一次")) if is_monthly else Word(_("每季一次"))


# A single date


def _assess_date(rule: DueDate, days: list[date], as_of: date, calendar: Calendar) -> Due:
    is_launch = rule.agreement is Agreement.LAUNCH
    latest = rule.day if is_launch else _rolled(rule.day, calendar)
    over = max(0, (as_of - latest).days)
    state = _date_state(rule, days, latest, as_of)
    if state is State.DONE:
        over = 0
    is_today = state is State.DUE and not is_launch
    return Due(
        rule=rule,
        state=state,
        earliest=rule.day if rule.agreement is Agreement.NEXT_VISIT else rule.made_on,
        latest=latest,
        urgency=urgency(state, over=over, spare=(latest - as_of).days, is_promised_today=is_today),
        reason=_date_reason(rule, state, latest, as_of, over),
        last=days[-1] if days else None,
        days_over=over,
    )


def _date_state(rule: DueDate, days: list[date], latest: date, as_of: date) -> State:
    if rule.agreement is Agreement.NEXT_VISIT and days and days[-1] > rule.made_on:
        return State.DONE
    if as_of > latest:
        return State.OVERDUE
    # Between the agreed day and the day it rolled to, going is right; a launch may be worked on from its first day.
    is_open = as_of >= rule.day or rule.agreement is Agreement.LAUNCH
    return State.DUE if is_open else State.UPCOMING


DATE_MESSAGES = {
    (Agreement.PROMISE, State.OVERDUE): _("承诺 %(latest)s 到期，逾期 %(over)s 天：%(what)s"),
    (Agreement.PROMISE, State.UPCOMING): _("承诺 %(latest)s 到期，还有 %(spare)s 天：%(what)s"),
    (Agreement.NEXT_VISIT, State.OVERDUE): _("约好 %(latest)s 去，逾期 %(over)s 天"),
    (Agreement.NEXT_VISIT, State.UPCOMING): _("约好 %(latest)s 去，还有 %(spare)s 天"),
    (Agreement.NEXT_VISIT, State.DONE): _("约好的 %(day)s 已经去过"),
    (Agreement.LAUNCH, State.OVERDUE): _("新品未进：%(what)s，最晚 %(latest)s，逾期 %(over)s 天"),
}


def _date_reason(rule: DueDate, state: State, latest: date, as_of: date, over: int) -> Reason:
    spare = (latest - as_of).days
    message = DATE_MESSAGES.get((rule.agreement, state)) or _open_message(rule, is_last_day=not spare)
    return because(message, as_of, day=rule.day, latest=latest, over=over, spare=spare, what=rule.what)


def _open_message(rule: DueDate, *, is_last_day: bool) -> str:
    if rule.agreement is Agreement.LAUNCH:
        return _("新品未进：%(what)s，今天到期") if is_last_day else _("新品未进：%(what)s，剩 %(spare)s 天")
    if rule.agreement is Agreement.PROMISE:
        return _("承诺今天到期：%(what)s") if is_last_day else _("承诺 %(day)s 到期，顺延到 %(latest)s：%(what)s")
    return _("约好今天去") if is_last_day else _("约好 %(day)s 去，顺延到 %(latest)s")
