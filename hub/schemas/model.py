"""The common ancestor of all dataset models, and what a model says of itself.

What lives here: the provenance block that every dataset carries, and the facts
of a dataset that are no columns. What does not: single datasets, and the
registry that makes them findable (`datasets`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pandera.polars as pa

from hub.schemas.columns import ShareClass
from hub.schemas.fields import Text, Ts, field
from hub.schemas.row_rules import RowRule

History = Literal["latest", "append", "scd2", "interval", "static"]
# What datasets are about: each topic is small enough to be seen as a whole.
Topic = Literal[
    "issue",
    "handling",
    "trace",
    "people",
    "areas",
    "objects",
    "papers",
    "units",
    "categories",
    "time",
]


@dataclass(frozen=True)
class Facts:
    """What holds for a dataset as a whole; see `hub.schemas.datasets.Dataset`."""

    topic: Topic
    grain: str
    key: tuple[str, ...]
    history: History
    share: ShareClass
    id_column: str | None
    core: bool
    row_rules: tuple[RowRule, ...]


def facts(
    *,
    topic: Topic,
    grain: str,
    key: tuple[str, ...],
    history: History,
    share: ShareClass,
    id_column: str | None = None,
    core: bool = True,
    row_rules: tuple[RowRule, ...] = (),
) -> dict[str, Any]:
    """The `Config.metadata` of a model.

    Args:
        topic: what it is about, as datasets are grouped where people look.
        grain: what one row stands for, in English.
        key: columns of the primary key.
        history: `latest` state, `append` only, `scd2` versions, `interval`
            rows, or `static`.
        share: class of the dataset, and of its classified columns unless they say
            otherwise.
        id_column: the hub's identifier; None where codes are the key.
        core: True for the 14 core datasets, False for the 7 reference datasets.
        row_rules: claims that need more than one column.
    """
    return {
        "facts": Facts(
            topic=topic,
            grain=grain,
            key=key,
            history=history,
            share=share,
            id_column=id_column,
            core=core,
            row_rules=row_rules,
        )
    }


class HubModel(pa.DataFrameModel):
    """Columns that tell where a row comes from, the same in every dataset."""

    partner: Text = field(
        "来源方",
        "one per independent key space; HUB for rows made by the hub",
        required=True,
        share="OPEN",
    )
    feed: Text = field(
        "来源通道",
        "endpoint, table or file family of the partner",
        required=True,
        share="CLOSED",
    )
    source_id: Text = field(
        "来源主键",
        "the partner's own key; parts of an unfolded row append # and the part",
        required=True,
        share="CONDITIONAL",
    )
    batch_id: Text = field(
        "批次", "the delivery that brought the row", required=True, share="CLOSED"
    )
    row_digest: Text = field(
        "行摘要",
        "SHA-256 over the delivered columns, nothing that the hub made",
        required=True,
        share="CLOSED",
    )
    source_updated_at: Ts = field(
        "来源更新时间",
        "the partner's own change time; null where it keeps none",
        share="CONDITIONAL",
    )
    ingested_at: Ts = field(
        "入库时间", "when the hub took it in", required=True, share="CLOSED"
    )
    version_at: Ts = field(
        "版本时间",
        "change time, else the day of the delivery, else the landing instant",
        required=True,
        share="CLOSED",
    )
    deleted_at: Ts = field(
        "删除时间",
        "set when the partner deleted the row; such rows are not published",
        share="CLOSED",
    )

    class Config:
        """Types are parsed before; a column that nobody declared is an error."""

        strict = True
        coerce = False
