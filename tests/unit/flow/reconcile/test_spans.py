"""What deliveries say about rows by their instants, days and files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from support.declared import feed

from hub.flow.reconcile.outcome import INSTANT
from hub.flow.reconcile.spans import Pulls, Told, by_change, by_creation, unions
from hub.storage.batches import Batch

DAY = datetime(2026, 10, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
WINDOW = {"from": "since", "to": "until", "reach": "2d"}
CHANGES = feed(changed="updated", read={"window": {"from": "a", "to": "b"}})
CREATED = feed(read={"window": WINDOW})


def batch(number: int, **given: Any) -> Batch:
    plain: dict[str, Any] = dict.fromkeys(Batch.__dataclass_fields__)
    plain |= {"partner": "p", "feed": "cases", "kind": "delivery", "state": "merged"}
    plain |= {"number": number, "name": "all", "created_at": DAY, "updated_at": DAY}
    return Batch(**(plain | given))


def hours(start: int, end: int) -> dict[str, datetime]:
    return {"since": DAY + start * HOUR, "until": DAY + end * HOUR}


def told(
    pulls: Pulls, *at: int | None, as_of: datetime | None = None
) -> list[tuple[str, str]]:
    instants = [None if one is None else DAY + one * HOUR for one in at]
    frame = pl.DataFrame({"at": instants}, schema={"at": INSTANT})
    marked = frame.select(**pulls.mark(pl.col("at"), as_of))
    return list(zip(marked["told"], marked["told_change"], strict=True))


def words(pulls: Pulls, *at: int | None) -> list[str]:
    return [one for one, _ in told(pulls, *at)]


def test_an_instant_is_told_by_the_span_that_holds_it() -> None:
    pulls = Pulls.of(CHANGES, [batch(2, **hours(6, 8)), batch(1, **hours(0, 4))])

    assert words(pulls, -1, 0, 3, 4, 6, 8, None) == [
        "never", "merged", "merged", "never", "merged", "later", "undated",
    ]  # fmt: skip


def test_a_refused_span_counts_where_no_merged_one_does() -> None:
    refused = batch(2, state="refused", **hours(3, 6))
    first = batch(1, **hours(0, 4))
    replay = batch(3, kind="replay", parent=2)

    assert words(Pulls.of(CHANGES, [refused, first]), 3, 4, 6) == [
        "merged", "refused", "later",
    ]  # fmt: skip
    assert words(Pulls.of(CHANGES, [replay, refused, first]), 4) == ["merged"]


def test_before_the_first_pull_everything_is_still_to_come() -> None:
    assert words(Pulls.of(CHANGES, []), 0, None) == ["later", "later"]


def test_a_change_of_an_old_case_is_out_of_reach() -> None:
    pulls = Pulls.of(CREATED, [batch(1, **hours(0, 100))])

    assert told(pulls, 10, 90, 101) == [
        ("merged", "out_of_reach"),
        ("merged", "undated"),
        ("later", "later"),
    ]


def test_a_day_already_taken_leaves_no_excuse_for_a_change() -> None:
    taken = batch(1, as_of=DAY, **hours(0, 100))
    pulls = Pulls.of(CREATED, [taken])

    assert told(pulls, 10, as_of=DAY) == [("merged", "merged")]


def test_files_are_known_by_name_and_content() -> None:
    known = batch(1, name="a.csv", content="1")
    pulls = Pulls.of(
        feed(), [batch(2, name="b.csv", content="2", state="refused"), known]
    )

    assert pulls.of_file("a.csv", "1") == Told("merged", "b00000001")
    assert pulls.of_file("b.csv", "2") == Told("refused", "b00000002")
    assert pulls.of_file("a.csv", "3") == Told("later")


def test_joined_spans_have_no_seams() -> None:
    one, two, three = (hours(n, n + 1) for n in (0, 1, 5))
    pairs = [(s["since"], s["until"]) for s in (three, one, two)]

    assert unions(pairs) == [
        (DAY, DAY + 2 * HOUR),
        (DAY + 5 * HOUR, DAY + 6 * HOUR),
    ]
    assert unions([*pairs, (None, DAY + HOUR)])[0] == (None, DAY + 2 * HOUR)


@pytest.mark.parametrize(
    ("one", "change", "creation"),
    [
        (CHANGES, True, False),
        (CREATED, False, True),
        (feed(changed="updated", read={"window": WINDOW}), False, False),
        (feed(mode="events", read={"window": WINDOW}), False, False),
        (feed(mode="snapshot", changed="updated"), False, False),
    ],
)
def test_what_a_window_bounds(one: Any, change: bool, creation: bool) -> None:
    assert (by_change(one), by_creation(one)) == (change, creation)
