"""The facts that the cases of some months rest on, and no others.

What lives here: reading core by the bounds of its files, so that a month costs the
same however long the history is: issues that a basis puts into a month, then the
reviews, handlings and events of their partitions, then what was reported near them
in time. What does not: any definition (`hub.metrics.issue_loop`).

Tables may be read as a release pinned them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.flow.issue_limits import StepLimits
from hub.flow.issue_tables import (
    LIVING,
    Versions,
    core_at,
    gathered,
    living_rows,
    read_table,
)
from hub.flow.key_pieces import compact
from hub.flow.months import Span, in_spans, month_spans, overlaps
from hub.flow.shelves import Shelves, by_digit, pieces_of
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
from hub.storage.ahead import in_order
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
# Bytes of each that stay in memory: a month of half a million cases. Writing them down
# and reading them again would take as long as judging them.
HELD = 160_000_000
CHILDREN = {"review": REVIEW, "handling": HANDLING, "issue_event": EVENT}
# How far back the walk of DU-1 begins: a chain of repeats that has gone on for longer
# without a day's pause begins anew.
LOOK_BACK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class LoopShelves:
    """Facts of the cases of some months, those of one case on one shelf.

    Attributes:
        issues: ISSUE, OWN and PLACE.
        children: reviews, handlings and events, whoever's in the months of the cases.
        days: on which cases were reported, for `read_neighbours`.
    """

    house: House
    issues: Shelves
    children: Mapping[str, Shelves]
    days: pl.Series
    versions: Versions | None

    def pieces(self, work: WorkMinutes | None = None) -> list[Callable[[], LoopFacts]]:
        """The facts of some cases each, in the order of their ids, read when called.

        Args:
            work: the work calendar, for the limits of steps; None = they have none.
        """
        posts = read_table(
            self.house,
            "assignment",
            ("assignment_id", "person_id"),
            versions=self.versions,
        ).select(chief_assignment_id="assignment_id", chief_person_id="person_id")
        limits = StepLimits(self.house, work, self.versions)
        evidence = pl.col("evidence").struct

        def piece(read: Callable[[], tuple[pl.DataFrame, ...]]) -> LoopFacts:
            issues, *told = read()
            mine = issues.select("issue_id")
            children = {
                name: rows.join(mine, on="issue_id", how="semi", maintain_order="left")
                for name, rows in zip(self.children, told, strict=True)
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
                limits=limits.of(issues, children["issue_event"]),
            )

        sides = (self.issues, *self.children.values())
        return [partial(piece, read) for read in pieces_of(*sides)]


def lay_loop_facts(
    house: House,
    periods: Sequence[str],
    folder: Path,
    *,
    versions: Versions | None = None,
) -> LoopShelves:
    """Facts of the cases that any basis puts into one of the months.

    Args:
        house: the hub.
        periods: months `YYYY-MM`.
        folder: takes what memory should not hold; must outlive the shelves.
        versions: table version by dataset, as a release pins them; None = the newest.
    """
    issues, months, days = _issues(house, periods, folder, versions)

    def children(name: str) -> Shelves:
        return _children(house, name, CHILDREN[name], folder, months, versions)

    return LoopShelves(
        house=house,
        issues=issues,
        children=dict(zip(CHILDREN, in_order(children, list(CHILDREN)), strict=True)),
        days=days,
        versions=versions,
    )


def _issues(
    house: House, periods: Sequence[str], folder: Path, versions: Versions | None
) -> tuple[Shelves, list[str], pl.Series]:
    """The cases of the months, with OWN columns and their partition.

    Returns:
        The cases, the months in whose partitions they lie, days of report.
    """
    table, version = core_at(house, "issue", versions)
    schema = tables.core_columns(dataset("issue"))
    columns = list(dict.fromkeys([*ISSUE, *OWN, *PLACE]))
    spans = month_spans(periods, house.city.timezone)
    mine = belongs(periods, house.city.timezone)
    empty = pl.DataFrame(schema={name: schema[name] for name in columns})
    near = [f for f in table.files(version=version) if overlaps(f, BASES, spans)]
    wanted = _with_cases(table, near, mine, spans)
    shape = empty.drop("deleted_at")
    found = Shelves(folder / "issue", shape, by_digit("issue_id"), HELD)
    months, days = [empty["month"]], [empty["reported_at"]]
    for frame in gathered(table.scan(wanted, columns, version)):
        told = frame.with_columns(**LIMITS).filter(mine & LIVING)
        found.put(told.select(columns).drop("deleted_at"))
        months.append(told["month"].unique())
        days.append(told["reported_at"].dt.truncate("1d").unique())
    return found, pl.concat(months).unique().sort().to_list(), pl.concat(days)


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
    folder: Path,
    months: Iterable[str],
    versions: Versions | None,
) -> Shelves:
    """Rows that hang on cases of some months; they lie in the month of their case.

    Whoever delivers them: a case of one partner is handled and checked by others.
    """
    empty = pl.DataFrame(schema=dict(columns))
    found = Shelves(folder / name, empty, by_digit("issue_id"), HELD)
    table, version = core_at(house, name, versions)
    counts = (
        pl.col("action_code").is_in(ACTIONS)
        if "action_code" in columns
        else pl.lit(value=True)
    )
    places = [{"month": month} for month in months]
    files = table.files(places, version) if places else []
    for frame in living_rows(table, files, list(columns), version):
        found.put(compact(frame.filter(counts)))
    return found


def read_neighbours(
    house: House, reported: pl.Series, versions: Versions | None
) -> pl.DataFrame:
    """What was reported near some cases in time (DU-1), they themselves included.

    Args:
        house: the hub.
        reported: instants or days of their report.
        versions: table version by dataset, as a release pins them; None = the newest.
    """
    table, version = core_at(house, "issue", versions)
    spans = _report_spans(reported)
    files = [
        file
        for file in table.files(version=version)
        if overlaps(file, ("reported_at",), spans)
    ]
    schema = dataset("issue").polars_schema()
    empty = pl.DataFrame(schema={name: schema[name] for name in NEIGHBOUR})
    rows = living_rows(table, files, list(NEIGHBOUR), version)
    close = in_spans("reported_at", spans)
    return pl.concat([empty, *(compact(frame.filter(close)) for frame in rows)])


def _report_spans(reported: pl.Series) -> list[Span]:
    """The days on which cases were reported, LOOK_BACK before them added, merged."""
    merged: list[Span] = []
    for day in reported.dt.truncate("1d").drop_nulls().unique().sort():
        first, following = day - LOOK_BACK, day + timedelta(days=1)
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], following)
        else:
            merged.append((first, following))
    return merged
