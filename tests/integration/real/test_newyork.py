"""New York's open file of 311 requests: 2000 rows of 2011, and 100 of later years.

The two editions have the same 41 columns; what drifted is what stands in them. The
city folder is that of the edition of 2011, and the later one has to be refused where
it says what nobody has explained yet.
"""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from support.real_data import CITIES, Ran, Row, counts, real_file, rows_of, run_files

from hub.flow.replay import replay
from hub.metrics.registry import usual
from hub.storage.batches import Batch
from hub.storage.holders import this_process

OF_2011 = "nyc311/nyc311-2011-2000.csv"
LATER = "nyc311/nyc311-100.csv"
AFTER_2011 = datetime(2016, 1, 1, 5, tzinfo=UTC)
AFTER_LATER = datetime(2021, 1, 1, 5, tzinfo=UTC)
FORM = "%m/%d/%Y %I:%M:%S %p"
ZONE = ZoneInfo("America/New_York")


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """The edition of 2011, run once."""
    folder = tmp_path_factory.mktemp("newyork")
    return run_files(folder, "newyork", [real_file(OF_2011)], now=AFTER_2011)


def moment(text: str) -> datetime:
    """A time of the file, read by Python instead of the hub."""
    return datetime.strptime(text, FORM).replace(tzinfo=ZONE).astimezone(UTC)


def at(text: str) -> datetime | None:
    """A time that may be missing."""
    return moment(text) if text else None


def case(ran: Ran, key: str) -> dict[str, object]:
    return ran.issues.row(by_predicate=pl.col("source_id") == key, named=True)


def test_every_row_is_accounted_for(ran: Ran) -> None:
    (batch,) = ran.batches

    assert (batch.state, counts(batch)) == ("merged", (2000, 2000, 0, 0))
    assert len(ran.issues) == 2000
    # One warning: requests to the parks department that are due in more than the 400
    # days within which the hub believes a due time without asking. They are kept.
    far = [
        row["Agency"]
        for row in rows_of(OF_2011).values()
        if row["Due Date"]
        and moment(row["Due Date"]) - moment(row["Created Date"]) > timedelta(days=400)
    ]
    assert far == ["DPR"] * 8
    assert ran.rules(batch) == {("K15", "warn", "source_deadline_at"): 8}


def test_times_are_read_as_the_file_means_them(ran: Ran) -> None:
    sent = rows_of(OF_2011)
    wanted = {
        key: (at(row["Created Date"]), at(row["Due Date"])) for key, row in sent.items()
    }

    found = ran.issues.select("source_id", "reported_at", "source_deadline_at")

    assert {key: tuple(times) for key, *times in found.rows()} == wanted
    # In winter time reported, in summer time due: the clock changed on 13 March.
    assert case(ran, "19937901")["reported_at"] == datetime(
        2011, 3, 1, 15, 41, 13, tzinfo=UTC
    )
    assert case(ran, "19937901")["deadline_at"] == datetime(
        2011, 3, 15, 21, 32, 23, tzinfo=UTC
    )


def test_stages_follow_status_and_times(ran: Ran) -> None:
    stages = dict(ran.issues["stage_code"].value_counts().rows())
    assert stages == {"CLOSED": 1956, "DISPATCHED": 44}

    # Two requests that are not closed have a closing time all the same. One is of the
    # year 1900, what a database writes for "never", and would lie before the report:
    never = case(ran, "19944912")
    assert (never["source_stage_id"], never["closed_at"]) == ("Assigned", None)
    # The other was closed in the hour in which it was reported and is pending now: a
    # case that was opened again has no closing time that counts.
    again = case(ran, "21803150")
    assert (again["source_stage_id"], again["closed_at"]) == ("Pending", None)
    assert ran.issues["closed_at"].null_count() == 44


def test_placeholders_are_nothing(ran: Ran) -> None:
    sent = rows_of(OF_2011)
    empty = {key for key, row in sent.items() if row["Descriptor"] in {"", "N/A"}}

    without = ran.issues.filter(pl.col("record_type_name").is_null())

    assert Counter(sent[key]["Descriptor"] for key in empty) == {"N/A": 31}
    assert set(without["source_id"]) == empty


def test_places_are_boroughs_and_community_districts(ran: Ran) -> None:
    sent = rows_of(OF_2011)
    issues = ran.issues

    assert issues["district_code"].null_count() == 76  # borough "Unspecified"
    no_board = {
        key for key, row in sent.items() if "Unspecified" in row["Community Board"]
    }
    without = issues.filter(pl.col("street_code").is_null())
    assert set(without["source_id"]) == no_board
    # Seven boards are unspecified within a named borough: such a case counts there.
    figures = usual(ran.metric("figure")).filter(
        (pl.col("metric") == "on_time_handling_rate") & (pl.col("level") == "unit")
    )
    due = Counter(row["Borough"] for row in sent.values() if row["Due Date"])
    by_unit = figures.group_by("unit_code").agg(pl.col("denominator").sum())
    assert {code.replace("-", " "): n for code, n in by_unit.rows()} == {
        name: n for name, n in due.items() if name != "Unspecified"
    }
    # Requests about papers and payments have no point; all others lie in the city.
    quality = dict(issues["coord_quality_code"].value_counts().rows())
    assert quality == {"OK": 1402, "MISSING": 598}


def test_the_on_time_rate_is_what_the_file_says(ran: Ran) -> None:
    sent = [row for row in rows_of(OF_2011).values() if row["Due Date"]]
    figures = usual(ran.metric("figure")).filter(
        (pl.col("metric") == "on_time_handling_rate") & (pl.col("level") == "city")
    )

    found = figures.select(pl.col("numerator", "denominator").sum()).row(0)

    assert found == (sum(map(in_time, sent)), len(sent))
    assert len(sent) == 1983
    assert ran.issues["deadline_at"].null_count() == 17


def in_time(row: Row) -> bool:
    """Closed, and not after the due time."""
    is_closed = row["Status"] == "Closed"
    return is_closed and moment(row["Closed Date"]) <= moment(row["Due Date"])


def test_a_later_edition_is_refused_where_its_words_are_new(tmp_path: Path) -> None:
    old, sent = rows_of(OF_2011), rows_of(LATER)
    ran = run_files(tmp_path, "newyork", [real_file(LATER)], now=AFTER_LATER)
    (batch,) = ran.batches

    # The columns are those of 2011, in the same order ...
    assert list(next(iter(sent.values()))) == list(next(iter(old.values())))
    # ... but half of the rows have a complaint type that is new (housing complaints in
    # capitals, water, rodents), and some the new channel MOBILE. No default takes the
    # place of either.
    types = {row["Complaint Type"] for row in old.values()}
    new_type = {k for k, row in sent.items() if row["Complaint Type"] not in types}
    new_channel = {
        k for k, row in sent.items() if row["Open Data Channel Type"] == "MOBILE"
    }
    assert (len(new_type), len(new_channel), len(new_type & new_channel)) == (50, 11, 3)
    assert counts(batch) == (100, 42, 58, 0)
    assert ran.rules(batch) == {
        ("F07", "reject", "category_code"): 50,
        ("P06", "reject", "source_channel_code"): 11,
        ("K15", "warn", "source_deadline_at"): 1,  # due after 543 days, kept
    }
    assert set(ran.issues["source_id"]) == sent.keys() - new_type - new_channel


def test_new_words_that_are_explained_bring_the_rows_in(tmp_path: Path) -> None:
    city = shutil.copytree(CITIES / "newyork", tmp_path / "city")
    first = run_files(tmp_path, city, [real_file(LATER)], now=AFTER_LATER)

    # New complaint types go into the city's list; what waited only for them comes in
    # with the next run, without being sent or asked for again.
    add_types(city, list(rows_of(LATER).values()))
    second = run_files(tmp_path, city, [], now=AFTER_LATER)
    (retry,) = second.batches
    assert (retry.kind, counts(retry)) == ("retry", (47, 47, 0, 0))

    # A new channel goes into the partner's table; then the delivery is read again.
    partner = city / "partners" / "nyc311.toml"
    text = partner.read_text().replace("[feed.codes.channel]", CHANNEL)
    partner.write_text(text)
    third = run_files(tmp_path, city, [], now=AFTER_LATER)
    assert third.batches == []
    read_again = replayed(third, first)
    assert (read_again.kind, counts(read_again)) == ("replay", (100, 100, 0, 0))
    # All of it as if the words had been known from the start.
    at_once = run_files(tmp_path / "other", city, [real_file(LATER)], now=AFTER_LATER)
    last = run_files(tmp_path, city, [], now=AFTER_LATER)
    assert last.release.digest == at_once.release.digest
    assert len(last.issues) == 100


CHANNEL = '[feed.codes.channel]\nMOBILE = "SSP"'


def add_types(city: Path, rows: list[Row]) -> None:
    """Complaint types of the file that the city's list does not have yet."""
    path = city / "category.csv"
    known = pl.read_csv(path, infer_schema=False)
    kinds = {row["Complaint Type"]: row["Agency"] for row in rows}
    fresh = sorted(kinds.keys() - set(known["category_name"]))
    added = pl.DataFrame(
        {
            "system_code": "LOCAL-nyc311",
            "kind_code": "MATTER",
            "category_code": ["".join(name.split()) for name in fresh],
            "major_code": [kinds[name] for name in fresh],
            "major_name": None,
            "category_name": fresh,
            "is_extension": "false",
            "is_derived": "false",
        },
        schema=known.schema,
    )
    pl.concat([known, added]).write_csv(path)


def replayed(ran: Ran, first: Ran) -> Batch:
    """The first run's delivery, read again under the declaration of another."""
    house = ran.house
    partner = house.city.partners["nyc311"]
    name = f"partner/{partner.id}"
    with house.leases.hold(name, this_process("test"), timedelta(minutes=1)) as lease:
        feed = partner.feed("requests")
        return replay(house, partner, feed, first.batches[0], lease)


def test_a_renamed_column_refuses_the_whole_delivery(tmp_path: Path) -> None:
    renamed = tmp_path / "nyc311-renamed.csv"
    text = real_file(LATER).read_text(encoding="utf-8")
    renamed.write_text(text.replace("Complaint Type", "Problem", 1), encoding="utf-8")

    ran = run_files(tmp_path, "newyork", [renamed], now=AFTER_LATER)

    (batch,) = ran.batches
    assert batch.state == "refused"
    assert "P14 field Complaint Type did not come" in str(batch.error)
    assert ("P13", "warn", "Problem") in ran.rules(batch)
    assert ran.issues.is_empty()
