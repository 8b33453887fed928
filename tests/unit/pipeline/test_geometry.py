"""Which boundaries overlap by more than a seam."""

from __future__ import annotations

import polars as pl

from hub.pipeline.geometry import overlaps, read_boundaries


def box(west: float, east: float) -> str:
    return f"POLYGON(({west} 0, {east} 0, {east} 1, {west} 1, {west} 0))"


def test_only_an_overlap_of_a_share_of_the_smaller_counts() -> None:
    drawn = pl.Series([box(0, 1), box(1, 2), box(1.995, 3), None, box(0.98, 1.98)])

    found = overlaps(read_boundaries(drawn)).sort("left", "right").rows()

    # Neighbours that share a line, and those that share half a percent, do not.
    assert found == [(0, 4), (1, 4), (4, 0), (4, 1)]
