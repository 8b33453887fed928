"""One batch as a page that a person reads: what it was, what became of it, what next.

What lives here: everything the ledger knows of a batch and its family, in sections.
What does not: its single rows (`quarantine_page`), the JSON answer (`batch`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub.cli.printing import cell
from hub.cli.shapes import ROWS, show_batches, state_of
from hub.cli.wording import KINDS, SEVERITIES, STATES, column_words, rule_lines
from hub.flow.quarantine import held_rows
from hub.storage.batches import Batch, BatchPart, DatasetCounts, RuleCount, batch_id

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.flow.house import House

FACTS = ("emitted", "inserted", "updated", "unchanged", "stale", "deleted")
TAKEN = ("= accepted 接收", "+ quarantined 隔离", "+ duplicate 重复")


@dataclass(frozen=True)
class History:
    """A batch with everything that hangs on it.

    `held` counts rows of its delivery that are out today; None where that is not
    known, since the partner's file no longer names the feed.
    """

    batch: Batch
    parts: Sequence[BatchPart]
    datasets: dict[str, DatasetCounts]
    rules: Sequence[RuleCount]
    children: Sequence[Batch]
    held: int | None

    @classmethod
    def of(cls, house: House, batch: Batch) -> History:
        """Ask ledger and quarantine."""
        root = batch.parent or batch.number
        return cls(
            batch,
            house.ledger.parts(root),
            house.ledger.datasets(batch.number),
            house.ledger.rules(batch.number),
            house.ledger.children(batch.number),
            _held(house, batch, root),
        )


def _held(house: House, batch: Batch, root: int) -> int | None:
    if not batch.quarantined or batch.state != "merged":
        return 0
    partner = house.city.partners.get(batch.partner)
    feeds = {feed.name: feed for feed in partner.feeds} if partner else {}
    if partner is None or batch.feed not in feeds:
        return None
    return len(held_rows(house, partner, feeds[batch.feed]).filter(root=root))


def show_history(page: Page, house: House, history: History) -> None:
    """The whole page."""
    batch = history.batch
    kind = KINDS[batch.kind]
    page.line(f"{batch.id} {batch.kind} {kind} of {batch.partner}/{batch.feed}", "bold")
    page.facts(_origin(house, history))
    if batch.error:
        page.line()
        code = batch.error.get("code")
        told = f"{code}: {batch.error['message']}" if code else batch.error["message"]
        page.line(str(told), style="red")
    _show_rows(page, history)
    if history.datasets:
        page.title("Facts, by dataset 入库情况")
        page.table(
            ("dataset", *FACTS),
            (
                (name, *(getattr(one, head) for head in FACTS))
                for name, one in history.datasets.items()
            ),
        )
    _show_rules(page, history.rules)
    if history.children:
        page.title("Retries and replays 后续批次")
        show_batches(page, history.children)
    page.title("Next 下一步")
    for command, about in next_steps(history):
        if command:
            page.command(command, about)
        else:
            page.line(about)


def _origin(house: House, history: History) -> Iterator[tuple[str, object]]:
    """What it was: whose, what, of which time, how much."""
    batch, parts = history.batch, history.parts
    partner = house.city.partners.get(batch.partner)
    stored = [house.raw.stored_size(part.sha256) for part in parts]
    state = state_of(batch)
    yield ("state 状态", f"{state} {STATES[state]}")
    if partner:
        steward = f", {partner.steward}" if partner.steward else ""
        yield ("partner 来源", f"{partner.title}{steward}")
    if batch.parent is not None:
        yield ("parent 所属批次", batch_id(batch.parent))
    yield ("delivery 内容", batch.name)
    if batch.since or batch.until:
        yield ("window 时段", f"{cell(batch.since)} to {cell(batch.until)}")
    if batch.as_of:
        yield ("its own day 数据日期", batch.as_of)
    if batch.landed_at:
        yield ("landed 到达时间", batch.landed_at)
    if parts:
        size = f"{sum(one or 0 for one in stored):,} bytes on disk"
        plural = "s" if len(parts) > 1 else ""
        yield ("raw 原始数据", f"{len(parts)} part{plural}, {size}")
    if None in stored:
        yield ("", "a raw file is gone: restore it from the backup")


def _show_rows(page: Page, history: History) -> None:
    """The identity over rows, as a sum in words."""
    batch = history.batch
    if batch.received is None:
        return
    page.title("Rows 行数")
    lines: list[tuple[str, object, str]] = [("received 收到", batch.received, "")]
    if batch.state == "refused":
        lines.append(("= refused whole 整批退回", batch.received, "nothing entered"))
    else:
        notes = ("", _still_out(history), "")
        counts = (getattr(batch, name) for name in ROWS[1:])
        lines += zip(TAKEN, counts, notes, strict=True)
    page.table(("rows as sent", "count", ""), lines)


def _still_out(history: History) -> str:
    if not history.batch.quarantined or history.batch.state != "merged":
        return ""
    if history.held is None:
        return ""
    if history.held == 0:
        return "all are in by now 均已入库"
    return f"{history.held} still out 尚未入库"


def _show_rules(page: Page, rules: Sequence[RuleCount]) -> None:
    """Findings by rule, those that keep rows out first."""
    page.title("Findings, by rule 校验发现")
    if not rules:
        page.line("None.")
    order = list(SEVERITIES)
    kinds = sorted({(order.index(one.severity), one.rule) for one in rules})
    for place, code in kinds:
        severity = order[place]
        own = [one for one in rules if (one.rule, one.severity) == (code, severity)]
        where = "; ".join(
            f"{column_words(one.dataset, one.column)} × {one.count}" for one in own
        )
        page.entry(
            f"{code} {severity} {SEVERITIES[severity]}: {where}", rule_lines(code)
        )


def next_steps(history: History) -> Iterator[tuple[str, str]]:
    """Commands that lead on, each with what it does; no command where all is well."""
    batch = history.batch
    feed = f"{batch.partner}/{batch.feed}"
    root = batch_id(batch.parent or batch.number)
    again = f"hub quarantine replay {feed} --batch {root}"
    if batch.state == "failed":
        yield (f"hub run {feed}", "when the cause above is gone, ask for it again")
        return
    if batch.state not in ("merged", "refused"):
        yield (f"hub run {feed}", "an interrupted batch: the next run finishes it")
        return
    if batch.quarantined:
        yield (f"hub quarantine show {batch.id}", "row by row: where, why, what to do")
    if batch.state == "refused":
        if history.parts:
            yield (again, "if the delivery is right: after correcting its partner file")
        else:
            yield (f"hub run {feed}", "when it has been sent again")
        return
    if history.held or (history.held is None and batch.quarantined):
        yield (
            f"hub quarantine export {feed} rejected.csv",
            "the rows that are out, with reasons in Chinese, for the partner",
        )
        yield (again, "after correcting the partner file; the partner is not asked")
        return
    if not batch.quarantined:
        yield ("", "Nothing: every row was taken in. 全部入库，无需处理。")
