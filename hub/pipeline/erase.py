"""Facts without what was erased of them: the same for what comes and what is kept.

What lives here: emptied columns with a new row digest, and whole rows that become
deletions, so that no later delivery of the key brings anything back (sharing §7).
What does not: which keys and columns (`hub.storage.erasures`), files
(`hub.flow.erasure`).

The digest is made anew from what is left. The old one would still tell of a phone
number beside all the other columns of the row: eleven digits are tried out in
seconds.
"""

from __future__ import annotations

import polars as pl

from hub.pipeline.digest import TOMBSTONE, digested_columns, row_digest
from hub.pipeline.evidence import EVIDENCE
from hub.schemas import Dataset

WHOLE = "*"
FIRST_DAYS = ("valid_from_on", "start_on")


def erase_facts(
    frame: pl.DataFrame, ds: Dataset, tombstones: pl.DataFrame, *, filled: pl.Expr
) -> pl.DataFrame:
    """Observations of a dataset without what the tombstones name.

    Args:
        frame: observations, as normalised or as staged: `key`, `from_on`, `to_on`,
            `dated`, the dataset's columns and, for issues, `evidence`.
        ds: the dataset.
        tombstones: key, column (`*` for the whole row).
        filled: true where `start_on` was not delivered but taken from `from_on`.
    """
    if tombstones.is_empty():
        return frame
    touched = emptied_rows(frame, tombstones, key="key")
    emptied = erase_columns(frame, tombstones, key="key")
    whole = pl.col("key").is_in(whole_keys(tombstones).implode())
    live = ~pl.col("row_digest").is_in([TOMBSTONE, ""])
    emptied = emptied.with_columns(
        pl.when(pl.lit(touched) & live)
        .then(digest_of_left(emptied, ds, filled))
        .otherwise("row_digest")
        .alias("row_digest")
    )
    content = [one.name for one in ds.columns if one.name != ds.id_column]
    extra = {"evidence": EVIDENCE} if "evidence" in frame.columns else {}
    kinds = {name: frame.schema[name] for name in content} | extra
    return emptied.with_columns(
        *(
            pl.when(~whole).then(pl.col(name)).otherwise(pl.lit(None, kind)).alias(name)
            for name, kind in kinds.items()
        ),
        row_digest=pl.when(whole & live)
        .then(pl.lit(TOMBSTONE))
        .otherwise("row_digest"),
        deleted_at=pl.when(whole & live).then("version_at").otherwise("deleted_at"),
        to_on=pl.when(~whole).then("to_on"),
        dated=pl.col("dated") & ~whole,
    ).select(frame.columns)


def erase_columns(
    frame: pl.DataFrame, tombstones: pl.DataFrame, *, key: str
) -> pl.DataFrame:
    """Rows whose erased columns are null; whole rows stay as they are."""
    named = tombstones.filter(pl.col("column") != WHOLE)
    gone = []
    for (name,), own in named.partition_by("column", as_dict=True).items():
        column = str(name)
        if column in frame.columns:
            mine = pl.col(key).is_in(own["key"].implode())
            nothing = pl.lit(None, frame.schema[column])
            cell = pl.when(mine.not_()).then(pl.col(column)).otherwise(nothing)
            gone.append(cell.alias(column))
    return frame.with_columns(gone)


def emptied_rows(
    frame: pl.DataFrame, tombstones: pl.DataFrame, *, key: str
) -> pl.Series:
    """Which rows hold a value in a column that their tombstones name."""
    named = tombstones.filter(pl.col("column") != WHOLE)
    held = [
        pl.col(key).is_in(own["key"].implode()) & pl.col(str(name)).is_not_null()
        for (name,), own in named.partition_by("column", as_dict=True).items()
        if str(name) in frame.columns
    ]
    # One condition about a column, or the answer would have no height of its own.
    told = pl.any_horizontal(pl.col(key).is_in([]), *held)
    return frame.select(told.alias("emptied")).to_series()


def whole_keys(tombstones: pl.DataFrame) -> pl.Series:
    """Keys of which the whole row is erased."""
    return tombstones.filter(pl.col("column") == WHOLE)["key"]


def digest_of_left(frame: pl.DataFrame, ds: Dataset, filled: pl.Expr) -> pl.Series:
    """Row digests from what the rows hold now.

    A first day that nobody delivered lies outside the digest (trap T49).
    """
    schema = ds.polars_schema()
    if "evidence" in frame.columns:
        schema = {**schema, "evidence": EVIDENCE}
    sent = frame.with_columns(
        *(
            pl.when("dated").then("valid_from_on").alias("valid_from_on")
            for name in ("valid_from_on",)
            if name in frame.columns and "valid_from_on" in digested_columns(ds)
        ),
        *(
            pl.when(~filled).then("start_on").alias("start_on")
            for name in ("start_on",)
            if name in frame.columns
        ),
    )
    return sent.select(row_digest(schema, digested_columns(ds))).to_series()
