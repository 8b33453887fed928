"""The large file that benchmarks read."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import polars as pl
import pytest

from hub.demo import issue_files
from hub.demo.issue_files import PAUSES, READ_AT, STATES, issue_csv
from hub.partners.loader import load_city

BENCH = Path(__file__).parents[3] / "benchmarks" / "city"


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pl.DataFrame:
    monkeypatch.setattr(issue_files, "PIECE", 400)
    return pl.read_csv(issue_csv(tmp_path / "issues.csv", 1000, 2), infer_schema=False)


def test_pieces_make_one_listing(table: pl.DataFrame) -> None:
    assert table.height == 1000
    assert table["case_id"].is_unique().all()
    assert table["case_no"].is_unique().all()
    assert table["reported"].is_sorted()


def test_cases_are_spread_over_the_months_asked_for(table: pl.DataFrame) -> None:
    months = table["reported"].str.head(7).value_counts()

    assert set(months["reported"]) == {"2026-08", "2026-09"}
    assert table["reported"].max() <= "2026-09-30 23:59:59"  # type: ignore[operator]


def test_a_case_has_the_times_of_its_state_and_no_others(table: pl.DataFrame) -> None:
    times = table.select(
        reached=pl.sum_horizontal(pl.col(*PAUSES) != ""),
        stated=pl.col("state").replace_strict(
            list(STATES), list(range(len(STATES))), return_dtype=pl.UInt32
        ),
    )

    assert times["reached"].cast(pl.UInt32).equals(times["stated"])
    latest = table.select(pl.max_horizontal("reported", *PAUSES)).to_series()
    assert latest.equals(table["updated"].alias(latest.name))


def test_nothing_lies_after_the_instant_of_reading(table: pl.DataFrame) -> None:
    last = table["updated"].str.to_datetime().max()

    assert last < READ_AT.astimezone(UTC).replace(tzinfo=None)  # type: ignore[operator]


def test_the_city_to_measure_with_understands_the_file(table: pl.DataFrame) -> None:
    city = load_city(BENCH, strict=True)
    feed = city.partners["bulk"].feeds[0]
    columns = feed.emits[0].columns.values()

    assert {column.field for column in columns if column.field} <= set(table.columns)
    codes = feed.emits[0].codes
    assert set(table["state"]) <= set(codes["stage"])
    assert set(table["channel"]) == set(codes["channel"])
    assert set(table["kind"]) == set(codes["kind"])
    assert set(table["street_code"]) <= city.division_codes
