"""Traps of figures that were published."""

from __future__ import annotations

from pathlib import Path

from support.closed_month import LATE, MONTH, case, deliver, later
from support.frozen_month import denominator, frozen_month

from hub.flow.assessment.freeze import revise_month
from hub.flow.assessment.frozen_rows import digest_of_rows, read_rows
from hub.flow.assessment.revisions import find_revision


def test_t53_what_comes_after_the_freeze_is_in_the_next_revision_only(
    tmp_path: Path,
) -> None:
    frozen = frozen_month(tmp_path)
    first = find_revision(frozen, MONTH)
    digest = digest_of_rows(read_rows(frozen, first, "figure"))
    before = denominator(frozen, first)

    late = later(tmp_path)
    deliver(late, LATE, [case("9", changed="2026-10-19 12:00:00")])

    assert digest_of_rows(read_rows(late, first, "figure")) == digest
    second = revise_month(late, MONTH, reason="补报", author="乙")
    assert denominator(late, second) == before + 1
    assert digest_of_rows(read_rows(late, first, "figure")) == digest
