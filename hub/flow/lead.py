"""Whose rows are merged where several partners deliver the same kind of thing.

What lives here: the lead sources (数源部门) of `city.toml`. Another partner's rows
are staged and can be compared, but never enter core, or every figure would count
them twice. What does not: cases; the same case in two systems is joined by
`same_as` and counted once (`link_issues`).
"""

from __future__ import annotations

import polars as pl

from hub.flow.house import House
from hub.partners.spec import Partner
from hub.schemas import Dataset


def lead_partner(house: House, name: str) -> str | None:
    """The partner whose keys references to a dataset resolve to by default."""
    lead = house.city.lead.get(name)
    return lead.default if lead else None


def is_leading(
    house: House, partner: Partner, ds: Dataset, told: pl.DataFrame
) -> pl.Series:
    """Which staged rows of a partner may enter core.

    Args:
        told: staged rows with `street_code` where the dataset has one.
    """
    lead = house.city.lead.get(ds.name)
    every = pl.Series("leads", [True], dtype=pl.Boolean)
    if lead is None or (partner.id == lead.default and not lead.by_unit):
        return every.new_from_index(0, len(told))
    if partner.id not in lead.partners:
        return (~every).new_from_index(0, len(told))
    if "street_code" not in told.columns:
        return every.new_from_index(0, len(told))
    members = house.city.reference("assessment_unit_member").filter(
        pl.col("member_kind_code") == "DIVISION"
    )
    units = house.city.reference("assessment_unit").filter(
        pl.col("level_code") == "DISTRICT_UNIT"
    )["unit_code"]
    of_street = members.filter(pl.col("unit_code").is_in(units.implode())).unique(
        "member_id", keep="last", maintain_order=True
    )
    leaders = pl.col("unit_code").replace_strict(
        list(lead.by_unit),
        list(lead.by_unit.values()),
        default=lead.default,
        return_dtype=pl.String,
    )
    joined = told.select("street_code").join(
        of_street.select("unit_code", street_code="member_id"),
        on="street_code",
        how="left",
        maintain_order="left",
    )
    return joined.select(leads=leaders.fill_null(lead.default) == partner.id)["leads"]
