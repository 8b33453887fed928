"""Which lake tables go into the warehouse, and what they are called there.

What lives here: the declarations, one entry each, and turning a lake table's columns
into a database table with types, key and Chinese comments. What does not: loading
(`warehouse`). A dataset's table comes from `hub.schemas.sql.sql_table` the same way.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl
import sqlalchemy as sa

from hub.schemas.sql import sql_type
from hub.storage.warehouse import part_column

ROW_ID = "row_id"
SEPARATOR = "|"


@dataclass(frozen=True, kw_only=True)
class Source:
    """One table of the warehouse.

    Attributes:
        name: its name there.
        lake: name of the lake table after its folder; empty for what the control
            database tells.
        title: Chinese title.
        key: columns that tell its rows apart; those that the table has not are
            passed over.
        is_plain: whether no key column is ever null, so that they can be the primary
            key; else ROW_ID is, which joins them.
    """

    name: str
    lake: str
    title: str
    key: tuple[str, ...]
    is_plain: bool = False


METRIC_SOURCES = (
    Source(
        name="metric_figure",
        lake="figure",
        title="指标",
        key=(
            "metric", "version", "calibers", "basis", "period", "level", "unit_code",
            "by", "by_code",
        ),
    ),
    Source(
        name="metric_beside",
        lake="beside",
        title="指标另列",
        key=(
            "metric", "calibers", "basis", "period", "level", "unit_code", "by",
            "by_code", "reason",
        ),
    ),
    Source(
        name="metric_issue_loop",
        lake="issue_loop",
        title="案件闭环标志",
        key=("period", "issue_id"),
        is_plain=True,
    ),
    Source(
        name="metric_exception",
        lake="exception",
        title="例外清单",
        key=(
            "period", "kind", "subject", "subject_id", "since_on", "unit_code",
            "street_unit_code", "street_code", "community_code", "area_id", "note_zh",
        ),
    ),
)  # fmt: skip
SCORE_SOURCES = (
    Source(
        name="assessment_score",
        lake="score",
        title="考核得分与排名",
        key=("period", "revision", "policy", "level", "unit_code", "dimension"),
    ),
    Source(
        name="assessment_score_item",
        lake="score_item",
        title="考核分项得分",
        key=(
            "period", "revision", "policy", "level", "unit_code", "dimension", "item",
        ),
    ),
)  # fmt: skip


REVISION_SOURCE = Source(
    name="assessment_revision",
    lake="",
    title="月度考核修订",
    key=("period", "revision"),
    is_plain=True,
)
REVISION: Mapping[str, pl.DataType] = {
    "period": pl.String(),
    "revision": pl.String(),
    "is_current": pl.Boolean(),
    "release": pl.String(),
    "as_of": pl.Datetime("us", "UTC"),
    "made_at": pl.Datetime("us", "UTC"),
    "author": pl.String(),
    "approver": pl.String(),
    "revision_reason": pl.String(),
    "policies": pl.String(),
}


def warehouse_table(
    source: Source, columns: Mapping[str, pl.DataType], metadata: sa.MetaData
) -> sa.Table:
    """The database table of a source over a lake table's columns."""
    key = set(source.key) if source.is_plain else {ROW_ID}
    own: list[sa.Column[Any]] = [
        sa.Column(
            name,
            sql_type(dtype),
            primary_key=name in key,
            autoincrement=False,
            comment=label(name),
        )
        for name, dtype in columns.items()
    ]
    if not source.is_plain:
        about = label(ROW_ID)
        own.insert(0, sa.Column(ROW_ID, sa.Text, primary_key=True, comment=about))
    return sa.Table(source.name, metadata, *own, part_column(), comment=source.title)


def with_row_id(source: Source, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows with ROW_ID, where the source needs it."""
    if source.is_plain:
        return frame
    parts = [
        _joined(name, frame.schema[name])
        for name in source.key
        if name in frame.columns
    ]
    return frame.with_columns(pl.concat_str(parts, separator=SEPARATOR).alias(ROW_ID))


def label(column: str) -> str:
    """The Chinese words for a column; its own name where nobody has given any.

    Step and span columns of `issue_loop` are named by their parts.
    """
    words = _labels()
    if column in words["column"]:
        return words["column"][column]
    for pattern in ("prefix", "suffix"):
        for part, text in words[pattern].items():
            rest = _rest(column, part, pattern)
            if rest is not None and rest in words["step"]:
                return text.format(words["step"][rest])
    return column


def _rest(column: str, part: str, pattern: str) -> str | None:
    if pattern == "prefix":
        return column.removeprefix(part) if column.startswith(part) else None
    return column.removesuffix(part) if column.endswith(part) else None


def _joined(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if isinstance(dtype, pl.List):
        column = column.list.join("+")
    elif dtype != pl.String:
        column = column.cast(pl.String)
    return column.fill_null("")


@cache
def _labels() -> Mapping[str, Mapping[str, str]]:
    path = files("hub.flow") / "warehouse_words.toml"
    found: Mapping[str, Mapping[str, str]] = tomllib.loads(path.read_text("utf-8"))
    return found


def partition_name(partition: Mapping[str, str], columns: Sequence[str]) -> str:
    """A part's name after its partition, e.g. `period=2026-10/revision=1`."""
    return "/".join(f"{name}={partition[name]}" for name in columns)
