"""Where the header is and what its columns are called."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

from django.utils.translation import gettext

from keqing.core.sheets.guard import FILL_ROWS, Unreadable
from keqing.core.sheets.table import Cell

Synonyms = Mapping[str, Collection[str]]
Rows = Sequence[Sequence[Cell]]

NO_HEADER = "表里没有找到表头。"
WRITE_HEADER = "请在第一行写上每列的名称，再传一次。"
NO_ROWS_BELOW = "只有表头，下面没有数据。"
CHOSEN_BY_NAMES = "第 {row} 行有 {hits} 个认得的列名，当作表头。"
CHOSEN_BY_SHAPE = "没有认得的列名，第 {row} 行看起来像表头。"
TIE = "第 {others} 行也像表头，取了靠上的第 {row} 行。"
JOINED = "第 {top} 行和第 {row} 行合起来是表头。"
UNNAMED = "第 {column} 列"


@dataclass(frozen=True)
class Header:
    """Rows are counted from 0; `row_index` is the last row of the header, so data starts right below it."""

    row_index: int
    columns: tuple[str, ...]
    matched: dict[int, str]  # column index → field key
    top_index: int  # differs from row_index when two rows were joined
    reason: str  # for the person who confirms the mapping


# --- words ------------------------------------------------------------------------------------------------------------

_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|\{[^{}]*\}")
_DROPPED = re.compile(r"[\s*:#、,。.;_\-—\"'“”]+")


def normalized(label: str) -> str:
    """*客户名称（必填）： → 客户名称. What would leave nothing keeps its brackets' content."""
    folded = unicodedata.normalize("NFKC", label).casefold()
    bare = folded
    while (shorter := _BRACKETED.sub("", bare)) != bare:
        bare = shorter
    return _DROPPED.sub("", bare) or re.sub(r"[\W_]+", "", folded)


def _written(cell: Cell) -> str:
    return re.sub(r"\s+", " ", cell).strip() if isinstance(cell, str) else ""


# --- columns to fields ------------------------------------------------------------------------------------------------

_EXACT, _NORMALIZED, _CONTAINED = 3, 2, 1


def propose_mapping(columns: Sequence[Cell], synonyms: Synonyms) -> dict[int, str]:
    """Column index → field key; the surest pair first, then each column and each field once.

    An exact word beats a normalised one, that beats one inside the other (best at its end); then the left column.
    """
    pairs = [
        (-level, -closeness, index, order, field)
        for index, column in enumerate(columns)
        for order, (field, words) in enumerate(synonyms.items())
        for level, closeness in [_likeness(_written(column), words)]
        if level
    ]
    mapping: dict[int, str] = {}
    for _, _, index, _, field in sorted(pairs):
        if index not in mapping and field not in mapping.values():
            mapping[index] = field
    return dict(sorted(mapping.items()))


def _likeness(label: str, words: Iterable[str]) -> tuple[int, float]:
    if not label:
        return 0, 0.0
    return max((_likeness_to(label, word) for word in words), default=(0, 0.0))


def _likeness_to(label: str, word: str) -> tuple[int, float]:
    if label == word.strip():
        return _EXACT, 1.0
    here, there = normalized(label), normalized(word)
    if here and here == there:
        return _NORMALIZED, 1.0
    if there and normalized(label.rpartition("/")[2]) == there:
        return _NORMALIZED, 0.9  # the lower part of a joined header
    shorter, longer = sorted((here, there), key=len)
    if len(shorter) >= 2 and shorter in longer:
        # The end of a Chinese compound is what it is: 客户名称编码 is a code, 城市级别 is no city.
        return _CONTAINED, len(shorter) / len(longer) + (1.0 if longer.endswith(shorter) else 0.0)
    return 0, 0.0


# --- the header row ---------------------------------------------------------------------------------------------------

_LONGEST_NAME = 40
_LONGEST_GROUP = 12
_ENOUGH_FOR_A_TIE = 0.1


def find_header(rows_preview: Rows, synonyms: Synonyms) -> Header:
    """Raises Unreadable when the preview holds no header, or nothing below it."""
    known = {normalized(word): field for field, words in synonyms.items() for word in words}
    scores = {index: _score(rows_preview, index, known) for index in range(len(rows_preview))}
    scores = {index: score for index, score in scores.items() if score > 0}
    if not scores:
        raise Unreadable(NO_HEADER, WRITE_HEADER)
    highest = max(scores.values())
    best = min(index for index, score in scores.items() if highest - score < _ENOUGH_FOR_A_TIE)
    top, bottom = _span(rows_preview, best, known)
    if not any(_filled(row) for row in rows_preview[bottom + 1 :]):
        raise Unreadable(NO_ROWS_BELOW, FILL_ROWS)
    columns = _distinct(_names(rows_preview, top, bottom))
    hits = max(_hits(rows_preview[index], known) for index in (top, bottom))
    reason = _reason(scores, best, hits, (top, bottom))
    return Header(bottom, columns, propose_mapping(columns, synonyms), top, reason)


def _filled(row: Sequence[Cell]) -> list[Cell]:
    return [cell for cell in row if cell is not None and not (isinstance(cell, str) and not cell.strip())]


def _hits(row: Sequence[Cell], known: Mapping[str, str]) -> int:
    """Distinct fields whose word stands alone in a cell of the row."""
    return len({known[word] for cell in row if (word := normalized(_written(cell))) in known})


def _score(rows: Rows, index: int, known: Mapping[str, str]) -> float:
    """One for each known column name, less than one for looking like a header."""
    return _hits(rows[index], known) + _shape(rows, index)


def _shape(rows: Rows, index: int) -> float:
    """0 to 0.9: words rather than numbers, all different, none long, followed by rows about as wide."""
    cells = _filled(rows[index])
    if not cells:
        return 0.0
    names = [cell for cell in cells if _is_name(cell)]
    words = len(names) / len(cells)
    distinct = len(set(names)) / len(cells)
    below = [len(_filled(row)) for row in rows[index + 1 : index + 6]]
    followed = min(1.0, max(below, default=0) / len(cells))
    widest = max(len(_filled(row)) for row in rows)
    wide = len(cells) / widest
    return 0.9 * words * (0.2 * distinct + 0.3 * followed + 0.5 * wide)


_LOOKS_LIKE_DATA = re.compile(r"[\d\s.,:/%¥+-]+|.*\d{5,}.*|\d{4}[-/.年]\d.*")


def _is_name(cell: Cell) -> bool:
    if not isinstance(cell, str) or isinstance(cell, date):
        return False
    label = unicodedata.normalize("NFKC", cell).strip()
    return 0 < len(label) <= _LONGEST_NAME and not _LOOKS_LIKE_DATA.fullmatch(label)


def _reason(scores: Mapping[int, float], best: int, hits: int, span: tuple[int, int]) -> str:
    sentences = [(CHOSEN_BY_NAMES if hits else CHOSEN_BY_SHAPE).format(row=best + 1, hits=hits)]
    rivals = [i for i, score in scores.items() if i not in span and abs(scores[best] - score) < _ENOUGH_FOR_A_TIE]
    if rivals and len(rivals) <= 5:
        sentences.append(TIE.format(others="、".join(str(i + 1) for i in rivals), row=best + 1))
    if span[0] != span[1]:
        sentences.append(JOINED.format(top=span[0] + 1, row=span[1] + 1))
    return "".join(sentences)


# --- headers of two rows ----------------------------------------------------------------------------------------------


def _span(rows: Rows, best: int, known: Mapping[str, str]) -> tuple[int, int]:
    if best + 1 < len(rows) and _divides(rows[best], rows[best + 1]) and _are_parts(rows[best + 1], known):
        return best, best + 1
    if best > 0 and (_divides(rows[best - 1], rows[best]) or _groups(rows[best - 1], rows[best])):
        return best - 1, best
    return best, best


def _are_parts(lower: Sequence[Cell], known: Mapping[str, str]) -> bool:
    """A first row of data can have the same gaps; known words, or the same words again (金额 数量 金额 数量), tell."""
    labels = [label for label in _labels(lower) if label]
    return _hits(lower, known) > 0 or len(set(labels)) < len(labels)


def _divides(upper: Sequence[Cell], lower: Sequence[Cell]) -> bool:
    """The lower row names the parts of merged titles in the upper one, and is empty below titles that stand alone."""
    top, bottom = _labels(upper), _labels(lower)
    width = max(len(top), len(bottom))
    top += [""] * (width - len(top))
    bottom += [""] * (width - len(bottom))
    under_merged = [i for i in range(1, width) if bottom[i] and not top[i]]
    alone = [i for i in range(width) if top[i] and not bottom[i]]
    if not under_merged or not alone or not all(_is_group(cell) for cell in _filled(lower)):
        return False
    parts = [i for i in range(width) if bottom[i]]
    # Every part lies below a title or to the right of one; every part's title spans at least two columns.
    return all(top[i] or (bottom[i - 1] and i > 0) for i in parts) and len(parts) > len(under_merged)


def _groups(upper: Sequence[Cell], lower: Sequence[Cell]) -> bool:
    """The upper row holds at least two short titles, each above a run of named columns; a line of remarks does not."""
    titles = _filled(upper)
    top, bottom = _labels(upper), _labels(lower)
    if not 2 <= len(titles) < len(_filled(lower)) or not all(_is_group(cell) for cell in titles):
        return False
    starts = [i for i, label in enumerate(top) if label]
    last = max((i for i, label in enumerate(bottom) if label), default=0)
    return starts[-1] <= last and all(i < len(bottom) and bottom[i] for i in starts)


def _labels(row: Sequence[Cell]) -> list[str]:
    return [_written(cell) for cell in row]


def _is_group(cell: Cell) -> bool:
    label = _written(cell)
    return _is_name(cell) and len(label) <= _LONGEST_GROUP and not re.search(r"[:：]\s*\S", label)


# --- names ------------------------------------------------------------------------------------------------------------


def _names(rows: Rows, top: int, bottom: int) -> list[str]:
    lower = _labels_of_header(rows[bottom])
    if top != bottom:
        upper = _labels_of_header(rows[top])
        lower = _joined(upper, lower)
    width = max(_used(lower), max((_used(row) for row in rows[bottom + 1 :]), default=0))
    lower = (lower + [""] * width)[:width]
    return [name or gettext(UNNAMED).format(column=index + 1) for index, name in enumerate(lower)]


def _labels_of_header(row: Sequence[Cell]) -> list[str]:
    """A year or a month may be a column's name, so numbers and dates count here."""
    return [_written(cell) if isinstance(cell, str | None) else _number_name(cell) for cell in row]


def _number_name(cell: Cell) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _joined(upper: list[str], lower: list[str]) -> list[str]:
    names, group = [], ""
    width = max(len(upper), len(lower))
    for title, part in zip(upper + [""] * (width - len(upper)), lower + [""] * (width - len(lower)), strict=True):
        group = title or (group if part else "")
        names.append(f"{group}/{part}" if group and part and group != part else group or part)
    return names


def _used(row: Sequence[Cell]) -> int:
    return next((i for i in range(len(row), 0, -1) if _filled(row[i - 1 : i])), 0)


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """金额, 金额 → 金额, 金额(2)."""
    written, distinct = set(names), dict[str, None]()
    for name in names:
        numbered = (f"{name}({number})" for number in count(2))
        label = (
            name if name not in distinct else next(each for each in numbered if each not in written | distinct.keys())
        )
        distinct[label] = None
    return tuple(distinct)
