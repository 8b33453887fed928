"""What only one consumer has of a dataset: its masked and its cleared columns.

What lives here: the table of them, keyed as the dataset is, and its rows: those that
the consumer may see, masked as files and interface mask them. What does not: the view
that joins it to everybody's table (`views`).

Masks are worked out here and not in SQL, so that there is one mask of each name; a
closed column that a grant clears is kept here and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from importlib.metadata import version

import polars as pl
import sqlalchemy as sa

from hub.flow.house import House
from hub.flow.published import METRICS, table_of
from hub.flow.warehouse_datasets import (
    files_by_part,
    files_digest,
    pinned_version,
    shared_columns,
)
from hub.schemas import DATASETS, Dataset
from hub.schemas.sql import sql_type
from hub.sharing.handing import lookup_keys, masks_of_answer, subject_rows
from hub.sharing.masks.apply import apply_masks, reads
from hub.sharing.seen_rows import Keys
from hub.sharing.warehouse.answers import Answer
from hub.storage.parts import DataFile
from hub.storage.warehouse import Loading, Part, part_column

KEY = "key_of_"


def own_columns(answer: Answer) -> dict[str, str | None]:
    """Column → mask, of those that everybody's table does not hold as they go out."""
    if answer.dataset in METRICS:
        return {}
    shared = {one.name for one in shared_columns(DATASETS[answer.dataset])}
    every = masks_of_answer(answer.given.allowed)
    return {n: mask for n, mask in every.items() if mask is not None or n not in shared}


def side_table(answer: Answer, metadata: sa.MetaData) -> sa.Table:
    """The table of the consumer's own columns, keyed by the dataset's key."""
    ds = DATASETS[answer.dataset]
    kinds = ds.polars_schema()
    return sa.Table(
        ds.name,
        metadata,
        *(
            sa.Column(
                KEY + name,
                sql_type(kinds[name]),
                primary_key=True,
                autoincrement=False,
                comment=ds.column(name).label,
            )
            for name in ds.key
        ),
        *(
            sa.Column(name, sql_type(kinds[name]), comment=ds.column(name).label)
            for name in own_columns(answer)
        ),
        part_column(),
        schema=answer.side_schema,
        comment=ds.title,
    )


def side_loading(house: House, answer: Answer) -> Loading:
    """The rows of that table, part by part as the dataset's own."""
    ds, release = DATASETS[answer.dataset], answer.given.release
    found = files_by_part(table_of(house, ds.name), pinned_version(release, ds.name))
    made = _Side(house, answer, ds)
    about = made.about()
    parts = [
        Part(name, files_digest(files, about), partial(made.rows, files))
        for name, files in found
    ]
    return Loading(side_table(answer, sa.MetaData()), parts)


@dataclass(frozen=True)
class _Side:
    """The rows of one such table."""

    house: House
    answer: Answer
    ds: Dataset

    @cached_property
    def keys(self) -> Keys:
        """Looked up once, and only where a part is written."""
        given = self.answer.given
        return lookup_keys(self.house, given.release, given.allowed.rows)

    def about(self) -> str:
        """What the rows depend on beside the files of the dataset."""
        given = self.answer.given
        digests = {one.dataset: one.digest for one in given.release.datasets}
        told = {
            "columns": own_columns(self.answer),
            "rows": given.allowed.rows.as_data(),
            "of": {
                one.dataset: digests.get(one.dataset)
                for one in given.allowed.rows.lookups
            },
            "key": given.key.id if given.key else None,
            "hub": version("city-hub"),
        }
        return json.dumps(told, sort_keys=True, ensure_ascii=False)

    def rows(self, files: Sequence[DataFile]) -> Iterator[pl.DataFrame]:
        """Key and own columns of the rows that may be seen, masked."""
        given, ds = self.answer.given, self.ds
        masks: Mapping[str, str | None] = own_columns(self.answer)
        seen = given.allowed.rows
        wanted = dict.fromkeys([*ds.key, *reads(masks), *seen.reads])
        columns = [name for name in wanted if name in ds.polars_schema()]
        rows = subject_rows(self.house, given.release, ds.name, columns, files)
        for frame in rows:
            kept = frame.filter(seen.predicate(self.keys))
            key = kept.select(pl.col(name).alias(KEY + name) for name in ds.key)
            yield pl.concat(
                [key, apply_masks(kept, masks, given.key).frame], how="horizontal"
            )
