"""The front-end exchange database of 硚口区: results of the platform's cases.

What lives here: the operations that the district writes about its handling, day by
day, into a table of a SQLite file (dialect 3): a result is inserted when work
begins, updated when it ends, some are withdrawn. What does not: reading them.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import polars as pl

from hub.demo.days import FORM, ZONE_NAME, span_of
from hub.demo.lives import described
from hub.demo.paths import PATHS
from hub.demo.places import QIAOKOU
from hub.demo.platform_rows import pick
from hub.demo.world import World

MEASURES = ("劝导", "责令整改", "清运", "罚款", "移交")
UNKNOWN_MEASURE = "训诫"
FINE = "罚款"
WITHDRAWN_EVERY = 20
TABLE = {
    "log_id": "VARCHAR(60) PRIMARY KEY",
    "result_id": "VARCHAR(40) NOT NULL",
    "case_id": "VARCHAR(32) NOT NULL",
    "attempt_no": "INTEGER",
    "dept_code": "VARCHAR(20)",
    "handler_no": "VARCHAR(20)",
    "begin_time": "VARCHAR(19)",
    "end_time": "VARCHAR(19)",
    "measure": "VARCHAR(20)",
    "opinion": "VARCHAR(200)",
    "fine_yuan": "VARCHAR(20)",
    "doc_no": "VARCHAR(40)",
    "photo_num": "INTEGER",
    "op_type": "CHAR(1) NOT NULL",
    "op_time": "VARCHAR(19) NOT NULL",
    "batch_no": "VARCHAR(20)",
    "flag": "INTEGER",
}
CREATE = "CREATE TABLE IF NOT EXISTS ex_handling ({})".format(
    ", ".join(f"{name} {kind}" for name, kind in TABLE.items())
)
INSERT = "INSERT OR IGNORE INTO ex_handling ({}) VALUES ({})".format(  # noqa: S608
    ", ".join(TABLE), ", ".join("?" * len(TABLE))
)


def operations(world: World) -> pl.DataFrame:
    """Everything that the district ever writes, one row per operation.

    Returns:
        The columns of `TABLE`, and at (the instant of the operation), case, and
        is_odd (true where the measure is a word that no table knows, P06).
    """
    attempts = _attempts(world)
    began = attempts.with_columns(
        op_type=pl.lit("I"),
        at=pl.col("begin") + pl.duration(seconds=30),
        end=pl.lit(None, dtype=attempts.schema["end"]),
        measure=pl.when("is_odd").then("measure"),
    )
    ended = attempts.drop_nulls("end").with_columns(
        op_type=pl.lit("U"), at=pl.col("end") + pl.duration(seconds=60)
    )
    withdrawn = (
        attempts.drop_nulls("end")
        .filter("is_withdrawn")
        .with_columns(op_type=pl.lit("D"), at=pl.col("end") + pl.duration(hours=12))
    )
    every = pl.concat([began, ended, withdrawn], how="diagonal").sort("at", "result_id")
    is_done = pl.col("op_type") == "U"
    is_fined = is_done & (pl.col("measure") == FINE)
    tail = pl.col("case_id").str.tail(6)
    return every.select(
        log_id=pl.concat_str(
            _local("at", "%Y%m%d%H%M%S"), "result_id", "op_type", separator="-"
        ),
        result_id="result_id",
        case_id="case_id",
        attempt_no="attempt",
        dept_code=pl.format("S{}", "street"),
        handler_no=pl.format("XG{}", "street"),
        begin_time=_local("begin"),
        end_time=_local("end"),
        measure="measure",
        opinion=pl.when(is_done).then(pl.lit("已现场处置")),
        fine_yuan=pl.when(is_fined).then(pl.lit("200.00")),
        doc_no=pl.when(is_fined).then(pl.format("硚城管罚字〔2026〕{}号", tail)),
        photo_num=pl.when(is_done).then(2).otherwise(0),
        op_type="op_type",
        op_time=_local("at"),
        batch_no=pl.format("B{}", _local("at", "%Y%m%d%H")),
        flag=pl.lit(0),
        at="at",
        case="case",
        is_odd="is_odd",
    )


def _attempts(world: World) -> pl.DataFrame:
    """Every attempt at handling a case of the district: its begin and end."""
    cases = world.cases.filter(pl.col("district") == QIAOKOU)
    told = cases.select("case", "case_id", "street", "pick", "defect", "day")
    own = world.steps.join(told, on="case", how="inner").sort("case", "no")
    life = described(own, PATHS)
    begins = (pl.col("sets") == "disposeBeginTime") | (pl.col("counts") == "rework")
    numbered = life.with_columns(
        attempt=begins.fill_null(value=False).cum_sum().over("case").cast(pl.Int64)
    )
    begun = numbered.filter(begins.fill_null(value=False))
    ended = numbered.filter(pl.col("sets") == "disposeEndTime")
    paired = begun.select(
        "case",
        "case_id",
        "street",
        "pick",
        "defect",
        "day",
        "path",
        "attempt",
        begin="at",
    ).join(
        ended.select("case", "attempt", end="at"), on=["case", "attempt"], how="left"
    )
    is_sound = pl.col("defect").is_null()
    odd = paired.filter(is_sound).group_by("day").agg(pl.col("case").min())
    return paired.with_columns(
        is_odd=pl.col("case").is_in(odd["case"].implode()),
        result_id=pl.format("QK{}-{}", "case_id", "attempt"),
    ).with_columns(
        measure=pl.when("is_odd")
        .then(pl.lit(UNKNOWN_MEASURE))
        .otherwise(pick(MEASURES, 13)),
        is_withdrawn=is_sound
        & ~pl.col("is_odd")
        & (pl.col("pick") % WITHDRAWN_EVERY == 0),
    )


def _local(column: str, form: str = FORM) -> pl.Expr:
    return pl.col(column).dt.convert_time_zone(ZONE_NAME).dt.strftime(form)


class Exchange:
    """The simulated exchange database."""

    def __init__(self, world: World, path: Path) -> None:
        """Make the empty table, or find the one that is there.

        Args:
            world: the platform's cases, which the results are about.
            path: the database file.
        """
        self.operations = operations(world)
        self.url = f"sqlite:///{path.absolute()}"
        self._path = path
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(CREATE)

    def write_day(self, day: int) -> None:
        """Write the operations of one day; those already there stay as they are."""
        span = span_of(day)
        at = pl.col("at")
        due = self.operations.filter((at >= span.since) & (at < span.until))
        with closing(sqlite3.connect(self._path)) as connection, connection:
            connection.executemany(INSERT, due.select(*TABLE).rows())
