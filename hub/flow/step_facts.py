"""Published events that say what became of each dispatch.

What lives here: reading events from a month's first instant on, because an answer may
come later than the month, and what is known of their cases, receivers and senders.
What does not: what they mean (`hub.metrics.step_rows`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.flow.issue_tables import Versions, core_at, living_rows, read_table
from hub.flow.key_pieces import compact
from hub.flow.months import in_spans, month_spans, overlaps
from hub.flow.shelves import Shelves, by_digit, side_by_side
from hub.metrics.step_rows import DISPATCH, StepFacts
from hub.schemas import dataset
from hub.storage.parts import DataFile

EVENT = (
    "event_id",
    "issue_id",
    "action_code",
    "happened_at",
    "actor_person_id",
    "actor_org_id",
    "target_org_id",
    "target_person_id",
    "deadline_at",
    "is_inferred",
)
ACTIONS = (DISPATCH, "ACCEPT", "HANDLE")
PLACES = ("issue_id", "area_id", "community_code", "street_code", "district_code")
POST = ("person_id", "role_code", "start_on", "end_on")
ORG = ("org_id", "division_code", "valid_from_on")


def read_step_facts(
    house: House,
    periods: Sequence[str],
    as_of: datetime,
    versions: Versions | None = None,
) -> Iterator[StepFacts]:
    """Dispatches of the months, and every later answer; some cases after the other.

    Args:
        house: the hub.
        periods: months `YYYY-MM`.
        as_of: instant of knowledge.
        versions: table versions of a release; None = the newest.
    """
    months = month_spans(periods, house.city.timezone)
    orgs = read_table(house, "org", ORG, versions=versions)
    orgs = orgs.sort("valid_from_on").unique("org_id", keep="last")
    posts = read_table(house, "assignment", POST, versions=versions)
    # Nothing known at `as_of` lies far behind it.
    later = [
        (first, max(as_of, months[-1][1]) + timedelta(days=1))
        for first, _ in months[:1]
    ]
    wanted = pl.col("action_code").is_in(ACTIONS) & in_spans("happened_at", later)
    with TemporaryDirectory(prefix="hub-steps-") as folder:
        events, partitions = _shelved(
            house,
            "issue_event",
            EVENT,
            Path(folder),
            lambda file: overlaps(file, ("happened_at",), later),
            wanted,
            versions,
        )
        # An event lies in the month of its case, whoever delivered either.
        places, _ = _shelved(
            house,
            "issue",
            PLACES,
            Path(folder),
            lambda file: file.partition["month"] in partitions,
            pl.lit(value=True),
            versions,
        )
        for told, where in side_by_side(events, places):
            sent = told.filter(
                pl.col("action_code") == DISPATCH, in_spans("happened_at", months)
            )
            cases = sent.select("issue_id")
            answers = told.filter(pl.col("action_code") != DISPATCH)
            yield StepFacts(
                events=pl.concat(
                    [sent, answers.join(cases, on="issue_id", how="semi")]
                ),
                places=where.join(cases, on="issue_id", how="semi"),
                orgs=orgs,
                posts=posts,
            )


def _shelved(
    house: House,
    name: str,
    columns: Sequence[str],
    folder: Path,
    may_hold: Callable[[DataFile], bool],
    rows: pl.Expr,
    versions: Versions | None,
) -> tuple[Shelves, set[str]]:
    """Published rows by their case, and the months of the files that were read."""
    table, version = core_at(house, name, versions)
    schema = tables.core_columns(dataset(name))
    empty = pl.DataFrame(schema={column: schema[column] for column in columns})
    found = Shelves(folder / name, empty, by_digit("issue_id"))
    files = [file for file in table.files(version=version) if may_hold(file)]
    for frame in living_rows(table, files, columns, version):
        found.put(compact(frame.filter(rows)))
    return found, {file.partition["month"] for file in files}
