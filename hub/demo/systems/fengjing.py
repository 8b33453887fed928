"""东湖风景区's exchange database: results as operations, times as milliseconds.

What lives here: a table of a SQLite file (dialect 3), its names in capitals. A result
is inserted when work begins and updated when it ends, both often in one batch; what is
deleted leaves a row with nothing but its key. What happens late in the evening is
written on the next day. What does not: which attempts there are
(`hub.demo.ground.attempts`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, closing
from functools import cached_property
from pathlib import Path

import polars as pl

from hub.demo.days import Span, span_of, told_at
from hub.demo.systems.base import (
    Line,
    Surroundings,
    as_sent,
    as_told,
    pick,
    words,
)
from hub.demo.systems.results import UNIT_CODE, has, marked_attempts
from hub.demo.systems.roster.lists import ref
from hub.demo.told.expected import Keyless, Told, hub_key, refused

PARTNER, UNIT = "fengjing", "AU-DHFJ"
TRAPS = {
    "T7": "keys of nineteen digits, as texts",
    "T25": "times as milliseconds in texts; one in seconds, which is no such number",
    "T26": "1970-01-01 08:00:00, written as 0, for an end that has not come",
    "T65": "9, a number of a measure that no table knows",
}
RULES = {"measure": "P06", "seconds": "P03"}
GONE_EVERY, DAY, EVENING = 5, 86_400, 3_300  # seconds
MEASURES = {"PERSUADE": "1", "RECTIFY": "2", "DEMOLISH": "3", "CLEAR": "4"}
IS_DONE = pl.col("end").is_not_null()
OPINION = pl.when(IS_DONE).then(pl.lit("景区巡查组已处置"))
PHOTOS = pl.when(IS_DONE).then(3).otherwise(1)


def kept(sent: pl.Expr) -> pl.Expr:
    """A field as written; a deletion says nothing but its key."""
    return pl.when(pl.col("op_type") != "D").then(sent)


def milliseconds(column: str) -> pl.Expr:
    """An instant as a text of milliseconds."""
    return pl.col(column).dt.epoch("ms").cast(pl.String)


LINES = (
    Line("LOG_ID", pl.col("log_id")),
    Line("RESULT_ID", pl.col("result_id")),
    Line(
        "CASE_ID",
        kept(pl.col("case_id")),
        "issue_id",
        hub_key("issue", "platform", pl.col("case_id")),
    ),
    Line("ATTEMPT_NO", kept(pl.col("attempt")), "attempt_seq", pl.col("attempt")),
    Line("DEPT_CODE", kept(UNIT_CODE), "org_id", ref("org", UNIT_CODE)),
    Line(
        "BEGIN_MS",
        kept(
            pl.when(has("seconds"))
            .then(pl.col("begin").dt.epoch("s").cast(pl.String))  # T25
            .otherwise(milliseconds("begin"))
        ),
        "started_at",
        pl.col("begin"),
    ),
    Line(
        "END_MS",
        kept(milliseconds("end").fill_null("0")),  # T26
        "finished_at",
        pl.col("end"),
    ),
    Line(
        "MEASURE",
        kept(
            pl.when(has("measure"))
            .then(pl.lit("9"))
            .otherwise(words(pl.col("measure"), MEASURES))
        ),
        "measure_code",
        pl.col("measure"),
    ),
    Line("OPINION", kept(OPINION), "opinion", OPINION),
    Line("PHOTO_NUM", kept(PHOTOS), "media_count", PHOTOS),
    Line("OP_TYPE", pl.col("op_type")),
    Line("OP_TIME", pl.col("at").dt.epoch("ms")),
    Line("BATCH_NO", pl.lit("1")),  # starts anew with every restart
    Line("FLAG", pl.lit(0)),
)
NUMBERS = {"ATTEMPT_NO", "PHOTO_NUM", "OP_TIME", "FLAG"}
FIELDS = [line.field for line in LINES if line.field]
CREATE = "CREATE TABLE IF NOT EXISTS EX_RESULT ({})".format(
    ", ".join(f"{name} {'INTEGER' if name in NUMBERS else 'TEXT'}" for name in FIELDS)
    + ", PRIMARY KEY (LOG_ID)"
)
INSERT = "INSERT OR IGNORE INTO EX_RESULT ({}) VALUES ({})".format(  # noqa: S608
    ", ".join(FIELDS), ", ".join("?" * len(FIELDS))
)


class Fengjing:
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
        return {"HUB_DEMO_FENGJING_URL": f"sqlite:///{self._path}"}

    def deliver(self, day: int) -> None:
        """Write the operations of one day; those already there stay as they are."""
        due = self.operations.filter(pl.col("written_on") == day)
        rows = as_sent(due, LINES).select(FIELDS).rows()
        with closing(sqlite3.connect(self._path)) as connection, connection:
            connection.executemany(INSERT, rows)

    def window(self, day: int) -> Span | None:
        """The span of the day."""
        return span_of(day)

    def told(self) -> Iterable[Told]:
        """Results after all days: the last operation on each counts."""
        written = self.operations.filter(pl.col("written_on") <= self._around.days)
        last = written.sort("at").unique("result_id", keep="last", maintain_order=True)
        live = last.filter(pl.col("defect").is_null() & (pl.col("op_type") != "D"))
        told = as_told(live, pl.col("result_id"), LINES)
        yield Told("handling", PARTNER, [told], refused(last, "result_id", RULES))

    def keyless(self) -> Iterable[Keyless]:
        """Every operation has its key."""
        return ()

    @cached_property
    def operations(self) -> pl.DataFrame:
        """Everything that is ever written, one row per operation.

        Returns:
            The columns of the attempts; result_id, measure, defect; op_type, at (the
            operation's instant), log_id, written_on (day).
        """
        attempts = self._attempts()
        ended = attempts.drop_nulls("end")
        is_gone = pl.col("defect").is_null() & (pl.col("pick") % GONE_EVERY == 0)
        begun = attempts.with_columns(
            pl.lit(None, dtype=attempts.schema["end"]).alias("end"),
            op_type=pl.lit("I"),
            at=pl.col("begin") + pl.duration(seconds=20),
        )
        done = ended.with_columns(
            op_type=pl.lit("U"), at=pl.col("end") + pl.duration(seconds=40)
        )
        gone = ended.filter(is_gone).with_columns(
            op_type=pl.lit("D"), at=pl.col("end") + pl.duration(hours=9)
        )
        return pl.concat([begun, done, gone]).with_columns(
            log_id=pl.concat_str("result_id", "op_type"), written_on=_written_on()
        )

    def _attempts(self) -> pl.DataFrame:
        """Attempts with number, measure and, for the first cases of a day, defect."""
        attempts = marked_attempts(self._around.happenings, UNIT, list(RULES))
        return attempts.with_columns(
            result_id=pl.format(
                "9{}{}",
                pl.col("case_id").str.slice(2),
                pl.col("attempt").cast(pl.String).str.zfill(2),
            ),
            measure=pick(list(MEASURES), 7),
        )


def _written_on() -> pl.Expr:
    """The day on which an operation is written; some of an evening's come late."""
    seconds = (pl.col("at") - told_at(0)).dt.total_seconds()
    is_late = (seconds % DAY >= DAY - EVENING) & (pl.col("pick") % 2 == 1)
    return seconds // DAY + 1 + is_late.cast(pl.Int64)
