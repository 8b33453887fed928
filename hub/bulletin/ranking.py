"""The ranking of a bulletin: groups of units with total and dimension points.

What lives here: putting totals side by side, the move since the month before, and
the course of earlier months. What does not: points and ranks (`hub.scoring`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import polars as pl

from hub.bulletin.content import BulletinContent

MONTHS_SHOWN = 12
Course = Sequence[tuple[str, Decimal | None]]


@dataclass(frozen=True)
class Standing:
    """One unit of the ranking.

    Attributes:
        unit_code, name: the unit.
        rank: place in its group; None where it is not ranked.
        reason: code of the reason why not.
        points: total; None without data, or where dimensions are not added up.
        dimensions: points by dimension.
        places: rank by dimension, where the policy ranks each by itself.
        moved: places won (positive) or lost since the month before; None where
            either month has no rank.
        course: month and total, oldest first, this month last; of all units alike.
    """

    unit_code: str
    name: str
    rank: int | None
    reason: str | None
    points: Decimal | None
    dimensions: Mapping[str, Decimal | None]
    places: Mapping[str, int]
    moved: int | None
    course: Course


@dataclass(frozen=True)
class Group:
    """Units that are ranked with each other; of streets, those of one district."""

    parent: str | None
    code: str | None
    standings: tuple[Standing, ...]


def dimensions_of(content: BulletinContent) -> tuple[str, ...]:
    """The dimensions in the order of the policy's items, others behind them."""
    both = (content.items["dimension"], content.totals["dimension"])
    named = pl.concat([one.cast(pl.String) for one in both]).drop_nulls()
    return tuple(named.unique(maintain_order=True))


def ranking(content: BulletinContent) -> tuple[Group, ...]:
    """The groups in order of code, each from its first unit to those not ranked."""
    above = content.parents
    totals = content.totals
    whole = totals.filter(pl.col("dimension").is_null())
    parts = totals.filter(pl.col("dimension").is_not_null())
    by_unit: dict[str, dict[str, Decimal | None]] = {}
    places: dict[str, dict[str, int]] = {}
    for unit, dimension, points, rank in parts.select(
        "unit_code", "dimension", "points", "rank"
    ).rows():
        by_unit.setdefault(unit, {})[dimension] = points
        if rank is not None:
            places.setdefault(unit, {})[dimension] = rank
    before = _ranks_before(content)
    courses = _courses(content)
    months = _months(content)
    groups: dict[tuple[str | None, str | None], list[Standing]] = {}
    listed = pl.concat(
        [whole, _without_total(parts, whole).select(whole.columns)]
    ).select("group_code", "unit_code", "points", "rank", "not_ranked_reason")
    for group, unit, points, rank, reason in listed.rows():
        old = before.get(unit)
        one = Standing(
            unit_code=unit,
            name=content.unit_name(unit),
            rank=rank,
            reason=reason,
            points=points,
            dimensions=by_unit.get(unit, {}),
            places=places.get(unit, {}),
            moved=old - rank if old is not None and rank is not None else None,
            course=_course(months, courses.get(unit, {}), points),
        )
        groups.setdefault((above.get(unit), group), []).append(one)
    return tuple(
        Group(*key, tuple(sorted(groups[key], key=_in_order)))
        for key in sorted(groups, key=lambda key: (key[0] or "", key[1] or ""))
    )


def _in_order(one: Standing) -> tuple[bool, int, bool, str]:
    known = (one.points, *one.dimensions.values())
    has_none = all(points is None for points in known)
    return one.rank is None, one.rank or 0, has_none, one.unit_code


def _without_total(parts: pl.DataFrame, whole: pl.DataFrame) -> pl.DataFrame:
    """Units of which the policy adds up nothing: listed all the same, not ranked."""
    return (
        parts.join(whole.select("unit_code"), on="unit_code", how="anti")
        .unique("unit_code", keep="first", maintain_order=True)
        .with_columns(
            pl.lit(None, dtype=pl.String).alias("dimension"),
            pl.lit(None, dtype=parts.schema["points"]).alias("points"),
            pl.lit(None, dtype=pl.Int64).alias("rank"),
        )
    )


def _ranks_before(content: BulletinContent) -> dict[str, int]:
    last = _before(content.head.period)
    found = content.earlier.filter(
        pl.col("dimension").is_null()
        & (pl.col("period") == last)
        & pl.col("rank").is_not_null()
    )
    return dict(found.select("unit_code", "rank").rows())


def _months(content: BulletinContent) -> tuple[str, ...]:
    """Every month from the first that is told to this one, at most MONTHS_SHOWN."""
    found: list[str] = []
    month = content.head.period
    first = min([*content.earlier["period"], month])
    while month >= first and len(found) < MONTHS_SHOWN:
        found.append(month)
        month = _before(month)
    return tuple(reversed(found))


def _before(period: str) -> str:
    first = date.fromisoformat(f"{period}-01")
    return (first - timedelta(days=1)).strftime("%Y-%m")


def _course(
    months: Sequence[str],
    earlier: Mapping[str, Decimal | None],
    points: Decimal | None,
) -> Course:
    """A unit's months; one that it has no total of is there, without a value."""
    return (*((one, earlier.get(one)) for one in months[:-1]), (months[-1], points))


def _courses(content: BulletinContent) -> dict[str, dict[str, Decimal | None]]:
    whole = content.earlier.filter(pl.col("dimension").is_null())
    found: dict[str, dict[str, Decimal | None]] = {}
    for unit, period, points in whole.select("unit_code", "period", "points").rows():
        found.setdefault(unit, {})[period] = points
    return found
