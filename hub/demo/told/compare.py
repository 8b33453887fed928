"""The lake held against the truth, row by row and value by value.

What lives here: comparing what is published and what was kept out with what the
makers of the city state; every comparison is one check with a number expected and
one found. What does not: reading the lake (`hub.cli.simulation`), the statements.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import polars as pl

from hub.demo.told.expected import Keyless, Told, hub_key
from hub.flow.shelves import Shelves, by_hash, side_by_side
from hub.schemas import Dataset, dataset

PROVENANCE = frozenset(
    {
        "partner",
        "feed",
        "source_id",
        "batch_id",
        "row_digest",
        "source_updated_at",
        "ingested_at",
        "version_at",
        "deleted_at",
    }
)
# A point that went to another system and back may differ by some decimetres.
DEGREES = 3e-6
NAMED = ["partner", "dataset", "rule", "key"]


class Read(Protocol):
    """Reads the published rows of one partner, file by file."""

    def __call__(
        self, name: str, partner: str, columns: Sequence[str]
    ) -> Iterator[pl.DataFrame]:
        """The named columns of a dataset."""
        ...


@dataclass(frozen=True)
class Check:
    """One comparison; `found` is null where there was nothing to compare."""

    check: str
    expected: int
    found: int | None

    @property
    def ok(self) -> bool:
        """Whether the run agrees with the truth."""
        return self.expected == self.found

    def as_dict(self) -> dict[str, str | int | bool | None]:
        """The entry of `truth` in the answer of `hub demo`."""
        return {
            "check": self.check,
            "expected": self.expected,
            "found": self.found,
            "ok": self.ok,
        }


@dataclass(frozen=True)
class Refused:
    """What a run has kept out for good.

    Attributes:
        keys: partner, dataset, rule, key (hub id): every key that a rule rejected and
            that never entered core, once per rule.
        keyless: partner, feed, rule, text: rows without a key, once per text and rule.
    """

    keys: pl.DataFrame
    keyless: pl.DataFrame


def compare_rows(told: Told, read: Read) -> Iterator[Check]:
    """Rows published, rows missing, rows too many, and equal values per column."""
    ds = dataset(told.dataset)
    where = f"{told.dataset}/{told.partner}"
    key = keys_of(ds)
    names = [
        one.name
        for one in ds.columns
        if one.name not in PROVENANCE and one.name not in told.unspoken
    ]
    columns = [name for name in names if name != ds.id_column]
    every = list(dict.fromkeys([*key, *columns]))
    schema = ds.polars_schema()
    empty = pl.DataFrame(schema={name: schema[name] for name in every})
    equal = dict.fromkeys(columns, 0)
    shelf = by_hash("source_id")
    missing = extra = 0
    with TemporaryDirectory() as folder:
        wanted = Shelves(Path(folder, "told"), empty, shelf)
        for chunk in told.rows:
            wanted.put(_complete(chunk, ds, every))
        found = Shelves(Path(folder, "found"), empty, shelf)
        for frame in read(told.dataset, told.partner, every):
            found.put(frame)
        for mine, theirs in side_by_side(wanted, found):
            missing += len(mine.join(theirs, on=key, how="anti"))
            extra += len(theirs.join(mine, on=key, how="anti"))
            for name, matches in _equal_values(mine, theirs, key, columns):
                equal[name] += matches
    yield Check(f"{where} rows", len(wanted), len(found))
    yield Check(f"{where} missing", 0, missing)
    yield Check(f"{where} too many", 0, extra)
    for name in columns:
        yield Check(f"{where} {name}", len(wanted), equal[name])


def keys_of(ds: Dataset) -> list[str]:
    """What tells published rows of one partner apart."""
    return ["source_id", "valid_from_on"] if ds.history == "scd2" else ["source_id"]


def _complete(chunk: pl.DataFrame, ds: Dataset, columns: list[str]) -> pl.DataFrame:
    """Expected rows with every column in its type; what nobody named is null."""
    schema = ds.polars_schema()
    unknown = set(chunk.columns) - set(schema)
    assert not unknown, f"{ds.name} has no {sorted(unknown)}"
    return chunk.select(
        pl.col(name).cast(schema[name])
        if name in chunk.columns
        else pl.lit(None, dtype=schema[name]).alias(name)
        for name in columns
    )


def _equal_values(
    wanted: pl.DataFrame, found: pl.DataFrame, key: list[str], columns: list[str]
) -> Iterator[tuple[str, int]]:
    both = wanted.join(found, on=key, how="inner", suffix=":found", validate="1:1")
    for name in columns:
        if name in key:
            yield name, len(both)
            continue
        mine, theirs = both[name], both[f"{name}:found"]
        same = mine.eq_missing(theirs)
        if mine.dtype == pl.Float64:
            same = same | ((mine - theirs).abs() <= DEGREES).fill_null(value=False)
        yield name, int(same.sum())


def compare_refused(
    told: Iterable[Told], keyless: Iterable[Keyless], found: Refused
) -> Iterator[Check]:
    """Keys kept out for good, by partner and rule; and no other key."""
    statements = list(told)
    wanted = pl.concat(
        [pl.DataFrame(schema=dict.fromkeys(NAMED, pl.String))]
        + [
            one.refused.select(
                partner=pl.lit(one.partner),
                dataset=pl.lit(one.dataset),
                rule="rule",
                key=hub_key(one.dataset, one.partner, pl.col("source_id")),
            )
            for one in statements
        ]
    )
    spoken = pl.DataFrame(
        [(one.partner, one.dataset) for one in statements],
        schema={"partner": pl.String, "dataset": pl.String},
        orient="row",
    ).unique()
    named = found.keys.join(spoken, on=["partner", "dataset"], how="semi")
    by = NAMED[:3]
    right = wanted.join(named, on=NAMED, how="semi").group_by(by).len("right")
    counted = wanted.group_by(by).len("count").join(right, on=by, how="left").sort(by)
    for partner, name, rule, count, hit in counted.rows():
        yield Check(f"{name}/{partner} kept out by {rule}", count, hit or 0)
    extra = named.join(wanted, on=NAMED, how="anti").group_by(by).len().sort(by)
    for partner, name, rule, count in extra.rows():
        yield Check(f"{name}/{partner} clean, yet kept out by {rule}", 0, count)
    yield from _compare_keyless(keyless, found.keyless)


def _compare_keyless(
    keyless: Iterable[Keyless], found: pl.DataFrame
) -> Iterator[Check]:
    counted = dict(
        found.group_by(name=pl.format("{}/{} {}", "partner", "feed", "rule"))
        .len()
        .rows()
    )
    wanted = {
        f"{one.partner}/{one.feed} {rule}": count
        for one in keyless
        for rule, count in one.counts.items()
    }
    for name in sorted(wanted.keys() | counted.keys()):
        yield Check(
            f"rows without a key: {name}", wanted.get(name, 0), counted.get(name, 0)
        )
