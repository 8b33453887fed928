from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from hub.flow import shelves
from hub.flow.shelves import SHELVES, Shelves, by_digit, by_hash, side_by_side

EMPTY = pl.DataFrame(schema={"source_id": pl.String, "value": pl.Int64})


def rows(*numbers: int) -> pl.DataFrame:
    return pl.DataFrame(
        {"source_id": [f"k{n}" for n in numbers], "value": list(numbers)}
    )


def put(folder: Path, *frames: pl.DataFrame) -> Shelves:
    made = Shelves(folder, EMPTY, by_hash("source_id"))
    for frame in frames:
        made.put(frame)
    return made


def test_few_rows_stay_in_memory_and_come_at_once(tmp_path: Path) -> None:
    one = put(tmp_path / "one", rows(1, 2), rows(3))
    other = put(tmp_path / "other")
    ((mine, theirs),) = side_by_side(one, other)
    assert mine["value"].to_list() == [1, 2, 3]
    assert theirs.equals(EMPTY)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("most", [0, 150, 1_000])
def test_equal_keys_lie_on_the_same_shelf_wherever_rows_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(shelves, "MOST", most)
    one = put(tmp_path / "one", rows(*range(100)), rows(*range(100, 200)))
    other = put(tmp_path / "other", rows(*range(50, 100)))
    pairs = list(side_by_side(one, other))
    assert len(pairs) == (1 if most == 1_000 else SHELVES)
    met = pl.concat(mine.join(theirs, on="source_id") for mine, theirs in pairs)
    assert sorted(met["value"]) == list(range(50, 100))
    assert sum(len(mine) for mine, _ in pairs) == len(one) == 200
    assert sum(len(theirs) for _, theirs in pairs) == len(other) == 50


@pytest.mark.parametrize("most", [0, 10])
def test_some_shelves_come_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(shelves, "MOST", most)
    made = Shelves(tmp_path / "made", EMPTY, pl.col("value"))
    made.put(rows(1, 2, 3, 2))
    assert made.shelves(2, 3, 9)["value"].sort().to_list() == [2, 2, 3]
    assert made.shelves().is_empty()


def test_shelves_by_digit_are_in_the_order_of_ids(tmp_path: Path) -> None:
    ids = [f"{nth:x}{'0' * 31}" for nth in (11, 3, 15, 0)]
    made = Shelves(tmp_path / "made", EMPTY, by_digit("source_id"))
    made.put(pl.DataFrame({"source_id": [*ids, "mine"], "value": [1, 2, 3, 4, 5]}))
    shelves = [made.shelves(nth)["value"].to_list() for nth in range(SHELVES)]
    # What is no hub id lies on the first shelf.
    assert [one for one in shelves if one] == [[4, 5], [2], [1], [3]]


@pytest.mark.parametrize("most", [0, 1_000])
def test_only_the_columns_asked_for_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(shelves, "MOST", most)
    asked = []
    read = pl.read_ipc

    def watch(path: Path, *, columns: list[str]) -> pl.DataFrame:
        asked.append(columns)
        return read(path, columns=columns)

    monkeypatch.setattr(pl, "read_ipc", watch)
    made = put(tmp_path / "made", rows(*range(40)))

    found = pl.concat(made.columns("value"))

    assert found.columns == ["value"]
    assert sorted(found["value"]) == list(range(40))
    assert all(columns == ["value"] for columns in asked)
    assert bool(asked) == (most == 0)


def test_wide_rows_go_to_disk_sooner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "CELLS", 100)
    for width, is_large in ((4, False), (40, True)):
        wide = pl.DataFrame({f"c{nth}": ["x"] * 20 for nth in range(width)})
        made = Shelves(tmp_path / str(width), wide.clear(), by_hash("c0"))
        made.put(wide)
        assert made.is_large is is_large


def test_more_than_two_sides_come_together(tmp_path: Path) -> None:
    sides = [put(tmp_path / str(nth), rows(nth)) for nth in range(3)]
    (frames,) = side_by_side(*sides)
    assert [one["value"].to_list() for one in frames] == [[0], [1], [2]]
