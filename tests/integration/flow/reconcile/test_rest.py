"""A REST listing held against the hub: what was bent at the source is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from support.partner_server import PartnerServer, Reply, Request, serve
from support.reconciled import (
    NOW,
    REST,
    Office,
    case,
    office_house,
    pull,
    reasons,
    reconciled,
    row_of,
)

from hub.flow.house import House
from hub.flow.run import Window
from hub.pipeline.digest import hub_id

WITH_TOTAL = REST % ', total = "total"'
WITHOUT_TOTAL = REST % ""
LATER = NOW + timedelta(hours=6)


@pytest.fixture
def office() -> Office:
    return Office([case(number) for number in range(8)])


@pytest.fixture
def server(office: Office) -> Iterator[PartnerServer]:
    with serve(office.answer) as running:
        yield running


@pytest.fixture
def house(tmp_path: Path, server: PartnerServer) -> House:
    return office_house(tmp_path, WITH_TOTAL, server.url)


def key(number: int) -> str:
    named = pl.DataFrame({"id": [f"c{number:03}"]})
    return str(named.select(hub_id("issue", "platform", pl.col("id"))).item())


def test_what_was_just_pulled_reconciles(house: House) -> None:
    pull(house)

    found = reconciled(house)

    assert found.ok, found
    assert (found.listed, found.counted, found.ledger.received) == (8, 8, 8)
    counts = found.datasets["issue"]
    assert (counts.source, counts.hub, counts.equal) == (8, 8, 8)
    assert found.reasons == {}


def test_reconciling_lands_nothing_and_moves_no_mark(house: House) -> None:
    pull(house)
    before = house.ledger.batches(), house.ledger.watermark("platform", "cases")
    home = {path.name for path in house.settings.home.iterdir()}

    reconciled(house)

    after = house.ledger.batches(), house.ledger.watermark("platform", "cases")
    assert after == before
    kept = {path.name for path in house.settings.home.iterdir()} - home
    assert kept == {"reconciled"}


def test_a_row_that_vanished_is_extra(house: House, office: Office) -> None:
    pull(house)
    del office.rows[3]

    found = reconciled(house)

    assert not found.ok
    assert reasons(found) == {"extra": 1}
    assert row_of(found, "extra")["key"] == key(3)


def test_rows_of_a_page_that_came_empty_are_missing(
    tmp_path: Path, server: PartnerServer, office: Office
) -> None:
    house = office_house(tmp_path, WITHOUT_TOTAL, server.url)
    office.empty_pages = {2}
    pull(house)
    office.empty_pages = set()

    found = reconciled(house)

    assert reasons(found) == {"missing": 5}
    assert found.alarms == 5
    assert (found.datasets["issue"].equal, found.datasets["issue"].hub) == (3, 3)


def test_a_change_without_change_time_is_named_with_its_columns(
    house: House, office: Office
) -> None:
    pull(house)
    office.rows[2]["street"] = "420102002"

    found = reconciled(house)

    assert reasons(found) == {"changed_silently": 1}
    row = row_of(found, "changed_silently")
    assert (row["key"], row["where"]) == (key(2), "both")
    assert row["columns"] == ["street_code"]


def test_what_changed_after_the_pull_is_explained(
    tmp_path: Path, server: PartnerServer, office: Office, house: House
) -> None:
    pull(house)
    office.rows[0] |= {"changed": "2026-10-02 13:00:00", "state": "6"}
    office.rows.append(case(50, changed="2026-10-02 13:00:00"))
    later = office_house(tmp_path, WITH_TOTAL, server.url, LATER)

    found = reconciled(later)

    assert found.ok
    assert reasons(found) == {"not_pulled": 2}


def test_a_change_that_a_merged_pull_should_have_shown_is_an_alarm(
    house: House, office: Office
) -> None:
    pull(house)
    office.rows[0] |= {"changed": "2026-10-01 15:00:00", "state": "6"}

    assert reasons(reconciled(house)) == {"missed_change": 1}


def test_a_source_that_went_back_in_time_is_an_alarm(
    house: House, office: Office
) -> None:
    pull(house)
    office.rows[0] |= {"changed": "2026-10-01 07:00:00", "state": "4"}

    assert reasons(reconciled(house)) == {"older_at_source": 1}


def test_a_quarantined_row_names_batch_and_rules(house: House, office: Office) -> None:
    office.rows[5]["state"] = "2"
    (batch,) = pull(house)

    found = reconciled(house)

    assert found.ok
    row = row_of(found, "quarantined")
    assert (row["key"], row["batch"], row["rules"]) == (key(5), batch.id, ["P06"])


def test_a_newer_version_in_quarantine_explains_the_older_one(
    tmp_path: Path, server: PartnerServer, office: Office, house: House
) -> None:
    pull(house)
    office.rows[5] |= {"changed": "2026-10-02 13:00:00", "state": "2"}
    later = office_house(tmp_path, WITH_TOTAL, server.url, LATER)
    pull(later, LATER)

    found = reconciled(later)

    assert found.ok
    assert row_of(found, "quarantined")["where"] == "both"


def test_a_reported_deletion_is_no_difference(house: House, office: Office) -> None:
    office.rows[5]["op"] = "D"
    pull(house)

    found = reconciled(house)

    assert found.reasons == {}
    assert found.datasets["issue"].source == 7


def test_a_span_that_nobody_asked_for_is_an_alarm(house: House, office: Office) -> None:
    pull(house)
    office.rows.append(case(60, changed="2026-09-20 09:00:00"))

    assert reconciled(house).ok
    wider = reconciled(house, Window(since=datetime(2026, 9, 1, tzinfo=UTC)))
    assert reasons(wider) == {"never_asked": 1}


def test_a_row_that_changed_after_the_span_is_not_taken_for_gone(
    tmp_path: Path, server: PartnerServer, office: Office, house: House
) -> None:
    pull(house)
    office.rows[0]["changed"] = "2026-10-02 13:00:00"
    later = office_house(tmp_path, WITH_TOTAL, server.url, LATER)

    found = reconciled(later, Window(until=NOW))

    assert found.reasons == {}
    assert found.datasets["issue"].equal == 7


def test_a_count_that_differs_from_the_listing_is_a_problem(
    tmp_path: Path, office: Office
) -> None:
    firsts: list[int] = []

    def answer(request: Request) -> Reply:
        """Lie where only the count is asked for: before and after the listing."""
        if request.params["page"] == "1":
            firsts.append(1)
        office.counts = 9 if len(firsts) in (2, 4) else None
        return office.answer(request)

    with serve(answer) as running:
        house = office_house(tmp_path, WITH_TOTAL, running.url)
        pull(house)
        found = reconciled(house)

    assert (found.listed, found.counted) == (8, 9)
    assert found.alarms == 0
    assert not found.ok
    assert "counts 9 rows and lists 8" in found.problems[0]


def test_a_partner_that_is_down_is_a_problem_of_its_feed(tmp_path: Path) -> None:
    with serve(Office([case(1)]).answer) as running:
        house = office_house(tmp_path, WITH_TOTAL, running.url)
        pull(house)

    found = reconciled(house)

    assert not found.ok
    assert "platform/cases" in found.problems[0]


def test_what_today_reads_differently_asks_for_a_replay(
    tmp_path: Path, server: PartnerServer, house: House
) -> None:
    pull(house)
    file = tmp_path / "city" / "partners" / "platform.toml"
    told = file.read_text().replace('value = "XC"', 'value = "SP"')
    file.write_text(told)
    renewed = office_house(tmp_path, told, server.url)

    found = reconciled(renewed)

    assert found.ok
    assert reasons(found) == {"read_differently": 8}
    assert found.rows["columns"].to_list() == [["source_channel_code"]] * 8
