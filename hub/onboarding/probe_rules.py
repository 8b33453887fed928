"""Findings counted by rule, with words for the partner and one row to look at.

What lives here: counting, the Chinese text of each rule, the place and key of an
example. A key that may be a person's number is not told. What does not: finding
(`hub.flow.chunks`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from hub.connectors.base import PartMeta
from hub.flow.places import placed
from hub.partners.spec import Feed
from hub.schemas import DATASETS
from hub.schemas.rules import RULES

ORDER = ("refuse", "reject", "warn")
# Identity and mobile numbers are keys in some systems, and a person in all of them.
PERSONS = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|\d{15}|1[3-9]\d{9})(?!\d)")
OF_PERSONS = {"person"}


@dataclass(frozen=True)
class RuleSeen:
    """One rule broken at one column.

    Attributes:
        rule: code.
        severity: `reject` keeps a row out, `warn` does not.
        dataset: canonical dataset, where it is about one.
        column: canonical column or, for P13, source field.
        label: the column's Chinese name.
        field: the partner's own name of what the column is read from.
        count: how many rows or, without a row, how many fields or columns.
        place: where the first such row stands, in Chinese.
        key: its key with the partner, where it may be told.
        meaning: what is wrong, in Chinese.
        remedy: what to do, in Chinese.
    """

    rule: str
    severity: str
    dataset: str | None
    column: str | None
    label: str | None
    field: str | None
    count: int
    place: str | None
    key: str | None
    meaning: str
    remedy: str


def rules_seen(
    findings: pl.DataFrame,
    facts: Mapping[str, pl.DataFrame],
    feed: Feed,
    parts: Iterable[PartMeta],
) -> tuple[RuleSeen, ...]:
    """Findings by rule and column, the worst and most frequent first.

    Args:
        findings: `FOUND`.
        facts: dataset → facts, for the keys of examples.
        feed: the declaration, for the partner's own names.
        parts: descriptions of the parts that the rows stand in.
    """
    fields = _fields(feed)
    by = ["rule", "severity", "dataset", "column"]
    counted = findings.group_by(by, maintain_order=True).agg(
        count=pl.col("row").n_unique(), row=pl.col("row").min()
    )
    told = placed(parts, counted.cast({"row": pl.Int64})).join(
        _keys(facts, counted["row"]), on="row", how="left", maintain_order="left"
    )
    seen = [
        RuleSeen(
            rule=one["rule"],
            severity=one["severity"],
            dataset=one["dataset"],
            column=one["column"],
            label=_label(one["dataset"], one["column"]),
            field=one["column"]
            if one["dataset"] is None
            else fields.get((one["dataset"], one["column"])),
            count=one["count"],
            place=one["place"] if one["row"] is not None else None,
            key=one["source_id"],
            meaning=RULES[one["rule"]].meaning_zh,
            remedy=RULES[one["rule"]].remedy_zh,
        )
        for one in told.rows(named=True)
    ]
    return tuple(sorted(seen, key=_rank))


def _rank(one: RuleSeen) -> tuple[int, int, str, str, str]:
    at = ORDER.index(one.severity)
    return at, -one.count, one.rule, one.dataset or "", one.column or ""


def _fields(feed: Feed) -> dict[tuple[str, str], str]:
    """Dataset and column → the source field, or the expression over some."""
    found: dict[tuple[str, str], str] = {}
    for emit in feed.emits:
        found[emit.dataset, "source_id"] = "|".join(emit.key or feed.key)
        if feed.changed:
            found[emit.dataset, "source_updated_at"] = feed.changed
        for name, given in emit.columns.items():
            if given.field or given.sql:
                found.setdefault((emit.dataset, name), given.field or given.sql or "")
    return found


def _keys(facts: Mapping[str, pl.DataFrame], rows: pl.Series) -> pl.DataFrame:
    """The source key of each of these rows, where it is nobody's number."""
    empty = pl.DataFrame(schema={"row": pl.Int64, "source_id": pl.String})
    found = [
        frame.filter(pl.col("row").is_in(rows.drop_nulls().implode())).select(
            "row", pl.col("source_id").str.split("#").list.first()
        )
        for name, frame in facts.items()
        if name not in OF_PERSONS
    ]
    keys = pl.concat([empty, *found]).unique("row", keep="first", maintain_order=True)
    telling = [text is None or not PERSONS.search(text) for text in keys["source_id"]]
    return keys.filter(pl.Series(telling, dtype=pl.Boolean))


def _label(name: str | None, column: str | None) -> str | None:
    if name is None or name not in DATASETS:
        return None
    labels = {one.name: one.label for one in DATASETS[name].all_columns}
    return labels.get(column or "")
