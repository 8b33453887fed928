"""One partner's deliveries through land, split, merge, link and release."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from support.small_city import PLATFORM, sending, small_house

from hub.flow.house import House
from hub.flow.link import link
from hub.flow.published import digest_of, published
from hub.flow.reference_data import publish_reference_data
from hub.flow.release import make_release
from hub.flow.replay import replay
from hub.flow.run import Window, run_partner
from hub.schemas import dataset
from hub.storage.batches import Batch

DAY = datetime(2026, 10, 1, 16, tzinfo=UTC)
BEFORE = DAY - timedelta(days=5)
HOME = {"lon": "114.3051", "lat": "30.5931"}


def case(key: str, changed: str = "2026-10-01 12:00:00", **more: object) -> object:
    return {
        "id": key,
        "changed": changed,
        "category": "0110",
        "street": "420102001",
        "district": "420102",
        "state": "1",
        "reported": "2026-10-01 08:00:00",
        "op": "U",
        **HOME,
        **more,
    }


def run(
    house: House, partner: str, **sends: list[tuple[datetime, list[object]]]
) -> list[Batch]:
    served = sending(house, dict(sends))
    done = run_partner(served, house.city.partners[partner], Window())
    link(house)
    return done


@pytest.fixture
def house(tmp_path: Path) -> House:
    return small_house(tmp_path, DAY + timedelta(hours=2))


def issues(house: House) -> pl.DataFrame:
    return published(house, dataset("issue")).sort("source_id")


def test_a_clean_delivery_reaches_the_release(house: House) -> None:
    publish_reference_data(house)

    (batch,) = run(
        house,
        "platform",
        cases=[(DAY, [case("1"), case("2", state="6", closed="2026-10-01 11:00:00")])],
    )
    release = make_release(house)

    assert (batch.state, batch.received, batch.accepted) == ("merged", 2, 2)
    assert issues(house)["stage_code"].to_list() == ["DISCOVERED", "CLOSED"]
    pinned = {one.dataset: one.rows for one in release.datasets}
    assert pinned["issue"] == 2
    assert pinned["division"] == 6


def test_every_row_ends_in_one_counted_place(house: House) -> None:
    rows = [
        case("1"),
        case("1"),
        case("2", state="2"),
        case("3", reported="2026-09-31 08:00:00"),
        case("4", street="420199001"),
        case(""),
    ]

    (batch,) = run(house, "platform", cases=[(DAY, rows)])

    assert batch.state == "merged", batch.error
    counts = (batch.received, batch.accepted, batch.quarantined, batch.duplicate)
    assert counts == (6, 1, 4, 1)
    rules = {
        (one.rule, one.column)
        for one in house.ledger.rules(batch.number)
        if one.severity == "reject"
    }
    assert rules == {
        ("P06", "source_stage_id"),
        ("P03", "reported_at"),
        ("F09", "street_code"),
        ("P07", "source_id"),
    }


def test_nested_steps_become_events_and_move_the_stage(house: House) -> None:
    trail = [
        {"step": "a", "action": "report", "at": "2026-10-01 08:00:00"},
        {"step": "b", "action": "dispatch", "at": "2026-10-01 08:30:00"},
        {"step": "c", "action": "handle", "at": "2026-10-01 09:30:00"},
    ]

    (batch,) = run(
        house, "platform", cases=[(DAY, [case("1", trail=trail, state="5")])]
    )

    assert batch.state == "merged", batch.error
    events = published(house, dataset("issue_event")).sort("event_seq")
    assert events["action_code"].to_list() == ["SUBMIT", "DISPATCH", "HANDLE"]
    assert events["event_seq"].to_list() == [1, 2, 3]
    assert issues(house)["stage_code"].to_list() == ["HANDLED"]
    counts = house.ledger.datasets(batch.number)
    assert counts["issue_event"].inserted == 3


def test_later_news_updates_and_older_news_is_stale(house: House) -> None:
    new = case("1", "2026-10-01 15:00:00", handled="2026-10-01 14:00:00")
    old = case("1", "2026-10-01 12:00:00")
    run(house, "platform", cases=[(DAY, [new])])

    (late,) = run(house, "platform", cases=[(DAY, [old])])

    assert house.ledger.datasets(late.number)["issue"].stale == 1
    assert issues(house)["stage_code"].to_list() == ["HANDLED"]


def test_deleted_cases_leave_and_come_back(house: House) -> None:
    run(house, "platform", cases=[(DAY, [case("1")])])
    (gone,) = run(
        house, "platform", cases=[(DAY, [case("1", "2026-10-01 13:00:00", op="D")])]
    )
    assert len(issues(house)) == 0
    assert house.ledger.datasets(gone.number)["issue"].deleted == 1

    run(house, "platform", cases=[(DAY, [case("1", "2026-10-01 14:00:00")])])

    assert len(issues(house)) == 1


def test_the_same_delivery_again_changes_no_digest(house: House) -> None:
    rows = [case(str(n)) for n in range(5)]
    run(house, "platform", cases=[(DAY, rows)])
    before = digest_of(house, dataset("issue"))

    (again,) = run(house, "platform", cases=[(DAY, rows)])

    assert house.ledger.datasets(again.number)["issue"].unchanged == 5
    assert digest_of(house, dataset("issue")) == before


PERSON = {"id": "p1", "name": "张三", "area": "a1", "since": "2026-09-01"}
AREA = {
    "id": "a1",
    "name": "一片",
    "street": "420102001",
    "boundary": "POLYGON((114 30, 115 30, 115 31, 114 31, 114 30))",
}


def test_a_roster_that_comes_late_gives_old_cases_their_chief(house: House) -> None:
    run(house, "platform", cases=[(DAY, [case("1")])])
    assert issues(house)["area_method_code"].to_list() == ["NONE"]

    people, areas = run(
        house, "roster", people=[(BEFORE, [PERSON])], areas=[(BEFORE, [AREA])]
    )[::-1]

    assert (areas.state, areas.accepted) == ("merged", 1), areas.error
    assert (people.state, people.accepted) == ("merged", 1), people.error
    found = issues(house)
    assert found["area_method_code"].to_list() == ["POINT"]
    chiefs = published(house, dataset("assignment"))["assignment_id"].to_list()
    assert found["chief_assignment_id"].to_list() == chiefs


def test_rows_that_wait_for_others_are_tried_again(house: House) -> None:
    (people,) = run(house, "roster", people=[(DAY, [PERSON])])
    assert (people.accepted, people.quarantined) == (0, 1)

    done = run(house, "roster", areas=[(DAY, [AREA])])

    retried = [batch for batch in done if batch.kind == "retry"]
    assert [(b.parent, b.accepted) for b in retried] == [(people.number, 1)]
    assert house.ledger.batch(people.number).quarantined == 1
    assert len(published(house, dataset("assignment"))) == 1


def test_a_listing_without_a_row_deletes_it_whatever_the_order(
    house: House, tmp_path: Path
) -> None:
    first = [{**PERSON, "id": f"p{n}"} for n in range(3)]
    days = [(DAY, first), (DAY + timedelta(days=1), first[:2])]
    other = small_house(tmp_path / "other", DAY + timedelta(days=2))
    for one, order in ((house, days), (other, days[::-1])):
        run(one, "roster", areas=[(DAY, [AREA])])
        for day in order:
            run(one, "roster", people=[day])

    person, post = dataset("person"), dataset("assignment")

    assert digest_of(house, person) == digest_of(other, person)
    assert digest_of(house, post) == digest_of(other, post)
    gone = published(house, person).filter(pl.col("valid_to_on").is_not_null())
    assert gone["source_id"].to_list() == ["p2"]
    ended = published(house, post).filter(pl.col("end_on").is_not_null())
    assert ended["source_id"].to_list() == ["p2#ROAD_CHIEF"]


def test_a_replay_takes_quarantined_rows_in_after_a_correction(
    house: House, tmp_path: Path
) -> None:
    rows = [case("1"), case("2", state="7"), case("3", state="4")]
    (refused,) = run(house, "platform", cases=[(DAY, rows)])
    assert refused.quarantined == 1
    text = PLATFORM.replace('6 = "CLOSED"', '6 = "CLOSED"\n7 = "DISCOVERED"')
    (tmp_path / "city" / "partners" / "platform.toml").write_text(text)
    corrected = small_house(tmp_path, DAY + timedelta(hours=3))
    partner = corrected.city.partners["platform"]

    with corrected.leases.hold(
        "partner/platform", "test", timedelta(minutes=1)
    ) as lease:
        batch = replay(corrected, partner, partner.feed("cases"), refused, lease)
    link(corrected)

    assert (batch.state, batch.accepted, batch.quarantined) == ("merged", 3, 0)
    assert len(issues(corrected)) == 3
    assert house.ledger.batch(refused.number).quarantined == 1


def warnings(house: House, batch: Batch) -> set[tuple[str, str]]:
    rules = house.ledger.rules(batch.number)
    return {(one.rule, one.column) for one in rules if one.severity == "warn"}


def test_a_field_that_nobody_mapped_is_reported_once(house: House) -> None:
    rows = [case("1", mood="angry"), case("2", mood="calm")]

    (batch,) = run(house, "platform", cases=[(DAY, rows)])

    told = [one for one in house.ledger.rules(batch.number) if one.rule == "P13"]
    assert [(one.column, one.count) for one in told] == [("mood", 1)]


def test_one_version_with_two_contents_is_reported(house: House) -> None:
    rows = [case("1"), case("1", lat="30.6000")]

    (batch,) = run(house, "platform", cases=[(DAY, rows)])

    assert ("P18", "source_id") in warnings(house, batch)
    assert batch.accepted == 2
    assert len(issues(house)) == 1


def test_a_crosswalk_leads_to_the_lead_sources_keys(
    house: House, tmp_path: Path
) -> None:
    folder = tmp_path / "city" / "crosswalks"
    folder.mkdir()
    (folder / "area.csv").write_text(
        "partner,source_id,lead_partner,lead_source_id\nplatform,G7,roster,a1\n"
    )
    text = PLATFORM.replace(
        'street_code = "street"',
        'street_code = "street"\narea_id = { field = "grid", ref = "area" }',
        1,
    )
    (tmp_path / "city" / "partners" / "platform.toml").write_text(text)
    renewed = small_house(tmp_path, DAY + timedelta(hours=2))
    run(renewed, "roster", areas=[(BEFORE, [AREA])])

    run(renewed, "platform", cases=[(DAY, [case("1", grid="G7", lon="", lat="")])])

    found = published(renewed, dataset("issue"))
    assert found["area_method_code"].to_list() == ["SOURCE"]
    areas = published(renewed, dataset("area"))["area_id"].to_list()
    assert found["area_id"].to_list() == areas
