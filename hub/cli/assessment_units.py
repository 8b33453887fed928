"""Choosing what is shown of a month: one unit, and figures as they usually are.

What lives here: filters over frozen rows, and names of units of both levels. What
does not: places of other levels (`place_names`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from hub.errors import MisuseError

if TYPE_CHECKING:
    from hub.flow.house import House


def usual_figures(figures: pl.DataFrame) -> pl.DataFrame:
    """The figures under each metric's own calibers and basis, not broken down."""
    from hub.metrics.registry import METRICS

    usual = pl.DataFrame(
        {
            "metric": [one.id for one in METRICS.values()],
            "calibers": [list(one.calibers) for one in METRICS.values()],
            "basis": [one.basis for one in METRICS.values()],
        },
        schema={
            "metric": pl.String,
            "calibers": pl.List(pl.String),
            "basis": pl.String,
        },
    )
    whole = pl.col("by").is_null() if "by" in figures.columns else pl.lit(value=True)
    return figures.filter(whole).join(
        usual, on=["metric", "calibers", "basis"], how="semi", maintain_order="left"
    )


def of_unit(rows: pl.DataFrame, unit: str | None) -> pl.DataFrame:
    """Rows of one unit, or all."""
    return rows if unit is None else rows.filter(pl.col("unit_code") == unit)


def exceptions_of(rows: pl.DataFrame, unit: str | None) -> pl.DataFrame:
    """Exceptions of one unit of either level, or all."""
    if unit is None:
        return rows
    mine = pl.any_horizontal(
        pl.col(name) == unit for name in ("unit_code", "street_unit_code")
    )
    return rows.filter(mine)


def refuse_unknown_unit(house: House, unit: str | None) -> None:
    """Refuse the code of no assessment unit.

    Raises:
        MisuseError: there is no unit of that code.
    """
    if unit is not None and unit not in house.city.unit_codes:
        raise MisuseError(
            f"show the unit {unit}",
            seen="there is no assessment unit of that code",
            next_step="`hub dataset rows assessment_unit` lists them.",
        )


def unit_parents(house: House) -> dict[str, str]:
    """The unit above by unit, as it last stood; units without one are left out."""
    units = house.city.reference("assessment_unit").sort("valid_from_on")
    last = units.unique("unit_code", keep="last").drop_nulls("parent_unit_code")
    return dict(last.select("unit_code", "parent_unit_code").rows())


def unit_names(house: House) -> dict[str | None, str]:
    """Names of assessment units by code, those of the latest version."""
    units = house.city.reference("assessment_unit").sort("valid_from_on")
    last = units.unique("unit_code", keep="last").select("unit_code", "unit_name")
    return dict(last.rows())
