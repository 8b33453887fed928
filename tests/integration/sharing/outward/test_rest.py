"""Handing over by HTTP: bodies, credentials, receipts, refusals and dead letters."""

from __future__ import annotations

import json
from typing import Any

from support.outward_world import COLUMNS, World, east, issue
from support.partner_server import Reply, Request

from hub.sharing.outward.held import held_back
from hub.storage.outward import Parcels

VERDICT = {"field": "code", "good": ("0",), "message": "msg"}


def parcels(world: World, partner: Any) -> list[Any]:
    """Parcels of the one delivery, the oldest first."""
    name = f"{partner.id}/{partner.deliveries[0].name}"
    return Parcels(world.house.control.engine).newest(name, 99)[::-1]


def test_a_body_has_the_receivers_names_values_and_marks(
    world: World, served: Any
) -> None:
    write = {"at": "opTime", "number": "seq", "key": "msgId", "size": 2}
    partner = served.partner(
        write | {"records": "data.list", "receipt": "receipt"},
        fixed={"flag": "0"},
        columns=COLUMNS | {"reported_at": {"name": "at", "format": "epoch_ms"}},
    )
    bodies: list[Any] = []

    def answer(request: Request) -> Reply:
        bodies.append((request.headers, request.body))
        return Reply({"receipt": "R-7"})

    served.server.answer = answer
    world.publish(issue=[issue("a", "REGISTERED")])
    ran = world.run(partner)

    assert ran.state == "done"
    ((headers, body),) = bodies
    (row,) = body["data"]["list"]
    assert row == {
        "编号": "a",
        "state": "3",
        "at": None,
        "flag": "0",
        "op": "I",
        "opTime": "2026-10-09 08:00:00",
        "seq": 1,
        "msgId": row["msgId"],
    }
    assert headers["idempotency-key"] == row["msgId"]
    (one,) = parcels(world, partner)
    assert (one.state, one.receipt, one.inserted) == ("accepted", "R-7", 1)


def test_it_proves_who_it_is_as_the_source_declares(world: World, served: Any) -> None:
    auth = {"kind": "bearer", "token": "env:TOKEN"}
    source = {"connector": "rest", "base_url": served.server.url, "auth": auth}
    partner = east(source, {"path": "/in?v=2", "size": 5}, name="authenticated")

    world.publish(issue=[issue("a"), issue("b")])
    served.server.answer = lambda _request: Reply({})
    world.run(partner)

    (request,) = served.server.requests
    assert request.headers["authorization"] == "Bearer t0p-secret"
    assert request.params == {"v": "2"}
    assert {row["编号"] for row in request.body} == {"a", "b"}


def test_credentials_that_are_refused_are_tried_once_and_nothing_dies(
    world: World, served: Any
) -> None:
    partner = served.partner(attempts=1)
    served.server.answer = lambda _request: Reply({}, status=401)

    world.publish(issue=[issue("a"), issue("b")])
    ran = world.run(partner)

    assert (ran.state, len(served.server.requests)) == ("stopped", 1)
    assert {one.state for one in parcels(world, partner)} == {"sent", "waiting"}


def test_a_row_that_is_refused_does_not_hold_the_others_up(
    world: World, served: Any
) -> None:
    partner = served.partner({"size": 4, "records": "list"}, attempts=2)
    take = served.receiver.answer

    def answer(request: Request) -> Reply:
        if any(row["编号"] == "bad" for row in request.body["list"]):
            return Reply({}, status=422)
        return take(request)

    served.server.answer = answer
    world.publish(issue=[issue(key) for key in ("a", "b", "bad", "c")])
    first = world.run(partner)
    second = world.run(partner)

    assert set(served.receiver.rows) == {"a", "b", "c"}
    assert (first.state, first.ended.refused) == ("partly", 1)
    assert (second.ended.dead, second.ended.parcels) == (1, 0)
    assert world.run(partner).ended.parcels == 0
    dead = [one for one in parcels(world, partner) if one.state == "dead"]
    assert [(one.inserted, one.error) for one in dead] == [(1, "it answered HTTP 422")]


def test_a_dead_letter_whose_row_changes_makes_room_for_the_new_row(
    world: World, served: Any
) -> None:
    partner = served.partner(attempts=1)
    served.receiver.faults = ["400"]

    world.publish(issue=[issue("a", "DISCOVERED")])
    assert world.run(partner).ended.dead == 1
    world.publish(issue=[issue("a", "HANDLED")])
    ran = world.run(partner)

    assert (ran.state, served.receiver.rows["a"]["state"]) == ("done", "5")
    assert [one.state for one in parcels(world, partner)] == ["given_up", "accepted"]


def test_a_verdict_in_a_good_answer_counts_and_a_missing_one_leaves_it_open(
    world: World, served: Any
) -> None:
    partner = served.partner({"verdict": VERDICT}, attempts=5)
    answers = [
        Reply({"code": 7, "msg": "字典不符"}),
        Reply(b"<html>maintenance</html>"),
        Reply({}),
        Reply({"code": 0}),
    ]
    served.server.answer = lambda _request: answers.pop(0)

    world.publish(issue=[issue("a")])
    refused, unclear, done = (world.run(partner) for _ in range(3))

    assert (refused.state, unclear.state, done.state) == ("partly", "stopped", "done")
    keys = [one.headers["idempotency-key"] for one in served.server.requests]
    assert len(set(keys)) == 1


def test_many_withdrawals_at_once_are_asked_about_first(
    world: World, served: Any
) -> None:
    partner = served.partner({"size": 50, "records": "list"})
    rows = [issue(f"k{n}") for n in range(20)]

    world.publish(issue=rows)
    world.run(partner)
    world.publish(issue=rows[:5])
    refused = world.run(partner)
    assert (refused.state, len(served.receiver.rows)) == ("refused", 20)
    done = world.run(partner, any_share=True)

    assert (done.state, done.ended.withdrawn) == ("done", 15)
    assert len(served.receiver.rows) == 5


def test_rows_that_share_a_key_or_lack_a_value_are_held_and_counted(
    world: World, served: Any
) -> None:
    columns = COLUMNS | {"case_no": {"name": "编号"}, "issue_id": {"name": "hub"}}
    partner = served.partner(columns=columns, key=("case_no",))

    world.publish(
        issue=[
            issue("a", case_no="1"),
            issue("b", case_no="1"),
            issue("c", case_no="2"),
            issue("d"),
            issue("e", "CANCELLED", case_no="5"),
        ]
    )
    ran = world.run(partner)

    assert (set(served.receiver.rows), ran.planned.held) == ({"2"}, 4)
    assert ran.state == "done"

    told = held_back(world.house, partner, partner.deliveries[0], 10)
    assert (told.rows, told.release) == (4, ran.release)
    assert told.reasons.rows() == [
        ("key", None, None, 2),
        ("code", "stage_code", "CANCELLED", 1),
        ("gap", "case_no", None, 1),
    ]
    assert [json.loads(one)["编号"] for one in told.few["told"]] == [
        "1",
        "1",
        "5",
        None,
    ]
    assert len(held_back(world.house, partner, partner.deliveries[0], 1).few) == 1
