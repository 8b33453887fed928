"""Sums over a range of batches: each delivery once, ranges add up."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from hub.storage.batches import RuleCount
from hub.storage.control import ControlDatabase
from hub.storage.delivery_counts import DeliveryCounts, FeedCounts, FeedFinding
from hub.storage.ledger import Ledger

AT = datetime(2026, 10, 1, 8, tzinfo=UTC)
NAMES = ("deliveries", "received", "accepted", "quarantined", "duplicate", "refused")


@pytest.fixture
def numbers(control: ControlDatabase) -> list[int]:
    """p/a merged 10 (7, 2, 1), p/a refused 5, q/b merged 3, p/a failed, p/a replay."""
    ledger = Ledger(control.engine)
    made = [
        _merged(ledger, "p", "a", 7, 2, 1, AT),
        _refused(ledger, "p", "a", 5),
        _merged(ledger, "q", "b", 3, 0, 0, AT + timedelta(hours=1)),
    ]
    failed = ledger.open_batch(partner="p", feed="a", name="failed")
    ledger.set_state(failed.number, "failed", received=9)
    made.append(failed.number)
    made.append(_merged(ledger, "p", "a", 5, 0, 0, AT, kind="replay"))
    ledger.record_rules(
        made[0],
        [
            RuleCount("P01", "reject", "issue", "reported_at", 2),
            RuleCount("P01", "reject", "issue", "case_no", 1),
            RuleCount("P28", "reject", "", "", 4),
        ],
    )
    ledger.record_rules(made[2], [RuleCount("P01", "reject", "area", "x", 1)])
    return made


def test_deliveries_are_added_up_by_feed(
    control: ControlDatabase, numbers: list[int]
) -> None:
    found = DeliveryCounts(control.engine).rows(until=numbers[-1])

    assert found == [
        FeedCounts("p", "a", 2, 15, 7, 2, 1, 5, AT),
        FeedCounts("q", "b", 1, 3, 3, 0, 0, 0, AT + timedelta(hours=1)),
    ]
    for one in found:
        ended = one.accepted + one.quarantined + one.duplicate + one.refused
        assert one.received == ended


def test_two_ranges_that_meet_make_the_whole(
    control: ControlDatabase, numbers: list[int]
) -> None:
    counts = DeliveryCounts(control.engine)
    whole = _sums(counts.rows(until=numbers[-1]))

    for middle in (0, *numbers):
        parts = counts.rows(until=middle) + counts.rows(after=middle, until=numbers[-1])
        assert _sums(parts) == whole


def test_findings_are_added_up_over_columns(
    control: ControlDatabase, numbers: list[int]
) -> None:
    counts = DeliveryCounts(control.engine)

    assert counts.findings(until=numbers[-1]) == [
        FeedFinding("p", "a", "P01", "reject", "issue", 3),
        FeedFinding("p", "a", "P28", "reject", "", 4),
        FeedFinding("q", "b", "P01", "reject", "area", 1),
    ]
    assert counts.findings(after=numbers[0], until=numbers[1]) == []


def _sums(found: list[FeedCounts]) -> Counter[tuple[str, str, str]]:
    return Counter(
        {
            key: total
            for one in found
            for name in NAMES
            if (
                total := sum(
                    getattr(each, name)
                    for each in found
                    if (each.partner, each.feed) == (one.partner, one.feed)
                )
            )
            for key in [(one.partner, one.feed, name)]
        }
    )


def _merged(
    ledger: Ledger,
    partner: str,
    feed: str,
    accepted: int,
    quarantined: int,
    duplicate: int,
    at: datetime,
    kind: str = "delivery",
) -> int:
    batch = ledger.open_batch(
        partner=partner,
        feed=feed,
        name=f"{kind}{accepted}",
        kind=kind,  # type: ignore[arg-type]
    )
    ledger.set_state(batch.number, "landed")
    ledger.set_state(batch.number, "split")
    ledger.set_state(batch.number, "merging")
    ledger.set_state(
        batch.number,
        "merged",
        received=accepted + quarantined + duplicate,
        accepted=accepted,
        quarantined=quarantined,
        duplicate=duplicate,
        landed_at=at,
    )
    return batch.number


def _refused(ledger: Ledger, partner: str, feed: str, received: int) -> int:
    batch = ledger.open_batch(partner=partner, feed=feed, name="refused")
    ledger.set_state(batch.number, "refused", received=received, landed_at=AT)
    return batch.number
