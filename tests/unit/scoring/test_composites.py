"""The composites CX-1 to CX-4 that products print, as policies, worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.score_frames import (
    MONTH,
    figure,
    figures,
    inputs,
    item_points,
    total,
    units,
)

from hub.scoring import Scores, load_policy, score

FOLDER = Path(__file__).parent / "composites"
RW = {
    "RW-1": figure("rework_rate", "A", 3, 12, calibers=["FLAGS-EG", "RW-1"]),
    "RW-2": figure("rework_rate", "A", 3, 15, calibers=["FLAGS-EG", "RW-2"]),
    "RW-3": figure("rework_rate", "A", 3, 16, calibers=["FLAGS-EG", "RW-3"]),
}
GIVEN = [
    *RW.values(),
    figure("on_time_handling_rate", "A", 11, 15),
    figure("handling_rate", "A", 14, 15),
    figure("overdue_pending_rate", "A", 1, 15),
    figure("extension_rate", "A", 2, 15),
    figure("closing_rate", "A", 9, 12),
    figure("on_time_closing_rate", "A", 8, 12),
    figure("registration_rate", "A", 4, 5),
    figure("supervision_report_rate", "A", 1, 8),
    figure("supervision", "A", 3, 7),
]


def scored(name: str) -> Scores:
    policy = load_policy(FOLDER / f"{name}.toml")
    return score(figures(*GIVEN), inputs(), units("A"), policy, MONTH, "DISTRICT_UNIT")


@pytest.mark.parametrize(
    ("name", "points"),
    [
        # 11/15 × 60 = 44; 9/12 × 30 = 22.5; (1 - 3/15) × 10 = 8
        ("cx-1", "74.500"),
        # 8/12 × 50 = 33.333; 22.5; (1 - 3/16) × 10 = 8.125; 10 - 0.5 × 7 = 6.5; -4
        ("cx-2", "66.458"),
        # 12.5 × 0.1 = 1.25; 4 cases: 75 × 0.2 = 15; 75 × 0.3 = 22.5;
        # 66.666… × 0.1 = 6.667
        ("cx-3", "45.417"),
        # 14/15 × 30 = 28; 11/15 × 20 = 14.667; (1 - 3/12) × 20 = 15;
        # (1 - 1/15) × 20 = 18.667; (1 - 2/15) × 10 = 8.667
        ("cx-4", "85.001"),
    ],
)
def test_a_composite_comes_out_as_by_hand(name: str, points: str) -> None:
    found = scored(name)

    assert total(found, "A") == (points, 1, None)


def test_each_composite_takes_its_own_rework_rate() -> None:
    assert item_points(scored("cx-1"), "A", "rework") == "8.000"
    assert item_points(scored("cx-2"), "A", "rework") == "8.125"
    assert item_points(scored("cx-4"), "A", "rework") == "15.000"
