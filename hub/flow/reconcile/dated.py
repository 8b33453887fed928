"""By which instant a source counts a day, and how many of its rows the hub holds.

What lives here: whether the days of a feed can be held against a count at all, and
counting what was let in, from staged rows. It counts rather too many than too few, so
that no row that came is told as missing. What does not: asking the source, rows that
were kept out (`day_counts`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import polars as pl

from hub.connectors.windows import smallest_step
from hub.flow.months import overlaps
from hub.flow.reconcile.outcome import INSTANT
from hub.partners.spec import Emit, Feed, Partner
from hub.storage.batches import Batch
from hub.storage.lake import LakeTable

CHANGED = "source_updated_at"
REPORTED = "reported_at"
EVER = datetime.max.replace(tzinfo=UTC)
ROWS: dict[str, pl.DataType] = {
    "key": pl.String(),
    "at": INSTANT,
    "row_digest": pl.String(),
    "root": pl.Int64(),
}
Days = Mapping[date, tuple[datetime, datetime]]


def dated_by(partner: Partner, feed: Feed) -> str | None:
    """Staged column of the instant by which the source bounds a day; None: it has none.

    A database bounds the column that is declared. An interface names its bounds as it
    likes: one that is pulled again far back, or swept, knows the time of creation
    (T2), any other the time of the last change.
    """
    read, emit = feed.read, counted_emit(feed)
    window = read.window
    is_sql = partner.reading(feed).source.connector == "sql"
    if emit is None or feed.mode == "snapshot" or read.acknowledge is not None:
        return None
    if is_sql and feed.changed is not None:
        return CHANGED
    if window is None or not (is_sql or _counts(feed)):
        return None
    is_created = window.reach is not None or read.sweep is not None
    if not is_created and feed.changed is not None:
        return CHANGED
    named = [
        column
        for column, given in emit.columns.items()
        if given.field == window.from_ and column.endswith("_at")
    ]
    if not named and emit.dataset == "issue" and not is_sql:
        named = [column for column in (REPORTED,) if column in emit.columns]
    return named[0] if named else None


def _counts(feed: Feed) -> bool:
    return feed.read.count is not None or feed.read.page.total is not None


def counted_emit(feed: Feed) -> Emit | None:
    """The emit that has exactly one row for each row as sent; None if there is none."""
    for emit in feed.emits:
        is_whole = emit.when is None and emit.explode is None and emit.part is None
        if is_whole and not emit.key:
            return emit
    return None


def beyond_end(partner: Partner, feed: Feed) -> timedelta:
    """How far behind a day's end rows may lie that the source counts in it.

    An interface may count what lies on its upper bound as well; a database does not.
    """
    window = feed.read.window
    if window is None or partner.reading(feed).source.connector == "sql":
        return timedelta()
    return smallest_step(window.format)


def let_in(
    table: LakeTable, feed: str, batches: Sequence[Batch], column: str, first: datetime
) -> pl.DataFrame:
    """`ROWS` of a feed that were let in since an instant, or that have none.

    Args:
        table: staged, of the dataset that is counted.
        feed: its name.
        batches: merged ones, retries and replays among them.
        column: staged column of the instant.
        first: rows before it are left out.
    """
    roots = pl.DataFrame(
        {
            "batch_id": [one.id for one in batches],
            "root": [one.parent or one.number for one in batches],
        },
        schema={"batch_id": pl.String, "root": pl.Int64},
    )
    span = (first, EVER)
    places = [{"batch_id": one.id} for one in batches]
    files = [
        file
        for file in (table.files(partitions=places) if places else ())
        if overlaps(file, (column,), [span]) or file.null_count.get(column) != 0
    ]
    at = pl.col(column)
    wanted = (pl.col("feed") == feed) & (at.is_null() | (at >= first))
    columns = list(dict.fromkeys(["key", column, "row_digest", "batch_id", "feed"]))
    found: Iterable[pl.DataFrame] = (
        frame.filter(wanted)
        .join(roots, on="batch_id")
        .select("key", at.alias("at"), "row_digest", "root")
        for frame in table.scan(files, columns=columns)
    )
    return pl.concat([pl.DataFrame(schema=ROWS), *found])


def held_by_day(
    rows: pl.DataFrame, days: Days, *, by_change: bool, one_per_key: bool = True
) -> dict[date, int]:
    """Day → rows as sent that the source may still count in it.

    A row that is read again and again counts once; several of one delivery count each.
    Where the source has one row per key, a row that has changed since lies in the day
    of its last change alone; where it keeps every change, each has its own day.

    Args:
        rows: `let_in`.
        days: day → its first instant and the one behind it.
        by_change: whether `at` is the time of the last change.
        one_per_key: whether the declaration speaks of one row per key.
    """
    repeated = rows.select(pl.struct("key", "root").is_duplicated().any()).item()
    told = rows
    identity = ["key", "at"]
    if by_change and one_per_key and not repeated:
        newest = pl.col("at") == pl.col("at").max().over("key")
        told = rows.filter(newest.fill_null(value=True))
    elif by_change:
        identity = ["key", "at", "row_digest"]
    once = (
        told.group_by(*identity, "root")
        .agg(rows=pl.len())
        .group_by(identity)
        .agg(pl.col("rows").max())
    )
    undated = _rows(once.filter(pl.col("at").is_null()))
    return {
        day: _rows(once.filter((pl.col("at") >= first) & (pl.col("at") < until)))
        + undated
        for day, (first, until) in days.items()
    }


def _rows(counted: pl.DataFrame) -> int:
    return int(counted.select(pl.col("rows").sum()).item())
