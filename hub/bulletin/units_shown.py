"""What a bulletin tells of each unit: items, broken loops and exceptions.

What lives here: one value per unit for the page. What does not: ranking (`ranking`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

import polars as pl

from hub.bulletin.broken import LINKS
from hub.bulletin.content import BROKEN_COLUMNS, BulletinContent

CASES_SHOWN = 20
LISTED = ("kind", "note_zh", "note_en")  # one requirement may have several lists


class Item(NamedTuple):
    """One line of the score; nothing known of it is None, never 0."""

    dimension: str | None
    item: str
    kind: str | None
    numerator: int | None
    denominator: int | None
    value: Decimal | None
    points: Decimal | None
    note_zh: str | None
    note_en: str | None


@dataclass(frozen=True)
class UnitShown:
    """One unit beside its standing.

    Attributes:
        items: lines of its score in the order of the policy.
        links: broken loops by first missing link, those that there are.
        cases: the first of them.
        exceptions: rows of the exception lists by kind and by what is odd, in words.
    """

    items: Sequence[Item]
    links: Sequence[tuple[str, int]]
    cases: pl.DataFrame
    exceptions: Sequence[tuple[str, str | None, str | None, int]]

    @property
    def broken(self) -> int:
        """All broken loops of the unit."""
        return sum(count for _, count in self.links)


NOTHING_SHOWN = UnitShown((), (), pl.DataFrame(schema=dict(BROKEN_COLUMNS)), ())


def units_shown(
    content: BulletinContent, cases: int = CASES_SHOWN
) -> dict[str, UnitShown]:
    """Every unit that has an item, a broken loop or an exception."""
    items = _by_unit(content.items, "unit_code", Item._fields)
    column = content.unit_column
    order = pl.col("first_missing_link").cast(pl.Enum(LINKS))
    sorted_cases = content.broken.filter(pl.col(column).is_not_null()).sort(
        column, order, "limit_at", "issue_id", nulls_last=True
    )
    links = _by_unit(
        sorted_cases.group_by(column, "first_missing_link", maintain_order=True).len(),
        column,
        ("first_missing_link", "len"),
    )
    first = sorted_cases.group_by(column, maintain_order=True).head(cases)
    shown = {
        str(key[0]): frame
        for key, frame in first.partition_by(column, as_dict=True).items()
    }
    exceptions = _by_unit(exception_counts(content), "unit_code", (*LISTED, "count"))
    return {
        unit: UnitShown(
            items=[Item(*row) for row in items.get(unit, ())],
            links=links.get(unit, ()),
            cases=shown.get(unit, NOTHING_SHOWN.cases),
            exceptions=exceptions.get(unit, ()),
        )
        for unit in {*items, *links, *exceptions}
    }


def exception_counts(content: BulletinContent) -> pl.DataFrame:
    """Rows of the exception lists: unit_code (null: of no unit), LISTED, count."""
    return (
        content.exceptions.group_by(
            pl.col(content.unit_column).alias("unit_code"), *LISTED
        )
        .agg(count=pl.len().cast(pl.Int64))
        .sort("unit_code", *LISTED, nulls_last=True)
    )


def exception_lists(content: BulletinContent) -> pl.DataFrame:
    """Rows of the exception lists over all units: LISTED, units, count."""
    return (
        content.exceptions.group_by(*LISTED)
        .agg(
            units=pl.col(content.unit_column).drop_nulls().n_unique().cast(pl.Int64),
            count=pl.len().cast(pl.Int64),
        )
        .sort(*LISTED, nulls_last=True)
    )


def _by_unit(
    frame: pl.DataFrame, column: str, wanted: Sequence[str]
) -> dict[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = {}
    for unit, *values in frame.select(column, *wanted).rows():
        if unit is not None:
            found.setdefault(unit, []).append(tuple(values))
    return found
