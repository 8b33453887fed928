"""The platform's workflow tables: the steps of its cases, in a SQLite file.

What lives here: what a step looks like in them and what must come of it, an event and,
for whatever passes on a case that is being checked, a review. Steps of closed cases
move to the history table on the day after (T20). What does not: what the steps are
(`hub.demo.paths`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path as File

import polars as pl

from hub.demo.days import FORM, ZONE, midnight, span_of, told_at
from hub.demo.ground.cases import Cases
from hub.demo.ground.people import CENTRE, OPERATORS
from hub.demo.lives import described
from hub.demo.paths import Path
from hub.demo.systems.base import Line, as_sent, as_told, local, words
from hub.demo.systems.platform.known import CHECKED_TO, CHECKING
from hub.demo.systems.roster.lists import ref
from hub.demo.told.expected import hub_key

PIECE = 50_000  # cases
LIVE, HISTORY = "to_wf_act_inst", "to_his_wf_act_inst"
OVER = ("6", "7")
TO_UNIT = (7, 8)
ITEMS = {
    "610": "批转",
    "800": "结案",
    "801": "强制结案",
    "810": "挂账",
    "811": "解除挂账",
    "814": "作废",
    "820": "督办",
    "830": "延期",
}
# What each step is, by the product's own reading of its workflow: item, property
# left, property entered → action.
PASSED_ON = {
    (1, 3): "ACCEPT",
    (3, 4): "VERIFY_TASK",
    (3, 5): "REGISTER",
    (4, 5): "REGISTER",
    (5, 7): "DISPATCH",
    (7, 8): "ACCEPT",
    (8, 11): "HANDLE",
    (11, 12): "CHECK_PASS",
    (11, 7): "REWORK",
    (101, 7): "REWORK",
    (7, 5): "RETURN",
}
ACTIONS = {
    "800": "CLOSE",
    "801": "FORCE_CLOSE",
    "810": "SUSPEND",
    "811": "RESUME",
    "814": "CANCEL",
    "820": "SUPERVISE",
    "830": "EXTEND",
}
AT_CENTRE = pl.col("actor") == "centre"
UNIT = pl.format("S{}", "street_code")
OPERATOR = pl.format(
    "OP{}", (pl.col("pick") % OPERATORS + 1).cast(pl.String).str.zfill(3)
)
HUMAN = pl.when(AT_CENTRE).then(OPERATOR).otherwise(pl.format("XG{}", "street_code"))
ACTING = pl.when(AT_CENTRE).then(pl.lit(CENTRE)).otherwise(UNIT)
TARGET = pl.when(pl.col("entered").is_in(TO_UNIT)).then(UNIT)
OPINION = pl.when(AT_CENTRE).then(pl.lit("同意")).otherwise(pl.lit("已办理"))
ACTION = pl.col("item").replace_strict(ACTIONS, default=None, return_dtype=pl.String)
for (_left, _entered), _action in PASSED_ON.items():
    _here = (pl.col("left") == _left) & (pl.col("entered") == _entered)
    _passed = pl.col("item") == "610"
    ACTION = pl.when(_passed & _here).then(pl.lit(_action)).otherwise(ACTION)
ISSUE = hub_key("issue", "platform", pl.col("case_id"))

EVENT = (
    Line("rec_id", pl.col("case_id").cast(pl.Int64), "issue_id", ISSUE),  # T7
    Line("step_id", pl.col("no") + 1, "event_seq", pl.col("seq")),
    Line("item_id", pl.col("item"), "action_code", ACTION),
    Line("item_name", words(pl.col("item"), ITEMS)),
    Line("from_property", pl.col("left")),
    Line(
        "to_property", pl.col("entered"), "node_name", pl.col("entered").cast(pl.String)
    ),
    Line("happen_time", local("at"), "happened_at", pl.col("at")),
    Line("human_id", HUMAN, "actor_person_id", ref("person", HUMAN)),
    Line("unit_id", ACTING, "actor_org_id", ref("org", ACTING)),
    Line("target_unit_id", TARGET, "target_org_id", ref("org", TARGET)),
    Line("round_no", pl.col("round")),
    Line("opinion", OPINION, "opinion", OPINION),
    Line(None, None, "is_inferred", pl.lit(value=False)),
)
REVIEW = (
    Line(None, None, "issue_id", ISSUE),
    Line(None, None, "attempt_seq", pl.col("round")),
    Line(None, None, "review_kind_code", pl.lit("CHECK")),
    Line(None, None, "done_at", pl.col("at")),
    Line(None, None, "reviewer_person_id", ref("person", HUMAN)),
    Line(
        None,
        None,
        "result_code",
        pl.when(pl.col("entered") == 12).then(pl.lit("PASS")).otherwise(pl.lit("FAIL")),
    ),
    Line(None, None, "opinion", OPINION),
    Line(None, None, "media_count", pl.lit(0)),
)
STEP_KEY = pl.format("{}#{}", "case_id", pl.col("no") + 1)
FIELDS = [line.field for line in EVENT if line.field]
NUMBERS = {"rec_id", "step_id", "from_property", "to_property", "round_no"}
COLUMNS = ", ".join(
    f"{name} {'INTEGER' if name in NUMBERS else 'TEXT'}" for name in FIELDS
)
PUT = "INSERT INTO {} ({}) VALUES ({})".format(  # noqa: S608
    LIVE, ", ".join(FIELDS), ", ".join("?" * len(FIELDS))
)
CLEAR = "DELETE FROM {} WHERE happen_time >= ? AND happen_time < ?"
MOVE = (
    f"INSERT INTO {HISTORY} SELECT * FROM {LIVE} "  # noqa: S608
    "WHERE rec_id IN (SELECT rec_id FROM over)"
)
# One of seven copies is forgotten in the live table: the same rows again (T22).
CLEAN = (
    f"DELETE FROM {LIVE} WHERE rec_id IN (SELECT rec_id FROM over) "  # noqa: S608
    "AND rec_id % 7 <> 0"
)


def steps_of(made: Cases, cases: pl.DataFrame | None = None) -> Iterator[pl.DataFrame]:
    """Every step that leaves a line in the trail, with all that a line may name.

    Args:
        made: the platform's cases.
        cases: those of which the steps are wanted; None = all.

    Yields:
        At least one frame, the steps of `PIECE` cases in each, for there are ten
        times as many steps as cases: the columns of `described`; case_id, pick,
        street_code, defect; seq (from 1) and round (attempts at handling so far)
        within the case.
    """
    named = made.cases.select("case", "pick", "street_code", "defect", "case_id")
    if cases is not None:
        named = named.join(cases, on="case", how="semi")
    for first in range(0, max(len(named), 1), PIECE):
        some = named.slice(first, PIECE)
        steps = made.steps.join(some.select("case"), on="case", how="semi")
        yield _steps_of(steps.sort("case", "no"), made.paths).join(
            some, on="case", how="left", maintain_order="left"
        )


def _steps_of(steps: pl.DataFrame, paths: tuple[Path, ...]) -> pl.DataFrame:
    handled = (pl.col("sets") == "disposeEndTime").fill_null(value=False)
    return (
        described(steps, paths)
        .with_columns(round=handled.cum_sum().over("case").cast(pl.Int64))
        .drop_nulls("item")
        .with_columns(
            seq=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("case"),
            no=pl.col("no").cast(pl.Int64),
        )
    )


def told_events(steps: pl.DataFrame) -> pl.DataFrame:
    """The events that come of steps."""
    return as_told(steps, STEP_KEY, EVENT)


def told_reviews(steps: pl.DataFrame) -> pl.DataFrame:
    """The reviews that come of steps."""
    return as_told(checks_of(steps), STEP_KEY, REVIEW)


def checks_of(steps: pl.DataFrame) -> pl.DataFrame:
    """Steps by which a case that was being checked passes on."""
    passed_on = pl.col("entered").is_in(CHECKED_TO) & (pl.col("item") == "610")
    return steps.filter((pl.col("left") == CHECKING) & passed_on)


class TrailTables:
    """The two tables."""

    def __init__(self, path: File) -> None:
        """Make them, or find those that are there."""
        self._path = path
        with closing(sqlite3.connect(path)) as connection, connection:
            for table in (LIVE, HISTORY):
                connection.execute(f"CREATE TABLE IF NOT EXISTS {table} ({COLUMNS})")
                connection.execute(
                    f"CREATE INDEX IF NOT EXISTS {table}_at ON {table} (happen_time)"
                )

    def write(
        self, pieces: Iterable[pl.DataFrame], known: pl.DataFrame, day: int
    ) -> None:
        """Write the steps of a day, and move those of cases that ended the day before.

        Args:
            pieces: as `steps_of` made them.
            known: the cases on the evening: case_id, state, changed_at.
            day: which day.
        """
        at = pl.col("at")
        is_fresh = (at >= told_at(day - 1)) & (at < told_at(day))
        span = [f"{one.astimezone(ZONE):{FORM}}" for one in span_of(day)]
        ended = pl.col("changed_at")
        over = known.filter(
            pl.col("state").is_in(OVER)
            & (ended >= midnight(day - 1))
            & (ended < midnight(day))
        ).select(pl.col("case_id").cast(pl.Int64))
        with closing(sqlite3.connect(self._path)) as connection, connection:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("CREATE TEMP TABLE over (rec_id INTEGER PRIMARY KEY)")
            connection.executemany("INSERT INTO over VALUES (?)", over.rows())
            for table in (LIVE, HISTORY):  # a day that is told again
                connection.execute(CLEAR.format(table), span)
            for steps in pieces:
                fresh = steps.filter(is_fresh).sort("at")
                connection.executemany(PUT, as_sent(fresh, EVENT).rows())
            connection.execute(MOVE)
            connection.execute(CLEAN)
