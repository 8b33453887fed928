"""What a bulletin (通报) tells: one month of one level of units, as plain values.

What lives here: the value that page and workbook are made from, and the columns of
its frames. What does not: where they come from (`gather`), how they look (`page`,
`book`), and any computation of a figure or a score.

No person is named but those who answer for the month: chiefs appear by their
pseudonymous ids only, units and streets by the names of the reference data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

import polars as pl

from hub.bulletin.chiefs import Chiefs

INSTANT = pl.Datetime("us", "UTC")
POINTS = pl.Decimal(12, 3)

FIGURE_COLUMNS: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "metric": pl.String(),
        "version": pl.Int64(),
        "calibers": pl.List(pl.String),
        "basis": pl.String(),
        "period": pl.String(),
        "level": pl.String(),
        "unit_code": pl.String(),
        "by": pl.String(),
        "by_code": pl.String(),
        "numerator": pl.Int64(),
        "denominator": pl.Int64(),
        "value_share": pl.Decimal(9, 6),
        "value_number": pl.Decimal(18, 3),
    }
)
BESIDE_COLUMNS: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "metric": pl.String(),
        "basis": pl.String(),
        "level": pl.String(),
        "unit_code": pl.String(),
        "reason": pl.String(),
        "case_count": pl.Int64(),
    }
)
ITEM_COLUMNS: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "period": pl.String(),
        "level": pl.String(),
        "group_code": pl.String(),
        "unit_code": pl.String(),
        "dimension": pl.String(),
        "item": pl.String(),
        "kind": pl.String(),
        "numerator": pl.Int64(),
        "denominator": pl.Int64(),
        "value": pl.Decimal(18, 6),
        "points": POINTS,
        "note_zh": pl.String(),
        "note_en": pl.String(),
    }
)
TOTAL_COLUMNS: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "period": pl.String(),
        "level": pl.String(),
        "group_code": pl.String(),
        "unit_code": pl.String(),
        "dimension": pl.String(),
        "points": POINTS,
        "rank": pl.Int64(),
        "not_ranked_reason": pl.String(),
    }
)
EXCEPTION_COLUMNS: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "period": pl.String(),
        "kind": pl.String(),
        "unit_code": pl.String(),
        "street_unit_code": pl.String(),
        "street_code": pl.String(),
        "area_id": pl.String(),
        "subject": pl.String(),
        "subject_id": pl.String(),
        "other_id": pl.String(),
        "since_on": pl.Date(),
        "amount": pl.Int64(),
        "note_zh": pl.String(),
        "note_en": pl.String(),
    }
)
BROKEN_COLUMNS: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "issue_id": pl.String(),
        "unit_code": pl.String(),
        "street_unit_code": pl.String(),
        "street_code": pl.String(),
        "area_id": pl.String(),
        "category": pl.String(),
        "reported_at": INSTANT,
        "limit_at": INSTANT,
        "first_missing_link": pl.String(),
    }
)

# The level of units, the level of figures and the column of places that go together.
FIGURE_LEVELS: Mapping[str, str] = MappingProxyType(
    {"DISTRICT_UNIT": "unit", "STREET_UNIT": "street_unit"}
)
UNIT_COLUMNS: Mapping[str, str] = MappingProxyType(
    {"DISTRICT_UNIT": "unit_code", "STREET_UNIT": "street_unit_code"}
)


@dataclass(frozen=True, kw_only=True)
class Head:
    """What stands above a bulletin.

    Attributes:
        city_zh, city_en: the city's name.
        period: month.
        level: level of the units, DISTRICT_UNIT or STREET_UNIT.
        revision: number of the frozen revision; None for a draft.
        is_current: whether the revision is the one in force.
        release: id of the release that was counted.
        as_of: instant of knowledge.
        zone: time zone in which staff reads instants.
        made_at, author, approver, reason: of the freeze; None for a draft.
        policy_id, policy_version, policy_zh, policy_en: the assessment policy.
        approved_by: who signed the policy; None while it still needs that.
    """

    city_zh: str
    city_en: str
    period: str
    level: str
    revision: int | None
    is_current: bool = True
    release: str | None
    as_of: datetime | None
    zone: str
    made_at: datetime | None = None
    author: str | None = None
    approver: str | None = None
    reason: str | None = None
    policy_id: str
    policy_version: str
    policy_zh: str
    policy_en: str
    approved_by: str | None


@dataclass(frozen=True, kw_only=True)
class BulletinContent:
    """One bulletin.

    Attributes:
        head: what stands above it.
        figures: FIGURE_COLUMNS, any further ones aside; variants and breakdowns too.
        items, totals: scores of the level (a total has a null dimension).
        beside: counts that stand next to figures.
        exceptions: rows of the exception lists.
        broken: issues of `broken_loops`.
        earlier: totals of earlier frozen months, columns as `totals`.
        has_broken, has_exceptions: whether the month keeps these lists at all; one
            that it does not keep is no empty list.
        quarantined: rows in quarantine by the subject that they are about.
        chiefs: the ranking of road chiefs; None where no policy ranks them, or
            another bulletin of the month tells it.
        names: (level of figures or division, code) → name.
        parents: unit above, by unit; streets of each district are ranked apart.
        labels: (kind, code) → Chinese and English words, where kind is one of
            dimension, item, exception, group and category.
    """

    head: Head
    figures: pl.DataFrame
    items: pl.DataFrame
    totals: pl.DataFrame
    beside: pl.DataFrame
    exceptions: pl.DataFrame
    broken: pl.DataFrame
    earlier: pl.DataFrame
    has_broken: bool = True
    has_exceptions: bool = True
    quarantined: Mapping[str, int] = field(default_factory=dict)
    chiefs: Chiefs | None = None
    names: Mapping[tuple[str, str | None], str] = field(default_factory=dict)
    parents: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    @property
    def unit_column(self) -> str:
        """The column in which issues and exceptions name a unit of this level."""
        return UNIT_COLUMNS[self.head.level]

    def unit_name(self, code: str) -> str:
        """A unit's name; its code where the reference data has none."""
        return self.names.get((FIGURE_LEVELS[self.head.level], code)) or code


def nothing(columns: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """A frame of these columns without rows."""
    return pl.DataFrame(schema=dict(columns))
