"""Why a customer stands on the list, in words: chips, and a sentence whose parts lead to the fact they rest on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext

from keqing.core.addresses import address
from keqing.core.viewer import Viewer
from keqing.core.written import day
from keqing.customers.kinds import GRADE_VALUES, GradeScheme
from keqing.visits.planner.due import DueParty
from keqing.visits.planner.facts import Seen
from keqing.visits.rules.frequency import Due, State
from keqing.visits.rules.next_date import norm_of
from keqing.visits.rules.reason import Reason
from keqing.visits.rules.schemes import DueDate, Interval, PerMonth, PerWeek

Chip = tuple[str, str]
SHOWN = 3
WEEK_DAYS, MONTH_DAYS = 7, 30
#: days late, in tenths of the rhythm, from which somebody must act today: a monthly visit may wait two days
LATE_TENTHS = 1
_TOKEN = re.compile(r"%\((\w+)\)s")
#: parts of a sentence that state the rule, those that state the last contact, those that state what was agreed
_OF_RULE = frozenset({"days", "target", "norm", "period"})
_OF_VISIT = frozenset({"last"})
_OF_AGREEMENT = frozenset({"day", "latest"})


@dataclass(frozen=True, slots=True)
class Part:
    text: str
    href: str = ""
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """What a reason rests on, and where it is to be seen."""

    name: str
    href: str


def chips_of(row: DueParty, as_of: date) -> list[Chip]:
    """At most three, the most urgent first."""
    chips = [chip for due in row.dues if (chip := _chip(due, as_of)) is not None]
    return list(dict.fromkeys(chips))[:SHOWN]


def facts_of(row: DueParty, viewer: Viewer, as_of: date) -> dict[str, Fact]:
    """Text of a chip → its fact."""
    found: dict[str, Fact] = {}
    for due in row.dues:
        if (chip := _chip(due, as_of)) is not None:
            found.setdefault(chip[0], _fact(row, due, viewer))
    return found


def _fact(row: DueParty, due: Due, viewer: Viewer) -> Fact:
    """The visit it counts from; without one since when the customer is covered, or the rule."""
    if isinstance(due.rule, DueDate):
        if row.agreed is not None and _may_open(row.agreed, viewer):
            return Fact(gettext("%(day)s 约的") % {"day": day(row.agreed.day)}, _visit_link(row.agreed))
    elif (seen := _last_seen(row, due)) is not None and _may_open(seen, viewer):
        return Fact(gettext("上次 %(day)s") % {"day": day(seen.day)}, _visit_link(seen))
    elif due.state is State.NEVER:
        return Fact(gettext("%(day)s 起分管") % {"day": day(row.party.since)}, address("customer", row.party.public_id))
    elif viewer.may("frequency", "read"):
        return Fact(norm_of(due.rule).text(gettext), reverse("visits:frequencies"))
    return Fact("", address("customer", row.party.public_id))


def _last_seen(row: DueParty, due: Due) -> Seen | None:
    return next((one for one in reversed(row.seen) if one.day == due.last), None)


def _chip(due: Due, as_of: date) -> Chip | None:
    if due.state in {State.DONE, State.TOO_EARLY}:
        return None
    if isinstance(due.rule, DueDate):
        return _agreed_chip(due, as_of)
    if due.state is State.NEVER:
        return _never_chip(due, as_of)
    if due.state is State.OVERDUE:
        return _overdue_chip(due)
    if due.state is State.AT_RISK:
        return gettext("本周差 %(count)s 次") % {"count": due.remaining}, "amber"
    if due.state is State.DUE and isinstance(due.rule, Interval) and due.latest == as_of:
        # Of three days in a row that are right the last is nothing special; of a month's it is.
        return gettext("今天最后一天"), "amber" if due.rule.max_days >= WEEK_DAYS else "none"
    return (_due_text(due, as_of), "none") if due.state is State.DUE else None


def _never_chip(due: Due, as_of: date) -> Chip:
    """New for a month; then a gap in coverage, which no single day can be blamed for."""
    if due.is_gap:
        months = max(1, (as_of - due.earliest).days // MONTH_DAYS)
        return gettext("还没访过 · 分管 %(months)s 个月") % {"months": months}, "amber"
    if due.days_over:
        return gettext("新客户 · 首访晚 %(days)s 天") % {"days": due.days_over}, "red"
    return gettext("新客户 · 应 %(days)s 天内首访") % {"days": due.rule.first_within_days}, "none"


def _agreed_chip(due: Due, as_of: date) -> Chip:
    if due.days_over:
        return gettext("约期过 %(days)s 天") % {"days": due.days_over}, "red"
    if due.state is State.DUE:
        return gettext("约好今天"), "none"
    return gettext("约好 %(day)s") % {"day": f"{due.latest:%m-%d}"}, "none"


def _overdue_chip(due: Due) -> Chip:
    if isinstance(due.rule, PerWeek):
        return gettext("本周差 %(count)s 次") % {"count": due.remaining}, "red"
    if not due.days_over:
        return gettext("今天最后一天"), "amber"
    is_slight = isinstance(due.rule, Interval) and due.days_over * 10 < due.rule.max_days * LATE_TENTHS
    return gettext("逾期 %(days)s 天") % {"days": due.days_over}, "amber" if is_slight else "red"


def _due_text(due: Due, as_of: date) -> str:
    if isinstance(due.rule, PerWeek):
        done = due.rule.at_least - (due.remaining or 0)
        return gettext("本周 %(done)s/%(target)s 次") % {"done": done, "target": due.rule.at_least}
    if isinstance(due.rule, Interval) and due.last is not None:
        return gettext("应访第 %(days)s 天") % {"days": (as_of - due.last).days}
    return gettext("本月未联系") if isinstance(due.rule, PerMonth) else gettext("本季未联系")


def sentence_of(row: DueParty, viewer: Viewer) -> tuple[Part, ...]:
    """The reason of the most urgent rule; an agreement beside it gets its own sentence."""
    told = [due for due in row.dues if due.state is not State.DONE]
    if not told:
        return ()
    chosen = [told[0]]
    chosen += [due for due in told[1:] if isinstance(due.rule, DueDate) and due.state is not State.UPCOMING][:1]
    parts: list[Part] = []
    for due in chosen:
        parts += [*_parts(due.reason, _links(row, due, viewer)), Part(gettext("。"))]
    return tuple(parts)


def plain_sentence(row: DueParty) -> str:
    due = row.due
    return due.reason.text(gettext) if due is not None else gettext("没有分级，也没有约日期")


def _parts(reason: Reason, links: Mapping[str, str]) -> list[Part]:
    message, parts, at = gettext(reason.message), [], 0
    for token in _TOKEN.finditer(message):
        if token.start() > at:
            parts.append(Part(message[at : token.start()]))
        name = token[1]
        text = Reason(token[0], reason.params, reason.year).text(gettext)
        parts.append(Part(text, links.get(name, ""), is_strong=name not in links))
        at = token.end()
    if at < len(message):
        parts.append(Part(message[at:]))
    return parts


def _links(row: DueParty, due: Due, viewer: Viewer) -> dict[str, str]:
    links: dict[str, str] = {}
    if isinstance(due.rule, DueDate):
        if row.agreed is not None and _may_open(row.agreed, viewer):
            links |= dict.fromkeys(_OF_AGREEMENT, _visit_link(row.agreed))
    elif viewer.may("frequency", "read"):
        links |= dict.fromkeys(_OF_RULE, reverse("visits:frequencies"))
    seen = _last_seen(row, due)
    if seen is not None and _may_open(seen, viewer):
        links |= dict.fromkeys(_OF_VISIT, _visit_link(seen))
    return links


def _may_open(seen: Seen, viewer: Viewer) -> bool:
    """As `Visit.objects.visible_to`, without asking the database."""
    return viewer.sees_all or seen.author_id == viewer.user_id or seen.position_id in viewer.reach


def _visit_link(seen: Seen) -> str:
    return address("visits:visit", seen.public_id)


def grade_labels(grades: Mapping[str, str]) -> list[str]:
    return [
        gettext(GRADE_VALUES[scheme].get(grades[scheme], grades[scheme])) for scheme in GradeScheme if scheme in grades
    ]
