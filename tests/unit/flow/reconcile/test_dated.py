"""Which feeds count by the day, and how many of a day's rows were let in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from support.declared import feed, partner

from hub.flow.reconcile.dated import ROWS, beyond_end, dated_by, held_by_day
from hub.partners.spec import Emit

FIRST, SECOND = date(2026, 10, 1), date(2026, 10, 2)
NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MIDNIGHT = NOON - DAY / 2
DAYS = {FIRST: (MIDNIGHT, MIDNIGHT + DAY), SECOND: (MIDNIGHT + DAY, MIDNIGHT + 2 * DAY)}
WINDOW = {"from": "since", "to": "until"}
TOTAL = {"kind": "number", "total": "n"}
SQL, HTTP = {"connector": "sql", "url": "x"}, {"connector": "rest", "base_url": "x"}
REPORTED = {"reported_at": {"field": "made"}}


def dated(source: dict[str, Any], **given: Any) -> str | None:
    one = feed(**{"emits": (emitted(),)} | given)
    return dated_by(partner(source, one), one)


def emitted(**given: Any) -> dict[str, Any]:
    return {"dataset": "issue", "columns": REPORTED, **given}


def rows(*told: tuple[str, float | None, str, int]) -> pl.DataFrame:
    """(key, days after noon of the first, digest, root)."""
    made = [
        (key, None if days is None else NOON + days * DAY, digest, root)
        for key, days, digest, root in told
    ]
    return pl.DataFrame(made, schema=ROWS, orient="row")


def held(frame: pl.DataFrame, **given: bool) -> tuple[int, int]:
    found = held_by_day(frame, DAYS, **{"by_change": True, **given})
    return found[FIRST], found[SECOND]


def test_a_row_lies_in_the_day_of_its_last_change() -> None:
    moved = rows(("a", 0, "x", 1), ("a", 1, "y", 2), ("b", 0, "x", 1))

    assert held(moved) == (1, 1)


def test_where_every_change_is_a_row_each_has_its_day() -> None:
    moved = rows(("a", 0, "x", 1), ("a", 1, "y", 2), ("b", 0, "x", 1))

    assert held(moved, one_per_key=False) == (2, 1)
    # Nobody declared it, and a delivery shows it: two rows of one key.
    assert held(pl.concat([moved, rows(("b", 0.1, "z", 1))])) == (3, 1)


def test_what_is_read_again_counts_once_and_what_stands_twice_counts_twice() -> None:
    again = rows(("a", 0, "x", 1), ("a", 0, "x", 2), ("a", 0, "x", 2))

    assert held(again) == (2, 0)


def test_by_creation_a_case_counts_in_its_day_whatever_became_of_it() -> None:
    changed = rows(("a", 0, "x", 1), ("a", 0, "y", 2), ("b", 1, "x", 2))

    assert held(changed, by_change=False) == (1, 1)


def test_the_end_of_a_day_is_outside_and_rows_without_an_instant_are_in_each() -> None:
    edges = rows(("a", -0.5, "x", 1), ("b", 0.5, "x", 1), ("c", None, "x", 1))

    assert held(edges) == (2, 2)
    assert held(rows()) == (0, 0)


@pytest.mark.parametrize(
    ("source", "given", "column"),
    [
        (SQL, {"changed": "u"}, "source_updated_at"),
        (SQL, {"read": {"window": {"from": "made", "to": "made"}}},
         "reported_at"),
        (SQL, {"read": {"window": WINDOW}}, None),
        (SQL, {"changed": "u", "mode": "snapshot"}, None),
        (SQL, {"changed": "u", "read": {"acknowledge": {
            "field": "f", "new": ("0",), "done": "1"}}}, None),
        (HTTP, {"changed": "u", "read": {"window": WINDOW, "page": TOTAL}},
         "source_updated_at"),
        (HTTP, {"changed": "u", "read": {"window": WINDOW, "count": {
            "path": "/n", "total": "n"}}}, "source_updated_at"),
        (HTTP, {"changed": "u", "read": {"window": WINDOW}}, None),
        (HTTP, {"changed": "u", "read": {"page": TOTAL}}, None),
        (HTTP, {"changed": "u", "read": {
            "window": WINDOW | {"reach": "9d"}, "page": TOTAL}}, "reported_at"),
        (HTTP, {"changed": "u", "read": {
            "window": WINDOW, "page": TOTAL, "sweep": "open_issues"}}, "reported_at"),
    ],
)  # fmt: skip
def test_by_what_a_source_counts_a_day(
    source: dict[str, Any], given: dict[str, Any], column: str | None
) -> None:
    assert dated(source, **given) == column


@pytest.mark.parametrize(
    "given", [{"when": "a = 1"}, {"explode": "list"}, {"key": ("other",)}]
)
def test_rows_that_unfold_cannot_be_counted(given: dict[str, Any]) -> None:
    one = feed(changed="u", read={"window": WINDOW})
    whole = one.model_copy(update={"emits": (Emit(**emitted()),)})
    torn = one.model_copy(update={"emits": (Emit(**emitted(**given)),)})

    assert dated_by(partner(SQL, whole), whole) == "source_updated_at"
    assert dated_by(partner(SQL, torn), torn) is None


@pytest.mark.parametrize(
    ("source", "form", "over"),
    [
        (HTTP, "%Y-%m-%d %H:%M:%S", timedelta(seconds=1)),
        (HTTP, "%Y-%m-%d", DAY),
        (SQL, "%Y-%m-%d", timedelta()),
    ],
)
def test_an_interface_may_count_its_upper_bound_too(
    source: dict[str, Any], form: str, over: timedelta
) -> None:
    one = feed(changed="u", read={"window": WINDOW | {"format": form}})

    assert beyond_end(partner(source, one), one) == over
