"""A city scored under the policy of the slow reference.

What lives here: figures and entries from plain numbers, and the engine's answer. What
does not: what is expected of it.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from support.score_frames import MONTH, entry, figure, figures, inputs, units
from support.score_reference import TEXT

from hub.scoring import Scores, parse_policy, score

POLICY = parse_policy(TEXT, Path("slow.toml"))


def scored(city: list[Any], seed: int = 0) -> Scores:
    """Scores of units told as good, bad (numerator and denominator) and bonus.

    A seed other than 0 puts every row in another order.
    """
    rows, entries = [], []
    for number, (good, bad, bonus) in enumerate(city):
        rows.append(figure("good", f"U{number}", *good))
        rows.append(figure("bad", f"U{number}", *bad))
        entries += [entry("bonus", f"U{number}", str(one)) for one in bonus]
    codes = [f"U{number}" for number in range(len(city))]
    if seed:
        chance = random.Random(seed)
        chance.shuffle(rows)
        chance.shuffle(entries)
        chance.shuffle(codes)
    return score(
        figures(*rows), inputs(*entries), units(*codes), POLICY, MONTH, "DISTRICT_UNIT"
    )
