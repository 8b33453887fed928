"""What each row counts as: left out and why, in the denominator, in the numerator.

What lives here: the judgement of rows of any subject by an entry of the registry,
row by row; the lists behind a figure are made of nothing else. What does not: the
same judgement for combinations of flags, many variants at once (`verdicts`), and
counting (`counting`, `cells`).
"""

from __future__ import annotations

from collections.abc import Container, Iterable

import polars as pl

from hub.metrics.choices import (
    apply_calibers,
    in_cohort,
    undated,
    with_atoms,
    with_durations,
)
from hub.metrics.evidence import named
from hub.metrics.metric import Basis, Metric, Reason

NO_BASIS = "NO_BASIS_INSTANT"


def judged_by(metric: Metric) -> set[str]:
    """The columns of a row that an entry judges by, once the row is in the cohort."""
    reasons = (*metric.outside, *metric.left_out, *metric.missed, *metric.beside)
    amounts = (metric.numerator_amount, metric.denominator_amount)
    return _names(
        metric.numerator,
        *(one.applies for one in reasons),
        *(one for one in amounts if one is not None),
    )


def asked_of(metric: Metric, basis: Basis, calibers: tuple[str, ...]) -> set[str]:
    """The columns of a case, as `case_rows` makes them, that an entry judges by."""
    cohort = _names(in_cohort(basis, calibers), undated(basis, calibers))
    return judged_by(metric) | cohort


def _names(*exprs: pl.Expr) -> set[str]:
    return {name for one in exprs for name in one.meta.root_names()}


def case_rows(
    loop: pl.DataFrame,
    *,
    calibers: tuple[str, ...],
    basis: Basis,
    wanted: Container[str] | None = None,
) -> pl.DataFrame:
    """Cases of the cohort of each month, and those that no month can claim.

    Args:
        loop: rows of `metric/issue_loop`.
        calibers: in force.
        basis: what puts a case into a month.
        wanted: flags that are asked for (`asked_of`); all there can be without it.

    Returns:
        Flags under the calibers, durations, subject, subject_id, is_dated.
    """
    return (
        with_durations(
            apply_calibers(with_atoms(loop, wanted), calibers, wanted), calibers
        )
        .with_columns(*named("issue", "issue_id"), is_dated=in_cohort(basis, calibers))
        .filter(pl.col("is_dated") | undated(basis, calibers))
    )


def judge(cohort: pl.DataFrame, metric: Metric) -> pl.DataFrame:
    """The cohort with is_denominator, is_numerator, amounts and both reasons."""
    undated_ones = Reason(NO_BASIS, ~pl.col("is_dated"))
    left_out = _first((*metric.outside, undated_ones, *metric.left_out))
    part = metric.numerator_amount
    if part is None:
        part = metric.denominator_amount
    return (
        cohort.with_columns(left_out_reason=left_out)
        .with_columns(is_denominator=pl.col("left_out_reason").is_null())
        .with_columns(
            is_numerator=pl.col("is_denominator")
            & metric.numerator.fill_null(value=False)
        )
        .with_columns(
            missed_reason=pl.when(
                pl.col("is_denominator") & ~pl.col("is_numerator")
            ).then(_first(metric.missed)),
            numerator_amount=_amount(part, "is_numerator"),
            denominator_amount=_amount(metric.denominator_amount, "is_denominator"),
        )
    )


def _first(reasons: Iterable[Reason]) -> pl.Expr:
    """The first reason that applies; null where none does."""
    texts = [
        pl.when(reason.applies.fill_null(value=False)).then(pl.lit(reason.code))
        for reason in reasons
    ]
    return pl.coalesce(*texts, pl.lit(None, dtype=pl.String))


def _amount(adds: pl.Expr | None, flag: str) -> pl.Expr:
    """What each row adds: a whole number, zero where the flag is false."""
    one = pl.lit(1, dtype=pl.Int64) if adds is None else adds.cast(pl.Int64)
    return pl.when(flag).then(one).otherwise(pl.lit(0, dtype=pl.Int64)).fill_null(0)
