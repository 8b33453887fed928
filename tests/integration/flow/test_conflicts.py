"""Rows that say different things under one key and version are all found (P18)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.flow import key_pieces, tables
from hub.flow.house import House, open_house
from hub.flow.outcome import Split
from hub.flow.remarks import conflicts
from hub.schemas import dataset
from hub.settings import Settings

AT = datetime(2026, 10, 3, 4, tzinfo=UTC)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["0a", "3b", "9c", "fd"]),
        st.sampled_from([0, 1, None]),
        st.sampled_from("xyz"),
    ),
    min_size=1,
    max_size=12,
)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = open_house(Settings(home=tmp_path, city="wuhan"))
    yield made
    made.control.close()


def plain(rows: list[tuple[str, int | None, str]]) -> list[int]:
    """The rows that conflict, by looking at each."""
    contents = defaultdict(set)
    for key, hour, content in rows:
        contents[key, hour].add(content)
    return [
        nth for nth, (key, hour, _) in enumerate(rows) if len(contents[key, hour]) > 1
    ]


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(rows=ROWS, piece=st.sampled_from([1, 3, 1000]))
def test_conflicts_are_found_in_pieces_of_any_size(
    house: House, rows: list[tuple[str, int | None, str]], piece: int
) -> None:
    issue = dataset("issue")
    table = tables.staged_table(house.lake, "a", issue)
    told: list[dict[str, Any]] = [
        {
            "row": nth,
            "key": key,
            "version_at": None if hour is None else AT + timedelta(hours=hour),
            "row_digest": content,
            "batch_id": "b1",
        }
        for nth, (key, hour, content) in enumerate(rows)
    ]
    schema = tables.staged_columns(issue)
    halves = (told[: len(told) // 2], told[len(told) // 2 :])
    files = [
        file
        for half in halves
        for file in table.write(pl.DataFrame(half, schema=schema), {"batch_id": "b1"})
    ]
    done = Split(files={"issue": files})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(key_pieces, "PIECE_ROWS", piece)

        found = conflicts(house, cast(Any, SimpleNamespace(partner="a")), "issue", done)

    assert found["row"].to_list() == plain(rows)
