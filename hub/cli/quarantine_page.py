"""Quarantine as a person reads it: rows of one kind together, and the list.

What lives here: grouping rows by the rules they break, and the tables. What does
not: reading quarantine (`hub.flow.quarantine`), fields as sent (`sent_fields`).
No value of a row is shown here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from hub.cli.findings import place_of
from hub.cli.sent_fields import show_sent
from hub.cli.wording import column_words
from hub.flow.places import with_places
from hub.schemas.rules import RULES

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.flow.house import House
    from hub.storage.batches import Batch

# Partner, feed, batch, rows, rule → rows.
Listed = tuple[str, str, str, int, dict[str, int]]
ID = 12  # so many digits tell the rows of one batch apart


def by_kind(findings: pl.DataFrame) -> pl.DataFrame:
    """One line per row: row, key, kind (the rules that keep it out), the rarest last.

    Rows with equal rules are of one kind; the kind with most rows comes first.
    """
    out = findings.filter(severity="reject") if len(findings) else findings
    lines = out.group_by("row").agg(
        kind=pl.col("rule").unique().sort().str.join(" "),
        key=pl.col("keys").first().list.first(),
    )
    return lines.with_columns(size=pl.len().over("kind")).sort(
        "size", "kind", "row", descending=[True, False, False]
    )


def first_of_each(kinds: pl.DataFrame, limit: int) -> pl.DataFrame:
    """At most so many rows of each kind; 0 keeps all."""
    if not limit:
        return kinds
    return kinds.filter(pl.int_range(pl.len()).over("kind") < limit)


def show_kinds(
    page: Page,
    house: House,
    batch: Batch,
    kinds: pl.DataFrame,
    shown: pl.DataFrame,
    told: pl.DataFrame,
) -> None:
    """Rows kind by kind: what is wrong, what to do, and which rows they are.

    Args:
        kinds: every row, from `by_kind`.
        shown: those that are listed.
        told: their findings in words; with `text`, the rows as sent follow.
    """
    page.line(f"{batch.id} {batch.kind} of {batch.partner}/{batch.feed}", "bold")
    if batch.state == "refused" and batch.error:
        page.line(str(batch.error["message"]), style="red")
    if not len(kinds):
        page.line("No row of it is in quarantine.")
        return
    of = f" of {batch.received}" if batch.received else ""
    page.line(f"{len(kinds)}{of} rows stayed out. 隔离 {len(kinds)} 行。")
    placed = with_places(house, batch, shown)
    for kind in placed["kind"].unique(maintain_order=True):
        _show_kind(page, kind, placed.filter(kind=kind), told)
    if "text" in told.columns:
        show_sent(page, house, batch, placed, told)


def _show_kind(page: Page, kind: str, rows: pl.DataFrame, told: pl.DataFrame) -> None:
    codes = kind.split()
    size = rows["size"][0]
    page.title(f"{' + '.join(codes)}: {size} {'rows' if size > 1 else 'row'} 行")
    for code in codes:
        rule = RULES[code]
        page.entry(f"{code}：{rule.meaning_zh}", [f"处理：{rule.remedy_zh}"])
    columns = _columns(told, name_rules=len(codes) > 1)
    page.table(
        ("row", "place 位置", "column 字段", "key"),
        (
            (place_of(row), place, columns.get(row), key[:ID] if key else None)
            for row, place, key in rows.select("row", "place", "key").rows()
        ),
    )
    if size > len(rows):
        page.line(f"… and {size - len(rows)} more")


def _columns(told: pl.DataFrame, *, name_rules: bool) -> dict[int, list[str]]:
    """Row → its columns with their Chinese names, warnings marked as such."""
    words: dict[int, list[str]] = {}
    names = ("row", "rule", "severity", "dataset", "column")
    for row, rule, severity, dataset, column in told.select(names).rows():
        word = column_words(dataset, column)
        if severity == "warn":
            word = f"{rule} 提示 {word}"
        elif name_rules:
            word = f"{rule} {word}"
        words.setdefault(row, []).append(word)
    return words


def show_list(page: Page, found: Sequence[Listed]) -> None:
    """What is out by batch, then by rule with what the rule means."""
    page.table(
        ("batch", "partner/feed", "rows", "rules"),
        (
            (
                batch_id,
                f"{partner}/{feed}",
                rows,
                [f"{rule} × {count}" for rule, count in rules.items()],
            )
            for partner, feed, batch_id, rows, rules in found
        ),
        empty="Nothing is in quarantine.",
    )
    if not found:
        return
    feeds: dict[str, Counter[str]] = {}
    for partner, feed, _, _, rules in found:
        for broken, rows in rules.items():
            feeds.setdefault(broken, Counter())[f"{partner}/{feed}"] += rows
    page.title("By rule 按规则")
    for code, counted in sorted(feeds.items()):
        rule = RULES[code]
        where = ", ".join(f"{name} {rows}" for name, rows in sorted(counted.items()))
        page.entry(
            f"{code} × {counted.total()}: {where}",
            [rule.meaning_zh, f"处理：{rule.remedy_zh}"],
        )
