"""The acceptance sheet (验收单) of one partner: what conforms and what does not.

What lives here: the verdict per feed by the bounds that the partner file declares, and
the sheet as plain values. What does not: finding out (`probe_examined`), the look
(`sheet_html`, `sheet_xlsx`).

合格: nothing to mend. 有条件合格: rows came in and something is to mend. 不合格: a
declared bound is broken, nothing could be read, or not one row came in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hub.errors import HubError
from hub.flow.guard import Broken
from hub.onboarding.probe import Probe
from hub.onboarding.probe_examined import Examined
from hub.onboarding.report_words import (
    SUSPECT,
    THEIRS,
    clock_lines,
    failure_words,
    key_line,
    place_lines,
    title_of,
)
from hub.partners.city import City
from hub.partners.spec import Partner
from hub.schemas.rules import RULES

Verdict = Literal["合格", "有条件合格", "不合格"]
UNMAPPED = "P13"
BOUND = re.compile(r"\b(B\d\d|P14)\b")


@dataclass(frozen=True)
class SheetFeed:
    """One feed on the sheet.

    Attributes:
        feed: its name.
        datasets: Chinese titles of what its rows turn into.
        origin: how the rows were come by, in Chinese.
        verdict: what it comes to.
        reasons: why, in Chinese; empty for 合格.
        examined: what the rows are like; None where none could be read.
        remarks: what is odd about times, points and keys, in Chinese.
        bounds: rule code, Chinese meaning and remedy, and numbers of broken bounds.
        detail: an engineer's sentence about a failure.
    """

    feed: str
    datasets: tuple[str, ...]
    origin: str
    verdict: Verdict
    reasons: tuple[str, ...]
    examined: Examined | None
    remarks: tuple[str, ...] = ()
    bounds: tuple[tuple[str, str, str, str], ...] = ()
    detail: str | None = None


@dataclass(frozen=True)
class Sheet:
    """What one partner gets."""

    city: str
    zone: str
    partner: str
    title: str
    steward: str | None
    made_at: datetime
    feeds: tuple[SheetFeed, ...]


def make_sheet(
    city: City, partner: Partner, probes: Iterable[Probe], made_at: datetime
) -> Sheet:
    """The sheet of a partner from what its feeds came to."""
    return Sheet(
        city=city.name,
        zone=city.timezone,
        partner=partner.id,
        title=partner.title,
        steward=partner.steward,
        made_at=made_at,
        feeds=tuple(_feed(one) for one in probes),
    )


def _feed(probe: Probe) -> SheetFeed:
    found, error = probe.examined, probe.error
    bounds = _bounds(found, error)
    verdict, reasons = judge_feed(found, error, [one[0] for one in bounds])
    names = dict.fromkeys(emit.dataset for emit in probe.feed.emits)
    return SheetFeed(
        feed=probe.feed.name,
        datasets=tuple(title_of(name) for name in names),
        origin=probe.origin or "试取一页，未入库",
        verdict=verdict,
        reasons=reasons,
        examined=found,
        remarks=tuple(_remarks(found)) if found else (),
        bounds=bounds,
        detail=error.sentence if error and error.code in THEIRS else None,
    )


def _bounds(
    found: Examined | None, error: HubError | None
) -> tuple[tuple[str, str, str, str], ...]:
    """Broken bounds: those found in the rows, and those that a refusal names."""
    broken = list(found.bounds) if found else []
    known = {one.rule for one in broken}
    if error is not None and error.code == "batch_refused":
        named = dict.fromkeys(BOUND.findall(error.seen))
        broken += [Broken(code, "") for code in named if code not in known]
    return tuple(
        (one.rule, RULES[one.rule].meaning_zh, RULES[one.rule].remedy_zh, one.seen)
        for one in broken
        if one.rule in RULES
    )


def judge_feed(
    found: Examined | None, error: HubError | None, bounds: Iterable[str]
) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict on one feed and the reasons for it, in Chinese."""
    codes = list(dict.fromkeys(bounds))
    hard = [failure_words(error)] if error is not None else []
    if codes:
        hard.append(f"超出约定界限：{'、'.join(codes)}。")
    if found is None or not found.rows:
        hard += [] if error else ["没有收到数据行，无法验收。"]
    elif not found.accepted and found.quarantined:
        hard.append("没有一行数据通过校验。")
    soft = list(_conditions(found)) if found is not None else []
    if hard:
        return "不合格", tuple(hard + soft)
    return ("有条件合格" if soft else "合格"), tuple(soft)


def _conditions(found: Examined) -> Iterator[str]:
    if found.quarantined:
        yield f"{found.quarantined} 行被隔离，需改正后重发或由平台补充对照表。"
    warned = [
        one for one in found.rules if one.severity == "warn" and one.rule != UNMAPPED
    ]
    if warned:
        yield f"有 {len(warned)} 类提示需要核对。"
    if found.codes:
        yield f"有 {len(found.codes)} 个取值不在对照表中。"
    if found.unmapped:
        yield f"有 {len(found.unmapped)} 个字段未约定用途。"
    if found.absent:
        yield f"有 {len(found.absent)} 个约定字段没有出现。"
    if found.clock.guess in SUSPECT:
        yield "时间疑似差 8 小时，请核对时区。"
    if any(place.swapped > 0 or place.planar for place in found.places):
        yield "部分坐标有误。"
    if any(keys.torn for keys in found.keys):
        yield "同一主键的内容互相矛盾。"


def _remarks(found: Examined) -> Iterator[str]:
    yield from clock_lines(found.clock)
    for place in found.places:
        yield from place_lines(place)
    yield from map(key_line, found.keys)
