"""All buckets of a feed compared, and its differing rows told.

What lives here: the walk over datasets and buckets, sums, and the rows that are
named. What does not: the decision about a row (`reasons`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from hub.flow.house import House
from hub.flow.reconcile.buckets import DIGITS, Buckets
from hub.flow.reconcile.cells import MARK, differing
from hub.flow.reconcile.held import index_of
from hub.flow.reconcile.outcome import ALARMS, DIFFERENCE, Counts
from hub.flow.reconcile.reasons import About, compare, explained
from hub.flow.reconcile.reread import DOUBTS, read_alike
from hub.partners.spec import Feed, Partner

ALIKE = "read_differently"
ORDER = ["is_explained", "dataset", "where", "reason", "key"]


@dataclass
class Matched:
    """What a feed's buckets came to; see `Reconciled`."""

    datasets: dict[str, Counts] = field(default_factory=dict)
    reasons: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    rows: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=DIFFERENCE))


def match(
    house: House,
    partner: Partner,
    feed: Feed,
    about: About,
    source: Mapping[str, Buckets],
    staged: Mapping[str, Buckets],
    columns: Mapping[str, list[str]],
    limit: int,
) -> Matched:
    """Compare dataset by dataset, bucket by bucket."""
    done = Matched()
    for name in source:
        counts = Counts()
        named: list[pl.DataFrame] = []
        doubts = [pl.DataFrame(schema=DOUBTS)]
        for digit in DIGITS:
            shown, held = source[name].read(digit), staged[name].read(digit)
            keys = pl.concat([shown["key"], held["key"]]).unique()
            compared = compare(shown, held, index_of(house, name, keys), about)
            counts = counts.plus(compared.counts)
            found = compared.found
            done.reasons.update(_tally(name, found))
            doubts.append(_doubts(found))
            hashes = shown.select(
                "key", "row_digest", pl.col(f"^{MARK}.*$")
            ).unique(["key", "row_digest"], keep="first")  # fmt: skip
            listed = found.sort("is_explained", "key").head(limit)
            named.append(
                listed.join(
                    hashes,
                    left_on=["key", "digest"],
                    right_on=["key", "row_digest"],
                    how="left",
                )
            )
        done.datasets[name] = counts
        alike = read_alike(house, partner, feed, name, pl.concat(doubts))
        for reason, number in alike.group_by("reason").len().rows():
            done.reasons[name, "both", reason] -= number
            done.reasons[name, "both", ALIKE] += number
        rows = _named(pl.concat(named), alike["key"], name).head(limit)
        both = rows.filter(pl.col("where") == "both")
        cells = differing(house, partner, name, columns[name], both)
        rows = rows.join(cells, on="key", how="left").select(*DIFFERENCE)
        done.rows = pl.concat([done.rows, rows.cast(pl.Schema(DIFFERENCE))])
    done.rows = done.rows.sort(ORDER).head(limit)
    done.reasons = +done.reasons
    return done


def _tally(name: str, found: pl.DataFrame) -> dict[tuple[str, str, str], int]:
    tally = found.group_by("where", "reason").len()
    return {(name, where, reason): n for where, reason, n in tally.rows()}


def _doubts(found: pl.DataFrame) -> pl.DataFrame:
    """Rows whose contents differ without an explanation."""
    apart = (pl.col("where") == "both") & pl.col("reason").is_in(list(ALARMS))
    return found.filter(apart).select(*DOUBTS).cast(pl.Schema(DOUBTS))


def _named(rows: pl.DataFrame, alike: pl.Series, name: str) -> pl.DataFrame:
    """Rows with their dataset, and the reason that reading again has shown."""
    same = (pl.col("where") == "both") & pl.col("key").is_in(alike.implode())
    settled = pl.when(same).then(pl.lit(ALIKE)).otherwise("reason")
    named = rows.with_columns(reason=settled, dataset=pl.lit(name))
    return named.with_columns(is_explained=explained()).sort(ORDER)
