"""Numbers that several cases bear are those that a plain look at all rows finds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.flow import shared_numbers as looked
from hub.flow import tables
from hub.flow.house import House, open_house
from hub.flow.row_hashes import Hashes
from hub.schemas import dataset
from hub.settings import Settings
from hub.storage.parts import DataFile

AT = datetime(2026, 10, 3, 4, tzinfo=UTC)
EARLIER = datetime(2026, 9, 3, 4, tzinfo=UTC)
Row = tuple[str, str | None]
ROWS = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from(["1", "2", "3", "4", None])),
    max_size=12,
)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = open_house(Settings(home=tmp_path, city="wuhan"))
    yield made
    made.control.close()


def staged(house: House, rows: list[Row]) -> list[DataFile]:
    """Cases of a delivery in two files."""
    issue = dataset("issue")
    table = tables.staged_table(house.lake, "a", issue)
    told = [
        {"row": nth, "key": key, "case_no": number, "reported_at": AT, "batch_id": "b1"}
        for nth, (key, number) in enumerate(rows)
    ]
    half = len(told) // 2
    schema = tables.staged_columns(issue)
    frames = [pl.DataFrame(one, schema=schema) for one in (told[:half], told[half:])]
    return [file for one in frames for file in table.write(one, {"batch_id": "b1"})]


def known(house: House, rows: list[Row], at: datetime, *, gone: bool = False) -> None:
    """Cases in core."""
    issue = dataset("issue")
    table = tables.core_table(house.lake, issue)
    place = {"partner": "a", "month": f"{at:%Y-%m}"}
    told = [
        {"issue_id": key, "case_no": number, "reported_at": at, **place}
        | ({"deleted_at": AT} if gone else {})
        for key, number in rows
    ]
    frame = pl.DataFrame(told, schema=tables.core_columns(issue))
    table.commit("t", table.number("t") + 1, add=table.write(frame, place))


def plain(rows: list[Row], others: list[Row]) -> list[int]:
    """The rows of a delivery whose number another key bears, by looking at each."""
    bearers = defaultdict(set)
    for key, number in [*rows, *others]:
        bearers[number].add(key)
    return [
        nth
        for nth, (_, number) in enumerate(rows)
        if number is not None and len(bearers[number]) > 1
    ]


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(rows=ROWS, others=ROWS, piece=st.sampled_from([1, 2, 1000]))
def test_they_are_found_in_pieces_of_any_size(
    house: House, rows: list[Row], others: list[Row], piece: int
) -> None:
    table = tables.core_table(house.lake, dataset("issue"))
    table.commit("t", table.number("t") + 1, remove=table.files())
    known(house, others, AT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(looked, "PIECE_ROWS", piece)

        found = looked.shared_numbers(house, "a", staged(house, rows))

    assert found["row"].to_list() == plain(rows, others)
    assert set(found["rule"]) <= {"T12"}


def test_cases_of_other_months_and_cases_that_are_gone_do_not_count(
    house: House,
) -> None:
    known(house, [("b", "1")], EARLIER)
    known(house, [("c", "1")], AT, gone=True)

    assert looked.shared_numbers(house, "a", staged(house, [("a", "1")])).is_empty()


def test_two_numbers_of_one_hash_are_two(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def clash(frame: pl.DataFrame) -> Hashes:
        return frame["case_no"].str.len_bytes().cast(pl.UInt64).to_numpy()

    monkeypatch.setattr(looked, "_hashed", clash)
    rows: list[Row] = [("a", "1"), ("b", "2"), ("c", "3"), ("d", "3")]

    found = looked.shared_numbers(house, "a", staged(house, rows))

    assert found["row"].to_list() == [2, 3]
