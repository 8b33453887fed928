"""The key index: bulk look-ups and writes, the same on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from hub.errors import MisuseError
from hub.storage import keys as room
from hub.storage.control import ControlDatabase, write
from hub.storage.keys import COLUMNS, KeyIndex

FIRST = datetime(2026, 10, 1, 8, 0, 0, 123456, tzinfo=UTC)


def entries(count: int, first: int = 0, month: str = "2026-10") -> pl.DataFrame:
    """Entries with every fifth key deleted."""
    numbers = range(first, first + count)
    return pl.DataFrame(
        {
            "hub_id": [f"{n * 7919 % 100_003:032x}" for n in numbers],
            "partner": ["qiaokou" if n % 2 else "platform" for n in numbers],
            "month": [month] * count,
            "version_at": [FIRST] * count,
            "row_digest": [f"{n:064x}" for n in numbers],
            "deleted_at": [None if n % 5 else FIRST for n in numbers],
        },
        schema=COLUMNS,
    )


@pytest.fixture
def index(control: ControlDatabase) -> KeyIndex:
    return KeyIndex(control.engine)


def put(control: ControlDatabase, frame: pl.DataFrame, dataset: str = "issue") -> None:
    with write(control.engine) as connection:
        KeyIndex(control.engine).upsert(connection, dataset, frame)


def test_what_was_put_is_found_and_nothing_else(
    control: ControlDatabase, index: KeyIndex
) -> None:
    put(control, entries(300))
    put(control, entries(300, month=""), "person")
    wanted = entries(400, 200)["hub_id"]

    found = index.lookup("issue", wanted)

    assert_frame_equal(found, entries(100, 200).sort("hub_id"), check_row_order=False)


def test_later_entries_replace_earlier_ones(
    control: ControlDatabase, index: KeyIndex
) -> None:
    put(control, entries(10))
    put(control, entries(10, 5, "2026-11"))

    found = index.lookup("issue", entries(15)["hub_id"])

    assert found["month"].value_counts().sort("month").rows() == [
        ("2026-10", 5),
        ("2026-11", 10),
    ]


def test_pieces_make_no_difference(
    control: ControlDatabase, index: KeyIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "PIECE", 7)

    put(control, entries(50))

    assert index.lookup("issue", entries(50)["hub_id"]).height == 50


def test_asking_twice_or_for_nothing_is_asking_once(
    control: ControlDatabase, index: KeyIndex
) -> None:
    put(control, entries(3))
    keys = entries(3)["hub_id"]

    assert index.lookup("issue", pl.concat([keys, keys])).height == 3
    assert index.lookup("issue", pl.Series([None], dtype=pl.String)).schema == COLUMNS
    assert index.lookup("issue", keys.clear()).is_empty()


def test_awkward_keys_are_only_keys(control: ControlDatabase, index: KeyIndex) -> None:
    names = ["a'b", 'x"y', "\\", "硚口", "{}", "NULL", "a,b", ""]
    frame = entries(len(names)).with_columns(hub_id=pl.Series(names))

    put(control, frame)

    assert set(index.lookup("issue", pl.Series(names))["hub_id"]) == set(names)
    assert index.lookup("issue'; --", pl.Series(names)).is_empty()


def test_a_key_twice_in_one_frame_is_refused(control: ControlDatabase) -> None:
    frame = entries(3)

    with pytest.raises(MisuseError, match="more than once"):
        put(control, pl.concat([frame, frame[:1]]))


def test_live_keys_are_those_of_a_partner_that_are_not_deleted(
    control: ControlDatabase, index: KeyIndex
) -> None:
    frame = entries(100)
    put(control, frame)

    live = frame.filter(pl.col("deleted_at").is_null(), pl.col("partner") == "qiaokou")
    assert index.live_keys("issue", "qiaokou").to_list() == sorted(live["hub_id"])
    assert index.live_keys("issue", "nobody").dtype == pl.String


def test_clearing_forgets_one_dataset(
    control: ControlDatabase, index: KeyIndex
) -> None:
    put(control, entries(5))
    put(control, entries(5), "person")

    with write(control.engine) as connection:
        index.clear(connection, "issue")

    assert index.lookup("issue", entries(5)["hub_id"]).is_empty()
    assert index.lookup("person", entries(5)["hub_id"]).height == 5


def test_an_open_transaction_sees_its_own_entries(
    control: ControlDatabase, index: KeyIndex
) -> None:
    keys = entries(5)["hub_id"]

    with write(control.engine) as connection:
        index.upsert(connection, "issue", entries(5))

        assert index.lookup("issue", keys, conn=connection).height == 5
        assert index.lookup("issue", keys).is_empty()
