"""What all systems state about one dataset, put together.

What lives here: gathering statements into one frame with hub ids, and local days and
months. What does not: counting (`figures`), comparing (`compare`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from hub.demo.days import ZONE_NAME
from hub.demo.told.expected import Told, hub_key
from hub.schemas import dataset


def gather(told: Iterable[Told], name: str, columns: Sequence[str]) -> pl.DataFrame:
    """What all partners state about one dataset; what they leave out is null."""
    schema = dataset(name).polars_schema()
    wanted = ["partner", "source_id", *columns]
    parts = [pl.DataFrame(schema={one: schema[one] for one in wanted})]
    for one in told:
        if one.dataset != name:
            continue
        parts += [
            chunk.select(
                pl.lit(one.partner).alias("partner"),
                "source_id",
                *(
                    pl.col(column).cast(schema[column])
                    if column in chunk.columns
                    else pl.lit(None, dtype=schema[column]).alias(column)
                    for column in columns
                ),
            )
            for chunk in one.rows
        ]
    return pl.concat(parts)


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
