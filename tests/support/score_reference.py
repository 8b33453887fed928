"""The scores of a policy once more, slowly: plain Python, unit by unit, in decimals.

What lives here: rates, deductions, bands and bonuses of one fixed policy computed
from the definitions, for comparison with the engine. What does not: the engine's
own code; nothing of `hub.scoring` is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, localcontext

# metric → numerator and denominator
Given = Mapping[str, tuple[int, int]]

TEXT = """
[policy]
id = "slow"
version = 1
title_zh = "慢"
title_en = "slow"
level = "DISTRICT_UNIT"
valid_from = "2021-08-31"
[[cap]]
item = "late"
not_above = "many"
[[dimension]]
id = "shares"
title_zh = "率"
title_en = "shares"
full = 100
weight = 0.4
[[dimension.item]]
id = "good"
title_zh = "好"
title_en = "good"
value = { metric = "good" }
rule = { kind = "rate", weight = 70 }
[[dimension.item]]
id = "bad"
title_zh = "坏"
title_en = "bad"
value = { metric = "bad" }
rule = { kind = "rate", weight = 30, complement = true }
[[dimension]]
id = "events"
title_zh = "件"
title_en = "events"
full = 100
weight = 0.6
least = 0
[[dimension.item]]
id = "late"
title_zh = "迟"
title_en = "late"
value = { metric = "good", takes = "rest" }
rule = { kind = "deduction", base = 20, each = 0.7, free = 1 }
[[dimension.item]]
id = "many"
title_zh = "多"
title_en = "many"
value = { metric = "bad", takes = "numerator" }
rule = { kind = "per_full", base = 30, each = 2.5, size = 3, cap = 25 }
[[dimension.item]]
id = "band"
title_zh = "档"
title_en = "band"
value = { metric = "good", takes = "denominator" }
[dimension.item.rule]
kind = "bands"
bands = [{ points = 50 }, { from = 5, points = 20.5 }, { from = 20, points = -40 }]
[[dimension.item]]
id = "bonus"
title_zh = "加"
title_en = "bonus"
value = { input = "bonus" }
rule = { kind = "bonus", each = 0.333333, cap = 4 }
missing = "left_out"
"""


def slow_points(
    given: Given, bonus: list[Decimal]
) -> tuple[dict[str, Decimal | None], dict[str | None, Decimal | None]]:
    """Points of each item, and of each dimension (None: in all), of one unit."""
    with localcontext(prec=80):
        items = _items(given, bonus)
        shares = _sum([items["good"], items["bad"]])
        lines = [items["late"], items["many"], items["band"]]
        events = _sum(lines)
        if events is not None:
            events = max(Decimal(0), events + (items["bonus"] or 0))
        in_all = None
        if shares is not None and events is not None:
            in_all = _round(shares * Decimal("0.4") + events * Decimal("0.6"))
        return items, {"shares": shares, "events": events, None: in_all}


def _items(given: Given, bonus: list[Decimal]) -> dict[str, Decimal | None]:
    found: dict[str, Decimal | None] = dict.fromkeys(
        ("good", "bad", "late", "many", "band", "bonus")
    )
    good, bad = given.get("good", (0, 0)), given.get("bad", (0, 0))
    if good[1]:
        part, whole = good
        found["good"] = _round(Decimal(70) * part / whole)
        found["late"] = _round(20 - Decimal("0.7") * max(0, whole - part - 1))
        if whole < 5:
            found["band"] = Decimal(50)
        else:
            found["band"] = Decimal("20.5") if whole < 20 else Decimal(-40)
    if bad[1]:
        part, whole = bad
        found["bad"] = _round(Decimal(30) * (whole - part) / whole)
        found["many"] = 30 - min(Decimal(25), Decimal("2.5") * (part // 3))
    if found["late"] is not None and found["many"] is not None:
        found["late"] = max(found["late"], 20 - (30 - found["many"]))
    if bonus:
        earned = max(Decimal(0), sum(bonus, Decimal(0))) * Decimal("0.333333")
        found["bonus"] = _round(min(Decimal(4), earned))
    return found


def _sum(parts: list[Decimal | None]) -> Decimal | None:
    if any(part is None for part in parts):
        return None
    return sum((part for part in parts if part is not None), Decimal(0))


def _round(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.001"), ROUND_HALF_UP)


def slow_ranks(points: Mapping[str, Decimal | None]) -> dict[str, int | None]:
    """One more than the number of units with more points."""
    known = [one for one in points.values() if one is not None]
    return {
        unit: None if own is None else 1 + sum(other > own for other in known)
        for unit, own in points.items()
    }
