"""Counts of cases made into the frames that are told: figures, and counts beside.

What lives here: numbers of metrics, variants and groups turned into their names, once
for a whole month. What does not: counting (`cases`), the frames of other subjects
(`counting`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl

from hub.metrics.cases import Counted
from hub.metrics.counting import BESIDE, FIGURE, INSTANT, UNATTRIBUTED, valued
from hub.metrics.groupings import Whole
from hub.metrics.levels import CITY


class Teller:
    """Collects counts of one month."""

    def __init__(self, period: str, as_of: datetime) -> None:
        self._period, self._as_of = period, as_of
        self._variants: list[tuple[Any, ...]] = []
        self._groups: list[pl.DataFrame] = []
        self._group_of: dict[tuple[str, str | None], int] = {}
        self._starts: list[int] = [0]
        self._figures: list[tuple[Any, ...]] = []
        self._about: list[tuple[str, str]] = []
        self._reasons: dict[str, int] = {}
        self._beside: list[tuple[Any, ...]] = []

    def take(self, counts: Iterable[Counted]) -> None:
        """Add what was counted."""
        for one in counts:
            start = self._group(one)
            at = len(self._variants)
            for variant in one.variants:
                self._variants.append(
                    (
                        one.metric.id,
                        one.metric.version,
                        list(variant.calibers),
                        variant.basis,
                        one.metric.value,
                    )
                )
            parts, wholes = one.parts[:-1], one.wholes[:-1]
            is_whole = one.grouping.is_listed
            told = np.full(wholes.shape, fill_value=True) if is_whole else wholes > 0
            group, variant_no = np.nonzero(told)
            self._figures.append(
                (group + start, variant_no + at, parts[told], wholes[told])
            )
            if one.grouping.by is None:
                self._take_beside(one, start)

    def _take_beside(self, one: Counted, start: int) -> None:
        """Counts by reason, and the rows of the denominator that have no code.

        The latter are numbered behind all groups: of no code, at this level.
        """
        about = len(self._about)
        self._about.append((one.metric.id, one.variants[0].basis))
        grouping = one.grouping
        if grouping.is_listed:
            group, nth = np.nonzero(one.out[:-1])
            reasons = np.array([self._reason(code) for code in one.reasons])
            if len(group):
                counts = one.out[group, nth]
                about_all = np.full(len(group), about)
                self._beside.append((about_all, reasons[nth], group + start, counts))
        # A city may have no such level; then nothing is missing.
        is_met = (grouping.is_listed and len(grouping.codes) > 0) or one.seen[:-1].any()
        homeless = one.wholes[-1:, 0]
        if grouping.level != CITY and is_met and homeless[0] > 0:
            nowhere = np.array([start + len(grouping.codes)])
            reason = self._reason(UNATTRIBUTED)
            self._beside.append(_lines(about, reason, nowhere, homeless))

    def _reason(self, code: str) -> int:
        return self._reasons.setdefault(code, len(self._reasons))

    def _group(self, one: Counted) -> int:
        key = (one.grouping.level, one.grouping.by)
        if key not in self._group_of:
            self._group_of[key] = self._starts[-1]
            none = pl.DataFrame(
                {"unit_code": [None], "by_code": [None]},
                schema=one.grouping.codes.schema,
            )
            self._starts.append(self._starts[-1] + len(one.grouping.codes) + 1)
            self._groups.append(
                pl.concat([one.grouping.codes, none]).select(
                    "unit_code",
                    "by_code",
                    level=pl.lit(one.grouping.level),
                    by=pl.lit(one.grouping.by, dtype=pl.String),
                )
            )
        return self._group_of[key]

    def figures(self) -> pl.DataFrame:
        """FIGURE, in no order."""
        if not self._figures:
            return pl.DataFrame(schema=FIGURE)
        group, variant, part, whole = (
            np.concatenate([one[nth] for one in self._figures]) for nth in range(4)
        )
        variants = pl.DataFrame(
            self._variants,
            schema={
                "metric": pl.String,
                "version": pl.Int64,
                "calibers": pl.List(pl.String),
                "basis": pl.String,
                "value": pl.String,
            },
            orient="row",
        )
        told = pl.concat(
            [
                variants[variant],
                pl.concat(self._groups)[group],
                pl.DataFrame({"numerator": part, "denominator": whole}),
            ],
            how="horizontal",
        )
        return valued(
            told.with_columns(
                period=pl.lit(self._period),
                as_of=pl.lit(self._as_of.astimezone(UTC)).cast(INSTANT),
            )
        ).select(FIGURE.keys())

    def beside(self) -> pl.DataFrame:
        """BESIDE, in no order; zeros are omitted."""
        if not self._beside:
            return pl.DataFrame(schema=BESIDE)
        about, reason, group, count = (
            np.concatenate([one[nth] for one in self._beside]) for nth in range(4)
        )
        told = pl.concat(
            [
                pl.DataFrame(
                    self._about,
                    schema={"metric": pl.String, "basis": pl.String},
                    orient="row",
                )[about],
                pl.concat(self._groups).select("level", "unit_code")[group],
                pl.DataFrame(
                    {"reason": list(self._reasons)}, schema={"reason": pl.String}
                )[reason],
                pl.DataFrame({"case_count": count}),
            ],
            how="horizontal",
        )
        return (
            told.with_columns(period=pl.lit(self._period))
            .group_by("metric", "basis", "period", "level", "unit_code", "reason")
            .agg(pl.col("case_count").sum())
            .select(BESIDE.keys())
        )


def _lines(about: int, reason: int, group: Whole, count: Whole) -> tuple[Any, ...]:
    """Numbers of metric, reason and group with each count."""
    size = len(group)
    return np.full(size, about), np.full(size, reason), group, count
