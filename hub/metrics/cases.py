"""Figures over cases, every variant at every level at once.

What lives here: one month of `metric/issue_loop` on its way to figures: signatures
judged, cells counted, both multiplied. What does not: the parts (`groupings`,
`verdicts`, `cells`, `ranks`), the frame that is told (`telling`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hub.metrics.cells import Cells, Classes, cells_of, classes_of, counted
from hub.metrics.choices import INSTEAD, with_atoms, with_durations
from hub.metrics.groupings import BREAKDOWNS, Grouping, Whole, groupings
from hub.metrics.issue_loop.shape import COLUMNS as LOOP
from hub.metrics.levels import COLUMNS
from hub.metrics.metric import RANKS, Metric
from hub.metrics.ranks import Ordered, by_group, by_value, counting, ranks
from hub.metrics.variants import Variant
from hub.metrics.verdicts import Verdicts, judge_signatures, signatures

# What is counted of `issue_loop`: flags, amounts, where a case counts, and of which
# instants it is asked whether they are known.
COUNTED = (
    "period",
    *(name for name, kind in LOOP.items() if kind in (pl.Boolean, pl.Int64)),
    *COLUMNS,
    *BREAKDOWNS.values(),
    *INSTEAD,
    "closed_at",
)
REMEMBERED = 64  # which rows count, of so many denominators of ranks


class Counted(NamedTuple):
    """Counts of one metric in one grouping.

    Attributes:
        metric: the entry.
        variants: those told here, in the order of columns.
        parts, wholes: group × variant; the last line is of no group.
        reasons: codes of the chosen variant's reasons.
        out: group × reason.
        seen: cases of the chosen variant's cohort per group.
    """

    metric: Metric
    variants: Sequence[Variant]
    grouping: Grouping
    parts: Whole
    wholes: Whole
    reasons: Sequence[str]
    out: Whole
    seen: Whole


class Judged(NamedTuple):
    """What the cases of a month count as.

    Attributes:
        signature: of each row.
        kinds: how many signatures there are.
        chosen: metric → classes by what the chosen variant makes of a signature:
            columns whole, part, seen, reasons.
        every: metric → classes by all variants: wholes, then parts; only of metrics
            that have several.
        reasons: metric → codes of its reasons.
    """

    signature: pl.Series
    kinds: int
    chosen: Mapping[str, Classes]
    every: Mapping[str, Classes]
    reasons: Mapping[str, list[str]]


def judged_months(
    months: Sequence[pl.DataFrame],
    wanted: Mapping[str, Sequence[Variant]],
    metrics: Mapping[str, Metric],
) -> list[Judged]:
    """The signatures of some months, judged together: a judgement of few costs most.

    Args:
        months: rows of each.
        wanted: variants by metric, the chosen one first.
        metrics: the entries.
    """
    signed = [signatures(with_atoms(rows)) for rows in months]
    if not signed:
        return []
    verdicts = judge_signatures(pl.concat([one for one, _ in signed]), wanted, metrics)
    # Small groups are told of the chosen variant only, whose classes are few.
    chosen = {id_: _chosen(one) for id_, one in verdicts.items()}
    several = {id_: one for id_, one in verdicts.items() if len(one.wholes) > 1}
    every = {id_: _every(one) for id_, one in several.items()}
    reasons = {id_: [code for code, _ in one.reasons] for id_, one in verdicts.items()}
    found, start = [], 0
    for kinds, number in signed:
        here = slice(start, start + len(kinds))
        found.append(
            Judged(
                number,
                len(kinds),
                {id_: one.part(here) for id_, one in chosen.items()},
                {id_: one.part(here) for id_, one in every.items()},
                reasons,
            )
        )
        start += len(kinds)
    return found


class Month:
    """The cases of one month, ready to be counted under any variant."""

    def __init__(
        self,
        rows: pl.DataFrame,
        codes: pl.DataFrame,
        wanted: Mapping[str, Sequence[Variant]],
        metrics: Mapping[str, Metric],
        judged: Judged,
    ) -> None:
        """Ready the amounts.

        Args:
            rows: rows of one month.
            codes: `existing_codes` of that month.
            wanted: variants by metric, the chosen one first.
            metrics: the entries.
            judged: what the rows count as.
        """
        self._wanted, self._metrics = wanted, metrics
        self._rows = rows
        self._judged = judged
        self._amounts, self._amount_of = _amounts(rows, wanted, metrics)
        self._codes = codes
        self._sorted: dict[str, Whole] = {}
        self._values: dict[str, Whole] = {}
        self._counts: dict[bytes, NDArray[np.bool_]] = {}

    def count(self) -> Iterator[Counted]:
        """Every metric in every grouping."""
        for grouping in groupings(self._rows, self._codes):
            cells = cells_of(
                grouping,
                self._judged.signature,
                list(self._amounts.values()),
                self._judged.kinds,
            )
            ordered: dict[tuple[str, bytes], Ordered] = {}
            for id_, metric in self._metrics.items():
                is_told = grouping.level in metric.levels
                if is_told and metric.subject == "issue":
                    yield self._count(id_, grouping, cells, ordered)

    def _count(
        self,
        id_: str,
        grouping: Grouping,
        cells: Cells,
        ordered: dict[tuple[str, bytes], Ordered],
    ) -> Counted:
        metric, wanted = self._metrics[id_], self._wanted[id_]
        groups = len(grouping.codes)
        is_listed = grouping.is_listed and grouping.by is None
        classes = self._judged.chosen[id_]
        # Reasons are told where codes are listed.
        width = classes.flags.shape[1] if is_listed else 3
        chosen = counted(cells, groups, classes, "count", slice(0, width))
        wholes, parts = chosen[:, :1], chosen[:, 1:2]
        told, start = 1, 1
        if is_listed and id_ in self._judged.every:
            classes, told = self._judged.every[id_], len(wanted)
            both = counted(cells, groups, classes, "count", slice(0, 2 * told))
            wholes, parts, start = both[:, :told], both[:, told:], told
        if metric.value in RANKS:
            parts = self._ranks(id_, classes, grouping, told, ordered)
        elif metric.numerator_amount is not None:
            parts = np.zeros_like(wholes)
            for nth, name in enumerate(self._amount_of[id_][:told]):
                column = slice(start + nth, start + nth + 1)
                parts[:, nth : nth + 1] = counted(cells, groups, classes, name, column)
        return Counted(
            metric=metric,
            variants=wanted[:told],
            grouping=grouping,
            parts=parts,
            wholes=wholes,
            reasons=self._judged.reasons[id_] if is_listed else (),
            out=chosen[:, 3:],
            seen=chosen[:, 2],
        )

    def _ranks(
        self,
        id_: str,
        classes: Classes,
        grouping: Grouping,
        told: int,
        ordered: dict[tuple[str, bytes], Ordered],
    ) -> Whole:
        """Values of nearest rank, group × variant.

        Median and p90 of a span are ranks among the same rows, which `ordered` keeps.
        """
        percent = RANKS[self._metrics[id_].value]
        found = np.zeros((len(grouping.codes) + 1, told), dtype=np.int64)
        for nth, name in enumerate(self._amount_of[id_][:told]):
            wanted = classes.flags[:, nth].astype(bool)[classes.of_signature]
            rows = (name, np.packbits(wanted).tobytes())
            if rows not in ordered:
                whole = (name, b"")
                if whole not in ordered:
                    ordered[whole] = by_group(self._by_value(name), grouping)
                kept = counting(ordered[whole].rows, self._counting(wanted), grouping)
                ordered[rows] = kept
            found[:-1, nth] = ranks(ordered[rows], self._values[name], percent)
        return found

    def _by_value(self, name: str) -> Whole:
        """The rows that have an amount, by it."""
        if name not in self._sorted:
            amounts = self._amounts[name]
            self._values[name] = amounts.fill_null(0).to_numpy()
            known = amounts.is_not_null().to_numpy()
            self._sorted[name] = by_value(self._values[name], known)
        return self._sorted[name]

    def _counting(self, wanted: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether each row counts, from whether its signature does."""
        key = np.packbits(wanted).tobytes()
        if key not in self._counts:
            while len(self._counts) >= REMEMBERED:
                self._counts.pop(next(iter(self._counts)))
            self._counts[key] = wanted[self._judged.signature.to_numpy()]
        return self._counts[key]


def _chosen(verdicts: Verdicts) -> Classes:
    """Columns: whole and part of the chosen variant, seen, reasons."""
    reasons = (flags for _, flags in verdicts.reasons)
    return classes_of([verdicts.wholes[0], verdicts.parts[0], verdicts.seen, *reasons])


def _every(verdicts: Verdicts) -> Classes:
    """Columns: wholes of all variants, then parts."""
    return classes_of([*verdicts.wholes, *verdicts.parts])


def _amounts(
    rows: pl.DataFrame,
    wanted: Mapping[str, Sequence[Variant]],
    metrics: Mapping[str, Metric],
) -> tuple[dict[str, pl.Series], dict[str, list[str]]]:
    """The amounts that metrics add up, each once, and which each variant adds."""
    columns: dict[str, pl.Series] = {}
    named: dict[str, list[str]] = {}
    by_calendar: dict[bool, pl.DataFrame] = {}
    for id_, several in wanted.items():
        amount, names = metrics[id_].numerator_amount, list[str]()
        for variant in several if amount is not None else ():
            in_shifts = "CB-2" in variant.calibers
            if in_shifts not in by_calendar:
                by_calendar[in_shifts] = with_durations(rows, variant.calibers)
            name = f"{amount} {in_shifts}"
            if name not in columns:
                column = by_calendar[in_shifts].select(amount).to_series()
                columns[name] = column.cast(pl.Int64).alias(name)
            names.append(name)
        named[id_] = names
    return columns, named
