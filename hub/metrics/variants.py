"""Which calibers and cohorts a metric is computed under.

What lives here: the variants of a metric: the choice asked for, and each other
caliber of each family that the metric knows, one at a time, under each basis. What
does not: judging them (`verdicts`).
"""

from __future__ import annotations

from typing import NamedTuple, get_args

from hub.metrics.calibers import in_force, others
from hub.metrics.metric import RANKS, Basis, Metric

CASE_BASES: tuple[Basis, ...] = get_args(Basis)[:4]


class Variant(NamedTuple):
    """One way to compute a metric; the chosen one is told at every level."""

    calibers: tuple[str, ...]
    basis: Basis
    is_chosen: bool


def variants(
    metric: Metric,
    chosen: tuple[str, ...] = (),
    basis: Basis | None = None,
    *,
    every: bool = False,
) -> list[Variant]:
    """The variants of a metric over cases, the chosen one first.

    Of ranks only the calendar and the basis vary: each variant is a sort of its
    own, and what the others move is seen in the mean.

    Args:
        metric: the entry.
        chosen: calibers in place of its defaults.
        basis: a cohort in place of its own.
        every: whether others than the chosen one are wanted.
    """
    usual = in_force(metric.calibers, chosen)
    own = basis or metric.basis
    found = [Variant(usual, own, is_chosen=True)]
    if not every:
        return found
    sets = [usual]
    for place, id_ in enumerate(usual):
        if metric.value in RANKS and not id_.startswith("CB-"):
            continue
        sets += [(*usual[:place], one, *usual[place + 1 :]) for one in others(id_)]
    for calibers in sets:
        found += [
            Variant(calibers, other, is_chosen=False)
            for other in CASE_BASES
            if (calibers, other) != (usual, own)
        ]
    return found
