"""From the lines of a score sheet to points per dimension and in all.

What lives here: caps between items, adding up, and why a sum is not there. What does
not: judging items (`sheet`), ranks (`ranking`).

Points are rounded item by item, and sums are taken of rounded points; so whoever adds
the printed lines gets the printed sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from hub.scoring.rules.base import rounded, shown
from hub.scoring.sheet import Mark, clamp
from hub.scoring.spec import Cap, Dimension, Policy
from hub.scoring.values import NOTHING

NO_DENOMINATOR = "NO_DENOMINATOR"
NO_WEIGHTS = "WEIGHTS_NOT_CONFIGURED"
CLAMP = "clamp"
REASONS = {
    NO_DENOMINATOR: ("无数据,不排名", "no data, not ranked"),
    NO_WEIGHTS: ("未配置维度权重,不合计", "no weights configured, not added up"),
}


class Sum(NamedTuple):
    """Points of one dimension, or of all (dimension None)."""

    dimension: str | None
    points: Decimal | None
    reason: str | None


def capped(policy: Policy, marks: Sequence[Mark]) -> list[Mark]:
    """The marks after the caps that items set to each other."""
    held = {mark.item: mark for mark in marks}
    full = {
        item.id: item.full_points for one in policy.dimensions for item in one.items
    }
    for cap in policy.caps:
        held[cap.item] = _capped(cap, held, full, policy.decimals)
    return [held[mark.item] for mark in marks]


def _capped(
    cap: Cap, held: dict[str, Mark], full: dict[str, Fraction], decimals: int
) -> Mark:
    """One mark; without data on either side nothing is limited."""
    mark, other = held[cap.item], held[cap.not_above]
    if mark.points is None or other.points is None:
        return mark
    lost = full[cap.item] - Fraction(mark.points)
    most = max(Fraction(0), full[cap.not_above] - Fraction(other.points))
    if lost <= most:
        return mark
    return mark.noted(
        rounded(full[cap.item] - most, decimals),
        f"扣分以 {cap.not_above} 的 {shown(most)} 为限",
        f"no more off than the {shown(most)} of {cap.not_above}",
    )


def sums_of(policy: Policy, marks: Sequence[Mark]) -> tuple[list[Sum], list[Mark]]:
    """Every dimension and the total, and the lines that clamping adds."""
    sums, extra = [], []
    for dimension in policy.dimensions:
        own = [mark for mark in marks if mark.dimension == dimension.id]
        found, clamped = _dimension(policy, dimension, own)
        sums.append(found)
        extra += clamped
    total, clamped = _total(policy, {one.dimension: one for one in sums})
    return [*sums, total], [*extra, *clamped]


def _dimension(
    policy: Policy, dimension: Dimension, marks: Sequence[Mark]
) -> tuple[Sum, list[Mark]]:
    optional = {item.id for item in dimension.items if item.missing == "left_out"}
    lacking = [m.item for m in marks if m.points is None and m.item not in optional]
    if lacking or all(mark.points is None for mark in marks):
        named = ",".join(lacking or [mark.item for mark in marks])
        return Sum(dimension.id, None, f"{NO_DENOMINATOR}:{named}"), []
    added = sum((mark.points or Decimal(0) for mark in marks), Decimal(0))
    points, line = _limited(
        added, (dimension.least, dimension.most), dimension.id, policy.decimals
    )
    return Sum(dimension.id, points, None), line


def _total(policy: Policy, sums: dict[str | None, Sum]) -> tuple[Sum, list[Mark]]:
    if not policy.is_weighted:
        return Sum(None, None, NO_WEIGHTS), []
    counted = [(one, sums[one.id]) for one in policy.counted]
    reasons = [found.reason for _, found in counted if found.reason is not None]
    if reasons:
        items = ",".join(reason.partition(":")[2] for reason in reasons)
        return Sum(None, None, f"{NO_DENOMINATOR}:{items}"), []
    added = sum(
        (
            Fraction(one.weight or 0) * Fraction(found.points or 0)
            for one, found in counted
        ),
        Fraction(0),
    )
    points, line = _limited(
        rounded(added, policy.decimals),
        (policy.total.least, policy.total.most),
        None,
        policy.decimals,
    )
    return Sum(None, points, None), line


def _limited(
    added: Decimal,
    limits: tuple[Decimal | None, Decimal | None],
    dimension: str | None,
    decimals: int,
) -> tuple[Decimal, list[Mark]]:
    """A sum within its limits; what the limit took or gave is a line of its own."""
    exact, zh, en = clamp(Fraction(added), *limits)
    points = rounded(exact, decimals)
    if points == added:
        return added, []
    line = Mark(
        dimension=dimension,
        item=CLAMP,
        kind=CLAMP,
        value=NOTHING,
        points=points - added,
        note_zh=zh,
        note_en=en,
    )
    return points, [line]
