"""Part files: small enough, in order, self-describing, and honest about damage."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from polars.testing import assert_frame_equal
from support.lake_tables import COLUMNS, OCTOBER, SCHEMA, rows

from hub.errors import StorageDamaged
from hub.storage import durable, parts
from hub.storage.parts import DataFile, read_part, write_long, write_parts
from hub.storage.shape import Shape

SHAPE = Shape("core/issue", SCHEMA, ("partner", "month"))
NARROW = Shape("core/small", pa.schema([("n", pa.int64()), ("s", pa.string())]), ())


def write_one(root: Path, count: int = 50) -> DataFile:
    (file,) = write_parts(root, SHAPE, rows(count), OCTOBER)
    return file


def read(root: Path, file: DataFile) -> pl.DataFrame:
    return read_part(root, SHAPE, file, list(COLUMNS))


def test_every_type_comes_back_as_it_was(tmp_path: Path) -> None:
    file = write_one(tmp_path)

    assert_frame_equal(read(tmp_path, file), rows(50))


def test_partition_columns_are_in_the_path_and_not_in_the_file(tmp_path: Path) -> None:
    file = write_one(tmp_path)

    inside = pq.ParquetFile(tmp_path / file.path).schema_arrow.names
    back = read_part(tmp_path, SHAPE, file, ["month", "issue_id", "partner"])
    assert set(inside) == set(COLUMNS)
    assert file.path.startswith("partner=qiaokou/month=2026-10/")
    assert back.columns == ["month", "issue_id", "partner"]
    assert back["month"].unique().to_list() == ["2026-10"]


def test_partition_columns_alone_can_be_read(tmp_path: Path) -> None:
    file = write_one(tmp_path)

    assert read_part(tmp_path, SHAPE, file, ["partner"]).shape == (50, 1)


def test_large_frames_are_cut_and_keep_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "ROWS", 20)

    files = write_parts(tmp_path, SHAPE, rows(50), OCTOBER)

    assert [file.rows for file in files] == [20, 20, 10]
    assert sorted(file.path for file in files) == [file.path for file in files]
    assert_frame_equal(pl.concat(read(tmp_path, file) for file in files), rows(50))


@pytest.mark.parametrize("sizes", [(50,), (7, 0, 30, 13), (20, 20, 10), (1,) * 50])
def test_frames_that_come_one_after_the_other_make_the_same_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sizes: tuple[int, ...]
) -> None:
    monkeypatch.setattr(parts, "ROWS", 20)
    ends = [sum(sizes[:nth]) for nth in range(len(sizes))]
    frames = (rows(50).slice(at, size) for at, size in zip(ends, sizes, strict=True))

    files = write_long(tmp_path, SHAPE, frames, OCTOBER)

    assert [file.rows for file in files] == [20, 20, 10]
    assert sorted(file.path for file in files) == [file.path for file in files]
    assert_frame_equal(pl.concat(read(tmp_path, file) for file in files), rows(50))
    assert write_long(tmp_path, SHAPE, iter([rows(0)]), OCTOBER) == []


def test_no_rows_make_no_file(tmp_path: Path) -> None:
    assert write_parts(tmp_path, SHAPE, rows(0), OCTOBER) == []


def test_bounds_come_from_the_rows(tmp_path: Path) -> None:
    file = write_one(tmp_path)

    frame = rows(50)
    assert file.stats_min["person_count"] == frame["person_count"].min()
    assert file.stats_max["reported_at"] == frame["reported_at"].max()
    assert file.stats_max["closed_on"] == date(2026, 10, 28)
    assert file.null_count["title"] == frame["title"].null_count()
    assert "length_m" not in file.stats_min
    assert "media" not in file.null_count


def test_long_text_and_strange_numbers_have_no_bounds(tmp_path: Path) -> None:
    shape = Shape("x", pa.schema([("s", pa.string()), ("f", pa.float64())]), ())
    frame = pl.DataFrame({"s": ["x" * 65], "f": [float("inf")]})

    (file,) = write_parts(tmp_path, shape, frame, {})

    assert file.stats_min == {}
    assert file.null_count == {"s": 0, "f": 0}


def test_a_column_that_came_later_is_null_in_older_files(tmp_path: Path) -> None:
    older = Shape("core/small", pa.schema([("n", pa.int64())]), ())
    (file,) = write_parts(tmp_path, older, pl.DataFrame({"n": [1, 2]}), {})

    back = read_part(tmp_path, NARROW, file, ["s", "n"])

    assert back.rows() == [(None, 1), (None, 2)]
    assert back.schema["s"] == pl.String


def test_every_flipped_byte_is_damage_or_harmless(tmp_path: Path) -> None:
    frame = pl.DataFrame({"n": range(40), "s": [f"文{n % 7}" for n in range(40)]})
    (file,) = write_parts(tmp_path, NARROW, frame, {})
    path = tmp_path / file.path
    good = path.read_bytes()

    served_wrong = []
    for position in range(len(good)):
        bad = bytearray(good)
        bad[position] ^= 1 << (position % 8)
        path.write_bytes(bad)
        try:
            back = read_part(tmp_path, NARROW, file, ["n", "s"])
        except StorageDamaged:
            continue
        if not back.equals(frame):
            served_wrong.append(position)

    assert served_wrong == []


@pytest.mark.parametrize("keep", [0, 4, 500, -1])
def test_a_cut_file_is_damage(tmp_path: Path, keep: int) -> None:
    file = write_one(tmp_path)
    os.truncate(tmp_path / file.path, keep % file.size)

    with pytest.raises(StorageDamaged, match="fails verification"):
        read(tmp_path, file)


def test_a_missing_file_is_damage(tmp_path: Path) -> None:
    file = write_one(tmp_path)
    (tmp_path / file.path).unlink()

    with pytest.raises(StorageDamaged, match="Restore the file"):
        read(tmp_path, file)


def test_files_and_folders_are_flushed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[str] = []
    really = durable.sync

    def sync(path: Path) -> None:
        flushed.append(path.relative_to(tmp_path).as_posix())
        really(path)

    monkeypatch.setattr(durable, "sync", sync)

    write_one(tmp_path)

    assert flushed[:2] == [".", "partner=qiaokou"]
    assert ".aside-" in flushed[2]
    assert flushed[3] == "partner=qiaokou/month=2026-10"
