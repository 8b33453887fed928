"""Files that are still there, held against the hub."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
from support.reconciled import (
    COLUMNS,
    FIELDS,
    HEAD,
    case,
    office_house,
    pull,
    reasons,
    reconciled,
    row_of,
)

from hub.flow import tables
from hub.flow.house import House
from hub.flow.run import Window, run_partner
from hub.schemas import dataset

FOLDER = HEAD.replace(
    'connector = "rest"\nbase_url = "http://127.0.0.1:9"',
    'connector = "files"\nfolder = "env:OFFICE"',
)
CHANGES = FOLDER + '[feed.read]\nfiles = "cases_*.csv"\n' + COLUMNS
DATED = """changed = "changed"
deletes = { kind = "marker", field = "op", values = ["D"] }"""
WHOLE = """mode = "snapshot"
deletes = { kind = "snapshot" }
ignore = ["op", "changed"]
as_of = { file = 'cases_(\\d{8})', format = "%Y%m%d" }"""
LISTING = CHANGES.replace(DATED, WHOLE)
Rows = Sequence[dict[str, str | None]]


def drop(folder: Path, name: str, rows: Rows) -> None:
    folder.mkdir(exist_ok=True)
    with (folder / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIELDS, restval="")
        writer.writeheader()
        writer.writerows(rows)


def cases(*numbers: int, **more: str) -> Rows:
    return [case(number, **more) for number in numbers]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "dropped"


def opened(tmp_path: Path, text: str) -> House:
    return office_house(tmp_path, text, str(tmp_path / "dropped"))


def test_files_that_were_taken_reconcile(tmp_path: Path, folder: Path) -> None:
    drop(folder, "cases_20261001.csv", cases(1, 2, 3))
    drop(folder, "cases_20261002.csv", cases(3, 4, changed="2026-10-01 15:00:00"))
    house = opened(tmp_path, CHANGES)
    pull(house)

    found = reconciled(house)

    assert found.ok, found
    assert (found.listed, found.ledger.received) == (5, 5)
    assert (found.datasets["issue"].equal, found.reasons) == (4, {})


def test_a_file_not_yet_taken_is_explained(tmp_path: Path, folder: Path) -> None:
    drop(folder, "cases_20261001.csv", cases(1, 2))
    house = opened(tmp_path, CHANGES)
    pull(house)
    drop(folder, "cases_20261002.csv", cases(2, 7, state="4"))

    found = reconciled(house)

    assert found.ok
    assert reasons(found) == {"not_pulled": 2}


def test_rows_of_a_file_that_is_gone_are_not_asked_for(
    tmp_path: Path, folder: Path
) -> None:
    drop(folder, "cases_20261001.csv", cases(1, 2))
    drop(folder, "cases_20261002.csv", cases(3))
    house = opened(tmp_path, CHANGES)
    pull(house)
    (folder / "cases_20261001.csv").unlink()

    found = reconciled(house)

    assert found.reasons == {}
    assert (found.listed, found.datasets["issue"].hub) == (1, 1)


def test_of_listings_only_the_newest_counts(tmp_path: Path, folder: Path) -> None:
    drop(folder, "cases_20261001.csv", cases(1, 2, 3))
    drop(folder, "cases_20261002.csv", cases(2, 3, 4))
    house = opened(tmp_path, LISTING)
    pull(house)

    found = reconciled(house)

    assert found.ok, found
    assert (found.listed, found.datasets["issue"].equal) == (3, 3)
    assert found.reasons == {}


def test_what_a_newer_listing_leaves_out_is_explained(
    tmp_path: Path, folder: Path
) -> None:
    drop(folder, "cases_20261001.csv", cases(1, 2, 3))
    house = opened(tmp_path, LISTING)
    pull(house)
    drop(folder, "cases_20261002.csv", cases(2, 3, 4))

    found = reconciled(house)

    assert found.ok
    assert reasons(found) == {"deleted_since": 1, "not_pulled": 1}


def test_a_listing_that_was_refused_explains_what_it_says(
    tmp_path: Path, folder: Path
) -> None:
    drop(folder, "cases_20261001.csv", cases(*range(60)))
    bound = LISTING.replace("[feed.read]", "[feed.expect]\nmin_rows = 50\n[feed.read]")
    house = opened(tmp_path, bound)
    pull(house)
    drop(folder, "cases_20261002.csv", cases(1, 2, 70, street="420102002"))
    (batch,) = run_partner(house, house.city.partners["platform"], Window())
    assert batch.state == "refused"

    found = reconciled(house)

    assert found.ok
    assert reasons(found) == {"refused": 2 + 1 + 58}
    assert set(found.rows["batch"]) == {batch.id}


def test_a_lost_row_of_a_merged_file_is_missing(tmp_path: Path, folder: Path) -> None:
    drop(folder, "cases_20261001.csv", cases(1, 2))
    house = opened(tmp_path, CHANGES)
    (batch,) = pull(house)
    staged = tables.staged_table(house.lake, "platform", dataset("issue"))
    kept = staged.read().filter(source_id="c001")
    files = staged.files()
    written = staged.write(kept, {"batch_id": batch.id})
    staged.commit("test", 1, add=written, remove=files)
    gone = set(house.keys.live_keys("issue", "platform")) - set(kept["key"])
    with house.ledger.transaction() as conn:
        house.keys.forget(conn, "issue", pl.Series(sorted(gone)))

    found = reconciled(house)

    assert reasons(found) == {"missing": 1}
    assert [row_of(found, "missing")["key"]] == sorted(gone)
