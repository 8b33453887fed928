"""The decision why a row differs, on frames of one or two rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from hub.flow.reconcile.outcome import REASONS
from hub.flow.reconcile.reasons import HUB, SOURCE, About, compare
from hub.pipeline.digest import ABSENT, TOMBSTONE

T0 = datetime(2026, 10, 1, tzinfo=UTC)
T1, T2 = T0 + timedelta(hours=1), T0 + timedelta(hours=2)
FEED = About("cases")
INDEX = {
    "key": pl.String,
    "version_at": pl.Datetime("us", "UTC"),
    "row_digest": pl.String,
    "deleted_at": pl.Datetime("us", "UTC"),
}


def shown(**given: Any) -> pl.DataFrame:
    """One row of the source that a merged pull must have brought."""
    plain = {
        "key": "k",
        "row": 0,
        "version_at": T1,
        "row_digest": "a",
        "changed": T1,
        "rejected": False,
        "keyless": False,
        "rules": None,
        "told": "merged",
        "told_change": "merged",
        "told_batch": None,
        "kept_by": None,
        "kept_number": None,
        "waiting": False,
    }
    if "told" in given and "told_change" not in given:
        given["told_change"] = given["told"]
    return pl.DataFrame([plain | given], schema=SOURCE)


def held(**given: Any) -> pl.DataFrame:
    """One staged row of the hub."""
    plain = {
        "key": "k",
        "row": 3,
        "version_at": T1,
        "row_digest": "a",
        "changed": T1,
        "batch_id": "b00000002",
        "number": 2,
        "feed": "cases",
        "member": True,
    }
    return pl.DataFrame([plain | given], schema=HUB)


def index(
    digest: str = "a", deleted_at: datetime | None = None, key: str = "k"
) -> pl.DataFrame:
    return pl.DataFrame([(key, T1, digest, deleted_at)], schema=INDEX, orient="row")


NO_SOURCE, NO_HUB = pl.DataFrame(schema=SOURCE), pl.DataFrame(schema=HUB)
NO_INDEX = pl.DataFrame(schema=INDEX)


def reason(
    source: pl.DataFrame,
    hub: pl.DataFrame = NO_HUB,
    known: pl.DataFrame = NO_INDEX,
    about: About = FEED,
) -> tuple[str, str] | None:
    found = compare(source, hub, known, about).found
    return (found["where"][0], found["reason"][0]) if len(found) else None


def test_equal_content_is_no_difference_whatever_its_dates() -> None:
    compared = compare(shown(changed=T2, version_at=T2), held(), index(), FEED)

    assert compared.counts.equal == compared.counts.source == compared.counts.hub == 1
    assert len(compared.found) == 0


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"told": "later"}, "not_pulled"),
        ({"told": "undated"}, "undated"),
        ({"told": "never"}, "never_asked"),
        ({"told": "refused", "told_batch": "b00000009"}, "refused"),
        ({"told": "failed"}, "failed"),
        ({"told": "unfinished"}, "unfinished"),
        ({"kept_by": "b00000004", "kept_number": 4}, "quarantined"),
        ({"kept_by": "b00000004", "kept_number": 4, "waiting": True}, "waiting"),
        ({"rejected": True, "keyless": True}, "quarantined"),
        ({"rejected": True}, "missing"),
        ({}, "missing"),
    ],
)
def test_a_row_that_only_the_source_has(told: dict[str, Any], expected: str) -> None:
    assert reason(shown(**told)) == ("source", expected)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"told": "later", "changed": T2}, "not_pulled"),
        ({}, "changed_silently"),
        ({"changed": T2}, "missed_change"),
        ({"changed": T0}, "older_at_source"),
        ({"changed": None}, "changed_silently"),
        ({"told_change": "out_of_reach"}, "out_of_reach"),
        ({"told_change": "undated"}, "undated"),
        ({"rejected": True, "kept_by": "b00000004", "kept_number": 4}, "quarantined"),
        ({"kept_by": "b00000001", "kept_number": 1}, "changed_silently"),
        ({"kept_by": "b00000004", "kept_number": 4}, "quarantined"),
        ({"told": "refused", "told_batch": "b4", "kept_by": "b4"}, "refused"),
    ],
)
def test_a_row_whose_content_differs(row: dict[str, Any], expected: str) -> None:
    assert reason(shown(row_digest="b", **row), held(), index()) == ("both", expected)


def test_a_later_row_of_another_feed_explains_the_difference() -> None:
    hub = pl.concat([held(row_digest="b"), held(feed="history", number=3)])

    assert reason(shown(row_digest="b"), hub, index("a")) == ("both", "other_feed")


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        (FEED, "extra"),
        (About("cases", listing="later"), "deleted_since"),
        (About("cases", listing="undated"), "deleted_since"),
        (About("cases", listing="merged"), "extra"),
        (About("cases", listing="refused", listing_batch="b7"), "refused"),
        (About("history"), None),
    ],
)
def test_a_row_that_only_the_hub_has(about: About, expected: str | None) -> None:
    found = reason(NO_SOURCE, held(), index(), about)

    assert found == (None if expected is None else ("hub", expected))


def test_a_row_outside_the_span_is_not_asked_for() -> None:
    assert reason(NO_SOURCE, held(member=False), index()) is None


def test_a_key_that_moved_out_of_the_span_is_judged_by_its_newest_row() -> None:
    hub = pl.concat([held(), held(version_at=T2, row_digest="b", member=False)])
    about = About("cases", newest_only=True)

    assert reason(NO_SOURCE, hub, index("b"), about) is None
    assert reason(NO_SOURCE, hub, index("b")) == ("hub", "extra")


def test_what_both_call_deleted_is_no_difference() -> None:
    hub = pl.concat([held(), held(row_digest=TOMBSTONE, version_at=T2, row=-1)])

    assert reason(shown(row_digest=TOMBSTONE), hub, index("a", T2)) is None
    assert reason(NO_SOURCE, held(row_digest=ABSENT), NO_INDEX) is None


def test_a_deletion_that_the_hub_has_not_got_is_extra_or_still_to_come() -> None:
    gone = shown(row_digest=TOMBSTONE)
    later = shown(row_digest=TOMBSTONE, told="later")

    assert reason(gone, held(), index()) == ("hub", "extra")
    assert reason(later, held(), index()) == ("hub", "not_pulled")


def test_what_the_hub_deleted_and_the_source_shows_is_an_alarm() -> None:
    assert reason(shown(), held(), index("a", T2)) == ("source", "deleted_here")


def test_rows_that_are_only_staged_are_compared_too() -> None:
    assert reason(shown(), held()) is None
    assert reason(shown(row_digest="b"), held()) == ("both", "changed_silently")


def test_an_accepted_row_of_a_key_counts_before_a_rejected_one() -> None:
    source = pl.concat([shown(), shown(row_digest="b", version_at=T2, rejected=True)])

    assert reason(source, held(), index()) is None


def test_a_row_beyond_the_span_only_shows_that_it_is_there() -> None:
    compared = compare(shown(told="beyond", row_digest="b"), held(), index(), FEED)

    assert len(compared.found) == 0
    assert compared.counts.source == compared.counts.hub == 0


def test_every_reason_says_what_it_means_and_what_to_do() -> None:
    assert all(one.meaning and one.next_step.endswith(".") for one in REASONS.values())
