"""What was erased, when, why and by whom; and what must not come back.

What lives here: erasures and their tombstones in the control database, looked up in
bulk by key, and which files of the lake were replaced. What does not: erasing
(`hub.flow.erasure`). Nothing here holds a value of a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import orjson
import polars as pl
import sqlalchemy as sa

from hub.errors import MisuseError
from hub.storage.control import insert
from hub.storage.desk import Desk
from hub.storage.erasure_tables import ERASED_FILE, ERASURE, TOMBSTONE

WHOLE = "*"  # the column of a tombstone that stands for the whole row
PIECE = 50_000
TOMBSTONES: dict[str, pl.DataType] = {"key": pl.String(), "column": pl.String()}

# The keys go over as one value, as in `keys`.
FIND_SQLITE = """
    SELECT t.key, t."column" FROM json_each(:keys) AS w CROSS JOIN tombstone AS t
    WHERE t.dataset = :dataset AND t.key = w.value"""
FIND_POSTGRES = """
    SELECT t.key, t."column" FROM unnest(CAST(:keys AS text[])) AS w (key)
    JOIN tombstone AS t ON t.dataset = :dataset AND t.key = w.key"""
INTO = """
    INSERT INTO tombstone (dataset, key, "column", partner, erasure)"""
ONCE = """
    ON CONFLICT DO NOTHING"""
ROW = """
    VALUES (?, ?, ?, ?, ?)"""
LISTS = """
    SELECT w.*, :erasure FROM unnest(
        CAST(:dataset AS text[]), CAST(:key AS text[]), CAST(:column AS text[]),
        CAST(:partner AS text[])) AS w"""
STORE_SQLITE = "".join((INTO, ROW, ONCE))
STORE_POSTGRES = "".join((INTO, LISTS, ONCE))


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """One erasure.

    Attributes:
        number: counted over all; 0 until kept.
        rule: of `[[retention]]`; None for a row that somebody had erased.
        dataset, columns: what it erases; no columns: whole rows.
        reason, author: why, and on whose word.
        state: `erasing` until the values are gone everywhere.
        counts: what was rewritten, by place.
        made_at, ended_at: begin and end, UTC.
    """

    number: int = 0
    rule: str | None
    dataset: str
    columns: tuple[str, ...]
    reason: str
    author: str
    state: Literal["erasing", "done"] = "erasing"
    counts: Mapping[str, int]
    made_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Replaced:
    """A file of the lake that was written again without what was erased.

    Attributes:
        path: its path below the table.
        successor: path of the file in its place.
        rows_gone: published rows that it has less.
    """

    path: str
    successor: str
    rows_gone: int


class Erasures(Desk):
    """The erasures of one control database."""

    def open(self, given: Erasure, tombstones: pl.DataFrame) -> Erasure:
        """Keep an erasure with its tombstones, in one transaction.

        From then on no delivery and no replay brings the values in.

        Args:
            given: the erasure.
            tombstones: dataset, key, column, partner; one that is known stays.
        """
        told = {
            "rule": given.rule,
            "dataset": given.dataset,
            "columns": list(given.columns),
            "reason": given.reason,
            "author": given.author,
            "state": "erasing",
            "counts": dict(given.counts),
            "made_at": given.made_at,
        }
        with self._writing(None) as connection:
            number = connection.execute(
                sa.insert(ERASURE).values(told).returning(ERASURE.c.number)
            ).scalar_one()
            rows = tombstones.select(
                "dataset", "key", "column", "partner", pl.lit(number).alias("erasure")
            )
            for piece in rows.iter_slices(PIECE):
                if connection.dialect.name == "sqlite":
                    connection.exec_driver_sql(STORE_SQLITE, piece.rows())
                else:
                    lists = piece.drop("erasure").to_dict(as_series=False)
                    values = {**lists, "erasure": number}
                    connection.execute(sa.text(STORE_POSTGRES), values)
            return _find(connection, number)

    def close(self, number: int, counts: Mapping[str, int], at: datetime) -> Erasure:
        """Note that everything is gone."""
        with self._writing(None) as connection:
            connection.execute(
                sa.update(ERASURE)
                .where(ERASURE.c.number == number, ERASURE.c.state == "erasing")
                .values(state="done", counts=dict(counts), ended_at=at)
            )
            return _find(connection, number)

    def all(self, state: str | None = None) -> list[Erasure]:
        """Every erasure, the oldest first, or those of one state."""
        query = sa.select(ERASURE).order_by(ERASURE.c.number)
        if state is not None:
            query = query.where(ERASURE.c.state == state)
        with self._reading(None) as connection:
            return [_read(row) for row in connection.execute(query)]

    def datasets(self, among: Iterable[str]) -> frozenset[str]:
        """Those of these datasets of which anything was ever erased."""
        # One look into the index per dataset, however many tombstones there are.
        one = sa.select(sa.literal(1)).limit(1)
        with self._reading(None) as connection:
            return frozenset(
                name
                for name in among
                if connection.execute(one.where(TOMBSTONE.c.dataset == name)).first()
            )

    def lookup(self, dataset: str, keys: pl.Series) -> pl.DataFrame:
        """Tombstones of the given hub ids: key, column (`*` for the whole row)."""
        wanted = keys.drop_nulls().unique().sort()
        found = [pl.DataFrame(schema=TOMBSTONES)]
        with self._reading(None) as connection:
            is_sqlite = connection.dialect.name == "sqlite"
            for start in range(0, wanted.len(), PIECE):
                piece = wanted.slice(start, PIECE).to_list()
                query = sa.text(FIND_SQLITE if is_sqlite else FIND_POSTGRES).bindparams(
                    keys=orjson.dumps(piece).decode() if is_sqlite else piece
                )
                rows = connection.execute(query, {"dataset": dataset}).all()
                told = [tuple(row) for row in rows]
                found.append(pl.DataFrame(told, schema=TOMBSTONES, orient="row"))
        return pl.concat(found)

    def tombstones(self, number: int) -> pl.DataFrame:
        """The tombstones of an erasure: dataset, partner, key, column."""
        names = ("dataset", "partner", "key", "column")
        query = sa.select(*(TOMBSTONE.c[name] for name in names)).where(
            TOMBSTONE.c.erasure == number
        )
        with self._reading(None) as connection:
            rows = [tuple(row) for row in connection.execute(query)]
        schema = dict.fromkeys(names, pl.String)
        return pl.DataFrame(rows, schema=schema, orient="row")

    def record_files(
        self, number: int, table: str, replaced: Sequence[Replaced], *, version: int
    ) -> None:
        """Note which files took the place of which; telling twice is telling once.

        Args:
            number: of the erasure.
            table: lake name.
            replaced: the files.
            version: the first version of the table that never had the old ones.
        """
        with self._writing(None) as connection:
            query = insert(connection, ERASED_FILE).on_conflict_do_nothing()
            rows = [
                {
                    "table_name": table,
                    "path": one.path,
                    "successor": one.successor,
                    "erasure": number,
                    "rows_gone": one.rows_gone,
                    "version": version,
                }
                for one in replaced
            ]
            if rows:
                connection.execute(query, rows)

    def files_of(self, table: str) -> pl.DataFrame:
        """Replaced files of a table: path, successor, erasure, rows_gone, version."""
        names = ("path", "successor", "erasure", "rows_gone", "version")
        query = sa.select(*(ERASED_FILE.c[name] for name in names)).where(
            ERASED_FILE.c.table_name == table
        )
        with self._reading(None) as connection:
            rows = [tuple(row) for row in connection.execute(query)]
        schema = dict.fromkeys(names[:2], pl.String) | dict.fromkeys(
            names[2:], pl.Int64
        )
        return pl.DataFrame(rows, schema=schema, orient="row")


def _find(connection: sa.Connection, number: int) -> Erasure:
    row = connection.execute(
        sa.select(ERASURE).where(ERASURE.c.number == number)
    ).first()
    if row is None:
        raise MisuseError(
            f"find erasure {number}",
            seen="there is none of that number",
            next_step="`hub retention list` tells the numbers.",
        )
    return _read(row)


def _read(row: sa.Row[Any]) -> Erasure:
    told = dict(row._mapping)
    return Erasure(**told | {"columns": tuple(told["columns"])})
