"""A long history of cases, written straight into core tables.

What lives here: months of cases with events, reviews and handlings as columns, made
by a seed; and the folder that keeps them, so that they are made once. What does not:
what is measured over them (`metrics`, `run_metrics`).

Cases come straight into core because connectors and merging have measures of their
own, and the figures ask only for what is published.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from hub.flow import tables
from hub.flow.house import House, open_house
from hub.schemas import dataset
from hub.settings import Settings

CITY = Path(__file__).parent / "city"
ZONE = ZoneInfo("Asia/Shanghai")
PARTNER, APP, SEED = "bulk", "bench", 5
# The busiest month is the last; what is known is known nine days after it.
LAST, KNOWN = (2026, 9), datetime(2026, 10, 9, tzinfo=UTC)
PIECE = 100_000
SECOND, MINUTE = 1_000_000, 60_000_000
INSTANT = pl.Datetime("us", "UTC")
# Minutes between one step and the next, at most.
PAUSES = {
    "accepted_at": 60,
    "registered_at": 90,
    "dispatched_at": 60,
    "received_at": 120,
    "handled_at": 2880,
    "checked_at": 600,
    "closed_at": 60,
}
STAGES = (
    "DISCOVERED", "ACCEPTED", "REGISTERED", "DISPATCHED", "HANDLING", "HANDLED",
    "CHECKED", "CLOSED",
)  # fmt: skip
ACTIONS = ("SUBMIT", "ACCEPT", "REGISTER", "DISPATCH", "HANDLE", "CLOSE")
AT = (
    "reported_at", "accepted_at", "registered_at", "dispatched_at", "handled_at",
    "closed_at",
)  # fmt: skip
CHANNELS = ("LZZ", "XC", "SP", "HL45", "SSP", "DSF", "ZX", "BM")
AREAS, SPOTS, PERSONS = 3_000, 40_000, 3_000


def months_before(count: int) -> list[tuple[int, int]]:
    """The last `count` months, the newest first."""
    year, month = LAST
    numbers = [year * 12 + month - 1 - back for back in range(count)]
    return [(number // 12, number % 12 + 1) for number in numbers]


def home_of(folder: Path, rows: int, per_month: int) -> Path:
    """A home whose core holds `rows` cases, made if it is not there yet."""
    home = folder / f"home-{rows}-{per_month}"
    done = home / "history.json"
    wanted = {"rows": rows, "per_month": per_month, "seed": SEED, "format": 4}
    if not (done.exists() and json.loads(done.read_text()) == wanted):
        shutil.rmtree(home, ignore_errors=True)
        house = open_house(Settings(home=home, city=str(CITY), now=KNOWN))
        fill(house, rows, per_month)
        done.write_text(json.dumps(wanted))
    return home


def fill(
    house: House,
    rows: int,
    per_month: int,
    dressed: Callable[[str, pl.DataFrame], pl.DataFrame] = lambda _, frame: frame,
) -> None:
    """Write months of equal size, the newest first, until there are `rows` cases.

    Args:
        dressed: from a dataset's name and rows the rows that are written.
    """
    streets = house.city.reference("division").filter(pl.col("level_code") == "STREET")
    written: dict[str, list[object]] = {}
    for month in months_before(-(-rows // per_month)):
        count = min(per_month, rows)
        rows -= count
        # Of a month that is cut, the later part: it reaches into the next one.
        for first in range(per_month - count, per_month, PIECE):
            size = min(PIECE, per_month - first)
            for name, frame in piece(month, first, size, per_month, streets):
                table = tables.core_table(house.lake, dataset(name))
                partition = {"partner": PARTNER, "month": f"{month[0]}-{month[1]:02d}"}
                whole = shaped(name, dressed(name, frame), partition)
                written.setdefault(name, []).extend(table.write(whole, partition))
    for name, files in written.items():
        table = tables.core_table(house.lake, dataset(name))
        table.commit(APP, table.number(APP) + 1, add=files)  # type: ignore[arg-type]


def shaped(name: str, frame: pl.DataFrame, partition: dict[str, str]) -> pl.DataFrame:
    """Every column of the core table; what is not made is null."""
    return frame.select(
        pl.lit(partition[column]).alias(column)
        if column in partition
        else (pl.col(column) if column in frame.columns else pl.lit(None))
        .cast(kind)
        .alias(column)
        for column, kind in tables.core_columns(dataset(name)).items()
    )


def piece(
    month: tuple[int, int], first: int, size: int, per_month: int, streets: pl.DataFrame
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Some cases of a month in the order of their report, with what belongs to them."""
    rng = np.random.default_rng([SEED, *month, first])
    issues = _issues(rng, month, first, size, per_month, streets)
    yield "issue", issues
    yield "issue_event", _events(rng, issues)
    yield "handling", _handlings(issues)
    yield "review", _reviews(rng, issues)


def _instants(
    rng: np.random.Generator,
    month: tuple[int, int],
    first: int,
    size: int,
    per_month: int,
) -> tuple[np.ndarray, np.ndarray]:
    """When each case was reported, and the instants of its steps (microseconds)."""
    year, number = month
    begin = datetime(year, number, 1, tzinfo=ZONE).timestamp()
    ends = (year + number // 12, number % 12 + 1)
    span = datetime(*ends, 1, tzinfo=ZONE).timestamp() - begin
    nth = first + np.arange(size) + rng.random(size)
    reported = ((begin + nth * span / per_month) * SECOND).astype(np.int64)
    most = np.array(list(PAUSES.values())) * MINUTE
    steps = (rng.random((size, len(most))) * most).astype(np.int64).cumsum(axis=1)
    # Systems tell whole seconds.
    after = reported[:, None] + steps
    return reported // SECOND * SECOND, after // SECOND * SECOND


def _issues(
    rng: np.random.Generator,
    month: tuple[int, int],
    first: int,
    size: int,
    per_month: int,
    streets: pl.DataFrame,
) -> pl.DataFrame:
    reported, steps = _instants(rng, month, first, size, per_month)
    reached = np.where(rng.random(size) < 0.9, len(PAUSES), rng.integers(0, 8, size))
    spot = rng.integers(0, SPOTS, size)
    street = streets["division_code"].gather(spot % len(streets))
    pick = rng.integers(0, 1 << 30, size)
    limit = reported + rng.integers(1, 72, size) * 60 * MINUTE
    times = {
        name: pl.when(pl.lit(pl.Series(reached > step)))
        .then(pl.lit(pl.Series(steps[:, step])))
        .cast(INSTANT)
        for step, name in enumerate(PAUSES)
    }
    number = month[0] * 100 + month[1]
    return pl.select(
        nth=pl.int_range(first, first + size),
        pick=pl.lit(pl.Series(pick)),
        street_code=pl.lit(street),
        reported_at=pl.lit(pl.Series(reported)).cast(INSTANT),
        deadline_at=pl.when(pl.lit(pl.Series(pick % 20 > 0)))
        .then(pl.lit(pl.Series(limit)))
        .cast(INSTANT),
        stage_code=pl.lit(pl.Series(np.array(STAGES)[reached])),
        lon=113.9 + pl.lit(pl.Series(spot % 200)) * 0.003,
        lat=30.2 + pl.lit(pl.Series(spot // 200)) * 0.003,
        **times,
    ).with_columns(
        issue_id=pl.lit(_ids(rng, size)),
        source_id=pl.format("{}-{}", pl.lit(number), pl.col("nth")),
        district_code=pl.col("street_code").str.slice(0, 6),
        area_id=pl.format("area-{}", pl.col("pick") % AREAS),
        chief_assignment_id=pl.format("post-{}", pl.col("pick") % AREAS),
        reporter_person_id=pl.format("person-{}", pl.col("pick") % PERSONS),
        second_org_id=pl.format("org-{}", pl.col("pick") % 400),
        source_channel_code=_one_of(CHANNELS, 3),
        handling_mode_code=_one_of(("DISPATCHED", "DISPATCHED", "SELF_HANDLED"), 5),
        category_system_code=pl.lit("GBT47678.5-2026"),
        category_kind_code=pl.lit("MATTER"),
        category_code=pl.format("06{}", (pl.col("pick") // 7 % 50 + 100)),
        std_category_kind_code=pl.lit("MATTER"),
        std_category_code=pl.format("06{}", (pl.col("pick") // 7 % 50 + 100)),
        coord_quality_code=pl.lit("OK"),
        area_method_code=pl.lit("SOURCE"),
        deadline_source_code=pl.lit("SOURCE"),
        source_deadline_at="deadline_at",
        close_deadline_at=pl.col("deadline_at") + pl.duration(hours=12),
        rework_count=(pl.col("pick") % 17 == 0).cast(pl.Int64),
        return_count=(pl.col("pick") % 19 == 0).cast(pl.Int64),
        extension_count=(pl.col("pick") % 23 == 0).cast(pl.Int64),
        is_suspended=pl.col("pick") % 97 == 0,
        has_appeal_exemption=pl.col("pick") % 89 == 0,
        satisfaction_code=_one_of(("SATISFIED", "FAIR", "NO_ANSWER"), 11),
        media_count=pl.lit(0),
    )


def _ids(rng: np.random.Generator, count: int) -> pl.Series:
    """Hub ids: 32 hexadecimal digits each, as a hash value has them."""
    digits = np.frombuffer(rng.bytes(16 * count).hex().encode(), dtype="S32")
    return pl.Series(digits.astype(str))


def _one_of(words: tuple[str, ...], divisor: int) -> pl.Expr:
    codes = dict(enumerate(words))
    drawn = pl.col("pick") // divisor % len(words)
    return drawn.replace_strict(codes, return_dtype=pl.String)


def _events(rng: np.random.Generator, issues: pl.DataFrame) -> pl.DataFrame:
    """Six steps of each case; a step that was not reached is a SUPERVISE instead."""
    late = pl.lit(pl.Series(rng.integers(-30, 240, len(issues)))) * MINUTE
    steps = [
        issues.select(
            "issue_id",
            event_id=pl.format("{}-{}", "issue_id", pl.lit(number)),
            source_id=pl.format("{}-{}", "issue_id", pl.lit(number)),
            event_seq=pl.lit(number + 1, dtype=pl.Int64),
            action_code=pl.when(pl.col(at).is_not_null())
            .then(pl.lit(action))
            .otherwise(pl.lit("SUPERVISE")),
            happened_at=pl.coalesce(at, "reported_at"),
            deadline_at=(pl.coalesce(at, "reported_at").cast(pl.Int64) + late).cast(
                INSTANT
            ),
            actor_org_id="second_org_id",
            is_inferred=pl.lit(value=False),
        )
        for number, (action, at) in enumerate(zip(ACTIONS, AT, strict=True))
    ]
    return pl.concat(steps)


def _handlings(issues: pl.DataFrame) -> pl.DataFrame:
    return issues.filter(pl.col("received_at").is_not_null()).select(
        "issue_id",
        handling_id=pl.format("{}-h", "issue_id"),
        source_id=pl.format("{}-h", "issue_id"),
        attempt_seq=pl.lit(1, dtype=pl.Int64),
        org_id="second_org_id",
        handler_person_id="reporter_person_id",
        started_at="received_at",
        finished_at="handled_at",
        media_count=pl.lit(0),
    )


def _reviews(rng: np.random.Generator, issues: pl.DataFrame) -> pl.DataFrame:
    passed = pl.Series(rng.random(len(issues)) < 0.95)
    return (
        issues.with_columns(passed=passed)
        .filter(pl.col("handled_at").is_not_null())
        .select(
            "issue_id",
            review_id=pl.format("{}-r", "issue_id"),
            source_id=pl.format("{}-r", "issue_id"),
            attempt_seq=pl.lit(1, dtype=pl.Int64),
            review_kind_code=pl.lit("CHECK"),
            assigned_at="handled_at",
            deadline_at=pl.col("handled_at") + pl.duration(hours=8),
            done_at="checked_at",
            result_code=pl.when(pl.col("checked_at").is_not_null()).then(
                pl.when("passed").then(pl.lit("PASS")).otherwise(pl.lit("FAIL"))
            ),
            media_count=pl.lit(0),
        )
    )
