"""The limit of one case from its rule and its trail, for tests that read like a table.

What lives here: one rule, one case, its events, and what comes out. What does not: any
expectation.
"""

from __future__ import annotations

from typing import Any

import polars as pl
from support.worktime_frames import china, events, issues, limits, local, told

from hub.metrics.worktime.computed_limits import computed_limits
from hub.metrics.worktime.interruptions import read_interruptions
from hub.partners.city_spec import Limits

WORK = china()
NO_AREAS = pl.DataFrame(
    schema={
        "area_id": pl.String,
        "zone_class_name": pl.String,
        "valid_from_on": pl.Date,
        "valid_to_on": pl.Date,
    }
)


def computed(
    case: dict[str, Any],
    rule: dict[str, Any],
    *trail: Any,
    settings: Limits | None = None,
    step: str = "HANDLING",
) -> tuple[str | None, str | None]:
    """Local time of the limit, and the reason why there is none."""
    one = issues(case)
    found = computed_limits(
        one,
        limits(rule),
        NO_AREAS,
        WORK,
        settings=settings or Limits(),
        steps=[step],
        interruptions=read_interruptions(one, events(*trail)),
    )
    assert found.select("issue_id", "step_code").rows() == [("I1", step)]
    row = found.row(0, named=True)
    return told(row["computed_limit_at"]), row["reason"]


def limit_of(kind: str, value: int, minutes: int) -> dict[str, Any]:
    return {
        "limit_type_code": kind,
        "limit_value": value,
        "limit_minutes": minutes,
    }


HOURS_3 = limit_of("WORK_HOUR", 3, 180)
HOURS_24 = limit_of("URGENT_HOUR", 24, 1440)
TIMES = {
    "reported_at": local("2026-11-23 08:00"),
    "accepted_at": local("2026-11-23 09:00"),
    "registered_at": local("2026-11-23 10:00"),
    "handled_at": local("2026-11-24 08:00"),
}
