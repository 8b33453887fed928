"""What the source shows now, read by the same code as every delivery.

What lives here: parts → rows → facts, streaming; of each fact only key, digest and
hashes go on, into buckets. Nothing is landed and nothing is staged. What does not:
which deliveries are asked for (`feed`), what the rows mean for the hub (`reasons`).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import polars as pl

from hub.connectors.base import Part
from hub.connectors.decode import Rows, Wanted, decode
from hub.flow.chunks import Judged, Seen, judge
from hub.flow.context import make_context
from hub.flow.house import House
from hub.flow.reconcile.buckets import Buckets
from hub.flow.reconcile.cells import hashed
from hub.flow.reconcile.outcome import INSTANT
from hub.flow.reconcile.reasons import SOURCE
from hub.flow.reconcile.spans import Pulls, Told
from hub.flow.split import gather, number_rows
from hub.partners.spec import Feed, Partner

UNSTORED = "now"  # stands where a stored row names its batch


@dataclass
class Reading:
    """One reading of a feed, and what it has come to.

    Attributes:
        kept: the hub's quarantined keys (`held.KEPT`).
        sinks: dataset → where its rows go.
        columns: dataset → its compared columns.
        beyond: rows of this instant and later are only known to be there.
        listed: rows seen so far.
        as_of: the day that the source named last.
    """

    house: House
    partner: Partner
    feed: Feed
    pulls: Pulls
    kept: pl.DataFrame
    sinks: Mapping[str, Buckets]
    columns: Mapping[str, list[str]]
    beyond: datetime | None = None
    listed: int = 0
    as_of: datetime | None = None
    _dates: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._dates = dating_columns(self.feed)

    def take(
        self, parts: Iterable[Part], as_of: datetime | None, told: Told | None
    ) -> int:
        """Read one delivery; how many rows it has.

        Args:
            parts: as the connector gives them.
            as_of: the day that the delivery names before it is opened.
            told: what the hub knows of all of its rows (files, listings).
        """
        self.as_of = as_of
        before, seen = self.listed, Seen()
        for rows in gather(self._rows(parts)):
            ctx = make_context(
                self.house,
                self.partner,
                self.feed,
                batch_id=UNSTORED,
                landed_at=self.house.now(),
                as_of=self.as_of,
            )
            judged = judge(self.house.city, rows, ctx, seen)
            self.listed += len(judged.rows)
            self._put(judged, told)
        return self.listed - before

    def _rows(self, parts: Iterable[Part]) -> Iterator[Rows]:
        wanted = Wanted.of(self.feed)
        for part in parts:
            self.as_of = self.as_of or part.meta.as_of
            with opened(part.body) as body:
                for rows in decode(body, part.meta, wanted):
                    yield number_rows(rows, part.meta.sequence)

    def _put(self, judged: Judged, told: Told | None) -> None:
        by_row = self._by_row(judged)
        for name, facts in judged.facts.items():
            made = facts.select(
                "key",
                "row",
                "version_at",
                "row_digest",
                *hashed(name, self.columns[name]),
                changed="source_updated_at",
            ).join(by_row, on="row", how="left")
            self.sinks[name].add(self._marked(made, told))

    def _marked(self, made: pl.DataFrame, told: Told | None) -> pl.DataFrame:
        instant = pl.coalesce("changed", "instant")
        if told is not None:
            marks = {
                "told": pl.lit(told.word),
                "told_change": pl.lit(told.word),
                "told_batch": pl.lit(told.batch, pl.String),
            }
        else:
            marks = self.pulls.mark(instant, self.as_of)
        if self.beyond is not None:
            over = (instant >= self.beyond).fill_null(value=False)
            marks["told"] = (
                pl.when(over).then(pl.lit("beyond")).otherwise(marks["told"])
            )
        flags = ("rejected", "keyless", "waiting")
        return made.with_columns(
            *(pl.col(name).fill_null(value=False) for name in flags), **marks
        )

    def _by_row(self, judged: Judged) -> pl.DataFrame:
        """What holds for all facts of a row as sent: it is taken whole or not."""
        told = pl.concat(
            [
                pl.DataFrame(schema={"row": pl.Int64, "key": pl.String}),
                *(facts.select("row", "key") for facts in judged.facts.values()),
            ]
        )
        kept = (
            told.join(self.kept, on="key")
            .sort("kept_number")
            .unique("row", keep="last", maintain_order=True)
            .drop("key")
        )
        out = judged.findings.filter(
            pl.col("row").is_in(judged.rejected.implode())
        ).group_by("row").agg(
            rejected=pl.lit(value=True),
            keyless=pl.col("key").is_null().all(),
            now=pl.col("rule").filter(pl.col("severity") == "reject").unique().sort(),
        )  # fmt: skip
        rows = told.select("row").unique()
        joined = (
            rows.join(kept, on="row", how="left")
            .join(out, on="row", how="left")
            .join(self._instants(judged), on="row", how="left")
        )
        return joined.with_columns(rules=pl.coalesce("kept_rules", "now")).drop(
            "kept_rules", "now"
        )

    def _instants(self, judged: Judged) -> pl.DataFrame:
        """When a row came to be, where a window of creation is asked for."""
        empty = pl.DataFrame(schema={"row": pl.Int64, "instant": INSTANT})
        found = [
            judged.facts[name].select("row", instant=pl.col(column))
            for name, column in self._dates.items()
            if name in judged.facts
        ]
        return pl.concat([empty, *found]).drop_nulls().unique("row", keep="first")


def dating_columns(feed: Feed) -> dict[str, str]:
    """Dataset → the column by which the source bounds a window, change time apart.

    A database names it (`from`); an interface that knows only the time of creation
    means the one at which a case was reported.
    """
    window = feed.read.window
    if window is None or feed.changed is not None:
        return {}
    named = {
        emit.dataset: column
        for emit in feed.emits
        for column, given in emit.columns.items()
        if given.field == window.from_ and column.endswith("_at")
    }
    reported = {
        emit.dataset: "reported_at" for emit in feed.emits if emit.dataset == "issue"
    }
    return named or reported


def opened(body: bytes | Path) -> AbstractContextManager[BinaryIO]:
    """The body of a part, from its beginning."""
    if isinstance(body, bytes):
        return io.BytesIO(body)
    return body.open("rb")


def source_schema(columns: list[str]) -> dict[str, pl.DataType]:
    """`SOURCE` and one hash per compared column."""
    return SOURCE | {f"h:{column}": pl.UInt64() for column in columns}
