"""The rows of frozen months: tables `assessment/*`, written once per revision.

What lives here: their columns, writing all tables of a revision, reading them at the
very versions that were written, and their digests. What does not: what is in them
(`draft`), telling the control database (`freeze`).

A killed run may leave rows of a revision that nobody was told of. They stay unread,
because readers go by the versions in the control database, and the run that takes
over puts its own in their place.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from hub.errors import StorageDamaged
from hub.flow import tables
from hub.flow.house import House
from hub.flow.metric_tables import KEPT, METRIC_COLUMNS, OTHER_COLUMNS
from hub.pipeline.digest import content_digest
from hub.pipeline.digest import row_digests as digests_of
from hub.scoring.best_chiefs import RANKING, STEPS
from hub.scoring.engine import ITEMS, SUMS
from hub.storage.assessments import FrozenTable, Revision
from hub.storage.lake import LakeTable

APP = "assessment"
POINTS = pl.Decimal(12, 3)
# What the scoring engine answers, each row with its policy; and inputs made by hand.
SCORE_COLUMNS: dict[str, dict[str, pl.DataType]] = {
    "chief": {"policy": pl.String(), **RANKING},
    "chief_step": {"policy": pl.String(), **STEPS},
    "score": {
        "policy": pl.String(),
        **SUMS,
        "rank": pl.Int64(),
    },
    "score_item": {"policy": pl.String(), **ITEMS},
    "input": {
        "number": pl.Int64(),
        "period": pl.String(),
        "day_on": pl.String(),
        "item": pl.String(),
        "unit_code": pl.String(),
        "person_id": pl.String(),
        "points": POINTS,
        "reason": pl.String(),
        "author": pl.String(),
        "approver": pl.String(),
    },
}
# Tables that the months which are open have as well, as `metric/*`.
FROM_METRICS = (*KEPT, *OTHER_COLUMNS)
# The instant of knowledge stands on the revision; the same facts known later are the
# same content.
NO_CONTENT = ("as_of", "revision")


def columns_of(name: str) -> dict[str, pl.DataType]:
    """Columns of `assessment/<name>`, its two partition columns among them."""
    known = METRIC_COLUMNS | OTHER_COLUMNS | SCORE_COLUMNS
    return {**known[name], "revision": pl.String()}


def frozen_table(house: House, name: str) -> LakeTable:
    """`assessment/<name>`, one partition per month and revision."""
    schema = tables.to_arrow(columns_of(name))
    return house.lake.table(f"assessment/{name}", schema, ("period", "revision"))


def write_rows(
    house: House, period: str, number: int, frames: Mapping[str, pl.DataFrame]
) -> tuple[FrozenTable, ...]:
    """Write the tables of a revision that is not told yet; a rerun replaces them."""
    return tuple(
        _write(house, period, number, name, frames[name]) for name in sorted(frames)
    )


def _write(
    house: House, period: str, number: int, name: str, frame: pl.DataFrame
) -> FrozenTable:
    table = frozen_table(house, name)
    partition = {"period": period, "revision": str(number)}
    left = table.files(partitions=[partition])
    rows = frame.with_columns(revision=pl.lit(str(number)))
    add = table.write(rows, partition) if len(frame) else []
    version = table.version()
    if add or left:
        version = table.commit(APP, table.number(APP) + 1, add=add, remove=left)
    return FrozenTable(name, version, len(frame), digest_of_rows(frame))


def read_rows(house: House, revision: Revision, name: str) -> pl.DataFrame:
    """The rows of one table of a revision, without the column `revision`.

    Empty where the revision has no such table.
    """
    schema = {n: t for n, t in columns_of(name).items() if n != "revision"}
    kept = revision.table(name)
    if kept is None or kept.rows == 0:
        return pl.DataFrame(schema=schema)
    table = frozen_table(house, name)
    partition = {"period": revision.period, "revision": str(revision.number)}
    files = table.files(partitions=[partition], version=kept.version)
    found = table.read(files=files, columns=list(schema))
    if len(found) != kept.rows:
        raise StorageDamaged(
            f"read {name} of {revision.name}",
            seen=f"{len(found)} rows are there, and {kept.rows} were frozen",
            next_step="Restore the folder lake/assessment from a backup.",
        )
    return found


def digest_of_rows(frame: pl.DataFrame) -> str:
    """Content digest of frozen rows; neither order nor instant of knowledge count."""
    return content_digest(row_digests(frame))


def row_digests(frame: pl.DataFrame) -> pl.Series:
    """One digest per row, over what counts as content."""
    schema = dict(frame.schema)
    content = [name for name in sorted(schema) if name not in NO_CONTENT]
    return digests_of(frame, schema, content)
