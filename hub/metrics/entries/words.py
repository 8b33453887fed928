"""What entries share: reasons, sets of calibers, and the short form of an entry.

What lives here: parts that several entries are made of. What does not: entries.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from hub.metrics.metric import Basis, Metric, Reason

Words = tuple[str, str]
DUE: Basis = "due_in_period"
REPORTED: Basis = "reported_in_period"
POPULATION = Reason("OUTSIDE_POPULATION", ~pl.col("in_population"))
DUPLICATE = Reason("DUPLICATE", pl.col("duplicate"))
ENDED = Reason("ENDED", pl.col("ended"))
OUTSIDE = (POPULATION, DUPLICATE, ENDED)
REPORT = (POPULATION, DUPLICATE)
SUSPENDED = Reason("SUSPENDED", pl.col("suspended_out"))
# SU-2 takes suspended cases off those registered, and off nothing else.
NOT_REGISTERED = (
    Reason("SUSPENDED", pl.col("register") & ~pl.col("registered")),
    Reason("NOT_REGISTERED", ~pl.col("registered")),
)
NOT_DISPATCHED = Reason("NOT_DISPATCHED", ~pl.col("need_dispose"))
BARRED = Reason("WITHOUT_DEADLINE", pl.col("barred"))
UNKNOWN = (
    Reason("SUSPENSION_UNKNOWN", pl.col("suspension_unknown")),
    Reason("EXEMPTION_UNKNOWN", pl.col("exemption_unknown")),
)
NO_DEADLINE = Reason("WITHOUT_DEADLINE", pl.col("without_deadline"))
CLOSED_APART = (
    Reason("FORCED_CLOSE", pl.col("archive") & pl.col("forced_close")),
    Reason(
        "CLOSED_FROM_SUSPENSION", pl.col("archive") & pl.col("close_from_suspension")
    ),
)
AFTER_APPEAL = (
    Reason(
        "CLOSED_ON_TIME_AFTER_APPEAL",
        pl.col("exempt") & pl.col("archive") & pl.col("closed_in_limit"),
    ),
    Reason(
        "CLOSED_LATE_AFTER_APPEAL",
        pl.col("exempt") & pl.col("archive") & ~pl.col("closed_in_limit"),
    ),
)
USUAL = ("FLAGS-EG", "MD-1", "SU-3")
OVERDUE = (*USUAL, "AP-1")
ALL_CASES = (
    "当期路长制案件,不含重复案件",
    "cases of the road chief system, no duplicates",
)
ALWAYS = pl.lit(value=True)


def otherwise(code: str) -> tuple[Reason]:
    """The reason of whatever is left."""
    return (Reason(code, ALWAYS),)


def entry(
    id_: str,
    name: Words,
    part: Words,
    whole: Words,
    *,
    numerator: pl.Expr,
    left_out: Iterable[Reason] = (),
    missed: Iterable[Reason] = (),
    beside: Iterable[Reason] = (),
    outside: tuple[Reason, ...] = OUTSIDE,
    basis: Basis = REPORTED,
    calibers: tuple[str, ...] = USUAL,
    source: str = "metrics §4",
    suspends: bool = True,
    **more: Any,
) -> Metric:
    """A metric whose formula is made of the words of its parts.

    Args:
        suspends: whether rows are cases, which may be suspended (SU).
    """
    return Metric(
        id=id_,
        version=1,
        name_zh=name[0],
        name_en=name[1],
        formula_zh=f"{part[0]} ÷ {whole[0]}",
        formula_en=f"{part[1]} ÷ {whole[1]}",
        numerator_zh=part[0],
        numerator_en=part[1],
        denominator_zh=whole[0],
        denominator_en=whole[1],
        numerator=numerator,
        outside=outside,
        left_out=(*((SUSPENDED,) if suspends else ()), *left_out),
        missed=tuple(missed),
        beside=(*beside, *(_unknown(calibers) if suspends else ())),
        basis=basis,
        calibers=calibers,
        source=source,
        **more,
    )


def _unknown(calibers: tuple[str, ...]) -> tuple[Reason, ...]:
    return UNKNOWN[: 2 if "AP-1" in calibers else 1]
