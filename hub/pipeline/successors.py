"""Codes of divisions that have ended: the one successor stands in (trap T47).

What lives here: the codes of a row as they hold on its day. What does not: following
the table (`hub.partners.succession`), telling of codes that hold no longer and have no
one successor (`references`), names of divisions (`division_names`).
"""

from __future__ import annotations

import polars as pl

from hub.partners import spec
from hub.partners.succession import Succession
from hub.pipeline.cells import Cells
from hub.pipeline.division_names import DIVISION, division_day, is_by_name
from hub.schemas import Column, Dataset

SUCCEEDED = "F27"


def carry_over(
    made: pl.DataFrame,
    ds: Dataset,
    emit: spec.Emit,
    *,
    succession: Succession,
    zone: str,
) -> dict[str, Cells]:
    """The columns with codes of divisions, each code that has ended as its successor.

    A list that names old and new alike names the successor once.

    Args:
        made: the emit's columns and version_at; the day is that of `division_day`.
        ds: the dataset.
        emit: its declaration.
        succession: the city's.
        zone: IANA zone of the city.

    Returns:
        Column → codes and the rows of which one was replaced (F27); only columns in
        which there is such a row.
    """
    days = made.select(day=division_day(made, emit, zone)).with_row_index("at")
    found: dict[str, Cells] = {}
    for column in ds.columns:
        if not _holds_codes(column, emit):
            continue
        codes = days.with_columns(made[column.name].alias("code"))
        is_list = column.type == "list"
        told = codes.explode("code") if is_list else codes
        told = told.join(
            succession.sole(told), on=["code", "day"], how="left", maintain_order="left"
        )
        moved = told.filter(pl.col("successor").is_not_null())["at"].unique()
        if moved.is_empty():
            continue
        is_moved = codes["at"].is_in(moved.implode())
        settled = told.select("at", code=pl.coalesce("successor", "code"))
        if is_list:
            settled = _as_lists(settled, codes, is_moved)
        found[column.name] = Cells(settled["code"], ((SUCCEEDED, is_moved),))
    return found


def _holds_codes(column: Column, emit: spec.Emit) -> bool:
    given = emit.columns.get(column.name)
    return column.ref == DIVISION and given is not None and not is_by_name(given)


def _as_lists(
    settled: pl.DataFrame, codes: pl.DataFrame, is_moved: pl.Series
) -> pl.DataFrame:
    """Lists of which a code was replaced, each code once; the others untouched."""
    made = settled.group_by("at", maintain_order=True).agg(
        fresh=pl.col("code").unique(maintain_order=True)
    )
    return codes.join(made, on="at", how="left", maintain_order="left").select(
        "at", code=pl.when(is_moved).then("fresh").otherwise("code")
    )
