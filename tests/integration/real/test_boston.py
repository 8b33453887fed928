"""Boston's open file of 311 requests, January 2022, held against the city's own words.

100 rows, 85 closed and 15 open. Nothing here is tuned: the partner file maps what the
columns mean, and what the tests expect is counted from the file or explained.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from support.real_data import Ran, counts, real_file, rows_of, run_files

from hub.flow.figures import explain
from hub.metrics.choices import apply_calibers, with_atoms

CSV = "boston311/boston311-100.csv"
JSONL = "boston311/boston311-100.jsonl"
REPEATED = "boston311/boston311-100-20dupes-random.csv"
CLEANED = "boston311/boston311-100-deduped.csv"
# Midnight in Boston at the beginning of 21 May 2022, the day of the city's verdicts.
AS_OF = datetime(2022, 5, 21, 4, tzinfo=UTC)
DEFAULT_POINT = ("42.3594", "-71.0587")


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """The CSV file, run once."""
    folder = tmp_path_factory.mktemp("boston")
    return run_files(folder, "boston", [real_file(CSV)], now=AS_OF)


def other(tmp_path_factory: pytest.TempPathFactory, *names: str) -> Ran:
    """Another home that was given these files instead."""
    folder = tmp_path_factory.mktemp("other")
    return run_files(folder, "boston", [real_file(name) for name in names], now=AS_OF)


def test_every_row_is_accounted_for(ran: Ran) -> None:
    (batch,) = ran.batches

    assert (batch.state, counts(batch)) == ("merged", (100, 100, 0, 0))
    assert len(ran.issues) == 100
    # One warning, about points that the file gives with fewer than its usual four
    # decimals: a closing zero is not written, and "42.317" may as well be a rounded
    # point. No row is refused, and no column came that the partner file leaves out
    # without a word (P13).
    coarse = [
        key
        for key, row in rows_of(CSV).items()
        if min(len(row[axis].split(".")[1]) for axis in ("latitude", "longitude")) < 4
    ]
    assert ran.rules(batch) == {("P15", "warn", "lon"): len(coarse)}
    assert len(coarse) == 14
    unsure = ran.issues.filter(pl.col("coord_quality_code") == "UNSURE")
    assert set(unsure["source_id"]) == set(coarse)


def test_csv_and_json_lines_end_in_the_same_content(
    ran: Ran, tmp_path_factory: pytest.TempPathFactory
) -> None:
    lines = other(tmp_path_factory, JSONL)

    assert lines.digests() == ran.digests()
    assert lines.release.digest == ran.release.digest


def test_the_same_rows_in_the_other_medium_change_nothing(
    ran: Ran, tmp_path_factory: pytest.TempPathFactory
) -> None:
    both = other(tmp_path_factory, CSV, JSONL)

    first, second = both.batches
    assert [counts(first), counts(second)] == [(100, 100, 0, 0)] * 2
    told = both.house.ledger.datasets(second.number)["issue"]
    assert (told.emitted, told.unchanged) == (100, 100)
    assert both.release.digest == ran.release.digest


def test_rows_that_came_twice_are_counted_and_taken_once(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    # Of the 100 rows, 20 repeat another to the letter; the authors' own file without
    # them has 80.
    repeated = other(tmp_path_factory, REPEATED)
    cleaned = other(tmp_path_factory, CLEANED)

    assert counts(repeated.batches[0]) == (100, 80, 0, 20)
    assert counts(cleaned.batches[0]) == (80, 80, 0, 0)
    assert repeated.digests() == cleaned.digests()


def test_local_times_follow_daylight_saving(ran: Ran) -> None:
    # Opened 2022-01-20 13:03:00 in winter time, due 2022-05-20 13:03:21 in summer time.
    case = ran.issues.row(
        by_predicate=pl.col("source_id") == "101004141848", named=True
    )

    assert case["reported_at"] == datetime(2022, 1, 20, 18, 3, tzinfo=UTC)
    assert case["deadline_at"] == datetime(2022, 5, 20, 17, 3, 21, tzinfo=UTC)


def test_single_blanks_are_nothing_and_wards_one_list(ran: Ran) -> None:
    sent, issues = rows_of(CSV), ran.issues

    # One request names no place at all; every field of it holds one blank.
    blank = issues.filter(pl.col("district_code").is_null())
    assert blank["source_id"].to_list() == ["101004143000"]
    assert blank.select("address", "unit_grid_code").row(0) == (None, None)
    # "4", "04" and "Ward 4" are one ward.
    wards = Counter(row["ward"].removeprefix("Ward ") for row in sent.values())
    by_number = Counter({int(ward): 0 for ward in wards if ward.strip()})
    for ward, number in wards.items():
        if ward.strip():
            by_number[int(ward)] += number
    found = issues.drop_nulls("district_code")["district_code"]
    assert Counter(map(int, found)) == by_number
    assert found.str.len_chars().unique().to_list() == [2]


def test_the_default_point_stays_as_it_came(ran: Ran) -> None:
    # Requests at a crossing, and the one without a place, lie at one point downtown
    # (20 rows share its latitude, one of them by chance). It is inside the city, so
    # no rule can tell it from a place; it is kept, not taken for a fact about one.
    known = {
        key
        for key, row in rows_of(CSV).items()
        if (row["latitude"], row["longitude"]) == DEFAULT_POINT
    }

    there = ran.issues.filter((pl.col("lat") == 42.3594) & (pl.col("lon") == -71.0587))

    assert len(known) == 19
    assert set(there["source_id"]) == known
    assert there["coord_quality_code"].unique().to_list() == ["OK"]


def test_on_time_handling_agrees_with_the_citys_flag_row_by_row(ran: Ran) -> None:
    flag = {key: row["ontime"] for key, row in rows_of(CSV).items()}
    evidence = pl.concat(
        explain(ran.house, "on_time_handling_rate", month).evidence
        for month in ran.metric("issue_loop")["period"].unique()
    )
    judged = ran.issues.join(
        evidence, left_on="issue_id", right_on="subject_id", how="left"
    ).select(
        "source_id",
        verdict=pl.when("is_numerator")
        .then(pl.lit("ON TIME"))
        .otherwise(pl.coalesce("left_out_reason", "missed_reason")),
    )

    met = Counter((verdict, flag[key]) for key, verdict in judged.rows())

    assert met == {
        ("ON TIME", "ONTIME"): 72,  # closed, not after the due time
        ("HANDLED_LATE", "OVERDUE"): 5,  # closed after it
        ("NOT_HANDLED", "OVERDUE"): 12,  # open on 21 May 2022, every due time passed
        # No due time. The city calls what cannot be late on time; the hub's rate has
        # no month for it (nothing in the file dates its dispatch) and counts it apart.
        (None, "ONTIME"): 11,
    }
    assert Counter(flag.values()) == {"ONTIME": 83, "OVERDUE": 17}
    apart = ran.metric("beside").filter(
        (pl.col("metric") == "on_time_handling_rate")
        & (pl.col("reason") == "NO_BASIS_INSTANT")
        & (pl.col("level") == "city")
    )
    assert apart["case_count"].sum() == 11


def test_what_is_overdue_is_overdue_for_both(ran: Ran) -> None:
    """The city's flag has two values: OVERDUE, and ONTIME for everything else.

    In the words of the hub's flags, with MD-1 (what has no deadline is on time):
    handled late, or not handled and the deadline passed on the day of the flag.
    """
    overdue = {key for key, row in rows_of(CSV).items() if row["ontime"] == "OVERDUE"}

    assert overdue_on(ran, AS_OF) == overdue
    # The day matters: a day earlier one request was still in time.
    earlier = overdue_on(ran, AS_OF - timedelta(days=1))
    assert overdue - earlier == {"101004141848"}
    assert earlier < overdue


def test_cases_without_a_due_time_count_as_md_1_says(ran: Ran) -> None:
    without = flags_of(ran).filter("without_deadline")

    judged = Counter(without.select("dispose", "intime_dispose").rows())

    # Closed: on time by MD-1. Open: neither on time nor late yet; the city's flag
    # says ONTIME of these three too, because it knows no third value.
    assert judged == {(True, True): 8, (False, False): 3}


def test_the_citys_figures_are_the_sums_of_its_wards(ran: Ran) -> None:
    figures = ran.metric("figure").filter(
        pl.col("by").is_null(),
        pl.col("basis") == "due_in_period",
        pl.col("calibers").list.join(" ") == "FLAGS-EG MD-1 AP-1 SU-3",
        metric="on_time_handling_rate",
    )

    sums = figures.group_by("level").agg(pl.col("numerator", "denominator").sum())

    # 72 of the 89 with a due time; the request without a ward counts for the city only.
    assert sorted(sums.rows()) == [
        ("city", 72, 89),
        ("district", 72, 88),
        ("unit", 72, 88),
    ]
    january = figures.filter(
        (pl.col("level") == "city") & (pl.col("period") == "2022-01")
    )
    assert january.select("numerator", "denominator").rows() == [(69, 78)]


def flags_of(ran: Ran) -> pl.DataFrame:
    """The hub's flags under MD-1, with source_id."""
    loop = ran.metric("issue_loop").unique("issue_id", keep="any")
    judged = apply_calibers(with_atoms(loop), ("FLAGS-EG", "MD-1", "AP-1", "SU-3"))
    return judged.join(ran.issues.select("issue_id", "source_id"), on="issue_id")


def overdue_on(ran: Ran, day: datetime) -> set[str]:
    """Requests that were late, or open past their due time, at that instant."""
    passed = (pl.col("limit_at") < day).fill_null(value=False)
    late = pl.col("overtime_dispose") | (pl.col("to_dispose") & passed)
    return set(flags_of(ran).filter(late)["source_id"])
