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
    assert sorted(mine["value"]) == [1, 2, 3]
    assert theirs.equals(EMPTY)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("held", [0, 3_000, 1_000_000])
@pytest.mark.parametrize("piece", [0, 100, 1_000])
def test_equal_keys_lie_on_the_same_shelf_wherever_rows_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: int, piece: int
) -> None:
    monkeypatch.setattr(shelves, "HELD", held)
    monkeypatch.setattr(shelves, "PIECE", piece or 1)
    one = put(tmp_path / "one", rows(*range(100)), rows(*range(100, 200)))
    other = put(tmp_path / "other", rows(*range(50, 100)))
    pairs = list(side_by_side(one, other))
    assert len(pairs) == {0: SHELVES, 100: 4, 1_000: 1}[piece]
    met = pl.concat(mine.join(theirs, on="source_id") for mine, theirs in pairs)
    assert sorted(met["value"]) == list(range(50, 100))
    assert sum(len(mine) for mine, _ in pairs) == len(one) == 200
    assert sum(len(theirs) for _, theirs in pairs) == len(other) == 50


@pytest.mark.parametrize("held", [0, 1_000])
def test_some_shelves_come_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: int
) -> None:
    monkeypatch.setattr(shelves, "HELD", held)
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


@pytest.mark.parametrize("held", [0, 10_000])
def test_only_the_columns_asked_for_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: int
) -> None:
    monkeypatch.setattr(shelves, "HELD", held)
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
    assert bool(asked) == (held == 0)


def test_rows_go_to_disk_by_their_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "HELD", 1_000)
    for width, on_disk in ((2, False), (40, True)):
        wide = pl.DataFrame({f"c{nth}": [nth] * 20 for nth in range(width)})
        folder = tmp_path / str(width)
        made = Shelves(folder, wide.clear(), by_hash("c0"))
        made.put(wide)
        assert folder.is_dir() is on_disk
        assert pl.concat(made.columns(*wide.columns)).equals(wide)


@pytest.mark.parametrize("held", [0, 1_000_000])
def test_rows_in_the_order_of_their_shelves_are_cut_and_others_sorted_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: int
) -> None:
    monkeypatch.setattr(shelves, "HELD", held)
    frames = [rows(0, 0, 1, 3, 3), rows(3, 1, 0, 1)]
    made = Shelves(tmp_path / "made", EMPTY, pl.col("value"))
    for frame in frames:
        made.put(frame)
    whole = pl.concat(frames)
    for nth in range(4):
        assert made.shelves(nth).equals(whole.filter(pl.col("value") == nth))


def test_more_than_two_sides_come_together(tmp_path: Path) -> None:
    sides = [put(tmp_path / str(nth), rows(nth)) for nth in range(3)]
    (frames,) = side_by_side(*sides)
    assert [one["value"].to_list() for one in frames] == [[0], [1], [2]]
