"""The guess about a partner's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from support.declared import partner

from hub.onboarding.probe_times import read_clock
from hub.partners.spec import Emit, Feed
from hub.schemas import dataset

NOON = datetime(2026, 10, 3, 4, 0, tzinfo=UTC)  # 12:00 in Wuhan
WHO = partner(
    {"connector": "files", "folder": "/nowhere"},
    Feed(name="cases", key=("id",), emits=(Emit(dataset="review", columns={}),)),
)


def facts(times: list[datetime | None]) -> dict[str, pl.DataFrame]:
    schema = dataset("review").polars_schema()
    cells = dict.fromkeys(schema, [None] * len(times)) | {"source_updated_at": times}
    frame = pl.DataFrame(cells, schema=schema)
    return {"review": frame}


def guess(times: list[datetime | None], at: datetime = NOON) -> str:
    return read_clock(facts(times), WHO, at, None).guess


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (5, "plausible"),
        (-5, "plausible"),  # a clock a little ahead
        (-480, "ahead"),
        (480, "behind"),
        (475, "behind"),
        (600, "plausible"),
    ],
)
def test_the_newest_time_tells_of_eight_hours(minutes: int, expected: str) -> None:
    assert guess([NOON - timedelta(minutes=minutes), None]) == expected


def test_a_slip_of_one_row_is_no_fault_of_the_clock() -> None:
    shown = [NOON - timedelta(minutes=5), NOON + timedelta(days=365_000)]

    assert guess(shown) == "plausible"


def test_hours_of_work_tell_where_nothing_is_fresh() -> None:
    # 09:00 to 16:00 in Wuhan, written as if UTC were local: 01:00 to 08:00.
    shown = [datetime(2026, 9, 1 + n % 7, 17 + n % 7, tzinfo=UTC) for n in range(40)]

    assert guess(shown) == "shift_later"


def test_few_times_tell_nothing_of_hours() -> None:
    shown = [datetime(2026, 9, 1, 18, n, tzinfo=UTC) for n in range(10)]

    assert guess(shown) == "plausible"


def test_without_times_nothing_is_guessed() -> None:
    clock = read_clock(facts([None]), WHO, NOON, timedelta(minutes=7))

    assert (clock.guess, clock.newest_at) == ("unknown", None)
    assert clock.partner_ahead_seconds == 420
