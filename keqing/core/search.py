"""Own search tokens in FTS5 (`unicode61`) or PostgreSQL (`tsvector`): found by one or two characters and initials.

A noun with search texts has a table `<its table>_search` beside its own; the row's key is the document's key.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, migrations
from django.db.models import F, QuerySet
from django.db.models.expressions import RawSQL

from keqing.core.models import Base
from keqing.core.tokens import Term, index_tokens, postgres_tsquery, query_tokens, sqlite_match

Document = tuple[int, list[str]]
"""A row's key and its tokens."""


@dataclass(frozen=True)
class Hit:
    """One line of the global search."""

    label: str
    detail: str
    url: str
    icon: str


FEW, MANY = 1000, 5000  # hits


def search_table(model: type[Base]) -> str:
    return f"{model._meta.db_table}_search"


def create_index(table: str) -> migrations.RunPython:
    """Migration operation: the search table of `table`."""

    def forward(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.alias != "default":
            return
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"CREATE TABLE {table}_search (id bigint PRIMARY KEY, tokens tsvector NOT NULL)")
            schema_editor.execute(f"CREATE INDEX {table}_search_tokens ON {table}_search USING gin (tokens)")
        else:
            schema_editor.execute(
                f"CREATE VIRTUAL TABLE {table}_search USING fts5(tokens, "
                "columnsize=0, detail=none, tokenize='unicode61 remove_diacritics 0', prefix='2 3 4')"
            )

    def backward(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.alias == "default":
            schema_editor.execute(f"DROP TABLE {table}_search")

    return migrations.RunPython(forward, backward)


def index_rows(model: type[Base], rows: Sequence[Base]) -> None:
    """Write the tokens of these rows anew."""
    write_documents(model, documents_of(rows))


def documents_of(rows: Sequence[Base]) -> list[Document]:
    return [(row.pk, index_tokens(texts)) for row in rows if (texts := row.search_texts())]


def write_documents(model: type[Base], documents: Sequence[Document]) -> None:
    if documents:
        write = _write_postgres if connection.vendor == "postgresql" else _write_sqlite
        write(search_table(model), documents)


def _write_sqlite(table: str, documents: Sequence[Document]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT OR REPLACE INTO {table}(rowid, tokens) VALUES (%s, %s)",
            [(pk, " ".join(tokens)) for pk, tokens in documents],
        )


def _write_postgres(table: str, documents: Sequence[Document]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table}(id, tokens) VALUES (%s, array_to_tsvector(%s)) "
            "ON CONFLICT (id) DO UPDATE SET tokens = excluded.tokens",
            documents,
        )


@dataclass(frozen=True)
class Words:
    """What was typed, as questions to the search table of one noun."""

    table: str
    terms: Sequence[Term]

    def hits(self, most: int) -> list[int] | None:
        """Keys of all rows that hold the words, of those in the bin too; None when there are more than `most`."""
        if self.is_frequent(most):
            return None
        keys = self._keys(f"{self.asked} LIMIT {most + 1}", [self.match])
        return keys if len(keys) <= most else None

    def is_frequent(self, most: int) -> bool:
        """Whether there are probably more hits than that: SQLite counts, PostgreSQL guesses."""
        return (_guessed(self) if connection.vendor == "postgresql" else self.count(most + 1)) > most

    def count(self, most: int) -> int:
        """How many hits, those in the bin too; counting ends at `most`."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM ({self.asked} LIMIT {most}) hits", [self.match])
            found: int = cursor.fetchone()[0]
        return found

    def among(self, keys: Sequence[int]) -> list[int]:
        """Those of the keys whose rows hold the words, each row looked at by itself."""
        if not keys:
            return []
        condition, values = one_of(keys)
        test, words = self._test()
        return self._keys(f"SELECT id FROM {self._rows} WHERE id {condition} AND {test}", [*values, *words])

    def held_by(self, row: str) -> tuple[str, list[str]]:
        """The same as a condition on one row of a query; `row` is the SQL of its key."""
        test, words = self._test()
        return f"EXISTS (SELECT 1 FROM {self._rows} WHERE id = {row} AND {test})", words

    @property
    def asked(self) -> str:
        """The question to the index, with one parameter, `match`."""
        if connection.vendor == "postgresql":
            return f"SELECT id FROM {self.table} WHERE tokens @@ %s::tsquery"
        return f"SELECT rowid FROM {self.table} WHERE {self.table} MATCH %s"

    @property
    def one_of_hits(self) -> str:
        """Condition on a key, with one parameter, `match`; says to fetch the hits first, wherever it stands."""
        return f"= ANY(ARRAY({self.asked}))" if connection.vendor == "postgresql" else f"IN ({self.asked})"

    @property
    def match(self) -> str:
        return postgres_tsquery(self.terms) if connection.vendor == "postgresql" else sqlite_match(self.terms)

    @property
    def _rows(self) -> str:
        """Where the tokens of a row lie by its key; FTS5 has a table of contents (its documentation, "Internals")."""
        return self.table if connection.vendor == "postgresql" else f"{self.table}_content"

    def _test(self) -> tuple[str, list[str]]:
        if connection.vendor == "postgresql":
            return "tokens @@ %s::tsquery", [self.match]
        # FTS5 starts the whole search anew for each row it is asked about (140 µs); its text says the same in 2
        tests = [_test_sqlite(term) for term in self.terms]
        return " AND ".join(test for test, _ in tests), [word for _, words in tests for word in words]

    def _keys(self, sql: str, params: Sequence[Any]) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return [key for (key,) in cursor.fetchall()]


def words_of(model: type[Base], query: str) -> Words | None:
    """None when the query holds nothing that could be searched for."""
    terms = query_tokens(query)
    return Words(search_table(model), terms) if terms else None


def one_of(keys: Sequence[int]) -> tuple[str, list[str]]:
    """Condition on a column: one of these keys, however many, in one parameter."""
    listed = ",".join(map(str, keys))
    if connection.vendor == "postgresql":
        return "= ANY(%s::bigint[])", [f"{{{listed}}}"]
    return "IN (SELECT value FROM json_each(%s))", [f"[{listed}]"]


def _test_sqlite(term: Term) -> tuple[str, list[str]]:
    """What the alternatives have in common is looked for first: most rows have not even that."""
    whole = [f" {token}" if is_prefix else f" {token} " for token, is_prefix in term]
    common = min((token for token, _ in term), key=len)
    any_of = " OR ".join(["instr(' ' || c0 || ' ', %s)"] * len(whole))
    if len(term) == 1 or not all(common in word for word in whole):
        return f"({any_of})", whole
    return f"instr(c0, %s) AND ({any_of})", [common, *whole]


def _guessed(words: Words) -> int:
    """How many hits the planner expects: from its statistics, since counting them costs as much as reading them."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {words.asked}", [words.match])
        found = re.search(r"rows=(\d+)", cursor.fetchone()[0])
    return int(found[1]) if found else 0


def matching(rows: QuerySet[Any], query: str) -> QuerySet[Any]:
    """Narrow rows to those the query finds; an empty query finds all, an unsearchable one finds nothing."""
    if not query.strip():
        return rows
    words = words_of(rows.model, query)
    if words is None:
        return rows.none()
    found = RawSQL(words.asked, [words.match])
    if connection.vendor == "postgresql":
        # Keys when they are few: from a query PostgreSQL guesses badly how many there are, and then walks the whole
        # list in its order instead of asking the index (48 ms against 8 at 120,000 rows).
        hits = words.hits(FEW)
        return rows.filter(pk__in=found if hits is None else hits)
    if not words.is_frequent(MANY):
        return rows.filter(pk__in=found)
    # Not the key itself, by which SQLite would look up every hit and sort them: it is to follow the list's order.
    walked: QuerySet[Any] = rows.alias(key_of_hit=F("pk") + 0).filter(key_of_hit__in=found)
    return walked


def forget(model: type[Base], keys: Sequence[int]) -> None:
    """Remove the tokens of rows that are destroyed."""
    if model.search_texts is Base.search_texts:
        return
    key = "id" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        cursor.executemany(f"DELETE FROM {search_table(model)} WHERE {key} = %s", [(pk,) for pk in keys])
