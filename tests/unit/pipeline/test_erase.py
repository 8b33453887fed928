"""Facts without what was erased of them, worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

from hub.flow.erasure.digests import in_old_order
from hub.pipeline.digest import TOMBSTONE
from hub.pipeline.erase import digest_of_left, erase_facts, whole_keys
from hub.schemas import dataset

AT = datetime(2026, 10, 1, 4, tzinfo=UTC)
PATROL = dataset("patrol")
NOT_FILLED = pl.lit(value=False)


def patrols(**tracks: str | None) -> pl.DataFrame:
    """One staged patrol per key, each done, with its track."""
    schema = PATROL.polars_schema() | {
        "row": pl.Int64(), "key": pl.String(), "from_on": pl.Date(),
        "to_on": pl.Date(), "dated": pl.Boolean(),
    }  # fmt: skip
    told = [
        {
            "key": key,
            "patrol_id": key,
            "status_code": "DONE",
            "track": track,
            "row_digest": "0" * 64,
            "version_at": AT,
            "from_on": date(2026, 10, 1),
            "to_on": date(2026, 12, 1),
            "dated": True,
        }
        for key, track in tracks.items()
    ]
    return pl.DataFrame(told, schema=schema)


def tombstones(*told: tuple[str, str]) -> pl.DataFrame:
    schema = {"key": pl.String, "column": pl.String}
    return pl.DataFrame(list(told), schema=schema, orient="row")


def test_only_the_named_column_of_the_named_key_goes() -> None:
    frame = patrols(a="LINE(1)", b="LINE(2)")

    made = erase_facts(frame, PATROL, tombstones(("a", "track")), filled=NOT_FILLED)

    assert made["track"].to_list() == [None, "LINE(2)"]
    assert made.drop("track", "row_digest").equals(frame.drop("track", "row_digest"))
    never = patrols(a=None)
    digest = digest_of_left(never, PATROL, NOT_FILLED).item()
    assert made["row_digest"].to_list() == [digest, "0" * 64]


def test_a_row_that_holds_nothing_of_it_keeps_its_digest() -> None:
    frame = patrols(a=None)

    made = erase_facts(frame, PATROL, tombstones(("a", "track")), filled=NOT_FILLED)

    assert made.equals(frame)


def test_a_whole_row_becomes_a_deletion_with_nothing_but_its_key() -> None:
    frame = patrols(a="LINE(1)", b="LINE(2)")

    made = erase_facts(frame, PATROL, tombstones(("a", "*")), filled=NOT_FILLED)

    row, other = made.to_dicts()
    assert (row["row_digest"], row["deleted_at"]) == (TOMBSTONE, AT)
    kept = {name for name, value in row.items() if value not in (None, False)}
    assert kept == {
        "key", "patrol_id", "row_digest", "version_at", "deleted_at", "from_on",
    }  # fmt: skip
    assert other == frame.to_dicts()[1]
    assert whole_keys(tombstones(("a", "*"), ("b", "track"))).to_list() == ["a"]


def test_erasing_twice_is_erasing_once() -> None:
    told = tombstones(("a", "track"), ("b", "*"))
    once = erase_facts(patrols(a="x", b="y"), PATROL, told, filled=NOT_FILLED)

    assert erase_facts(once, PATROL, told, filled=NOT_FILLED).equals(once)


@pytest.mark.parametrize("new", [["c", "b"], ["b", "c"]])
def test_new_digests_are_dealt_out_in_the_order_of_the_old(new: list[str]) -> None:
    told = pl.DataFrame(
        {"key": ["k", "k"], "version_at": [AT, AT], "old": ["1", "2"], "new": new}
    )

    made = in_old_order(told)

    assert made.select("old", "new").rows() == [("1", "b"), ("2", "c")]
