"""Nothing leaves that no grant lets go: columns, rows, masks, and old parcels."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any

import pytest
from support.outward_world import COLUMNS, EAST, WEST, World, issue

from hub.sharing.audit_log import reading, verify
from hub.storage.outward import Parcels
from hub.storage.release_ends import ReleaseEnds

PERSONAL = {"reporter_person_id": "who", "description": "text", "address": "place"}
PHONE = "13812348000"
TEXT, PLACE = f"请联系{PHONE}", "某路12号某小区3栋2单元501室"


def entries(world: World, delivery: str) -> list[dict[str, Any]]:
    """Audit entries of one delivery, the oldest first."""
    with reading(world.house).log() as log:
        rows = [dict(row) for row in log.entries]
    return [row for row in rows if row["address"] == f"east/{delivery}"]


def test_a_row_outside_the_district_never_leaves_and_a_moved_one_is_withdrawn(
    world: World, served: Any
) -> None:
    partner = served.partner()
    west = issue("w", district_code=WEST, street_code=f"{EAST}001")

    world.publish(issue=[issue("a"), issue("b"), west])
    world.run(partner)
    world.publish(issue=[issue("a"), issue("b", district_code=WEST), west])
    world.run(partner)

    assert set(served.receiver.rows) == {"a"}
    assert [row["op"] for row in served.receiver.seen] == ["I", "I", "D"]
    assert not [row for row in served.receiver.seen if row["编号"] == "w"]


def test_rows_without_a_place_follow_the_case_they_belong_to(
    world: World, served: Any
) -> None:
    world.allow("handling")
    partner = served.partner(
        dataset="handling", columns={"handling_id": {"name": "编号"}}
    )
    of = [("h1", "a"), ("h2", "w"), ("h3", None)]

    world.publish(
        pieces=2,
        issue=[issue("a"), issue("w", district_code=WEST)],
        handling=[
            {"handling_id": key, "issue_id": about, "partner": "platform"}
            for key, about in of
        ],
    )
    world.run(partner)

    assert set(served.receiver.rows) == {"h1"}


def test_masks_hold_on_the_way_out(world: World, served: Any) -> None:
    columns = COLUMNS | {name: {"name": there} for name, there in PERSONAL.items()}
    told = issue("a", reporter_person_id="p1", description=TEXT, address=PLACE)
    partner = served.partner(columns=columns)

    world.publish(issue=[told])
    ran = world.run(partner)

    assert ran.state == "done", ran.error
    (row,) = served.receiver.seen
    assert (row["text"], row["place"]) == ("请联系[电话]", "某路12号某小区")
    assert len(row["who"]) == 43
    begun, ended = entries(world, partner.deliveries[0].name)
    assert "description=scrub" in begun["mask_profile"]
    assert begun["pseudonym_key_id"]
    assert (begun["result"], ended["result"]) == ("begun", "delivered")
    assert (begun["row_count"], ended["row_count"]) == (1, 1)
    assert begun["digest"] == ended["digest"]
    assert verify(world.house).ok


def test_a_column_outside_the_grant_stops_the_whole_delivery(
    world: World, served: Any
) -> None:
    columns = COLUMNS | {"reporter_phone": {"name": "phone"}}
    partner = served.partner(columns=columns)

    world.publish(issue=[issue("a", reporter_phone=PHONE)])
    ran = world.run(partner)

    assert ran.state == "refused"
    assert "reporter_phone" in str(ran.error)
    assert served.server.requests == []
    (entry,) = entries(world, partner.deliveries[0].name)
    assert (entry["result"], entry["reason"]) == ("refused", "column")


def test_a_filter_takes_rows_out_and_its_words_are_not_in_the_audit(
    world: World, served: Any
) -> None:
    late = datetime(2026, 10, 2, 1, tzinfo=UTC)
    rule = "stage_code <> 'CLOSED' AND reported_at >= '2026-10-02 09:00:00'"
    partner = served.partner(filter=rule)

    world.publish(
        issue=[
            issue("a", reported_at=late),
            issue("b", reported_at=late.replace(hour=0)),
            issue("c", "CLOSED", reported_at=late),
            issue("d"),
        ]
    )
    world.run(partner)

    assert set(served.receiver.rows) == {"a"}
    begun, _ = entries(world, partner.deliveries[0].name)
    assert '"operator":"sql"' in begun["conditions"]
    assert "CLOSED" not in begun["conditions"]


@pytest.mark.parametrize("way", ["narrowed", "recalled"])
def test_what_may_have_arrived_is_not_sent_again_once_it_is_not_allowed(
    world: World, served: Any, way: str
) -> None:
    wide = world.allow(clear=("description",))
    partner = served.partner(columns=COLUMNS | {"description": {"name": "text"}})
    release = world.publish(issue=[issue("a", description=TEXT)])
    served.receiver.faults = ["lost", "unheard"]
    stopped = world.run(partner)
    assert (stopped.state, served.receiver.rows["a"]["text"]) == ("stopped", TEXT)

    if way == "recalled":
        ReleaseEnds(world.house.control.engine).recall(
            release.number, at=world.house.now(), reason="误发", author="甲"
        )
        world.publish(issue=[issue("a", "CLOSED", description=TEXT)])
    else:
        world.revoke(wide)
    served.receiver.seen.clear()
    ran = world.run(partner)
    if way == "recalled":
        world.revoke(wide)

    assert ran.state == "done", ran.error
    told = {"narrowed": ("1", "请联系[电话]"), "recalled": ("6", TEXT)}[way]
    (row,) = served.receiver.seen
    assert (row["op"], row["state"], row["text"]) == ("U", *told)
    states = {one.state for one in _parcels(world, partner)}
    assert states == {"given_up", "accepted"}


def test_without_a_grant_nothing_goes_and_what_is_there_stays(
    world: World, served: Any
) -> None:
    only = dataclasses.replace(world.allow("review"), number=0)
    partner = served.partner(dataset="review", columns={"review_id": {"name": "编号"}})
    rows = {
        "issue": [issue("a")],
        "review": [{"review_id": "r", "issue_id": "a", "partner": "platform"}],
    }
    world.publish(**rows)
    world.run(partner)
    number = _grants(world, "review")[-1]

    world.revoke(dataclasses.replace(only, number=number))
    ran = world.run(partner)

    assert ran.state == "refused"
    assert set(served.receiver.rows) == {"r"}


def _parcels(world: World, partner: Any) -> list[Any]:
    name = f"{partner.id}/{partner.deliveries[0].name}"
    return Parcels(world.house.control.engine).newest(name, 9)


def _grants(world: World, name: str) -> list[int]:
    from hub.storage.grants import Grants

    found = Grants(world.house.control.engine).of("east")
    return [one.number for one in found if one.dataset == name]
