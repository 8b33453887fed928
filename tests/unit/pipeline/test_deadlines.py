"""Which deadline counts: the delivered one, unless the city says otherwise."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

import polars as pl
import pytest

from hub.pipeline.deadlines import settle_deadlines

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
ONE = datetime(2026, 4, 1, 13, tzinfo=UTC)


@pytest.mark.parametrize(("counts", "both"), [("SOURCE", NOON), ("COMPUTED", ONE)])
def test_the_one_that_the_city_names_counts_and_else_the_other(
    counts: Literal["SOURCE", "COMPUTED"], both: datetime
) -> None:
    issues = pl.DataFrame(
        {
            "issue_id": ["a", "b", "c", "d"],
            "source_deadline_at": [NOON, NOON, None, None],
            "computed_deadline_at": [ONE, None, ONE, None],
        }
    )

    found = settle_deadlines(issues, counts=counts)

    assert found.rows() == [
        ("a", both, counts),
        ("b", NOON, "SOURCE"),
        ("c", ONE, "COMPUTED"),
        ("d", None, "NONE"),
    ]
