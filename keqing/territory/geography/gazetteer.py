"""Finds the deepest division that separate columns and the beginning of an address surely name."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from keqing.territory.geography.divisions import Division, FormerDivision, Level
from keqing.territory.geography.names import HEALTH_CENTER, NAMELESS, TOWNSHIP_KIND, Form, forms, is_whole, township_end

SEPARATORS = " \t\r\n-—_/\\|,，、.。·:：;；>"
# What government tables write where a level is empty.
FILLERS = frozenset(
    {
        "市辖区",
        "县",
        "直辖县",
        "直辖",
        "省直辖",
        "省直辖县",
        "省直辖县级行政区划",
        "自治区直辖县级行政区划",
        "直辖市",
        "无",
    }
)
COLUMN_MEMORY = 65_536
MOST_CANDIDATES = 10


class How(StrEnum):
    """The weakest ground a match stands on."""

    EXACT = "exact"  # every level read in full
    SHORT = "short"  # a suffix or a people's name was missing: 昌平, 长阳县
    SKIPPED = "skipped"  # a level was left out and the name occurs once below
    RENAMED = "renamed"  # a former name, or the kind has changed since: 龙海市, now 龙海区
    NOTHING = "nothing"


class Stop(StrEnum):
    """Why the reading ended above what the writer meant."""

    AMBIGUOUS = "ambiguous"  # several divisions below bear this name
    UNKNOWN = "unknown"  # a column holds a name that is not below the columns before it
    CONFLICT = "conflict"  # two parts name places of which neither lies in the other


GROUNDS = (How.EXACT, How.SHORT, How.SKIPPED, How.RENAMED)


@dataclass(frozen=True, slots=True)
class Match:
    code: str  # "" when not even the province is sure
    level: Level | None
    how: How
    rest: str  # what follows the division in the address, normalized (NFKC)
    stop: Stop | None = None
    candidates: tuple[str, ...] = ()  # codes the writer may have meant, when stopped

    @property
    def is_sure(self) -> bool:
        return self.stop is None


# Plain tuples inside: they are made for every name read, and cost a third of a frozen dataclass.
class _Entry(NamedTuple):
    form: Form
    prefix: str
    level: int
    parents: tuple[str, ...]  # the codes directly above: the parent, and the municipality above a pseudo city
    division: Division


class _State(NamedTuple):
    """How far the reading has come."""

    code: str
    prefix: str
    level: int
    ground: int
    rest: str
    stop: Stop | None = None
    candidates: tuple[str, ...] = ()


class _Columns(NamedTuple):
    state: _State
    unread: tuple[tuple[Level, str, _State], ...]  # columns that led nowhere yet, with where they stopped


class _Hit(NamedTuple):
    entries: tuple[_Entry, ...]
    end: int


START = _State("", "", 0, 0, "")


class Gazetteer:
    """Immutable lookup over a set of divisions.

    Building takes about half a second for the whole country, one ``resolve`` some ten microseconds. Columns repeat, so
    their reading is remembered (bounded, per gazetteer).
    """

    def __init__(self, divisions: Iterable[Division], former: Iterable[FormerDivision] = ()) -> None:
        self._by_code = {division.code: division for division in divisions}
        self._children = _children(self._by_code.values())
        self._names = self._index(former)
        self._lengths = _lengths(self._names)
        self._columns = lru_cache(COLUMN_MEMORY)(self._read_columns)

    def get(self, code: str) -> Division | None:
        return self._by_code.get(code)

    def children(self, code: str) -> tuple[Division, ...]:
        """The divisions directly below; ``""`` gives the provinces."""
        return self._children.get(code, ())

    def lineage(self, code: str) -> tuple[Division, ...]:
        """From the province down to the division; a code below the table (a village) starts at its known ancestor."""
        known = (code, code[:9], code[:6])
        division = next((self._by_code[c] for c in known if c in self._by_code), None)
        above: list[Division] = []
        while division:
            above.append(division)
            division = self._by_code.get(division.parent)
        return tuple(reversed(above))

    def county_of(self, code: str) -> str:
        """The county's code, or the city's where the city has no counties (Dongguan); "" for anything higher."""
        for division in self.lineage(code):
            if division.level is Level.COUNTY:
                return division.code
            if division.level is Level.CITY and self.is_without_counties(division.code):
                return division.code
        return ""

    def is_without_counties(self, code: str) -> bool:
        return any(child.level is Level.TOWNSHIP for child in self.children(code))

    def full_name(self, code: str) -> str:
        """湖北省武汉市江岸区; a pseudo city is not repeated."""
        return "".join(division.name for division in self.lineage(code) if not division.is_pseudo_city)

    def resolve(
        self, province: str = "", city: str = "", county: str = "", township: str = "", address: str = ""
    ) -> Match:
        """The deepest division that is sure; ``stop`` and ``candidates`` tell when the writer may have meant more."""
        columns = self._columns(province, city, county, township)
        state = columns.state
        if state.stop is Stop.CONFLICT:
            return _match(state._replace(rest=_clean(address)))
        state = self._walk(state, _clean(address), None)
        unread = columns.unread
        if unread and state.stop is not Stop.CONFLICT:
            state = self._settle(state, unread)
        return _match(state)

    def _read_columns(self, *columns: str) -> _Columns:
        state, unread = START, []
        for level, column in zip(Level, columns, strict=False):
            text = _clean(column)
            if not text or text in FILLERS:
                continue
            after = self._walk(state._replace(rest=""), text, level)
            if after.stop is Stop.CONFLICT:
                return _Columns(after, ())
            if after.rest:
                unread.append((level, text, after))
            state = after._replace(rest="", stop=None, candidates=())
        return _Columns(state, tuple(unread))

    def _settle(self, state: _State, unread: tuple[tuple[Level, str, _State], ...]) -> _State:
        """Reads the columns that led nowhere once more from where the address has come to."""
        for level, text, before in unread:
            if state.level >= level:
                continue
            after = self._walk(state._replace(stop=None, candidates=()), text, level)
            if not after.rest:
                state = after._replace(rest=state.rest)
            else:
                stop = after.stop or before.stop or Stop.UNKNOWN
                return state._replace(stop=stop, candidates=after.candidates or before.candidates)
        return state

    def _walk(self, state: _State, text: str, column: Level | None) -> _State:
        """Reads name after name from the beginning of ``text``; ``column`` is the level its column promises, if any."""
        while text:
            hit = self._hit(state, text, column)
            if hit is None:
                return self._contradiction(state, text, column) or self._nameless(state, text)
            chosen = self._choose(state, hit.entries, column)
            if chosen is None:
                codes = tuple(entry.division.code for entry in hit.entries[:MOST_CANDIDATES])
                return state._replace(rest=text, stop=Stop.AMBIGUOUS, candidates=codes)
            if len(chosen.prefix) > len(state.prefix):
                ground = max(state.ground, _ground(chosen, state))
                state = _State(chosen.division.code, chosen.prefix, chosen.level, ground, "")
            text = text[hit.end :].lstrip(SEPARATORS)
        return state._replace(rest=text)

    def _hit(self, state: _State, text: str, column: Level | None) -> _Hit | None:
        """The longest name at the beginning of ``text`` that lies below, at or above the place reached."""
        for length in self._readable(text):
            entries = self._names.get(text[:length])
            if entries and (hit := self._usable(entries, state, text, length, column)):
                return hit
        return None

    def _usable(
        self, entries: tuple[_Entry, ...], state: _State, text: str, length: int, column: Level | None
    ) -> _Hit | None:
        """Of the divisions with this name those of the surest form that can be meant here; entries come sorted."""
        found: list[_Entry] = []
        found_end = 0
        for entry in entries:
            if found and entry.form is not found[0].form:
                break
            if not _is_related(entry.prefix, state.prefix):
                continue
            if end := self._end(entry, state, text, length, column):
                found.append(entry)
                found_end = end
        return _Hit(tuple(found), found_end) if found else None

    def _readable(self, text: str) -> Iterator[int]:
        """Lengths, longest first, at which ``text`` may begin with a name."""
        return (length for length in self._lengths.get(text[:2], ()) if length <= len(text))

    def _end(self, entry: _Entry, state: _State, text: str, length: int, column: Level | None) -> int:
        """Where the name ends in ``text``; 0 when it cannot be meant here."""
        if entry.level == Level.TOWNSHIP:
            return self._township_end(entry, state, text, length, column)
        if not is_whole(text, length, entry.form) and not self._continues_below(entry, text, length):
            return 0
        if state.code in entry.parents or state.prefix.startswith(entry.prefix):
            return length
        if text[:length] in NAMELESS:
            return 0
        if entry.form is Form.BARE:
            return length if self._is_bare_trusted(entry, text, length, column) else 0
        return length

    def _township_end(self, entry: _Entry, state: _State, text: str, length: int, column: Level | None) -> int:
        """A township without its kind counts in its column, before a changed kind, or before its health center."""
        if entry.form is Form.FULL:
            return township_end(text, length)
        if kind := TOWNSHIP_KIND.match(text, length):
            return kind.end() if is_whole(text, kind.end(), Form.FULL) else 0
        if column is Level.TOWNSHIP and length == len(text):
            return length
        is_near = state.code in entry.parents
        return length if is_near and HEALTH_CENTER.match(text, length) else 0

    def _continues_below(self, entry: _Entry, text: str, end: int) -> bool:
        """What looks like the name going on is a division of its own: 江苏|镇江市, 唐山市|路南区."""
        for length in self._readable(text[end:]):
            for below in self._names.get(text[end : end + length], ()):
                if (
                    entry.division.code in below.parents
                    and (below.level < Level.TOWNSHIP or below.form is Form.FULL)
                    and is_whole(text, end + length, below.form)
                ):
                    return True
        return False

    def _is_bare_trusted(self, entry: _Entry, text: str, length: int, column: Level | None) -> bool:
        """A bare name with a level skipped: alone in its column, a city, or confirmed by a division of its own."""
        if entry.level == Level.CITY or (column and length == len(text)):
            return True
        inside = _State(entry.division.code, entry.prefix, entry.level, 0, "")
        following = self._hit(inside, text[length:].lstrip(SEPARATORS), None)
        return following is not None and all(len(e.prefix) > len(entry.prefix) for e in following.entries)

    def _choose(self, state: _State, entries: tuple[_Entry, ...], column: Level | None) -> _Entry | None:
        """The one entry that is meant; None when several could be."""
        if len(entries) == 1:
            return entries[0]
        promised = [e for e in entries if e.level == column]
        entries = tuple(promised) or entries
        here = [e for e in entries if len(e.prefix) <= len(state.prefix)]
        near = [e for e in entries if state.code in e.parents]
        if here and (entries[0].form is not Form.FULL or not near) and not promised:
            return here[0]
        pool = near or here or entries
        return pool[0] if len(pool) == 1 else None

    def _contradiction(self, state: _State, text: str, column: Level | None) -> _State | None:
        """A place named in full that lies elsewhere: only what both share is sure."""
        if not state.code:
            return None
        for length in self._readable(text):
            others = [e for e in self._names.get(text[:length], ()) if _contradicts(e, state, text, length, column)]
            if others:
                closest = max(others, key=lambda e: len(_common(e.prefix, state.prefix)))
                codes = (state.code, *(e.division.code for e in others[: MOST_CANDIDATES - 1]))
                shared = self._shared(closest.division.code, state.code)
                if shared is None:
                    return START._replace(rest=text, stop=Stop.CONFLICT, candidates=codes)
                return _State(shared.code, shared.prefix, shared.level, state.ground, text, Stop.CONFLICT, codes)
        return None

    def _nameless(self, state: _State, text: str) -> _State:
        """Nothing to read on; says so when it is a 城区 that only a city could tell apart."""
        named = self._names.get(text[:2], ()) if text[:2] in NAMELESS else ()
        codes = [e.division.code for e in named if _is_related(e.prefix, state.prefix) and e.form is Form.FULL]
        if not codes or not is_whole(text, 2, Form.FULL):
            return state._replace(rest=text)
        return state._replace(rest=text, stop=Stop.AMBIGUOUS, candidates=tuple(codes[:MOST_CANDIDATES]))

    def _shared(self, one: str, other: str) -> Division | None:
        above = {division.code for division in self.lineage(one)}
        return next((d for d in reversed(self.lineage(other)) if d.code in above), None)

    def _index(self, former: Iterable[FormerDivision]) -> dict[str, tuple[_Entry, ...]]:
        names: dict[str, list[_Entry]] = defaultdict(list)
        for division in self._by_code.values():
            for text, form in forms(division):
                names[_clean(text)].append(self._entry(division, form))
        for old in former:
            successor = self._by_code[old.successor]
            if not any(entry.division is successor for entry in names[old.name]):
                names[old.name].append(self._entry(successor, Form.CHANGED))
        return {text: tuple(sorted(entries, key=lambda e: e.form)) for text, entries in names.items()}

    def _entry(self, division: Division, form: Form) -> _Entry:
        parent = self._by_code.get(division.parent)
        above = (parent.parent,) if parent and parent.is_pseudo_city else ()
        return _Entry(form, division.prefix, int(division.level), (division.parent, *above), division)


def _clean(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip(SEPARATORS).removeprefix("中华人民共和国").removeprefix("中国")


def _children(divisions: Iterable[Division]) -> dict[str, tuple[Division, ...]]:
    children: dict[str, list[Division]] = defaultdict(list)
    for division in divisions:
        children[division.parent].append(division)
    return {code: tuple(these) for code, these in children.items()}


def _lengths(names: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """The lengths, longest first, of the names that begin with the same two characters."""
    lengths: dict[str, set[int]] = defaultdict(set)
    for name in names:
        lengths[name[:2]].add(len(name))
    return {head: tuple(sorted(these, reverse=True)) for head, these in lengths.items()}


def _is_related(prefix: str, other: str) -> bool:
    return prefix.startswith(other) or other.startswith(prefix)


def _contradicts(entry: _Entry, state: _State, text: str, length: int, column: Level | None) -> bool:
    level = entry.level
    if level > Level.COUNTY or _is_related(entry.prefix, state.prefix) or not is_whole(text, length, entry.form):
        return False
    if level == Level.COUNTY and entry.prefix[:2] != state.prefix[:2]:
        return False
    if column and length == len(text) and level < Level.COUNTY:
        return entry.form is not Form.CHANGED
    return entry.form <= Form.USUAL and length >= 3


def _common(one: str, other: str) -> str:
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    return one[:same]


def _ground(entry: _Entry, state: _State) -> int:
    if entry.form is Form.CHANGED:
        return GROUNDS.index(How.RENAMED)
    if state.code not in entry.parents:
        return GROUNDS.index(How.SKIPPED)
    return GROUNDS.index(How.EXACT if entry.form is Form.FULL else How.SHORT)


def _match(state: _State) -> Match:
    if not state.code:
        return Match("", None, How.NOTHING, state.rest, state.stop, state.candidates)
    return Match(state.code, Level(state.level), GROUNDS[state.ground], state.rest, state.stop, state.candidates)
