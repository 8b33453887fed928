"""The delivered deadline counts; without one there is none yet."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from hub.pipeline.deadlines import settle_deadlines


def test_the_delivered_deadline_counts() -> None:
    noon = datetime(2026, 4, 1, 12, tzinfo=UTC)
    issues = pl.DataFrame({"issue_id": ["a", "b"], "source_deadline_at": [noon, None]})

    found = settle_deadlines(issues)

    assert found.rows() == [("a", noon, "SOURCE"), ("b", None, "NONE")]
