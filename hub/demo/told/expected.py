"""What a run must end in, in the words of the published datasets.

What lives here: the shape of a statement of truth, and the hub ids in it, made from
the published rule and not by the hub's code. What does not: any statement; every
system makes its own (`hub.demo.systems`), and `compare` holds them against the lake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl
import polars_hash as plh

SEPARATOR = "\u241f"


@dataclass(frozen=True)
class Told:
    """The truth about one dataset of one partner after all days.

    Attributes:
        dataset: which.
        partner: whose rows.
        rows: chunks of published rows with disjoint keys, gone through more than once
            (a list, or `Chunks`): source_id, and canonical columns in their types. A
            column that is not named must be null in every published row; provenance
            is not compared.
        refused: source_id and rule of every key that some rule keeps out for good; one
            row per key and rule.
        unspoken: columns about which the makers say nothing, each with a reason.
    """

    dataset: str
    partner: str
    rows: Iterable[pl.DataFrame]
    refused: pl.DataFrame = field(default_factory=lambda: nothing_refused())
    unspoken: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Chunks:
    """Rows that are made anew, piece by piece, whenever they are gone through.

    A day of a million cases is never held as published rows all at once.
    """

    make: Callable[[], Iterator[pl.DataFrame]]

    def __iter__(self) -> Iterator[pl.DataFrame]:
        return self.make()


@dataclass(frozen=True)
class Keyless:
    """Rows of one partner that have no key to be known by: rule → rows that came."""

    partner: str
    feed: str
    counts: Mapping[str, int]


def nothing_refused() -> pl.DataFrame:
    """No key is kept out."""
    return pl.DataFrame(schema={"source_id": pl.String, "rule": pl.String})


def refused(rows: pl.DataFrame, key: str, rules: Mapping[str, str]) -> pl.DataFrame:
    """Keys kept out, by the rule that each row's `defect` meets."""
    return (
        rows.filter(pl.col("defect").is_in(list(rules)))
        .select(
            source_id=key,
            rule=pl.col("defect").replace_strict(dict(rules), return_dtype=pl.String),
        )
        .unique()
    )


def hub_key(dataset: str, partner: str, key: pl.Expr) -> pl.Expr:
    """The hub's identifier of a key, by the published rule; null stays null."""
    joined = pl.concat_str(pl.lit(f"{dataset}{SEPARATOR}{partner}{SEPARATOR}"), key)
    digest = plh.CryptographicHashingNameSpace(joined).sha2_256()
    return digest.str.slice(0, 32)
