"""What came from a partner never goes back to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from support.outward_world import COLUMNS, World, issue

DAY = datetime(2026, 10, 1, tzinfo=UTC)


def event(key: str, about: str, partner: str, hour: int) -> dict[str, Any]:
    return {
        "event_id": key,
        "issue_id": about,
        "partner": partner,
        "happened_at": DAY + timedelta(hours=hour),
    }


def test_rows_of_its_own_never_go(world: World, served: Any) -> None:
    world.allow("issue_event")
    partner = served.partner(
        dataset="issue_event", columns={"event_id": {"name": "编号"}}
    )

    world.publish(
        issue=[issue("a")],
        issue_event=[event("e1", "a", "platform", 1), event("e2", "a", "east", 2)],
    )
    world.run(partner)

    assert set(served.receiver.rows) == {"e1"}


def test_a_status_of_its_own_waits_until_somebody_else_moves_the_case(
    world: World, served: Any
) -> None:
    partner = served.partner()
    first, own = event("e1", "a", "platform", 1), event("e2", "a", "east", 2)
    handled = {"handled_at": own["happened_at"]}  # filled from its own step

    world.publish(issue=[issue("a", "REGISTERED")], issue_event=[first])
    world.run(partner)
    world.publish(issue=[issue("a", "HANDLED", **handled)], issue_event=[first, own])
    ran = world.run(partner)
    assert (ran.planned.own, ran.ended.parcels) == (1, 0)
    assert served.receiver.rows["a"]["state"] == "3"
    closed = handled | {"closed_at": DAY + timedelta(hours=3)}
    world.publish(issue=[issue("a", "CLOSED", **closed)], issue_event=[first, own])
    world.run(partner)

    assert [row["state"] for row in served.receiver.seen] == ["3", "6"]
    assert not served.receiver.twice


def test_a_handling_or_review_of_its_own_counts_like_a_step(
    world: World, served: Any
) -> None:
    partner = served.partner()
    at = DAY + timedelta(hours=5)

    world.publish(
        pieces=3,
        issue=[issue("a", "HANDLED"), issue("b", "HANDLED"), issue("c", "HANDLED")],
        issue_event=[event("e1", "c", "platform", 9)],
        handling=[
            {"handling_id": "h", "issue_id": "a", "partner": "east", "finished_at": at},
            {"handling_id": "i", "issue_id": "c", "partner": "east", "finished_at": at},
        ],
        review=[{"review_id": "r", "issue_id": "b", "partner": "east", "done_at": at}],
    )
    world.run(partner)

    assert set(served.receiver.rows) == {"c"}


def test_columns_that_tell_no_status_go_all_the_same(world: World, served: Any) -> None:
    columns = {"issue_id": COLUMNS["issue_id"], "area_id": {"name": "area"}}
    partner = served.partner(columns=columns)

    world.publish(
        issue=[issue("a", "HANDLED", area_id="A1")],
        issue_event=[event("e2", "a", "east", 2)],
    )
    world.run(partner)

    assert served.receiver.rows["a"]["area"] == "A1"


def test_a_case_that_left_the_district_is_withdrawn_though_its_status_is_its_own(
    world: World, served: Any
) -> None:
    partner = served.partner()
    own = event("e2", "a", "east", 2)

    world.publish(issue=[issue("a")])
    world.run(partner)
    world.publish(
        issue=[issue("a", "HANDLED", district_code="420103")], issue_event=[own]
    )
    world.run(partner)

    assert served.receiver.rows == {}
