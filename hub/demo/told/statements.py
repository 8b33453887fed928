"""What all systems state about one dataset, put together.

What lives here: gathering statements into one frame with hub ids, and local days and
months. What does not: counting (`figures`), comparing (`compare`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import polars as pl

from hub.demo.days import ZONE_NAME
from hub.demo.told.expected import Told, hub_key
from hub.flow.key_pieces import shared
from hub.schemas import dataset

OWN = ("partner", "source_id")


def narrowed(told: Told, asked: Mapping[str, Collection[str]]) -> Told:
    """The same statement about some columns only, made once and kept.

    Args:
        told: the statement.
        asked: dataset → columns; nothing is kept of others.
    """
    columns = asked.get(told.dataset, ())
    rows = told.rows if columns else ()
    kept = [
        shared(chunk.select(name for name in chunk.columns if name in columns))
        for chunk in rows
    ]
    return replace(told, rows=kept)


def gather(told: Iterable[Told], name: str, columns: Sequence[str]) -> pl.DataFrame:
    """What all partners state about one dataset; what they leave out is null."""
    schema = dataset(name).polars_schema()
    empty = pl.DataFrame(schema={one: schema[one] for one in (*OWN, *columns)})
    return pl.concat([empty, *chunks(told, name, columns)])


def chunks(
    told: Iterable[Told], name: str, columns: Sequence[str]
) -> Iterator[pl.DataFrame]:
    """As `gather`, some rows of one partner after the other."""
    schema = dataset(name).polars_schema()
    for one in told:
        if one.dataset != name:
            continue
        for chunk in one.rows:
            yield chunk.select(
                pl.lit(one.partner).alias("partner"),
                "source_id",
                *(
                    pl.col(column).cast(schema[column])
                    if column in chunk.columns
                    else pl.lit(None, dtype=schema[column]).alias(column)
                    for column in columns
                ),
            )


def keyed(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """Rows with their hub id."""
    column = dataset(name).id_column
    assert column is not None
    ids = [
        some.with_columns(
            hub_key(name, str(partner), pl.col("source_id")).alias(column)
        )
        for (partner,), some in rows.partition_by("partner", as_dict=True).items()
    ]
    return (
        pl.concat(ids)
        if ids
        else rows.with_columns(pl.lit(None, dtype=pl.String).alias(column))
    )


def local_day(column: str) -> pl.Expr:
    """The local date of an instant."""
    return pl.col(column).dt.convert_time_zone(ZONE_NAME).dt.date()


def month_of(column: str) -> pl.Expr:
    """The local month of an instant."""
    return pl.col(column).dt.convert_time_zone(ZONE_NAME).dt.strftime("%Y-%m")
