"""A table of a release at hand: which rows are asked for, and what they hold.

What lives here: finding row numbers in the index under a time limit, and taking those
rows out of the memory-mapped columns, only the columns wanted. What does not: making
a shelf (`build`), who may see what, masks.

Row numbers are the order of the lake's files; they stay as long as the release does,
so a page goes on exactly where the last one ended.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa

from hub.errors import StorageDamaged
from hub.sharing.seen_rows import ALL_ROWS, SeenRows
from hub.sharing.shelf.asking import After, Statement, statements
from hub.sharing.shelf.conditions import AnyOf, Condition, Order
from hub.sharing.shelf.sums import INDEX, ROWS, is_as_sealed

BATCH = 65_536
STEPS = 20_000  # of SQLite's machine between two looks at the clock


def masked_name(column: str, mask: str) -> str:
    """What a column is called that a shelf holds masked."""
    return f"{column}~{mask}"


class TooSlow(Exception):
    """The rows were not found within the time limit."""


class TornShelf(StorageDamaged):
    """Columns or index of a shelf are not what was made; the lake still has the rows.

    Args:
        folder: of the shelf, to be made anew.
        table: its name.
    """

    def __init__(self, folder: Path, table: str) -> None:
        self.folder = folder
        super().__init__(
            f"read the shelf of {table}",
            seen="a file of it is damaged",
            next_step="It is made anew from the lake; see to the disk of the home.",
        )


class Shelf:
    """One table of a release; safe to use from many threads.

    Args:
        folder: with ROWS and INDEX.
        table: its name.
        schema: column → type.
    """

    def __init__(
        self, folder: Path, table: str, schema: Mapping[str, pl.DataType]
    ) -> None:
        self.folder = folder
        self.table = table
        self.schema = dict(schema)
        self._local = threading.local()

    @cached_property
    def _batches(self) -> list[pa.RecordBatch]:
        try:
            with pa.memory_map(str(self.folder / ROWS)) as source:
                file = pa.ipc.open_file(source)
                return [file.get_batch(nth) for nth in range(file.num_record_batches)]
        except (pa.ArrowException, OSError):
            raise TornShelf(self.folder, self.table) from None

    @cached_property
    def kinds(self) -> dict[str, pl.DataType]:
        """Column → type, those that it holds masked among them."""
        if not self._batches:
            return self.schema
        held = self._batches[0].schema.names
        return self.schema | {
            name: pl.String() for name in held if name not in self.schema
        }

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *accumulate(one.num_rows for one in self._batches)]

    @property
    def rows(self) -> int:
        """How many rows it holds."""
        return self._starts[-1]

    def find(
        self,
        *,
        seen: SeenRows = ALL_ROWS,
        conditions: Sequence[Condition | AnyOf] = (),
        order: Order | None = None,
        after: After | None = None,
        skip: int = 0,
        limit: int | None = None,
        others: Mapping[str, Shelf] | None = None,
        seconds: float = 30.0,
    ) -> list[After]:
        """Where the rows asked for are, in their order.

        Args:
            seen: rows that may be seen at all.
            conditions: all of them hold.
            order: else rows come as they lie.
            after: begin behind this row.
            skip: leave out so many first; they are counted, so `after` is cheaper.
            limit: at most so many.
            others: shelves of the datasets that `seen` looks keys up in.
            seconds: time limit.

        Raises:
            TooSlow: they were not found in time.
            TornShelf: the index cannot be read.
        """
        if not conditions and seen.is_all and order is None:
            begin = skip + (0 if after is None else after.number + 1)
            end = self.rows if limit is None else min(self.rows, begin + limit)
            return [After(number) for number in range(begin, end)]
        lookups = dict.fromkeys(seen.lookups)
        names = {one: f"of_{one.dataset}" for one in lookups}
        attached = {names[one]: (others or {})[one.dataset] for one in names}
        index = self._index(attached)
        until = time.monotonic() + seconds
        index.set_progress_handler(lambda: time.monotonic() > until, STEPS)
        found: list[After] = []
        for asked in statements(seen, conditions, order, after, names):
            left = -1 if limit is None else limit - len(found)
            if left == 0:
                break
            try:
                paged = f"{asked.sql} LIMIT ? OFFSET ?"
                rows = index.execute(paged, (*asked.values, left, skip)).fetchall()
                found += [After(*row) for row in rows]
                if skip:
                    skip = 0 if rows else skip - _count(index, asked)
            except sqlite3.Error as problem:
                if problem.sqlite_errorname == "SQLITE_INTERRUPT":
                    raise TooSlow from None
                raise self._torn(attached) from None
        return found

    def take(self, numbers: Sequence[int], columns: Sequence[str]) -> pl.DataFrame:
        """Rows by their numbers, in the order given; null columns and all."""
        if not columns:
            return pl.DataFrame()
        return pl.DataFrame(self.taken(numbers, columns))

    def taken(self, numbers: Sequence[int], columns: Sequence[str]) -> pa.RecordBatch:
        """The same as Arrow has them."""
        wanted = list(columns)
        if not numbers or not self._batches:
            schema = {name: self.kinds[name] for name in wanted}
            empty = pl.DataFrame(schema=schema)
            told = empty.to_arrow(compat_level=pl.CompatLevel.oldest())
            return pa.RecordBatch.from_pylist([], schema=told.schema)
        asked = np.asarray(numbers)
        place = np.argsort(asked, kind="stable")
        ordered = asked[place]
        pieces = []
        cuts = np.searchsorted(ordered, self._starts)
        for nth, (begin, end) in enumerate(pairwise(cuts)):
            if begin == end:
                continue
            batch, inside = self._batches[nth], ordered[begin:end] - self._starts[nth]
            chosen = batch.select(wanted)
            if inside[-1] - inside[0] + 1 == len(inside):
                pieces.append(chosen.slice(int(inside[0]), len(inside)))
            else:
                pieces.append(chosen.take(pa.array(inside)))
        # A page mostly is of one piece.
        found = pieces[0] if len(pieces) == 1 else pa.concat_batches(pieces)
        if np.array_equal(place, np.arange(len(place))):
            return found
        return found.take(pa.array(np.argsort(place, kind="stable")))

    def batches(
        self, columns: Sequence[str], after: After | None = None
    ) -> Iterator[pa.RecordBatch]:
        """All rows behind one, as they lie, a bounded number at a time."""
        begin = 0 if after is None else after.number + 1
        first = max(0, bisect_right(self._starts, begin) - 1)
        for nth in range(first, len(self._batches)):
            start = max(0, begin - self._starts[nth])
            batch = self._batches[nth].select(list(columns)).slice(start)
            if batch.num_rows:
                yield batch

    def spans(
        self, columns: Sequence[str], after: After | None = None
    ) -> Iterator[pl.DataFrame]:
        """The same as frames."""
        for batch in self.batches(columns, after):
            yield pl.DataFrame(pa.Table.from_batches([batch]))

    def _index(self, attached: Mapping[str, Shelf]) -> sqlite3.Connection:
        known: dict[tuple[str, ...], sqlite3.Connection]
        known = self._local.__dict__.setdefault("known", {})
        key = tuple(f"{name}={one.folder.name}" for name, one in attached.items())
        if key not in known:
            try:
                index = sqlite3.connect(_read_only(self), uri=True)
                for name, one in attached.items():
                    index.execute(f"ATTACH ? AS {name}", (_read_only(one),))
            except sqlite3.Error:
                raise self._torn(attached) from None
            known[key] = index
        return known[key]

    def _torn(self, attached: Mapping[str, Shelf]) -> TornShelf:
        """Of the shelves that were looked at the one that is damaged."""
        for one in attached.values():
            if not one.is_whole():
                return TornShelf(one.folder, one.table)
        return TornShelf(self.folder, self.table)

    def is_whole(self) -> bool:
        """Whether its files hold what was written; reads every byte of them."""
        return is_as_sealed(self.folder)


def _count(index: sqlite3.Connection, asked: Statement) -> int:
    counted = index.execute(f"SELECT count(*) FROM ({asked.sql})", asked.values)  # noqa: S608
    return int(counted.fetchone()[0])


def _read_only(shelf: Shelf) -> str:
    return f"file:{shelf.folder / INDEX}?mode=ro&immutable=1"
