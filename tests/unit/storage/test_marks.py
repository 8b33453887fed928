"""Marks between batches, and the one transaction that writes them with a merge."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from hub.errors import LeaseHeld
from hub.storage.batches import Batch, DatasetCounts
from hub.storage.control import ControlDatabase
from hub.storage.keys import COLUMNS, KeyIndex
from hub.storage.leases import Leases
from hub.storage.ledger import Ledger

NOW = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
GOOD = {"received": 10, "accepted": 7, "quarantined": 2, "duplicate": 1}


@pytest.fixture
def ledger(control: ControlDatabase) -> Ledger:
    return Ledger(control.engine, lambda: NOW)


def opened(ledger: Ledger, name: str = "day-1") -> Batch:
    return ledger.open_batch(partner="qiaokou", feed="cases", name=name)


def test_a_watermark_only_goes_forward(ledger: Ledger) -> None:
    number = opened(ledger).number
    assert ledger.watermark("p", "f") is None
    for hours in (2, 1, 3, 0):
        value = NOW + timedelta(hours=hours)
        ledger.advance_watermark("p", "f", value, batch=number)

    assert ledger.watermark("p", "f") == NOW + timedelta(hours=3)
    assert ledger.watermark("p", "g") is None


def test_snapshots_are_listed_by_what_they_show(ledger: Ledger) -> None:
    late, early = opened(ledger, "a").number, opened(ledger, "b").number
    ledger.record_snapshot("p", "f", "org", as_of=NOW, batch=late)
    for days in (9, 1):
        moment = NOW - timedelta(days=days)
        ledger.record_snapshot("p", "f", "org", as_of=moment, batch=early)

    found = ledger.snapshots("p", "f", "org")

    assert [(s.as_of, s.batch) for s in found] == [
        (NOW - timedelta(days=1), early),
        (NOW, late),
    ]
    assert ledger.snapshots("p", "f", "person") == []


def test_acknowledged_versions_only_grow(ledger: Ledger) -> None:
    number = opened(ledger).number
    assert ledger.lake_version("core/issue") is None
    for version, digest in ((3, "x"), (2, "y")):
        ledger.acknowledge_version(
            "core/issue", version, manifest_digest=digest, batch=number
        )

    found = ledger.lake_version("core/issue")

    assert found is not None
    assert (found.version, found.manifest_digest, found.batch) == (3, "x", number)


def test_link_work_stays_until_it_is_done(ledger: Ledger) -> None:
    one, two = opened(ledger, "a").number, opened(ledger, "b").number
    for batch, kind in ((one, "stage"), (one, "stage"), (two, "stage"), (two, "area")):
        ledger.ask_for_link(batch, kind)
    run = ledger.open_link_run(NOW)

    ledger.close_link_run(
        run, state="done", ended_at=NOW, done=[(one, "stage"), (two, "area")]
    )

    assert ledger.link_work() == [(two, "stage")]
    assert ledger.open_link_run(NOW) == run + 1


@pytest.mark.parametrize("fenced", [False, True])
def test_a_merge_is_acknowledged_whole_or_not_at_all(
    ledger: Ledger, control: ControlDatabase, fenced: bool
) -> None:
    times = iter([NOW, NOW + timedelta(hours=1), NOW + timedelta(hours=1)])
    leases = Leases(control.engine, lambda: next(times))
    keys = KeyIndex(control.engine)
    lease = leases.acquire("qiaokou", "run-1", timedelta(minutes=1))
    if fenced:
        leases.acquire("qiaokou", "run-2", timedelta(minutes=1))
    batch = opened(ledger)
    for state in ("landed", "split", "merging"):
        ledger.set_state(batch.number, state)
    entry = pl.DataFrame(
        [("id", "qiaokou", "2026-10", NOW, "d", None)], schema=COLUMNS, orient="row"
    )

    def acknowledge() -> None:
        with ledger.transaction() as conn:
            keys.upsert(conn, "issue", entry)
            counts = {"issue": DatasetCounts(1, 1)}
            ledger.record_datasets(batch.number, counts, conn=conn)
            ledger.set_state(batch.number, "merged", **GOOD, conn=conn)
            ledger.advance_watermark("p", "f", NOW, batch=batch.number, conn=conn)
            ledger.acknowledge_version("core/issue", 5, batch=batch.number, conn=conn)
            ledger.ask_for_link(batch.number, "stage", conn=conn)
            leases.check(conn, lease)

    if fenced:
        with pytest.raises(LeaseHeld):
            acknowledge()
    else:
        acknowledge()

    done = not fenced
    assert ledger.batch(batch.number).state == ("merged" if done else "merging")
    assert (ledger.datasets(batch.number) != {}) == done
    assert (keys.lookup("issue", pl.Series(["id"])).height == 1) == done
    assert (ledger.watermark("p", "f") == NOW) == done
    assert (ledger.lake_version("core/issue") is not None) == done
    assert (ledger.link_work() != []) == done


def test_a_note_is_read_without_being_kept(ledger: Ledger) -> None:
    assert ledger.note("demo") is None
    assert ledger.note("demo") is None

    ledger.settle_note("demo", "first")

    assert ledger.note("demo") == "first"
    assert ledger.settle_note("demo", "second") == "first"
