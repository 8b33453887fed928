"""What the hub publishes of a core table: the rows that count, nothing internal.

What lives here: the one definition of "published": tombstones and internal
columns left out, and the content digest over it. What does not: pinning a
version for readers (`release`), masking for recipients (`hub.sharing`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.flow.metric_tables import METRIC_COLUMNS, OTHER_COLUMNS, metric_table
from hub.pipeline.digest import content_digest, row_digests
from hub.schemas import DATASETS, Dataset, dataset
from hub.storage.lake import LakeTable

# Provenance of the delivery, not content: the same facts by another way must
# have the same digest (design §6).
OUTSIDE = (
    "feed",
    "batch_id",
    "row_digest",
    "ingested_at",
    "version_at",
    "source_updated_at",
    "deleted_at",
)
PUBLISHED = tuple(DATASETS)
METRICS = ("base_row", "beside", "exception", "figure", "issue_loop")


def table_of(house: House, name: str) -> LakeTable:
    """The table of whatever a release pins: a dataset of core, or a metric table."""
    if name in METRICS:
        return metric_table(house, name)
    return tables.core_table(house.lake, dataset(name))


def published_rows(
    house: House,
    ds: Dataset,
    *,
    version: int | None = None,
    columns: list[str] | None = None,
) -> Iterator[pl.DataFrame]:
    """The published rows of a dataset, file by file, at a table version."""
    table = tables.core_table(house.lake, ds)
    schema = ds.polars_schema()
    wanted = columns or list(schema)
    needed = list(dict.fromkeys([*wanted, "deleted_at"]))
    for frame in table.scan(columns=needed, version=version):
        yield frame.filter(pl.col("deleted_at").is_null()).select(wanted)


def published(
    house: House,
    ds: Dataset,
    *,
    version: int | None = None,
    columns: list[str] | None = None,
) -> pl.DataFrame:
    """All published rows of a dataset in one frame."""
    wanted = columns or list(ds.polars_schema())
    schema = ds.polars_schema()
    empty = pl.DataFrame(schema={name: schema[name] for name in wanted})
    frames = published_rows(house, ds, version=version, columns=wanted)
    return pl.concat([empty, *frames])


def digest_of(
    house: House, ds: Dataset, *, version: int | None = None
) -> tuple[int, str]:
    """Rows and content digest of a published dataset at a table version."""
    schema = ds.polars_schema()
    content = [name for name in schema if name not in OUTSIDE]
    return _digest(published_rows(house, ds, version=version), schema, content)


def digest_of_metric(
    house: House, name: str, *, version: int | None = None
) -> tuple[int, str]:
    """As `digest_of` of a metric table; the instant of computation is no content."""
    schema = (METRIC_COLUMNS | OTHER_COLUMNS)[name]
    content = [column for column in schema if column != "as_of"]
    rows = metric_table(house, name).scan(version=version)
    return _digest(rows, schema, content)


def _digest(
    rows: Iterator[pl.DataFrame],
    schema: Mapping[str, pl.DataType],
    content: Sequence[str],
) -> tuple[int, str]:
    none = pl.Series("digest", [], dtype=pl.String)
    digests = pl.concat(
        [none, *(row_digests(frame, schema, content) for frame in rows)]
    )
    return len(digests), content_digest(digests)
