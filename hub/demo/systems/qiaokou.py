"""硚口区's exchange database: what the district did about the platform's cases.

What lives here: operations in a table of a SQLite file (dialect 3): a result is
inserted when work begins and updated when it ends; some are withdrawn, a few of those
entered again. Batch numbers start anew every day, one result comes several times in a
batch, and what happens late in the evening is often written on the next day. What does
not: which attempts there are (`hub.demo.ground.attempts`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, closing
from functools import cached_property
from pathlib import Path

import polars as pl

from hub.demo.days import Span, span_of, told_at
from hub.demo.ground.attempts import attempts_in
from hub.demo.systems.base import (
    Line,
    Surroundings,
    as_sent,
    as_told,
    local,
    pick,
    words,
)
from hub.demo.systems.roster.lists import ref
from hub.demo.told.expected import Keyless, Told, hub_key, refused

PARTNER, UNIT = "qiaokou", "AU-420104"
TRAPS = {
    "T22": "one operation written twice, under two log numbers",
    "T26": "1900-01-01 for an end that has not come",
    "T39": "the unit's code in full-width signs",
    "T41": "measures in traditional characters",
    "T65": "训诫, a measure that no table knows; some are corrected later",
}
# Results with a measure of their own words, and the rule that keeps them out.
RULES = {"measure": "P06", "orphan": "F01"}
DAY, EVENING = 86_400, 3_300  # seconds
WITHDRAWN_EVERY, AGAIN_EVERY, TWICE_EVERY = 12, 36, 11
MEASURES = {
    "PERSUADE": "劝导",
    "RECTIFY": "责令整改",
    "CLEAR": "清运",
    "FINE": "罚款",
    "TRANSFER": "移交",
}
TRADITIONAL = MEASURES | {
    "PERSUADE": "勸導",
    "RECTIFY": "責令整改",
    "CLEAR": "清運",
    "FINE": "罰款",
}
UNKNOWN = "训诫"
IS_DONE = pl.col("end").is_not_null()
IS_FINED = IS_DONE & (pl.col("measure") == "FINE")
IS_WIDE = pl.col("pick") % 9 == 4  # T39
IS_TRADITIONAL = pl.col("pick") % 7 == 2  # T41
UNIT_CODE = pl.format("S{}", "street_code")
HELPER = pl.format("XG{}", "street_code")
WIDE = pl.format("Ｓ{}", "street_code")
OPINION = pl.when(IS_DONE).then(pl.lit("已现场处置"))
FINE = pl.when(IS_FINED).then(pl.lit("200.00"))
TAIL = pl.col("case_id").str.tail(6)
PAPER = pl.when(IS_FINED).then(
    pl.format("硚城管罚字〔{}〕{}号", local("begin", "%Y"), TAIL)
)
PHOTOS = pl.when(IS_DONE).then(2).otherwise(0)

LINES = (
    Line("log_id", pl.col("log_id")),
    Line("result_id", pl.col("result_id")),
    Line(
        "case_id",
        pl.col("named_id"),
        "issue_id",
        hub_key("issue", "platform", pl.col("named_id")),
    ),
    Line("attempt_no", pl.col("attempt"), "attempt_seq", pl.col("attempt")),
    Line(
        "dept_code",
        pl.when(IS_WIDE).then(WIDE).otherwise(UNIT_CODE),
        "org_id",
        ref("org", UNIT_CODE),
    ),
    Line("handler_no", HELPER, "handler_person_id", ref("person", HELPER)),
    Line("begin_time", local("begin"), "started_at", pl.col("begin")),
    Line(
        "end_time",
        local("end").fill_null("1900-01-01 00:00:00"),  # T26
        "finished_at",
        pl.col("end"),
    ),
    Line(
        "measure",
        pl.when("is_odd")
        .then(pl.lit(UNKNOWN))
        .when(IS_TRADITIONAL)
        .then(words(pl.col("measure"), TRADITIONAL))
        .otherwise(words(pl.col("measure"), MEASURES)),
        "measure_code",
        pl.col("measure"),
    ),
    Line("opinion", OPINION, "opinion", OPINION),
    Line("fine_yuan", FINE, "penalty_yuan", FINE.cast(pl.Decimal(18, 3))),
    Line("doc_no", PAPER, "document_no", PAPER),
    Line("photo_num", PHOTOS, "media_count", PHOTOS),
    Line("op_type", pl.col("op_type")),
    Line("op_time", local("at")),
    Line("batch_no", pl.format("B{}", local("at", "%H"))),
    Line("flag", pl.lit(0)),
)
NUMBERS = {"attempt_no", "photo_num", "flag"}
FIELDS = [line.field for line in LINES if line.field]
CREATE = "CREATE TABLE IF NOT EXISTS ex_handling ({})".format(
    ", ".join(f"{name} {'INTEGER' if name in NUMBERS else 'TEXT'}" for name in FIELDS)
    + ", PRIMARY KEY (log_id)"
)
INSERT = "INSERT OR IGNORE INTO ex_handling ({}) VALUES ({})".format(  # noqa: S608
    ", ".join(FIELDS), ", ".join("?" * len(FIELDS))
)


class Qiaokou:
    """The simulated exchange database."""

    partner = PARTNER

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._path = Path()

    def start(self, folder: Path, opening: ExitStack) -> Mapping[str, str]:
        """Make the empty table, or find the one that is there."""
        del opening
        self._path = folder.absolute() / "exchange.db"
        with closing(sqlite3.connect(self._path)) as connection, connection:
            connection.execute(CREATE)
        return {"HUB_DEMO_QIAOKOU_URL": f"sqlite:///{self._path}"}

    def deliver(self, day: int) -> None:
        """Write the operations of one day; those already there stay as they are."""
        due = self.operations.filter(pl.col("written_on") == day)
        twice = due.filter(pl.col("pick") % TWICE_EVERY == 0).with_columns(
            log_id=pl.format("{}-R", "log_id")  # T22
        )
        rows = as_sent(pl.concat([due, twice]), LINES).select(FIELDS).rows()
        with closing(sqlite3.connect(self._path)) as connection, connection:
            connection.executemany(INSERT, rows)

    def window(self, day: int) -> Span | None:
        """The span of the day."""
        return span_of(day)

    def told(self) -> Iterable[Told]:
        """Results after all days: the last operation on each counts."""
        written = self.operations.filter(pl.col("written_on") <= self._around.days)
        last = written.sort("at").unique("result_id", keep="last", maintain_order=True)
        out = refused(last.filter("is_odd"), "result_id", {**RULES, "once": "P06"})
        orphans = refused(last, "result_id", {"orphan": RULES["orphan"]})
        live = last.filter(
            ~pl.col("is_odd")
            & (pl.col("op_type") != "D")
            & pl.col("defect").ne_missing("orphan")
        )
        yield Told(
            "handling",
            PARTNER,
            [as_told(live, pl.col("result_id"), LINES)],
            pl.concat([out, orphans]),
        )

    def keyless(self) -> Iterable[Keyless]:
        """Every operation has its key."""
        return ()

    @cached_property
    def operations(self) -> pl.DataFrame:
        """Everything that the district ever writes, one row per operation.

        Returns:
            The columns of the attempts; result_id, op_type, at (the operation's
            instant), log_id, written_on (day), measure, is_odd (whether the measure is
            a word that no table knows), defect, named_id (the case as it is named).
        """
        attempts = _with_defects(attempts_in(self._around.happenings, UNIT))
        ended = attempts.drop_nulls("end")
        gone = ended.filter(
            pl.col("defect").is_null() & (pl.col("pick") % WITHDRAWN_EVERY == 0)
        )
        began = attempts.with_columns(
            *_operation("I", pl.col("begin") + pl.duration(seconds=30)),
            end=pl.lit(None, dtype=attempts.schema["end"]),
            is_odd=pl.col("defect").is_in(["measure", "once"]).fill_null(value=False),
        )
        every = [
            began,
            ended.with_columns(
                *_operation("U", pl.col("end") + pl.duration(seconds=60)),
                is_odd=(pl.col("defect") == "measure").fill_null(value=False),
            ),
            gone.with_columns(
                *_operation("D", pl.col("end") + pl.duration(hours=12)), is_odd=False
            ),
            gone.filter(pl.col("pick") % AGAIN_EVERY == 0).with_columns(
                *_operation("I", pl.col("end") + pl.duration(hours=15)), is_odd=False
            ),
        ]
        return pl.concat(every).with_columns(
            log_id=pl.concat_str(
                local("at", "%Y%m%d%H%M%S"), "result_id", "op_type", separator="-"
            ),
            written_on=_written_on(),
        )


def _with_defects(attempts: pl.DataFrame) -> pl.DataFrame:
    """The first cases of each day get a defect, all others a plain result."""
    kinds = ["measure", "once", "orphan"]
    nth = pl.col("case").rank("dense").over("day").cast(pl.Int64)
    defect = nth.replace_strict(
        list(range(1, len(kinds) + 1)), kinds, default=None, return_dtype=pl.String
    )
    return attempts.with_columns(
        result_id=pl.format("QK{}-{}", "case_id", "attempt"),
        measure=pick(list(MEASURES), 13),
        defect=defect,
    ).with_columns(
        # No case of the platform has so high a number.
        named_id=pl.when((pl.col("defect") == "orphan").fill_null(value=False))
        .then(pl.format("{}99{}", pl.col("case_id").str.head(10), TAIL))
        .otherwise("case_id")
    )


def _operation(kind: str, at: pl.Expr) -> list[pl.Expr]:
    return [pl.lit(kind).alias("op_type"), at.alias("at")]


def _written_on() -> pl.Expr:
    """The day on which an operation is written; half of an evening's come late."""
    seconds = (pl.col("at") - told_at(0)).dt.total_seconds()
    is_late = (seconds % DAY >= DAY - EVENING) & (pl.col("pick") % 2 == 0)
    return seconds // DAY + 1 + is_late.cast(pl.Int64)
