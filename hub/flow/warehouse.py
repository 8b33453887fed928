"""Loading the warehouse: datasets and metrics of a release, scores of frozen months.

What lives here: reading lake tables at the versions that a release or a revision pins
and handing them over part by part, with a row on each revision; each release and each
revision goes in one transaction. What does not: the database
(`hub.storage.warehouse`), the declarations (`warehouse_sources`), datasets
(`warehouse_datasets`), what single consumers see (`hub.sharing.warehouse`).

A part is a partition of the lake table; the list of its files is its digest, as files
of the lake never change. What is in already is not read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256

import polars as pl
import sqlalchemy as sa

from hub.flow.assessment.frozen_rows import frozen_table
from hub.flow.figures import metric_table
from hub.flow.house import House
from hub.flow.release import release_for_readers
from hub.flow.warehouse_datasets import (
    dataset_loadings,
    files_by_part,
    files_digest,
)
from hub.flow.warehouse_sources import (
    METRIC_SOURCES,
    REVISION,
    REVISION_SOURCE,
    SCORE_SOURCES,
    Source,
    partition_name,
    warehouse_table,
    with_row_id,
)
from hub.storage.assessments import Assessments, Revision
from hub.storage.lake import LakeTable
from hub.storage.parts import DataFile
from hub.storage.releases import Release
from hub.storage.warehouse import Loaded, Loading, Part, Settle, Standing, Warehouse
from hub.storage.warehouse_tables import HeldRelease, HeldView


@dataclass(frozen=True)
class Load:
    """One transaction: where its rows come from, and what it did."""

    source: str
    tables: tuple[Loaded, ...]


@dataclass(frozen=True)
class Beside:
    """What goes in with a release, in its transaction.

    Attributes:
        loadings: more tables.
        settle: what is done last.
    """

    loadings: Sequence[Loading]
    settle: Settle


def open_warehouse(house: House) -> Warehouse:
    """The warehouse that the settings name."""
    return Warehouse(house.settings.warehouse)


def load_warehouse(
    house: House,
    release: str | None = None,
    *,
    beside: Callable[[Release, Warehouse], Beside | None] | None = None,
) -> list[Load]:
    """Make the warehouse hold a release and every frozen month.

    Args:
        house: the hub.
        release: id; the newest where none is named.
        beside: tells what goes in with the release.

    Raises:
        MisuseError: there is no such release.
        ReleaseGone: it was recalled, or its retention ended.
    """
    found = release_for_readers(house, release)
    pinned = {one.dataset: one.version for one in found.datasets}
    metadata = sa.MetaData()
    loadings = [
        _loading(source, metric_table(house, source.lake), metadata, version=version)
        for source in METRIC_SOURCES
        if (version := pinned.get(source.lake)) is not None
    ]
    loadings += dataset_loadings(house, found)
    warehouse = open_warehouse(house)
    try:
        more = None if beside is None else beside(found, warehouse)
        told = warehouse.load(
            loadings if more is None else [*loadings, *more.loadings],
            source=found.id,
            at=house.now(),
            held=HeldRelease(found.id, found.published_at),
            settle=None if more is None else more.settle,
        )
        done = [Load(found.id, tuple(told))]
        for revision in Assessments(house.control.engine).revisions():
            scores = [_told(revision), *_score_loadings(house, revision)]
            told = warehouse.load(scores, source=revision.name, at=house.now())
            done.append(Load(revision.name, tuple(told)))
    finally:
        warehouse.close()
    return done


def standings(house: House) -> tuple[str, list[Standing]]:
    """Where the warehouse is, without a password, and what it holds."""
    warehouse = open_warehouse(house)
    try:
        return warehouse.place, warehouse.standings()
    finally:
        warehouse.close()


def holding(house: House) -> tuple[HeldRelease | None, list[HeldView]]:
    """Which release the warehouse holds, and which views consumers have."""
    warehouse = open_warehouse(house)
    try:
        return warehouse.held()
    finally:
        warehouse.close()


def _told(revision: Revision) -> Loading:
    """The row that tells of a revision: who made it, why, from what, under what."""
    policies = ", ".join(f"{one.policy} v{one.version}" for one in revision.policies)
    told = {name: getattr(revision, name, None) for name in REVISION}
    told |= {
        "revision": str(revision.number),
        "release": revision.release_id,
        "revision_reason": revision.reason,
        "policies": policies,
    }
    frame = pl.DataFrame([told], schema=REVISION)
    partition = {"period": revision.period, "revision": str(revision.number)}
    part = Part(
        partition_name(partition, sorted(partition)),
        sha256(frame.write_json().encode()).hexdigest(),
        lambda: iter([frame]),
    )
    table = warehouse_table(REVISION_SOURCE, REVISION, sa.MetaData())
    return Loading(table, [part], is_whole=False)


def _score_loadings(house: House, revision: Revision) -> list[Loading]:
    """Scores of one revision; those of other revisions stay as they are."""
    metadata = sa.MetaData()
    partition = {"period": revision.period, "revision": str(revision.number)}
    return [
        _loading(
            source,
            frozen_table(house, source.lake),
            metadata,
            version=kept.version,
            partition=partition,
        )
        for source in SCORE_SOURCES
        if (kept := revision.table(source.lake)) is not None
    ]


def _loading(
    source: Source,
    table: LakeTable,
    metadata: sa.MetaData,
    *,
    version: int,
    partition: dict[str, str] | None = None,
) -> Loading:
    """A lake table at a version, or one partition of it, as parts to load."""
    empty = table.read(files=[])
    columns = dict(empty.schema)
    found = files_by_part(table, version, partition)
    parts = [
        Part(name, files_digest(files), partial(_rows, source, table, files, version))
        for name, files in found
    ]
    return Loading(
        warehouse_table(source, columns, metadata), parts, is_whole=partition is None
    )


def _rows(
    source: Source, table: LakeTable, files: Sequence[DataFile], version: int
) -> Iterator[pl.DataFrame]:
    """Rows of a part, at most a file's piece at a time."""
    for frame in table.scan(files=files, version=version):
        yield with_row_id(source, frame)
