"""What a probe found, as a person reads it.

What lives here: the page of one feed. What does not: finding out (`hub.onboarding`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hub.cli.partner_probe import verdict_of
from hub.cli.printing import percent
from hub.cli.wording import SEVERITIES, rule_lines

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.onboarding.probe import Probe
    from hub.onboarding.probe_examined import Examined
    from hub.onboarding.probe_times import Clock

CLOCKS = {
    "unknown": "no times to judge by",
    "plausible": "plausible",
    "ahead": "times lie in the future: local time marked as UTC, or a wrong timezone?",
    "behind": "the newest is just 8 h old: UTC without an offset?",
    "shift_later": "hours of work fit 8 h later: UTC without an offset?",
    "shift_earlier": "hours of work fit 8 h earlier: local time marked as UTC?",
}


def show_probes(page: Page, probes: Sequence[Probe]) -> None:
    """Show what every feed answered."""
    for one in probes:
        show_probe(page, one)


def show_probe(page: Page, one: Probe) -> None:
    """Show what one feed answered."""
    page.title(f"{one.partner.id}/{one.feed.name}")
    if one.error is not None:
        page.line(one.error.sentence)
    if one.examined is None:
        if one.error is None:
            page.line("Nothing came: no file, or no answer in the span asked for.")
        return
    found = one.examined
    _show_facts(page, one, found)
    _show_fields(page, found)
    if found.rules:
        page.title("findings 不符合项")
        page.table(
            ("rule", "", "column", "count", "first", "key"),
            (
                (
                    told.rule,
                    SEVERITIES[told.severity],
                    " ".join(word for word in (told.column, told.label) if word),
                    told.count,
                    told.place or "",
                    told.key or "",
                )
                for told in found.rules
            ),
        )
        for code in dict.fromkeys(told.rule for told in found.rules):
            page.entry(code, rule_lines(code))


def _show_facts(page: Page, one: Probe, found: Examined) -> None:
    verdict, _ = verdict_of(one)
    asked = one.asked
    delivery = asked.delivery if asked else None
    total = asked.total if asked else None
    declared = None if total is None else f"{total} declared, {found.rows} on this page"
    counts = (
        f"{found.rows} = {found.accepted} accepted + {found.quarantined} quarantined "
        f"+ {found.duplicates} duplicate"
    )
    page.facts(
        [
            ("asked for", delivery.name if delivery else None),
            ("rows", counts if found.is_whole else f"{counts} (a part of it)"),
            ("total", declared),
            ("fields", found.fields),
            ("verdict 结论", verdict),
            *_clock(found.clock),
            *(
                (
                    f"points of {place.dataset}",
                    ", ".join(
                        [
                            f"{place.points} points",
                            *(
                                f"{percent(share)} in the city as {system}"
                                for system, share in place.inside.items()
                            ),
                            f"{percent(place.swapped)} swapped",
                            *([f"{place.coarse} coarse"] if place.coarse else []),
                            *([f"{place.planar} planar"] if place.planar else []),
                            f"declared {place.declared}",
                        ]
                    ),
                )
                for place in found.places
            ),
            *(
                (
                    f"keys of {keys.dataset}",
                    f"{keys.keys} stand for {keys.rows} rows, {keys.torn} differ",
                )
                for keys in found.keys
            ),
            *((f"bound {one.rule}", one.seen) for one in found.bounds),
        ]
    )


def _clock(clock: Clock) -> list[tuple[str, object]]:
    told: list[tuple[str, object]] = [("clock", CLOCKS[clock.guess])]
    if clock.newest_at is not None:
        age = f"{clock.minutes_old} min before the answer"
        told.append(("newest time", f"{clock.newest_at:%Y-%m-%d %H:%M}Z, {age}"))
        shares = (clock.day_share, clock.day_share_later, clock.day_share_earlier)
        as_read, later, earlier = map(percent, shares)
        told.append(
            (
                "by day 07–21",
                f"{as_read} as read in {clock.zone}, {later} if 8 h later, {earlier} "
                "if 8 h earlier",
            )
        )
    if clock.partner_ahead_seconds is not None:
        told.append(("partner's clock", f"{clock.partner_ahead_seconds:+d} s to ours"))
    return told


def _show_fields(page: Page, found: Examined) -> None:
    if found.unmapped:
        page.title("unmapped fields 未约定字段")
        page.table(
            ("field", "null"),
            ((one.field, percent(one.null_share)) for one in found.unmapped),
        )
    if found.absent:
        page.title("mapped, and not there 约定而未出现")
        page.line(", ".join(found.absent))
    if found.empty:
        page.title("mapped, and empty in every row 全部为空")
        page.line(", ".join(found.empty))
    if found.codes:
        page.title("unknown codes 未知取值")
        page.table(
            ("table", "field", "value", "count"),
            (
                (
                    one.table,
                    one.field,
                    f"{one.value} (its form)" if one.is_shape else one.value,
                    one.count,
                )
                for one in found.codes
            ),
        )
    if found.times:
        page.title("unreadable times 无法识别的时间")
        page.table(
            ("field", "form", "count"),
            ((one.field, one.shape, one.count) for one in found.times),
        )
    if found.required:
        page.title("required columns 必填项")
        page.table(
            ("column", "field", "null"),
            (
                (f"{one.column} {one.label}", one.field or "", percent(one.null_share))
                for one in found.required
            ),
        )
