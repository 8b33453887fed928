"""The past weeks of every feed, as numbers per day.

What lives here: rows received and held per local day, how far a feed reaches and when
it last landed; from the ledger, in one query. What does not: judging it.

A delivery that covers far more time than its feed's usually do (a first fetch, a
backfill, the catch-up after an outage) measures no day and is left out of the days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

import polars as pl

from hub.flow.house import House
from hub.storage.alarm_history import COLUMNS, History

INSTANTS = ("since", "until", "as_of", "landed_at", "created_at")
TEXTS = ("partner", "feed", "kind", "name", "state")
LONG = 2  # times the usual span
SHORT = timedelta(hours=36)  # a span that is never too long
SCHEMA: dict[str, pl.DataType] = {
    name: pl.Datetime("us", "UTC") if name in INSTANTS
    else pl.String() if name in TEXTS
    else pl.Int64()
    for name in COLUMNS
}  # fmt: skip


@dataclass(frozen=True)
class Day:
    """What came of a feed on one local day."""

    rows: int
    held: int
    duplicate: int


@dataclass(frozen=True)
class Past:
    """The past of one feed; `batches` has SCHEMA and `day`, in the order of numbers."""

    batches: pl.DataFrame

    @cached_property
    def merged(self) -> pl.DataFrame:
        """Deliveries and replays that were taken in."""
        return self.batches.filter(
            pl.col("state") == "merged", pl.col("kind") != "retry"
        )

    @cached_property
    def came(self) -> pl.DataFrame:
        """Deliveries that came; one that was refused is none that is missing."""
        return self.batches.filter(
            pl.col("state").is_in(["failed", "landing"]).not_(),
            pl.col("kind") != "retry",
        )

    @property
    def reach(self) -> datetime | None:
        """How far what came reaches, in whatever order it came."""
        reach: datetime | None = self.came.select(REACH.max()).item()
        return reach

    @property
    def landed_at(self) -> datetime | None:
        """When something last landed."""
        landed: datetime | None = self.came.select(pl.col("landed_at").max()).item()
        return landed

    @property
    def tried_at(self) -> datetime | None:
        """When somebody last asked, whatever came of it."""
        asked = self.batches.filter(pl.col("kind") == "delivery")
        tried: datetime | None = asked.select(pl.col("created_at").max()).item()
        return tried

    def dated(self) -> list[tuple[date, datetime]]:
        """Own day and landing of every delivery that names or covers a day."""
        told = self.came.filter(
            pl.col("as_of").is_not_null() | pl.col("until").is_not_null(),
            pl.col("landed_at").is_not_null(),
        )
        return list(
            zip(told["day"].to_list(), told["landed_at"].to_list(), strict=True)
        )

    @cached_property
    def measured(self) -> pl.DataFrame:
        """Deliveries that measure a day, in the order of numbers.

        `speaks` is the batch that says what is in one: its newest replay, else itself.
        """
        own = self.merged.filter(pl.col("kind") == "delivery")
        span = pl.col("until") - pl.col("since")
        most = pl.max_horizontal(span.median() * LONG, pl.lit(SHORT))
        own = own.filter(span.is_null() | (span <= most).fill_null(value=True))
        again = self.merged.filter(pl.col("kind") == "replay").group_by("parent")
        return own.join(
            again.agg(speaks=pl.col("number").max()),
            left_on="number",
            right_on="parent",
            how="left",
            maintain_order="left",
        ).with_columns(pl.coalesce("speaks", "number"))

    def days(self, *, whole: bool) -> Mapping[date, Day]:
        """Rows per local day.

        Args:
            whole: each delivery is everything there is, so the last of a day counts.
        """
        count = pl.all().last() if whole else pl.all().sum()
        told = (
            self.measured.select(
                "day",
                pl.col("received").alias("rows"),
                (pl.col("quarantined") - pl.col("freed")).alias("held"),
                (pl.col("received") - pl.col("accepted") - pl.col("quarantined")).alias(
                    "duplicate"
                ),
            )
            .group_by("day", maintain_order=True)
            .agg(count)
        )
        columns = (told[name].to_list() for name in ("rows", "held", "duplicate"))
        return dict(zip(told["day"].to_list(), map(Day, *columns), strict=True))


REACH = pl.coalesce("as_of", "until", "landed_at")


def read_past(
    house: House, since: datetime, feed: tuple[str, str] | None = None
) -> Mapping[tuple[str, str], Past]:
    """Partner and feed → what came of it since an instant; of one feed, if named."""
    found = History(house.control.engine).batches_since(since, feed)
    frame = pl.DataFrame(found, schema=SCHEMA, orient="row")
    # What ends at midnight belongs to the day that ends there.
    end = pl.coalesce(
        "as_of", pl.col("until") - pl.duration(microseconds=1), "landed_at"
    )
    local = end.dt.convert_time_zone(house.city.timezone).dt.date()
    whole = frame.select(parent="number", whole="quarantined")
    # A retry frees what it takes in; a replay what it no longer keeps out.
    gain = (
        pl.when(pl.col("kind") == "retry")
        .then("accepted")
        .otherwise(pl.col("whole") - pl.col("quarantined"))
    )
    freed = (
        frame.filter(pl.col("state") == "merged", pl.col("parent").is_not_null())
        .join(whole, on="parent", how="left")
        .group_by("parent")
        .agg(gain.sum().alias("freed"))
    )
    frame = (
        frame.with_columns(local.alias("day"))
        .join(freed, left_on="number", right_on="parent", how="left")
        .with_columns(pl.min_horizontal(pl.col("freed").fill_null(0), "quarantined"))
        .sort("number")
    )
    parts = frame.partition_by("partner", "feed", as_dict=True)
    return {(str(key[0]), str(key[1])): Past(part) for key, part in parts.items()}


NOTHING = Past(pl.DataFrame(schema={**SCHEMA, "day": pl.Date(), "freed": pl.Int64()}))
