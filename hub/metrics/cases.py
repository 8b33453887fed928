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

from hub.metrics.cells import Cells, Classes, cells_of, classes_of, counted
from hub.metrics.choices import with_atoms, with_durations
from hub.metrics.groupings import Grouping, Whole, groupings
from hub.metrics.metric import RANKS, Metric
from hub.metrics.ranks import by_group, by_value, ranks
from hub.metrics.variants import Variant
from hub.metrics.verdicts import Verdicts, judge_signatures, signatures


class Counted(NamedTuple):
    """Counts of one metric in one grouping.

    Attributes:
        metric: the entry.
        variants: those told here, in the order of columns.
        parts, wholes: group × variant; the last line is of no group.
        reasons: code → count per group, of the chosen variant.
        seen: cases of the chosen variant's cohort per group.
    """

    metric: Metric
    variants: Sequence[Variant]
    grouping: Grouping
    parts: Whole
    wholes: Whole
    reasons: list[tuple[str, Whole]]
    seen: Whole


class Month:
    """The cases of one month, ready to be counted under any variant."""

    def __init__(
        self,
        rows: pl.DataFrame,
        codes: pl.DataFrame,
        wanted: Mapping[str, Sequence[Variant]],
        metrics: Mapping[str, Metric],
    ) -> None:
        """Judge signatures.

        Args:
            rows: rows of one month.
            codes: `existing_codes` of that month.
            wanted: variants by metric, the chosen one first.
            metrics: the entries.
        """
        self._wanted, self._metrics = wanted, metrics
        self._rows = rows
        atoms = with_atoms(rows)
        kinds, self._signature = signatures(atoms)
        self._kinds = len(kinds)
        self._verdicts = judge_signatures(kinds, wanted, metrics)
        # Small groups are told of the chosen variant only, whose classes are few.
        self._chosen = {id_: _chosen(one) for id_, one in self._verdicts.items()}
        self._every = {
            id_: _every(one)
            for id_, one in self._verdicts.items()
            if len(one.wholes) > 1
        }
        self._amounts, self._amount_of = _amounts(rows, wanted, metrics)
        self._codes = codes
        self._sorted: dict[str, Whole] = {}

    def count(self) -> Iterator[Counted]:
        """Every metric in every grouping."""
        for grouping in groupings(self._rows, self._codes):
            cells = cells_of(
                grouping, self._signature, list(self._amounts.values()), self._kinds
            )
            ordered: dict[str, Whole] = {}
            for id_, metric in self._metrics.items():
                is_told = grouping.level in metric.levels
                if is_told and metric.subject == "issue":
                    yield self._count(id_, grouping, cells, ordered)

    def _count(
        self, id_: str, grouping: Grouping, cells: Cells, ordered: dict[str, Whole]
    ) -> Counted:
        metric, verdicts = self._metrics[id_], self._verdicts[id_]
        groups = len(grouping.codes)
        is_listed = grouping.is_listed and grouping.by is None
        classes = self._chosen[id_]
        # Reasons are told where codes are listed.
        width = classes.flags.shape[1] if is_listed else 3
        chosen = counted(cells, groups, classes, "count", slice(0, width))
        wholes, parts = chosen[:, :1], chosen[:, 1:2]
        told, start = 1, 1
        if is_listed and id_ in self._every:
            classes, told = self._every[id_], len(verdicts.wholes)
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
            variants=self._wanted[id_][:told],
            grouping=grouping,
            parts=parts,
            wholes=wholes,
            reasons=[
                (code, chosen[:, 3 + nth])
                for nth, (code, _) in enumerate(verdicts.reasons)
                if is_listed
            ],
            seen=chosen[:, 2],
        )

    def _ranks(
        self,
        id_: str,
        classes: Classes,
        grouping: Grouping,
        told: int,
        ordered: dict[str, Whole],
    ) -> Whole:
        """Values of nearest rank, group × variant."""
        of_row = classes.of_signature[self._signature.to_numpy()]
        percent = RANKS[self._metrics[id_].value]
        found = np.zeros((len(grouping.codes) + 1, told), dtype=np.int64)
        for nth, name in enumerate(self._amount_of[id_][:told]):
            values = self._amounts[name].fill_null(0).to_numpy()
            if name not in self._sorted:
                known = self._amounts[name].is_not_null().to_numpy()
                self._sorted[name] = by_value(values, known)
            if name not in ordered:
                ordered[name] = by_group(self._sorted[name], grouping)
            counts = classes.flags[:, nth].astype(bool)[of_row]
            (found[:-1, nth],) = ranks(
                ordered[name], values, counts, grouping, (percent,)
            )
        return found


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
