"""Traps of states that change after a month is frozen."""

from __future__ import annotations

from pathlib import Path

from support.closed_month import LATE, MONTH, case, deliver, later
from support.frozen_month import denominator, frozen_month

from hub.flow.assessment.freeze import revise_month
from hub.flow.assessment.revisions import find_revision


def test_t17_a_case_voided_after_the_freeze_shows_in_the_next_revision(
    tmp_path: Path,
) -> None:
    frozen = frozen_month(tmp_path)
    before = denominator(frozen, find_revision(frozen, MONTH))

    late = later(tmp_path)
    voided = case("3", state="void", handled=None, changed="2026-10-19 12:00:00")
    deliver(late, LATE, [voided])
    second = revise_month(late, MONTH, reason="作废", author="乙")

    assert second.number == 2
    assert denominator(late, second) == before - 1
    assert denominator(late, find_revision(late, MONTH, 1)) == before
