"""Figures per feed: names as Prometheus wants them, sums that never fall."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families
from support.trap_partner import opened

from hub.flow.house import House
from hub.storage.alarms import Alarms, Cause
from hub.storage.batches import DatasetCounts
from hub.storage.stages import Stages, Work
from hub.storage.tables import BATCH
from hub.watching import exposition

AT = datetime(2026, 10, 1, 8, tzinfo=UTC)
Told = dict[tuple[str, frozenset[tuple[str, str]]], float]


def figures(house: House) -> Told:
    text = exposition(house).decode()
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def one(told: Told, name: str, **labels: str) -> float:
    return told[name, frozenset(labels.items())]


def merge(house: House, kind: str = "delivery") -> None:
    """A batch of ten rows: 7 accepted, 2 in quarantine, 1 twice."""
    made = house.ledger.open_batch(partner="p", feed="a", name="n", kind=kind)  # type: ignore[arg-type]
    for state in ("landed", "split", "merging"):
        house.ledger.set_state(made.number, state)
    counts = DatasetCounts(emitted=9, inserted=5, updated=3, unchanged=1)
    house.ledger.record_datasets(made.number, {"issue": counts})
    house.ledger.set_state(
        made.number, "merged", received=10, accepted=7, quarantined=2, duplicate=1
    )


@pytest.fixture
def house(tmp_path: Path) -> House:
    return opened(tmp_path, now=AT)


def test_rows_are_summed_by_where_they_ended(house: House) -> None:
    merge(house)
    merge(house, "retry")
    refused = house.ledger.open_batch(partner="p", feed="a", name="r")
    house.ledger.set_state(refused.number, "refused", received=4)

    told = figures(house)

    feed = {"partner": "p", "feed": "a", "kind": "delivery"}
    assert one(told, "hub_rows_received_total", **feed) == 14
    assert one(told, "hub_rows_refused_total", **feed) == 4
    assert one(told, "hub_rows_accepted_total", **feed) == 7
    assert one(told, "hub_rows_quarantined_total", **feed) == 2
    assert one(told, "hub_rows_duplicate_total", **feed) == 1
    assert one(told, "hub_rows_accepted_total", **feed | {"kind": "retry"}) == 7
    assert one(told, "hub_batches_total", **feed, state="refused") == 1
    fact = {"partner": "p", "feed": "a", "dataset": "issue"}
    assert one(told, "hub_facts_merged_total", **fact, effect="updated") == 6
    assert one(told, "hub_ledger_up") == 1


def test_times_are_those_of_the_hubs_clock(house: House) -> None:
    merge(house)
    house.ledger.advance_watermark("p", "a", AT - timedelta(hours=3), batch=1)

    told = figures(house)

    feed = {"partner": "p", "feed": "a"}
    success = one(told, "hub_feed_last_success_timestamp_seconds", **feed)
    assert success == AT.timestamp()
    assert one(told, "hub_feed_watermark_age_seconds", **feed) == 3 * 3600


def test_a_failed_batch_is_an_attempt_and_no_success(house: House) -> None:
    failed = house.ledger.open_batch(partner="p", feed="a", name="n")
    house.ledger.set_state(failed.number, "failed")

    told = figures(house)

    names = {name for name, _ in told}
    feed = {"partner": "p", "feed": "a"}
    assert one(told, "hub_batches_failed", **feed, kind="delivery") == 1
    assert one(told, "hub_feed_last_attempt_timestamp_seconds", **feed) > 0
    assert "hub_feed_last_success_timestamp_seconds" not in names


def test_stages_requests_and_retries_are_told(house: House) -> None:
    stages = Stages(house.control.engine)
    stages.add("p", "a", [Work("fetch", 1_500_000, 4, 1)], AT)
    stages.add("p", "a", [Work("fetch", 500_000, 2, 0)], AT)

    told = figures(house)

    key = {"partner": "p", "feed": "a", "stage": "fetch"}
    assert one(told, "hub_stage_duration_seconds_count", **key) == 2
    assert one(told, "hub_stage_duration_seconds_sum", **key) == 2.0
    assert one(told, "hub_stage_last_duration_seconds", **key) == 0.5
    assert one(told, "hub_source_requests_total", partner="p", feed="a") == 6
    assert one(told, "hub_source_retries_total", partner="p", feed="a") == 1


def test_no_counter_falls_on_any_way_of_a_batch(house: House) -> None:
    before: Mapping[tuple[str, frozenset[tuple[str, str]]], float] = {}
    for _ in range(2):
        made = house.ledger.open_batch(partner="p", feed="a", name="n")
        for state in ("failed", "landed", "split", "landed", "split", "merging"):
            house.ledger.set_state(
                made.number, state, received=3, accepted=3, quarantined=0, duplicate=0
            )
            now = figures(house)
            for key, value in before.items():
                if key[0].endswith(("_total", "_sum", "_count")):
                    assert now[key] >= value, key
            before = now
        house.ledger.set_state(made.number, "merged")

    feed = {"partner": "p", "feed": "a", "kind": "delivery"}
    assert one(figures(house), "hub_rows_received_total", **feed) == 6


def test_names_and_help_are_as_prometheus_asks(house: House) -> None:
    merge(house)

    for family in text_string_to_metric_families(exposition(house).decode()):
        assert re.fullmatch(r"hub_[a-z_]*[a-z]", family.name)
        assert family.documentation.endswith(".")
        assert not family.name.endswith(("_total", "_count", "_sum", "_bucket"))
        for word in ("_ms", "_minutes", "_hours", "_milliseconds", "_gauge"):
            assert word not in family.name
        for sample in family.samples:
            is_counter = family.type == "counter"
            assert sample.name.endswith("_total") == is_counter
            assert set(sample.labels) <= {
                "partner", "feed", "kind", "state", "stage", "dataset", "effect",
            }  # fmt: skip


def test_a_control_database_that_is_down_is_told(house: House) -> None:
    with house.control.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE batch RENAME TO elsewhere")

    assert figures(house) == {("hub_ledger_up", frozenset()): 0.0}


def test_a_look_at_ten_thousand_batches_is_cheap(house: House) -> None:
    rows = [
        {
            "partner": f"p{n % 16}",
            "feed": f"f{n % 80 // 16}",
            "kind": "delivery",
            "name": str(n),
            "state": "merged",
            "received": 10,
            "accepted": 10,
            "quarantined": 0,
            "duplicate": 0,
            "created_at": AT,
            "updated_at": AT,
        }
        for n in range(10_000)
    ]
    with house.ledger.transaction() as conn:
        conn.execute(sa.insert(BATCH), rows)

    begun = time.process_time()
    told = figures(house)
    seconds = time.process_time() - begun

    received = sum(v for (n, _), v in told.items() if n == "hub_rows_received_total")
    assert received == 100_000
    # Measured 0.04 s; a Prometheus asks every 15 s or so.
    assert seconds < 1


def test_open_alarms_and_messages_that_wait_are_told(house: House) -> None:
    causes = [
        Cause(rule="A01", partner="p", feed=name, seen={}) for name in ("a", "b", "b")
    ]
    alarms = Alarms(house.control.engine)
    alarms.settle(
        causes, at=AT, escalate_after=timedelta(1), to=lambda _alarm, _kind: ["duty"]
    )
    told = figures(house)

    silent = {"alarm": "A01", "urgency": "soon", "partner": "p"}
    assert one(told, "hub_alarms_open", **silent, feed="b") == 1
    assert one(told, "hub_alarm_messages_waiting", channel="duty") == 2

    alarms.settle([], at=AT, escalate_after=timedelta(1), to=lambda _alarm, _kind: [])
    assert not [name for name, _ in figures(house) if name == "hub_alarms_open"]
