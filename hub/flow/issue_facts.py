"""The facts that the cases of some months rest on, and no others.

What lives here: reading core by the bounds of its files, so that a month costs the
same however long the history is: issues that a basis puts into a month, then the
reviews, handlings and events of their partitions, then what was reported near them
in time. What does not: any definition (`hub.metrics.issue_loop`).

Tables may be read as a release pinned them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.flow.issue_limits import read_step_limits
from hub.flow.issue_tables import (
    LIVING,
    Versions,
    core_at,
    files_at,
    gathered,
    living_rows,
    read_table,
)
from hub.flow.months import Span, in_spans, month_spans, overlaps
from hub.metrics.issue_loop.cohort import LIMITS, belongs
from hub.metrics.issue_loop.facts import (
    ACTIONS,
    EVENT,
    HANDLING,
    ISSUE,
    NEIGHBOUR,
    REVIEW,
    LoopFacts,
)
from hub.metrics.worktime.work_minutes import WorkMinutes
from hub.schemas import dataset
from hub.storage.lake import LakeTable
from hub.storage.parts import DataFile

BASES = (
    "reported_at",
    "registered_at",
    "deadline_at",
    "bundle_deadline_at",
    "dispatched_at",
    "handled_at",
    "closed_at",
)
OWN = ("chief_assignment_id", "condition_text", "evidence", "deleted_at")
PLACE = ("partner", "month")
# How far back the walk of DU-1 begins: a chain of repeats that has gone on for longer
# without a day's pause begins anew.
LOOK_BACK = timedelta(days=7)


def read_loop_facts(
    house: House,
    periods: Sequence[str],
    *,
    work: WorkMinutes | None = None,
    versions: Versions | None = None,
) -> LoopFacts:
    """Facts of the cases that any basis puts into one of the months.

    Args:
        house: the hub.
        periods: months `YYYY-MM`.
        work: the work calendar, for the limits of steps; None = they have none.
        versions: table version by dataset, as a release pins them; None = the newest.
    """
    spans = month_spans(periods, house.city.timezone)
    issues = _issues(house, periods, spans, versions)
    months = issues["month"].unique().sort().to_list()
    posts = read_table(
        house, "assignment", ("assignment_id", "person_id"), versions=versions
    ).select(chief_assignment_id="assignment_id", chief_person_id="person_id")
    evidence = pl.col("evidence").struct
    children = {
        name: _children(house, name, columns, issues, months, versions)
        for name, columns in (
            ("review", REVIEW),
            ("handling", HANDLING),
            ("issue_event", EVENT),
        )
    }
    return LoopFacts(
        issues=issues.join(
            posts, on="chief_assignment_id", how="left", maintain_order="left"
        )
        .with_columns(
            events_complete=evidence.field("complete"),
            closed_at_source=evidence.field("main").list.contains("CLOSED"),
        )
        .drop("evidence", "chief_assignment_id", "condition_text"),
        reviews=children["review"],
        handlings=children["handling"],
        events=children["issue_event"],
        limits=read_step_limits(house, issues, children["issue_event"], work, versions),
        neighbours=_neighbours(house, issues, versions),
    )


def _issues(
    house: House,
    periods: Sequence[str],
    spans: Sequence[Span],
    versions: Versions | None,
) -> pl.DataFrame:
    """The cases of the months, with OWN columns and their partition."""
    table, version = core_at(house, "issue", versions)
    schema = tables.core_columns(dataset("issue"))
    columns = list(dict.fromkeys([*ISSUE, *OWN, *PLACE]))
    mine = belongs(periods, house.city.timezone)
    found = [pl.DataFrame(schema={name: schema[name] for name in columns})]
    near = [f for f in files_at(table, version) if overlaps(f, BASES, spans)]
    wanted = _with_cases(table, near, mine, spans)
    found.extend(
        frame.with_columns(**LIMITS).filter(mine & LIVING).select(columns)
        for frame in gathered(table.scan(wanted, columns, version))
    )
    return pl.concat(found).drop("deleted_at")


def _with_cases(
    table: LakeTable, files: Sequence[DataFile], mine: pl.Expr, spans: Sequence[Span]
) -> list[DataFile]:
    """Files that hold a case of the months, by their bases alone.

    Bounds of an old month reach into a new one by a single late case; such a file is
    looked at before it is read.
    """
    reported = [file for file in files if overlaps(file, BASES[:1], spans)]
    others = [file for file in files if file not in reported]
    columns = [*BASES, "close_deadline_at"]
    looked = zip(others, table.scan(others, columns), strict=True)
    hit = [
        f
        for f, frame in looked
        if frame.with_columns(**LIMITS).select(mine.any()).item()
    ]
    return sorted([*reported, *hit], key=lambda file: file.path)


def _children(
    house: House,
    name: str,
    columns: Mapping[str, pl.DataType],
    issues: pl.DataFrame,
    months: Iterable[str],
    versions: Versions | None,
) -> pl.DataFrame:
    """Rows that hang on the cases; they lie in the month of their case.

    Whoever delivers them: a case of one partner is handled and checked by others.
    """
    found = [pl.DataFrame(schema=dict(columns))]
    cases = issues.select("issue_id", "month").partition_by("month", as_dict=True)
    table, version = core_at(house, name, versions)
    counts = (
        pl.col("action_code").is_in(ACTIONS)
        if "action_code" in columns
        else pl.lit(value=True)
    )
    for month in months:
        mine = cases[(month,)].select("issue_id")
        frames = [
            frame.filter(counts)
            for frame in living_rows(
                table,
                files_at(table, version, [{"month": month}]),
                list(columns),
                version,
            )
        ]
        if frames:
            found.append(pl.concat(frames).join(mine, on="issue_id", how="semi"))
    return pl.concat(found)


def _neighbours(
    house: House, issues: pl.DataFrame, versions: Versions | None
) -> pl.DataFrame:
    """What was reported near the cases in time (DU-1), they themselves included."""
    table, version = core_at(house, "issue", versions)
    spans = _report_spans(issues["reported_at"])
    files = [
        file
        for file in files_at(table, version)
        if overlaps(file, ("reported_at",), spans)
    ]
    schema = dataset("issue").polars_schema()
    empty = pl.DataFrame(schema={name: schema[name] for name in NEIGHBOUR})
    rows = living_rows(table, files, list(NEIGHBOUR), version)
    close = in_spans("reported_at", spans)
    return pl.concat([empty, *(frame.filter(close) for frame in rows)])


def _report_spans(reported: pl.Series) -> list[Span]:
    """The days on which cases were reported, LOOK_BACK before them added, merged."""
    merged: list[Span] = []
    for day in reported.dt.truncate("1d").unique().sort():
        first, following = day - LOOK_BACK, day + timedelta(days=1)
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], following)
        else:
            merged.append((first, following))
    return merged
