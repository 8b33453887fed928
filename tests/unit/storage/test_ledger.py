"""The ledger: states, counts that balance, and one transaction for a merge."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import MisuseError
from hub.storage.alarm_history import History
from hub.storage.batches import (
    WAYS,
    Batch,
    BatchPart,
    CaseCounts,
    DatasetCounts,
    RuleCount,
    State,
    Totals,
    batch_id,
    batch_number,
)
from hub.storage.control import ControlDatabase, write
from hub.storage.faults import IllegalTransition, LedgerUnbalanced
from hub.storage.ledger import Ledger
from hub.storage.tables import BATCH, BATCH_DATASET

NOW = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
GOOD = {"received": 10, "accepted": 7, "quarantined": 2, "duplicate": 1}


@pytest.fixture
def ledger(control: ControlDatabase) -> Ledger:
    return Ledger(control.engine, lambda: NOW)


def opened(ledger: Ledger, name: str = "day-1", feed: str = "cases") -> Batch:
    return ledger.open_batch(partner="qiaokou", feed=feed, name=name)


def at(ledger: Ledger, state: State, name: str = "day-1", feed: str = "cases") -> Batch:
    batch = opened(ledger, name, feed)
    for step in ("landed", "split", "merging"):
        if batch.state == state:
            break
        batch = ledger.set_state(batch.number, step)
    return batch


def test_a_batch_is_what_it_was_opened_with(ledger: Ledger) -> None:
    first = ledger.open_batch(
        partner="qiaokou",
        feed="cases",
        name="day-1",
        content="ab",
        since=NOW - timedelta(days=1),
        until=NOW,
        as_of=NOW,
        city_digest="c",
        declaration_digest="d",
        token=3,
    )
    second = ledger.open_batch(
        partner="qiaokou", feed="cases", name="day-1", kind="retry", parent=first.number
    )

    assert ledger.batch(first.number) == first
    assert (first.state, first.received, first.created_at) == ("landing", None, NOW)
    assert (second.number, second.parent) == (first.number + 1, first.number)
    assert first.id == f"b{first.number:08d}"


@given(st.integers(min_value=1, max_value=10**12))
def test_ids_and_numbers_go_both_ways(number: int) -> None:
    assert batch_number(batch_id(number)) == number


@pytest.mark.parametrize("text", ["12", "b12", "B00000012", "b0000001x", ""])
def test_other_ids_are_refused(text: str) -> None:
    with pytest.raises(MisuseError):
        batch_number(text)


def test_an_unknown_batch_is_named(ledger: Ledger) -> None:
    with pytest.raises(MisuseError, match="there is no b00000099"):
        ledger.batch(99)


def test_counts_and_errors_go_with_the_state(ledger: Ledger) -> None:
    batch = at(ledger, "landed")

    failed = ledger.set_state(batch.number, "failed", error={"code": "x", "feed": None})
    split = ledger.set_state(
        ledger.set_state(batch.number, "landed", landed_at=NOW).number, "split", **GOOD
    )

    assert failed.error == {"code": "x", "feed": None}
    assert split.error is None
    assert (split.received, split.duplicate, split.landed_at) == (10, 1, NOW)


@pytest.mark.parametrize("end", ["merged", "refused"])
def test_what_has_ended_stays_as_it_is(ledger: Ledger, end: State) -> None:
    batch = at(ledger, "merging" if end == "merged" else "split")
    ledger.set_state(batch.number, end, **GOOD)

    for state in WAYS:
        with pytest.raises(IllegalTransition, match=f"it is {end}"):
            ledger.set_state(batch.number, state)


@pytest.mark.parametrize(
    ("before", "after"),
    [("landing", "split"), ("landed", "merging"), ("split", "merged")],
)
def test_no_step_is_left_out(ledger: Ledger, before: State, after: State) -> None:
    batch = at(ledger, before)

    with pytest.raises(IllegalTransition):
        ledger.set_state(batch.number, after, **GOOD)

    assert ledger.batch(batch.number).state == before


@pytest.mark.parametrize(
    "counts",
    [{**GOOD, "received": 11}, {**GOOD, "accepted": 8}, {"received": 0}, {}],
)
def test_a_batch_that_does_not_balance_is_not_merged(
    ledger: Ledger, counts: dict[str, int]
) -> None:
    batch = at(ledger, "merging")

    with pytest.raises(LedgerUnbalanced):
        ledger.set_state(batch.number, "merged", **counts)

    assert ledger.batch(batch.number).state == "merging"


def test_facts_that_do_not_add_up_are_not_recorded(ledger: Ledger) -> None:
    batch = at(ledger, "merging")
    wrong = DatasetCounts(emitted=3, inserted=1, updated=1)

    with pytest.raises(LedgerUnbalanced, match="facts of issue do not add up"):
        ledger.record_datasets(batch.number, {"issue": wrong})

    assert ledger.datasets(batch.number) == {}


def test_the_database_refuses_what_the_ledger_would(
    ledger: Ledger, control: ControlDatabase
) -> None:
    batch = at(ledger, "merging")
    merged = sa.update(BATCH).values(state="merged", **{**GOOD, "received": 11})
    facts = sa.insert(BATCH_DATASET).values(
        batch=batch.number, dataset="issue", emitted=1
    )

    for statement in (merged, facts):
        with pytest.raises(sa.exc.IntegrityError), write(control.engine) as connection:
            connection.execute(statement)


def test_recording_again_replaces(ledger: Ledger) -> None:
    number = opened(ledger).number
    parts = [BatchPart(n, f"sha{n}", {"media": "json", "as_of": None}) for n in (1, 0)]
    rules = [RuleCount("P02", "reject", "issue", "stage_code", 4)]
    counts = {"issue": DatasetCounts(5, 1, 2, 1, 1, 3), "handling": DatasetCounts()}
    for _ in range(2):
        ledger.record_parts(number, [*parts, BatchPart(2, "more", {}, 7)])
        ledger.record_rules(number, [*rules, RuleCount("P09", "reject", "", "", 1)])
        ledger.record_datasets(number, counts)

    ledger.record_parts(number, parts)
    ledger.record_rules(number, rules)

    assert ledger.parts(number) == parts[::-1]
    assert ledger.rules(number) == rules
    assert ledger.datasets(number) == counts


def test_numbers_about_cases_are_replaced_or_gone(
    ledger: Ledger, control: ControlDatabase
) -> None:
    number = opened(ledger).number
    history = History(control.engine)
    since = ledger.batch(number).created_at
    hours = tuple(range(24))
    ledger.record_cases(number, CaseCounts(3, (0,) * 24, None))
    ledger.record_cases(number, CaseCounts(276, hours, 4))

    assert history.cases_since(since) == [(number, 276, list(hours), 4)]
    ledger.record_cases(number, None)
    assert history.cases_since(since) == []


def test_batches_are_found_by_what_they_are(ledger: Ledger) -> None:
    merged = at(ledger, "merging", "a")
    ledger.set_state(merged.number, "merged", **GOOD)
    failed = ledger.set_state(opened(ledger, "b").number, "failed")
    split = at(ledger, "split", "c")
    landing = opened(ledger, "d", feed="roster")

    names = [batch.name for batch in ledger.batches()]
    assert names == ["d", "c", "b", "a"]
    assert [b.name for b in ledger.batches(limit=2)] == ["d", "c"]
    assert [b.name for b in ledger.batches("qiaokou", "cases", "failed")] == ["b"]
    assert ledger.batches("platform") == []
    assert [b.number for b in ledger.unfinished("qiaokou")] == [
        split.number,
        landing.number,
    ]
    assert failed.number not in [b.number for b in ledger.unfinished("qiaokou")]
    assert ledger.last_merged("qiaokou", "cases") == ledger.batch(merged.number)
    assert ledger.last_merged("qiaokou", "roster") is None


def test_a_delivery_is_seen_once_it_is_landed(ledger: Ledger) -> None:
    batch = ledger.open_batch(partner="p", feed="f", name="a.csv", content="1")
    ledger.open_batch(partner="p", feed="f", name="b.csv", kind="replay", content="2")
    assert not ledger.seen("p", "f", "a.csv", "1")

    ledger.set_state(batch.number, "landed")

    assert ledger.seen("p", "f", "a.csv", "1")
    assert ledger.seen("p", "f", "a.csv")
    assert not ledger.seen("p", "f", "a.csv", "2")
    assert not ledger.seen("p", "g", "a.csv", "1")
    assert not ledger.seen("p", "f", "b.csv")


@pytest.mark.parametrize("landed", [True, False])
def test_a_refused_delivery_is_seen_if_something_of_it_was_landed(
    ledger: Ledger, landed: bool
) -> None:
    batch = ledger.open_batch(partner="p", feed="f", name="a.csv", content="1")
    if landed:
        ledger.record_parts(batch.number, [BatchPart(0, "ab", {})])

    ledger.set_state(batch.number, "refused")

    assert ledger.seen("p", "f", "a.csv", "1") is landed


def test_totals_count_deliveries_once(ledger: Ledger) -> None:
    facts = {"issue": DatasetCounts(6, 3, 1, 1, 1, 2)}
    for kind in ("delivery", "replay"):
        batch = ledger.open_batch(partner="p", feed="f", name="x", kind=kind)
        for state in ("landed", "split", "merging"):
            ledger.set_state(batch.number, state)
        ledger.record_datasets(batch.number, facts)
        ledger.set_state(batch.number, "merged", **GOOD)
    refused = at(ledger, "split", "r")
    ledger.set_state(refused.number, "refused", received=5, accepted=5)
    ledger.set_state(at(ledger, "split", "open").number, "split", **GOOD)

    assert ledger.totals() == Totals(15, 7, 2, 1, 5, 6, 3, 1, 1, 1, 2)


def test_totals_of_nothing_are_nothing(ledger: Ledger) -> None:
    assert ledger.totals() == Totals()


def test_a_workbook_of_corrected_rows_is_found_and_measures_nothing(
    ledger: Ledger,
) -> None:
    whole = at(ledger, "merging", "a")
    ledger.set_state(whole.number, "merged", **GOOD)
    again = at(ledger, "merging", "b")
    told = {"origin": {"file": 'x"returned":', "returned": '{"s00000001": [[0, 3]]}'}}
    odd = {"origin": {"file": '"returned":'}}
    ledger.record_parts(whole.number, [BatchPart(0, "0" * 64, odd)])
    ledger.record_parts(again.number, [BatchPart(0, "1" * 64, told)])
    ledger.set_state(again.number, "merged", **GOOD)

    last = ledger.last_merged("qiaokou", "cases")

    assert last is not None
    assert last.number == whole.number
    assert ledger.returning("qiaokou", "cases") == [
        (again.number, '{"s00000001": [[0, 3]]}')
    ]
    assert ledger.named("qiaokou", "cases", "b") == ledger.batch(again.number)
    assert ledger.named("qiaokou", "cases", "c") is None
