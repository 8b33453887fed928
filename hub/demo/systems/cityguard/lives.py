"""What a case of cityguard goes through besides its plain life.

What lives here: forced closes, verifications, and applications for more time or for a
suspension, as they stand at an instant. All follow from the case's own number and
times, so the days may be told in any order. What does not: columns (`tables`).
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import polars as pl

from hub.demo.systems.own import DUE

EVERY = 6  # of this many cases one asks for more time and one for a suspension


class Lived(NamedTuple):
    """Cases and applications at an instant.

    `cases`: `known` and is_forced, close_type, suspended (null = never was),
    extensions, due, verified, verify_sent, checked, check_sent; stage and changed_at
    as told.

    `applications`: key (of the case), application, type, status, applied, audited (null
    while it is pending), old_due, new_due, seq (among the granted of a case).
    """

    cases: pl.DataFrame
    applications: pl.DataFrame


def live(known: pl.DataFrame, until: datetime) -> Lived:
    """Cases as the product keeps them, and what was applied for.

    Args:
        known: cases with key and the columns of `Cases.known`.
        until: the instant; what happens at it is not yet known.
    """
    applications = _applications(known, until)
    granted = applications.filter(pl.col("status") == "approved").sort("audited")
    kind = pl.col("type")
    summed = granted.group_by("key").agg(
        extensions=(kind == "extend").sum(),
        hold=kind.filter(kind != "extend").last(),
        last_audit=pl.col("audited").max(),
    )
    forced = pl.col("pick") % 7 == 3
    is_closed = pl.col("stage") == "CLOSED"
    joined = known.join(summed, on="key", how="left", maintain_order="left")
    suspended = pl.when(pl.col("hold").is_not_null()).then(pl.col("hold") == "suspend")
    cases = joined.with_columns(
        stage=pl.when(pl.col("stage") == "ACCEPTED")
        .then(pl.lit("DISCOVERED"))  # the product does not tell
        .when(forced & (pl.col("stage") == "CHECKED"))
        .then(pl.lit("HANDLED"))
        .otherwise("stage"),
        is_forced=forced & is_closed,
        close_type=pl.when(forced & is_closed)
        .then(pl.lit("FORCED"))
        .when(is_closed & suspended)
        .then(pl.lit("FROM_SUSPENDED")),
        suspended=suspended,
        extensions=pl.col("extensions").fill_null(0).cast(pl.Int64),
        due=pl.when(pl.col("extensions") > 0)
        .then(DUE.dt.offset_by("1d"))
        .otherwise(DUE),
        changed_at=pl.max_horizontal("changed_at", "last_audit"),
        checked=pl.when(~forced).then("checkTime"),
        check_sent=pl.when(~forced).then("disposeEndTime"),
        verify_sent=pl.when(pl.col("channel") == "WX").then("operateTime"),
        verified=pl.when(pl.col("channel") == "WX").then(
            pl.col("instTime") - pl.duration(minutes=1)
        ),
    )
    return Lived(cases, applications)


def _applications(known: pl.DataFrame, until: datetime) -> pl.DataFrame:
    """Everything that was applied for before an instant."""
    turn = (pl.col("pick") // EVERY) % 3
    asks = known.filter(pl.col("defect").ne_missing("state"))
    extend = asks.filter(pl.col("pick") % EVERY == 0).with_columns(
        status=turn.replace_strict(
            [0, 1, 2], ["approved", "rejected", "pending"], return_dtype=pl.String
        )
    )
    suspend = asks.filter(pl.col("pick") % EVERY == 1).with_columns(
        status=pl.lit("approved")
    )
    resume = suspend.filter(pl.col("pick") // EVERY % 2 == 0)
    every = pl.concat(
        [
            _asked(extend, "extend", minutes=40, seq=1),
            _asked(suspend, "suspend", minutes=60, seq=1),
            _asked(resume, "resume", minutes=90, seq=2),
        ]
    )
    is_open = pl.col("end").is_null() | (pl.col("end") > pl.col("decided"))
    is_decided = (pl.col("decided") < until) & (pl.col("status") != "pending")
    return (
        every.filter(is_open & (pl.col("applied") < until))
        .with_columns(
            status=pl.when(is_decided).then("status").otherwise(pl.lit("pending")),
            audited=pl.when(is_decided).then("decided"),
        )
        .drop("end", "decided")
    )


def _asked(cases: pl.DataFrame, kind: str, *, minutes: int, seq: int) -> pl.DataFrame:
    """Applications of one type, decided some minutes after the work began."""
    began = pl.col("disposeBeginTime")
    new = pl.when(pl.lit(kind == "extend")).then(DUE.dt.offset_by("1d"))
    return cases.filter(began.is_not_null()).select(
        "key",
        "status",
        application=pl.col("key") * 10 + {"extend": 1, "suspend": 2, "resume": 3}[kind],
        type=pl.lit(kind),
        applied=began + pl.duration(minutes=minutes - 20),
        decided=began + pl.duration(minutes=minutes),
        end="disposeEndTime",
        old_due=pl.when(pl.lit(kind == "extend")).then(DUE),
        new_due=new,
        seq=pl.lit(seq, dtype=pl.Int64),
    )
