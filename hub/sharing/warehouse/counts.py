"""The figures with small cells hidden, as the warehouse holds them.

What lives here: the one table of them, in a schema that nobody but the hub may use,
and its rows. Views of consumers take from it what they may not see whole. What does
not: the views (`views`), which counts are hidden (`hub.sharing.protected_figures`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial
from importlib.metadata import version

import polars as pl
import sqlalchemy as sa

from hub.flow.house import House
from hub.flow.published import table_of
from hub.flow.warehouse_datasets import files_by_part, files_digest, pinned_version
from hub.flow.warehouse_sources import (
    METRIC_SOURCES,
    ROW_ID,
    warehouse_table,
    with_row_id,
)
from hub.metrics.counting import FIGURE
from hub.sharing.handing import metric_by_metric
from hub.sharing.protected_figures import hide_small_cells
from hub.sharing.small_cells import NOTES
from hub.sharing.subjects import FIGURES
from hub.storage.parts import DataFile
from hub.storage.releases import Release
from hub.storage.warehouse import Loading, Part

SCHEMA = "masked"  # of no consumer: theirs end in a name
SOURCE = next(one for one in METRIC_SOURCES if one.lake == FIGURES)
COLUMNS: dict[str, pl.DataType] = {**FIGURE, **dict.fromkeys(NOTES, pl.String())}
NAME = f"{SCHEMA}.{SOURCE.name}"


def counts_table(metadata: sa.MetaData) -> sa.Table:
    """The table: a row for each of `metric_figure`, under the same row id."""
    made = warehouse_table(SOURCE, COLUMNS, sa.MetaData())
    return made.to_metadata(metadata, schema=SCHEMA)


def counts_loading(house: House, release: Release, least: int) -> Loading:
    """Its rows, month by month."""
    found = files_by_part(table_of(house, FIGURES), pinned_version(release, FIGURES))
    about = json.dumps({"least": least, "hub": version("city-hub")}, sort_keys=True)
    parts = [
        Part(
            name,
            files_digest(files, about),
            partial(_rows, house, release, files, least),
        )
        for name, files in found
    ]
    return Loading(counts_table(sa.MetaData()), parts)


def _rows(
    house: House, release: Release, files: Sequence[DataFile], least: int
) -> Iterator[pl.DataFrame]:
    for found in metric_by_metric(house, release, files):
        told = with_row_id(SOURCE, hide_small_cells(found, least))
        yield told.select(ROW_ID, *COLUMNS)
