"""Columns as Dagster's pages show them: names, types, meanings, and where from.

What lives here: table schemas and column lineage, turned from the declarations into
Dagster's shapes. What does not: any column; they are declared in `hub.schemas`, their
edges in `hub.flow.column_lineage`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import dagster as dg
import polars as pl

from hub.flow.column_lineage import Sources
from hub.flow.metric_tables import METRIC_COLUMNS, OTHER_COLUMNS
from hub.flow.tables import QUARANTINE, core_columns, staged_columns
from hub.schemas import Dataset, dataset
from hub.schemas.columns import Column

# What the hub adds to a dataset's columns, and what a row kept out is stored with.
ABOUT: Mapping[str, str] = {
    "row": "行号 (number of the row in its delivery)",
    "key": "主键 (hub id)",
    "from_on": "有效自 (first day on which it holds)",
    "to_on": "有效至 (first day on which it no longer holds)",
    "dated": "是否自带时间 (whether the row dates itself)",
    "evidence": "环节依据 (what the stage is derived from)",
    "delivered": "来源原值 (linkable columns as delivered)",
    "month": "首报月份 (month of the first report, a place that never moves)",
    "batch_id": "批次 (the delivery that brought the row)",
    "part": "原始对象 (SHA-256 of the landed part)",
    "text": "原样文本 (the row as sent)",
    "findings": "问题 (rules broken, with severity, dataset and column)",
    "keys": "涉及主键 (hub ids that the row speaks of)",
    "missing": "缺失引用 (ids that the row waits for)",
    "only_references": "仅缺引用 (whether it is tried again by itself)",
}


def staged_schema(name: str) -> dg.TableSchema:
    """Columns of `staged/<partner>/<dataset>`."""
    return _of_dataset(dataset(name), staged_columns(dataset(name)))


def core_schema(name: str) -> dg.TableSchema:
    """Columns of `core/<dataset>`."""
    return _of_dataset(dataset(name), core_columns(dataset(name)))


@cache
def quarantine_schema() -> dg.TableSchema:
    """Columns of `quarantine/<partner>/<feed>`."""
    return dg.TableSchema(columns=[_plain(n, kind) for n, kind in QUARANTINE.items()])


def metric_schema(name: str) -> dg.TableSchema:
    """Columns of `metric/<name>`."""
    columns = (METRIC_COLUMNS | OTHER_COLUMNS)[name]
    return dg.TableSchema(columns=[_plain(n, kind) for n, kind in columns.items()])


def lineage_metadata(sources: Sources) -> dict[str, dg.MetadataValue]:
    """The entry that Dagster's column lineage is drawn from; none without edges."""
    if not sources:
        return {}
    edges = {
        column: [dg.TableColumnDep(dg.AssetKey(one.place), one.column) for one in some]
        for column, some in sources.items()
    }
    lineage = dg.TableColumnLineage(deps_by_column=edges)
    return {"dagster/column_lineage": dg.MetadataValue.column_lineage(lineage)}


def _of_dataset(ds: Dataset, columns: Mapping[str, pl.DataType]) -> dg.TableSchema:
    declared = {column.name: column for column in ds.all_columns}
    return dg.TableSchema(
        columns=[
            _declared(declared[name], ds) if name in declared else _plain(name, kind)
            for name, kind in columns.items()
        ]
    )


def _declared(column: Column, ds: Dataset) -> dg.TableColumn:
    about = f"{column.label}: {column.rule}" if column.rule else column.label
    marks = [f"share {column.share}"]
    if column.personal:
        marks.append(column.personal.lower())
    if column.code_list:
        marks.append(f"codes {column.code_list}")
    if column.ref:
        marks.append(f"refers to {column.ref}")
    return dg.TableColumn(
        column.name,
        type=str(column.dtype),
        description=about,
        constraints=dg.TableColumnConstraints(
            nullable=column.nullable, unique=ds.key == (column.name,), other=marks
        ),
        tags={"personal": ""} if column.personal else None,
    )


def _plain(name: str, kind: pl.DataType) -> dg.TableColumn:
    return dg.TableColumn(name, type=str(kind), description=ABOUT.get(name))
