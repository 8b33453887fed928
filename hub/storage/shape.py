"""The shape of one lake table, and the refusal of frames that are not of it.

What lives here: the Arrow schema a table was declared with, its Polars
counterpart, and the crossing between the two. Delta's own writer casts without
a word (1.9 became 1, "7" became 7), so every frame is compared before anything
is written, and every file after it was read. What does not: files (`parts`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import cast
from urllib.parse import quote

import polars as pl
import pyarrow as pa

from hub.errors import StorageDamaged
from hub.storage.faults import FrameMismatch

Partition = Mapping[str, str]


class Shape:
    """Columns of a table in order, and which of them are partition columns.

    Raises:
        FrameMismatch: a partition column is missing or not text.
    """

    def __init__(
        self, name: str, schema: pa.Schema, partition_by: Sequence[str]
    ) -> None:
        self.name = name
        self.schema = schema
        self.partition_by = tuple(partition_by)
        for column in self.partition_by:
            if self.columns.get(column) != pl.String:
                raise self._mismatch(f"partition column {column} is not a text column")

    @cached_property
    def columns(self) -> dict[str, pl.DataType]:
        """Every column with its Polars type, in table order."""
        return polars_columns(self.schema)

    @cached_property
    def stored(self) -> pa.Schema:
        """The Arrow schema inside the files: without the partition columns."""
        return pa.schema([f for f in self.schema if f.name not in self.partition_by])

    def folder_of(self, partition: Partition) -> str:
        """The folder of one partition, values percent-encoded; "" where there is none.

        Raises:
            FrameMismatch: other columns than the table's, or an empty value, which
                Delta Lake would read back as null.
        """
        if set(partition) != set(self.partition_by):
            raise self._mismatch(
                f"the partition names {sorted(partition)}, "
                f"the table {sorted(self.partition_by)}"
            )
        empty = [column for column in self.partition_by if not partition[column]]
        if empty:
            raise self._mismatch(f"partition value of {empty[0]} is empty")
        return "".join(
            f"{column}={quote(partition[column], safe='')}/"
            for column in self.partition_by
        )

    def expect(self, frame: pl.DataFrame, partition: Partition) -> None:
        """Refuse a frame that is not of this shape; column order does not matter.

        The frame either leaves the partition columns out or holds the partition's
        value in every row.

        Raises:
            FrameMismatch: a column is missing, unknown, of another type, null where
                the table forbids it, or of another partition.
        """
        kept = [column for column in self.partition_by if column in frame.columns]
        wanted = {n: t for n, t in self.columns.items() if n not in self.partition_by}
        given = {n: t for n, t in frame.schema.items() if n not in kept}
        self._refuse_difference(wanted, given)
        for column in kept:
            if not frame[column].eq_missing(partition[column]).all():
                raise self._mismatch(f"rows of another partition in {column}")
        for field in self.stored:
            if not field.nullable and frame[field.name].null_count():
                raise self._mismatch(f"null in the required column {field.name}")

    def to_arrow(self, frame: pl.DataFrame) -> pa.Table:
        """Rows of a frame of this shape (`expect`) as the files hold them."""
        table = frame.select(self.stored.names).to_arrow(
            compat_level=pl.CompatLevel.oldest()
        )
        return table.cast(self.stored)

    def from_arrow(
        self, table: pa.Table, partition: Partition, columns: Sequence[str]
    ) -> pl.DataFrame:
        """The named columns of one read file, those of the partition added.

        A column the file does not have yet (the table was widened later) is null.

        Raises:
            StorageDamaged: the file holds another type than the table.
        """
        frame = cast(pl.DataFrame, pl.from_arrow(table))
        for name, dtype in frame.schema.items():
            if dtype != self.columns[name]:
                raise StorageDamaged(
                    f"read a file of the table {self.name}",
                    seen=f"column {name} is {dtype}, not {self.columns[name]}",
                    next_step="Find out who else writes this table; restore the file.",
                )
        known = set(frame.columns)
        if known.issuperset(columns):
            return frame if frame.columns == list(columns) else frame.select(columns)
        missing = [
            pl.repeat(
                partition.get(name),
                table.num_rows,
                dtype=self.columns[name],
                eager=True,
            ).alias(name)
            for name in columns
            if name not in known
        ]
        # Without a column of its own the frame has no height that could differ.
        whole = frame.with_columns(missing) if known else pl.DataFrame(missing)
        return whole.select(columns)

    def missing_in(self, stored: pa.Schema) -> pa.Schema:
        """The columns that this shape has and an existing table has not, if nullable.

        Raises:
            FrameMismatch: any other difference between the two.
        """
        there = polars_columns(stored)
        new = [f for f in self.schema if f.name not in there and f.nullable]
        names = {field.name for field in new}
        wanted = {n: t for n, t in self.columns.items() if n not in names}
        self._refuse_difference(wanted, there)
        return pa.schema(new)

    def _refuse_difference(
        self, wanted: Mapping[str, pl.DataType], given: Mapping[str, pl.DataType]
    ) -> None:
        faults = [f"{name} is missing" for name in wanted if name not in given]
        faults += [f"{name} is unknown" for name in given if name not in wanted]
        faults += [
            f"{name} is {given[name]}, not {wanted[name]}"
            for name in wanted
            if name in given and given[name] != wanted[name]
        ]
        if faults:
            raise self._mismatch("; ".join(faults[:10]))

    def _mismatch(self, seen: str) -> FrameMismatch:
        return FrameMismatch(
            f"write to the table {self.name}",
            seen=seen,
            next_step="This is a mistake in the hub, nothing was written: report it.",
        )


def polars_columns(schema: pa.Schema) -> dict[str, pl.DataType]:
    """An Arrow schema as Polars reads it."""
    return dict(cast(pl.DataFrame, pl.from_arrow(schema.empty_table())).schema)
