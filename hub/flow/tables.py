"""The tables of the lake: names, columns and partitions, all from the schemas.

What lives here: how a dataset becomes `staged/<partner>/<dataset>` and
`core/<dataset>`, and the shape of quarantine and findings. What does not: the
columns of a dataset; they are declared once, in `hub.schemas`.

Facts of an issue lie by the month in which it was reported when first seen (a
place that never moves, unlike `reported_at`), its events, handling and reviews
beside it: what a batch touches and what `link` reads are the same partitions.
"""

from __future__ import annotations

from functools import cache

import polars as pl
import pyarrow as pa

from hub.pipeline.evidence import EVIDENCE
from hub.schemas import Dataset, dataset
from hub.storage.lake import Lake, LakeTable

MONTHLY = ("issue", "issue_event", "handling", "review", "patrol")
BY_ISSUE = ("issue_event", "handling", "review")
# What `link` may fill or clear, kept as delivered so that it can be done again.
LINKED = (
    "accepted_at",
    "verified_at",
    "registered_at",
    "dispatched_at",
    "received_at",
    "handled_at",
    "checked_at",
    "closed_at",
    "cancelled_at",
    "fed_back_at",
    "rework_count",
    "is_suspended",
    "has_been_suspended",
    "is_supervised",
    "handling_mode_code",
    "close_type_code",
    "area_id",
)
FINDING_STRUCT = pl.Struct(
    {
        "rule": pl.String,
        "severity": pl.String,
        "dataset": pl.String,
        "column": pl.String,
    }
)
QUARANTINE: dict[str, pl.DataType] = {
    "batch_id": pl.String(),
    "row": pl.Int64(),
    "part": pl.String(),
    "text": pl.String(),
    "findings": pl.List(FINDING_STRUCT),
    "keys": pl.List(pl.String),
    "missing": pl.List(pl.String),
    "only_references": pl.Boolean(),
}
FINDINGS: dict[str, pl.DataType] = {
    "batch_id": pl.String(),
    "row": pl.Int64(),
    "feed": pl.String(),
    "key": pl.String(),
    "dataset": pl.String(),
    "column": pl.String(),
    "rule": pl.String(),
    "severity": pl.String(),
}


def delivered_struct() -> pl.Struct:
    """The struct that keeps an issue's linkable columns as delivered."""
    issue = dataset("issue")
    return pl.Struct({name: issue.column(name).dtype for name in LINKED})


def staged_columns(ds: Dataset) -> dict[str, pl.DataType]:
    """Columns of `staged/<partner>/<dataset>`: one row per observation."""
    extra: dict[str, pl.DataType] = {
        "row": pl.Int64(),
        "key": pl.String(),
        "from_on": pl.Date(),
        "to_on": pl.Date(),
        "dated": pl.Boolean(),
    }
    if ds.name == "issue":
        extra["evidence"] = EVIDENCE
    return ds.polars_schema() | extra


def core_columns(ds: Dataset) -> dict[str, pl.DataType]:
    """Columns of `core/<dataset>`: the dataset's own and what link needs."""
    columns = ds.polars_schema()
    if ds.name in MONTHLY:
        columns["month"] = pl.String()
    if ds.name == "issue":
        columns["evidence"] = EVIDENCE
        columns["delivered"] = delivered_struct()
    return columns


def core_partitions(ds: Dataset) -> tuple[str, ...]:
    """Partition columns of `core/<dataset>`."""
    return ("partner", "month") if ds.name in MONTHLY else ("partner",)


def to_arrow(columns: dict[str, pl.DataType]) -> pa.Schema:
    """Polars columns as the Arrow schema of a lake table (nothing required)."""
    empty = pl.DataFrame(schema=columns).to_arrow(compat_level=pl.CompatLevel.oldest())
    fields = [pa.field(f.name, _plain(f.type)) for f in empty.schema]
    return pa.schema(fields)


def _plain(kind: pa.DataType) -> pa.DataType:
    """Arrow types as every Delta reader knows them."""
    if pa.types.is_large_string(kind):
        return pa.string()
    if pa.types.is_large_list(kind):
        return pa.list_(_plain(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([pa.field(f.name, _plain(f.type)) for f in kind])
    return kind


@cache
def _staged_schema(name: str) -> pa.Schema:
    return to_arrow(staged_columns(dataset(name)))


@cache
def _core_schema(name: str) -> pa.Schema:
    return to_arrow(core_columns(dataset(name)))


def staged_table(lake: Lake, partner: str, ds: Dataset) -> LakeTable:
    """`staged/<partner>/<dataset>`, one partition per batch."""
    schema = _staged_schema(ds.name)
    return lake.table(f"staged/{partner}/{ds.name}", schema, ("batch_id",))


def finding_table(lake: Lake, partner: str) -> LakeTable:
    """`staged/<partner>/finding`: every finding, warnings included."""
    return lake.table(f"staged/{partner}/finding", to_arrow(FINDINGS), ("batch_id",))


def quarantine_table(lake: Lake, partner: str, feed: str) -> LakeTable:
    """`quarantine/<partner>/<feed>`: rows as sent with their findings."""
    schema = to_arrow(QUARANTINE)
    return lake.table(f"quarantine/{partner}/{feed}", schema, ("batch_id",))


def issue_finding_table(lake: Lake) -> LakeTable:
    """`metric/issue_finding`: what deriving a case has shown to be odd about it."""
    names = ("partner", "month", "issue_id", "rule")
    columns: dict[str, pl.DataType] = dict.fromkeys(names, pl.String())
    return lake.table("metric/issue_finding", to_arrow(columns), ("partner", "month"))


def roster_finding_table(lake: Lake) -> LakeTable:
    """`metric/roster_finding`: what is odd about the rosters as a whole."""
    columns: dict[str, pl.DataType] = dict.fromkeys(
        ("dataset", "id", "rule"), pl.String()
    )
    return lake.table("metric/roster_finding", to_arrow(columns), ())


def deadline_basis_table(lake: Lake) -> LakeTable:
    """`metric/deadline_basis`: one row, the digest of what deadlines rest on."""
    columns: dict[str, pl.DataType] = {"digest": pl.String()}
    return lake.table("metric/deadline_basis", to_arrow(columns), ())


def core_table(lake: Lake, ds: Dataset) -> LakeTable:
    """`core/<dataset>`."""
    return lake.table(f"core/{ds.name}", _core_schema(ds.name), core_partitions(ds))
