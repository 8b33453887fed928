"""A partner that sends messages: one file, into core and quarantine, on a RabbitMQ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from support.broker import Queue, Wire
from support.queue_city import EAST_XML, case, core, house_of, make_city, quarantined

from hub.connectors.base import Delivery, Part
from hub.connectors.queue import QueueConnector
from hub.flow.house import House
from hub.flow.run import Window, run_partner
from hub.partners.spec import Feed, Partner
from hub.settings import Settings
from hub.storage.batches import Batch


class CutBefore(QueueConnector):
    """Loses its connection just when the broker should be told."""

    def __init__(self, wire: Wire, partner: Partner, settings: Settings) -> None:
        super().__init__(partner, settings)
        self._wire = wire

    def landed(self, feed: Feed, delivery: Delivery) -> None:
        self._wire.cut()
        super().landed(feed, delivery)


both_kinds = pytest.mark.parametrize("queue", ["classic", "quorum"], indirect=True)


def opened(folder: Path, queue: Queue, *, most: int = 5_000) -> House:
    make_city(folder / "city", queue.name, most=most)
    return house_of(folder, queue.url)


def run(house: House) -> list[Batch]:
    return run_partner(house, house.city.partners["east"], Window())


@both_kinds
def test_a_run_takes_what_waits_into_core_and_quarantine(
    tmp_path: Path, queue: Queue
) -> None:
    queue.send(case(1), message_id="m1", headers={"place": "roads", "other": 7})
    queue.send([case(2), case(3), "no row"], message_id="m2")
    queue.send(b"{ not json", message_id="m3")
    queue.send({"ping": 1}, message_id="m4")
    queue.send(case(1), message_id="m1", headers={"place": "roads"})
    house = opened(tmp_path, queue)

    (batch,) = run(house)

    counts = (batch.received, batch.accepted, batch.quarantined, batch.duplicate)
    assert (batch.state, *counts) == ("merged", 7, 3, 3, 1)
    assert core(house).select("source_id", "case_no", "address").rows() == [
        ("E1", "m1", "roads"),
        ("E2", "m2", None),
        ("E3", "m2", None),
    ]
    kept_out = quarantined(house)
    assert [rules for _, rules in kept_out][:2] == [["P09"], ["P40"]]
    assert "{ not json" in kept_out[1][0]
    assert '"ping":1' in kept_out[2][0]
    assert queue.count() == 0
    assert run(house) == []


@both_kinds
def test_several_batches_drain_a_queue(tmp_path: Path, queue: Queue) -> None:
    for number in range(25):
        queue.send(case(number))
    house = opened(tmp_path, queue, most=10)

    batches = run(house)

    assert [batch.received for batch in batches] == [10, 10, 5]
    assert len(core(house)) == 25
    assert queue.count() == 0


def test_what_comes_again_later_changes_nothing(tmp_path: Path, queue: Queue) -> None:
    house = opened(tmp_path, queue)
    queue.send(case(1, "newer", at="2026-10-02 08:00:00"))
    run(house)
    for again in (case(1, "older"), case(1, "newer", at="2026-10-02 08:00:00")):
        queue.send(again)

    (batch,) = run(house)

    assert batch.accepted == 2
    assert core(house)["description"].to_list() == ["newer"]


def test_a_connection_that_breaks_leaves_what_had_landed(
    tmp_path: Path, queue: Queue
) -> None:
    for number in range(40):
        queue.send(case(number, "w" * (10 if number < 10 else 2000)))
    house = opened(tmp_path, queue, most=10)
    with Wire(queue.url, received=8_000) as wire:
        cut = run(house_of(tmp_path, wire.url))

    assert [batch.state for batch in cut] == ["merged", "failed", "failed", "failed"]
    codes = [batch.error["code"] for batch in cut if batch.error]
    assert codes == ["source_unavailable"] * 3
    assert len(core(house)) == 10
    assert queue.settle(30)
    batches = run(house)

    assert [batch.accepted for batch in batches] == [10, 10, 10]
    assert len(core(house)) == 40
    assert queue.count() == 0


def test_an_acknowledgement_that_is_not_heard_is_told_and_repeated(
    tmp_path: Path, queue: Queue
) -> None:
    queue.send(case(1))
    house = opened(tmp_path, queue)
    with Wire(queue.url) as wire:
        told = run(
            replace(
                house_of(tmp_path, wire.url),
                connect=lambda *given: CutBefore(wire, *given),
            )
        )

    assert [batch.state for batch in told] == ["merged", "failed"]
    assert queue.settle(1)
    (again,) = run(house)

    assert (again.received, again.accepted) == (1, 1)
    assert len(core(house)) == 1
    assert queue.count() == 0


def test_documents_are_ordered_by_what_stands_on_their_message(
    tmp_path: Path, queue: Queue
) -> None:
    for kind, second, words in (
        ("case.new", 0, "first"),
        ("case.changed", 20, "last"),
        ("case.changed", 10, "between"),
    ):
        body = f"<cases><case id='E1'><words>{words}</words><at>2026-10-01 08:00:00"
        queue.send(
            f"{body}</at></case></cases>".encode(),
            message_id=f"m{second}",
            timestamp=1_790_812_800 + second,
            type=kind,
        )
    gone = b"<cases><case id='E2'/></cases>"
    queue.send(gone, timestamp=1_790_812_800, type="case.gone")
    queue.send(b"<cases><case id='E3'>")
    make_city(tmp_path / "city", queue.name, east=EAST_XML)
    house = house_of(tmp_path, queue.url)

    (batch,) = run(house)

    assert (batch.state, batch.received, batch.quarantined) == ("merged", 5, 1)
    there = core(house).filter(pl.col("deleted_at").is_null())
    assert there.select("source_id", "description", "case_no").rows() == [
        ("E1", "last", "m20")
    ]
    assert [rules for _, rules in quarantined(house)] == [["P40"]]


def test_a_queue_that_somebody_else_empties_makes_an_empty_batch(
    tmp_path: Path, queue: Queue
) -> None:
    class Robbed(QueueConnector):
        def read(self, *given: Any, **named: Any) -> Iterator[Part]:
            queue.channel.queue_purge(queue.name)
            return super().read(*given, **named)

    queue.send(case(1))
    house = opened(tmp_path, queue)

    (batch,) = run(replace(house, connect=Robbed))

    assert (batch.state, batch.received) == ("merged", 0)
