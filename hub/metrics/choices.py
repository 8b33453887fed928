"""What a choice of calibers and of a cohort makes of a case.

What lives here: `apply_calibers`, a pure function of the flags of a case and the
calibers in force (metrics §2, §3), and whether a row of `metric/issue_loop` lies in
the cohort of its month (metrics §1). What does not: the flags
themselves (`flags`), which of them make a metric (`entries`).

Everything is Boolean, so a choice may be judged on distinct combinations of flags
as well as on cases: the answers are the same.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from functools import cache
from types import MappingProxyType

import polars as pl

from hub.metrics.calibers import settled

STEPS = ("accept", "verify", "register", "dispatch", "check")
SPANS = (
    "accept",
    "register",
    "dispatch",
    "receive",
    "handle",
    "check",
    "close",
    "answer",
    "first_response",
    "whole",
)
BASES = (
    "reported_in_period",
    "registered_in_period",
    "due_in_period",
    "closed_in_period",
)
UNDATED = {"no_registered": "registered_at", "no_closed": "closed_at"}
INSTEAD = ("dispatched_at", "handled_at", "registered_at")
KNOWN = "knows_"
TOP = 10
FREQUENT = {"top_category": "category", "top_area": "area_id"}
FREQUENT_BY = ("period", "in_reported", "in_population", "duplicate")


def with_atoms(
    loop: pl.DataFrame, wanted: Container[str] | None = None
) -> pl.DataFrame:
    """`metric/issue_loop` with what its instants and numbers say as Booleans.

    Adds no_registered, no_closed, no_instead, knows_<number> for every number, and
    top_category and top_area: whether the case is of one of the TOP most frequent
    ones, counted over the cases reported in the month, ties by code. What `loop` lacks
    the columns for is left out, and what nobody wants where `wanted` says so.
    """
    numbers = [name for name, kind in loop.schema.items() if kind == pl.Int64]
    atoms = {
        "no_instead": pl.coalesce(INSTEAD).is_null(),
        **{flag: pl.col(instant).is_null() for flag, instant in UNDATED.items()},
        **{f"{KNOWN}{name}": pl.col(name).is_not_null() for name in numbers},
    }
    frequent = [
        _frequent(loop, column).alias(flag)
        for flag, column in FREQUENT.items()
        if {column, *FREQUENT_BY} <= set(loop.columns)
        if wanted is None or flag in wanted
    ]
    return loop.with_columns(*frequent, **_possible(atoms, loop))


def columns_behind(flags: Iterable[str], calibers: tuple[str, ...]) -> set[str]:
    """The columns that flags of a case rest on, as `metric/issue_loop` has them."""
    under = caliber_flags(settled(calibers))
    found: set[str] = set()
    for flag in flags:
        for name in under[flag].meta.root_names() if flag in under else (flag,):
            if name in FREQUENT:
                found |= {FREQUENT[name], *FREQUENT_BY}
            elif name == "no_instead":
                found |= set(INSTEAD)
            else:
                found.add(UNDATED.get(name, name.removeprefix(KNOWN)))
    return found


def _possible(flags: Mapping[str, pl.Expr], rows: pl.DataFrame) -> dict[str, pl.Expr]:
    """Those flags whose columns are there."""
    there = set(rows.columns)
    return {
        name: flag for name, flag in flags.items() if there.issuperset(_roots(flag))
    }


def _roots(flag: pl.Expr) -> list[str]:
    return flag.meta.root_names()


def _frequent(loop: pl.DataFrame, column: str) -> pl.Series:
    """Whether each row's value is one of the most frequent of its month."""
    first = (
        loop.lazy()
        .filter(pl.col("in_reported") & pl.col("in_population"), ~pl.col("duplicate"))
        .drop_nulls(column)
        .group_by("period", column)
        .len()
        .sort("len", column, descending=[True, False])
        .group_by("period", maintain_order=True)
        .head(TOP)
        .select("period", column, is_top=pl.lit(value=True))
        .collect()
    )
    return (
        loop.select("period", column)
        .join(first, on=["period", column], how="left", maintain_order="left")
        .select(pl.col("is_top").fill_null(value=False))
        .to_series()
    )


def apply_calibers(
    atoms: pl.DataFrame,
    calibers: tuple[str, ...],
    wanted: Container[str] | None = None,
) -> pl.DataFrame:
    """Rows with the `caliber_flags` that are wanted and that they have columns for."""
    flags = _possible(caliber_flags(settled(calibers)), atoms)
    asked = {name: flags[name] for name in flags if wanted is None or name in wanted}
    return atoms.with_columns(**asked)


@cache
def caliber_flags(chosen: tuple[str, ...]) -> Mapping[str, pl.Expr]:
    """Flags that depend on the calibers in force, every family of which is named.

    These are registered, need_archive, intime_dispose, overtime_dispose,
    overtime_to_dispose, intime_archive, the denominators rework_base and
    register_base, suspended_out, the flags barred, close_barred and <step>_barred of
    cases without a limit that MD-2 leaves out, intime_<step>, and per span
    <span>_known under the calendar chosen.
    """
    spares = pl.lit("MD-1" in chosen)
    flag = pl.col
    waived = flag("exempt") & pl.lit("AP-1" in chosen)
    late = flag("overdue_now") & ~waived
    waits = flag("to_dispose") & late
    # In this order: nothing to compare with, waived, nothing to compare, compared.
    in_time = (
        pl.when("without_deadline")
        .then(spares)
        .when(waived)
        .then(pl.lit(value=True))
        .otherwise(~flag("without_dispose_time") & flag("done_in_limit"))
    )
    close_in_time = (
        pl.when("without_close_limit")
        .then(spares)
        .otherwise(waived | flag("closed_in_limit"))
    )
    registered = flag("register") & ~(flag("hang") & pl.lit("SU-2" in chosen))
    barred = flag("without_deadline") & ~spares
    close_barred = flag("without_close_limit") & ~spares
    by_handling = "OC-A" in chosen
    to_close = {
        "SC-A": flag("dispose") | waits,
        "SC-B": registered & ~(flag("to_dispose") & ~late),
        "SC-C": flag("dispose"),
        "SC-D": flag("archive") | flag("close_limit_passed"),
    }[_of("SC", chosen)]
    return MappingProxyType(
        dict(
            registered=registered,
            waived=waived,
            need_archive=to_close,
            intime_dispose=flag("dispose") & in_time,
            overtime_dispose=flag("dispose") & ~in_time & ~barred,
            overtime_to_dispose=waits & ~flag("hang"),
            intime_archive=flag("archive")
            & (in_time if by_handling else close_in_time),
            intime_close=flag("archive") & close_in_time,
            rework_base={"RW-1": to_close, "RW-2": flag("dispose"), "RW-3": registered}[
                _of("RW", chosen)
            ],
            register_base={
                "RG-1": flag("accept"),
                "RG-2": pl.lit(value=True),
                "RG-3": registered,
            }[_of("RG", chosen)],
            suspended_out=flag("hang") & pl.lit("SU-1" in chosen),
            barred=barred,
            close_barred=close_barred,
            archive_barred=barred if by_handling else close_barred,
            **{
                f"intime_{step}": pl.when(f"{step}_without_limit")
                .then(spares)
                .otherwise(flag(f"{step}_in_limit"))
                for step in STEPS
            },
            **{
                f"{step}_barred": flag(f"{step}_without_limit") & ~spares
                for step in STEPS
            },
            **{
                f"{span}_known": flag(KNOWN + minutes(span, chosen)).fill_null(
                    value=False
                )
                for span in SPANS
            },
        )
    )


def minutes(span: str, calibers: tuple[str, ...]) -> str:
    """The column that holds the minutes of a span under a calendar (CB)."""
    return f"{span}_shift_minutes" if "CB-2" in calibers else f"{span}_minutes"


def with_durations(rows: pl.DataFrame, calibers: tuple[str, ...]) -> pl.DataFrame:
    """<span>_duration of every span there is, in minutes of the calendar chosen."""
    named = {f"{span}_duration": pl.col(minutes(span, calibers)) for span in SPANS}
    return rows.with_columns(**_possible(named, rows))


def in_cohort(basis: str, calibers: tuple[str, ...]) -> pl.Expr:
    """Whether a row of a month lies in that month's cohort."""
    if basis != "due_in_period":
        return pl.col(f"in_{basis.removesuffix('_in_period')}")
    spares = pl.lit("MD-1" in settled(calibers))
    return pl.col("in_due") | (pl.col("in_due_instead") & spares)


def undated(basis: str, calibers: tuple[str, ...]) -> pl.Expr:
    """Whether a case reported in the month can be claimed by no month at all."""
    spares = pl.lit("MD-1" in settled(calibers))
    never = {
        "reported_in_period": pl.lit(value=False),
        "registered_in_period": pl.col("no_registered"),
        "closed_in_period": pl.col("no_closed"),
        "due_in_period": pl.col("without_deadline") & (pl.col("no_instead") | ~spares),
    }[basis]
    return pl.col("in_reported") & never & ~in_cohort(basis, calibers)


def _of(family: str, calibers: tuple[str, ...]) -> str:
    return next(one for one in calibers if one.startswith(f"{family}-"))
