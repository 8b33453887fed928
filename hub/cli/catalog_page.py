"""The catalogue on a terminal: the list of datasets, and one entry.

What lives here: tables that fit 80 columns, Chinese words beside English. What does
not: the commands (`catalog`), files (`hub.sharing.catalogue`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.sharing.catalogue.words import words_of

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.flow.lineage import FeedEdge
    from hub.sharing.catalogue.entry import Catalogue, Entry, Quality


def show_list(page: Page, found: Catalogue) -> None:
    """One line per dataset, and what is not determined."""
    page.line(f"{found.title} {found.release or '尚无发布 nothing released'}", "bold")
    page.table(
        ("dataset", "资源", "share", "rows", "缺报", "未定"),
        (
            (
                one.name,
                one.title,
                one.share.lower(),
                one.rows,
                len(one.freshness.missing),
                len(one.gaps),
            )
            for one in found.entries
        ),
    )
    items = [item for one in found.entries for item in one.items]
    closed = sum(item.share == "CLOSED" for item in items)
    gaps = sum(len(one.gaps) for one in found.entries)
    page.line(
        f"{len(items)} columns 信息项, {closed} of them closed 不予共享; "
        f"{len(found.metrics)} metrics 指标."
    )
    page.line(f"{gaps} fields not determined 未定: the city's catalogue.toml has them.")
    if found.approved_by is None:
        page.line("Not approved 待审定: classes and texts are assumptions.")


def show_entry(page: Page, found: Catalogue, one: Entry) -> None:
    """The government's fields, freshness, quality, items, lineage."""
    words = words_of("zh-CN", found.zone)
    page.line(f"{one.name} {one.title}", style="bold")
    page.line(one.description)
    page.facts((words(f"field_{key}"), text) for key, text in words.fields(one).items())
    if one.scope:
        page.line(words.pick(one.scope))
    page.title("Freshness 时效")
    page.table(
        ("partner", "feed", "as of", "landed", "state"),
        (
            (
                feed.partner,
                feed.feed,
                feed.as_of,
                feed.landed_at,
                f"missing {feed.reason[0] if feed.reason else ''}"
                if feed.is_missing
                else "ok",
            )
            for feed in one.freshness.standings
        ),
        empty="No feed stands behind it in this release.",
    )
    if one.quality is not None:
        _show_quality(page, one.quality)
    page.title("Columns 信息项")
    page.table(
        ("column", "信息项", "type", "share", "mask"),
        (
            (item.name, item.label, item.type, item.share.lower(), item.mask or "")
            for item in one.items
        ),
    )
    page.title("Lineage 来源与去向")
    into = found.lineage.into(one.name)
    page.line("from " + (", ".join(_feeds(into)) or "the city's folder, or computed"))
    if one.kind == "metric":
        page.line(f"{len(found.metrics)} metrics; `hub metric list` defines them.")
    else:
        page.line("into " + (", ".join(found.lineage.out_of(one.name)) or "no metric"))


def _feeds(edges: tuple[FeedEdge, ...]) -> list[str]:
    return [
        f"{edge.partner}/{edge.feed}" + ("" if edge.enters else " (compared only)")
        for edge in edges
    ]


def _show_quality(page: Page, quality: Quality) -> None:
    page.title("Quality 质量")
    sums = (("this release", quality.latest), ("in all", quality.total))
    page.table(
        (
            "",
            "deliveries",
            "received",
            "accepted",
            "quarantined",
            "duplicate",
            "refused",
        ),
        (
            (
                name,
                each.deliveries,
                each.received,
                each.accepted,
                each.quarantined,
                each.duplicate,
                each.refused,
            )
            for name, each in sums
        ),
    )
    page.table(
        ("rule", "severity", "count", "含义"),
        (
            (each.rule, each.severity, each.count, each.meaning[0])
            for each in quality.findings
        ),
        empty="No findings in the deliveries of this release.",
    )
