"""Search tokens: what the full-text index holds for a name, and what a typed query asks of it.

A token's first character says what it is, so that no kind can be taken for another:

    芷  芷安      a Han character; two neighbouring ones
    dtp          a Latin word
    0999         a word that begins with a digit
    1zatdmd      initials from some character of the text to its end (a query asks for ``1zat*``)
    2zhiantang   full pinyin from some character to the end, cut to 24 letters
    x20bb7       (inside the above) a rare Han character that FTS5's older Unicode table does not know

Both engines get ready-made tokens: SQLite FTS5 with ``unicode61``, PostgreSQL with the ``simple`` configuration.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, product
from math import prod
from types import MappingProxyType

from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

Term = tuple[tuple[str, bool], ...]
"""Alternatives of which one must be found: (token, is_prefix)."""

LONGEST = 24  # letters of initials or pinyin kept
MOST_TERMS = 24  # FTS5 limits the depth of an expression; nobody means more than this
MOST_READINGS = 8  # of one text, when several of its characters are read in more than one way
LONGEST_PHRASE = 3  # place names; longer ones are idioms

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+")
_IS_HAN = re.compile(rf"[{_HAN}]")
_RARE = re.compile("[\u4db6-\u4dbf\u9fcd-\u9fff\U00020000-\U0003ffff]")
_PARTS = re.compile(r"[0-9]+|[^0-9]+")

# Characters read otherwise in names of people, places and medicines than their first dictionary reading says.
_OTHERWISE = (
    "阿e 柏bo 堡bu,pu 蚌beng 泌bi 秘bi 参shen 藏zang 曾zeng 查zha 单shan 长chang 朝zhao 车ju 晟sheng 乘sheng "
    "盛cheng 重chong 仇qiu 种chong 传zhuan 弹tan 翟zhai 调diao 都du 番pan 繁po 盖ge 莞wan 涡guo 行hang 巷hang "
    "会kuai 奇ji 系ji 贾gu 降jiang 角jue 校jiao 解xie 浚xun 筠jun 隗kui 乐yue,lao 六lu 露lou 绿lu 率shuai 落la 漯luo "
    "缪miao 牟mu 那nuo 娜nuo 能nai 区ou 朴piao,po 陂pi 便pian 埔bu 铅yan 犍qian 荨xun 覃qin 折she 召shao "
    "歙she,xi 莘shen 省xing 什shen 术zhu 宿xiu 洞tong 尉yu 蔚yu 圩xu 厦xia 洗xian 叶xie 荥xing 陉xing 血xue 员yun "
    "俞shu 乜nie 祭zhai 般bo 枸gou 澄deng 伽jia,qie 龟qiu 模mu 粘nian 茄qie 杉sha 宛yuan 吁yu 和huo"
)


@dataclass(frozen=True, slots=True)
class _Tables:
    syllables: Mapping[str, tuple[str, ...]]  # character -> readings, the likeliest first
    initials: Mapping[str, tuple[str, ...]]
    phrases: Mapping[str, tuple[str, ...]]  # only those with a reading the characters alone do not have
    beginnings: frozenset[str]  # the first two characters of each phrase


def index_tokens(texts: Iterable[str]) -> list[str]:
    """Every token by which one of the texts is to be found, without repeats."""
    found: dict[str, None] = {}
    for text in texts:
        tokens = _text_tokens(_runs(text))
        found.update(dict.fromkeys(map(_spelled, tokens) if _RARE.search(text) else tokens))
    return list(found)


def query_tokens(query: str) -> list[Term]:
    """Terms that must all be found. Empty when the query holds no letter, digit or character."""
    terms: dict[Term, None] = {}
    for word in query.split():
        for part in _joined(_runs(word)):
            for term in _han_terms(part) if _is_han(part) else [_word_term(part)]:
                terms[term] = None
    return list(terms)[:MOST_TERMS]


def sqlite_match(terms: Sequence[Term]) -> str:
    """An FTS5 MATCH expression; without terms one that matches nothing."""
    if not terms:
        return '""'
    return " AND ".join(f"({' OR '.join(_fts5_string(*each) for each in term)})" for term in terms)


def postgres_tsquery(terms: Sequence[Term]) -> str:
    """Text for ``to_tsquery('simple', …)`` or a cast to tsquery; without terms empty, which matches nothing."""
    return " & ".join(f"({' | '.join(_lexeme(*each) for each in term)})" for term in terms)


def _fts5_string(token: str, is_prefix: bool) -> str:
    quoted = token.replace('"', '""')
    return f'"{quoted}"{"*" if is_prefix else ""}'


def _lexeme(token: str, is_prefix: bool) -> str:
    quoted = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}'{':*' if is_prefix else ''}"


def _runs(text: str) -> list[str]:
    """Single Han characters and whole Latin or digit words; punctuation, blanks and places without a character vanish."""
    return [run for run in _RUN.findall(unicodedata.normalize("NFKC", text).lower()) if run.isalnum()]


def _joined(runs: Sequence[str]) -> list[str]:
    joined: list[str] = []
    for run in runs:
        if joined and _is_han(run) and _is_han(joined[-1]):
            joined[-1] += run
        else:
            joined.append(run)
    return joined


def _is_han(run: str) -> bool:
    return _IS_HAN.match(run) is not None


def _han_terms(run: str) -> list[Term]:
    if len(run) == 1:
        return [((_spelled(run), False),)]
    return [((_spelled(run[at : at + 2]), False),) for at in range(len(run) - 1)]


def _word_term(word: str) -> Term:
    if word.isdigit():
        return ((_marked(word), True),)
    cut = word[:LONGEST]
    return ((_marked(word), True), ("1" + cut, True), ("2" + cut, True))


def _marked(word: str) -> str:
    return "0" + word if word[0].isdigit() else word


def _spelled(token: str) -> str:
    return _RARE.sub(lambda found: f"x{ord(found[0]):x}", token)


def _text_tokens(runs: Sequence[str]) -> list[str]:
    tables = _tables()
    syllables = tables.syllables
    tokens: list[str] = []
    before = ""
    has_han = False
    for run in runs:
        if run in syllables or _is_han(run):
            has_han = True
            tokens.append(run)
            if before:
                tokens.append(before + run)
            before = run
        else:
            before = ""
            tokens += _word_tokens(run)
    if not has_han:
        return tokens
    phrases = {} if tables.beginnings.isdisjoint(tokens) else _phrase_readings(runs, tables)
    return tokens + _sound_tokens(runs, phrases, tables)


def _word_tokens(word: str) -> list[str]:
    parts: list[str] = _PARTS.findall(word)
    # H20123084 is also looked for by its digits alone.
    return [_marked(each) for each in ([word, *parts] if len(parts) > 1 else parts)]


def _phrase_readings(runs: Sequence[str], tables: _Tables) -> dict[int, tuple[str, ...]]:
    """Place → readings, where a phrase adds one to those of the character."""
    found: dict[int, tuple[str, ...]] = {}
    for at in range(len(runs) - 1):
        if runs[at] + runs[at + 1] in tables.beginnings:
            _read_phrase(runs, at, found, tables)
    return found


def _read_phrase(runs: Sequence[str], at: int, found: dict[int, tuple[str, ...]], tables: _Tables) -> None:
    for size in range(min(LONGEST_PHRASE, len(runs) - at), 1, -1):
        sounds = tables.phrases.get("".join(runs[at : at + size]))
        if sounds:
            for offset, sound in enumerate(sounds, at):
                known = found.get(offset) or tables.syllables.get(runs[offset]) or (runs[offset],)
                if sound not in known:
                    found[offset] = (sound, *known)
            return


def _sound_tokens(runs: Sequence[str], phrases: Mapping[int, tuple[str, ...]], tables: _Tables) -> list[str]:
    """Initials and full pinyin from every character to the end; a Latin word stands in both as it is."""
    readings = [tables.syllables.get(run) or (run,) for run in runs]
    initials = [tables.initials.get(run) or (run,) for run in runs]
    for at, sounds in phrases.items():
        readings[at], initials[at] = sounds, _initials(sounds)
    tokens: list[str] = []
    for mark, choices in (("1", initials), ("2", readings)):
        for way in _ways(choices):
            tokens += _endings(mark, way)
    return tokens


@lru_cache(maxsize=4096)
def _initials(sounds: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sound[0] for sound in sounds))


def _ways(readings: Sequence[tuple[str, ...]]) -> Iterable[Sequence[str]]:
    """All ways to read a text; when they are too many, the likeliest and those that differ from it in one character."""
    first = [sounds[0] for sounds in readings]
    count = prod(map(len, readings))
    if count == 1:
        return (first,)
    if count <= MOST_READINGS:
        return product(*readings)
    return [first] + [
        [*first[:at], sound, *first[at + 1 :]] for at, sounds in enumerate(readings) for sound in sounds[1:]
    ]


def _endings(mark: str, sounds: Sequence[str]) -> list[str]:
    whole = "".join(sounds)
    if len(whole) == len(sounds):
        return [mark + whole[start : start + LONGEST] for start in range(len(whole))]
    starts = accumulate(map(len, sounds[:-1]), initial=0)
    return [mark + whole[start : start + LONGEST] for start in starts]


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    syllables: dict[str, tuple[str, ...]] = {
        chr(point): (_toneless(marked.split(",")[0]),) for point, marked in PINYIN_DICT.items()
    }
    for entry in _OTHERWISE.split():
        character, others = entry[0], entry[1:].split(",")
        syllables[character] = tuple(dict.fromkeys((*syllables[character], *others)))
    phrases = dict(_unexpected_phrases(syllables))
    return _Tables(
        syllables=MappingProxyType(syllables),
        initials=MappingProxyType({each: _initials(sounds) for each, sounds in syllables.items()}),
        phrases=MappingProxyType(phrases),
        beginnings=frozenset(phrase[:2] for phrase in phrases),
    )


def _unexpected_phrases(syllables: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for phrase, readings in PHRASES_DICT.items():
        if len(phrase) > LONGEST_PHRASE or len(phrase) != len(readings):
            continue
        sounds = tuple(_toneless(reading[0]) for reading in readings)
        if any(sound not in syllables.get(each, (sound,)) for each, sound in zip(phrase, sounds, strict=True)):
            yield phrase, sounds


@lru_cache(maxsize=4096)
def _toneless(marked: str) -> str:
    """``lǜ`` becomes ``lv``, as it is typed."""
    bare = unicodedata.normalize("NFD", marked).replace("u\u0308", "v")
    return "".join(letter for letter in bare if letter.isascii() and letter.isalpha()) or "n"
