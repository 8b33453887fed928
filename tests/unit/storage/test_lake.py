"""A lake table: versions, application numbers, files, conflicts, other readers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from deltalake import DeltaTable
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from support.lake_tables import (
    COLUMNS,
    NOVEMBER,
    OCTOBER,
    SCHEMA,
    issues,
    rows,
)

from hub.errors import MisuseError
from hub.storage import commit
from hub.storage.faults import CommitConflict, FrameMismatch
from hub.storage.lake import Lake, LakeTable
from hub.storage.parts import DataFile

TEXT = pa.schema([("n", pa.int64()), ("place", pa.string())])


def filled(root: Path) -> tuple[LakeTable, list[DataFile]]:
    table = issues(root)
    files = table.write(rows(30), OCTOBER) + table.write(rows(20, 30), NOVEMBER)
    table.commit("feed", 1, add=files)
    return table, files


def test_a_table_that_nobody_wrote_is_empty(tmp_path: Path) -> None:
    table = issues(tmp_path)

    assert (table.version(), table.number("feed"), table.files()) == (-1, -1, [])
    assert table.read().schema == {**COLUMNS, "partner": pl.String, "month": pl.String}


def test_before_its_first_version_a_table_has_nothing(tmp_path: Path) -> None:
    table, files = filled(tmp_path)

    assert table.files(version=-1) == table.files([OCTOBER], -1) == []
    assert len(table.files(version=0)) == len(files)


def test_what_is_committed_is_read(tmp_path: Path) -> None:
    table, files = filled(tmp_path)

    back = issues(tmp_path).read().sort("issue_id")

    assert (table.version(), table.number("feed")) == (0, 1)
    assert table.files() == sorted(files, key=lambda file: file.path)
    assert_frame_equal(back.drop(*OCTOBER), rows(50))
    assert back["month"].value_counts().sort("month").rows() == [
        ("2026-10", 30),
        ("2026-11", 20),
    ]


def test_what_is_only_written_is_not_seen(tmp_path: Path) -> None:
    table, _ = filled(tmp_path)

    table.write(rows(5, 100), OCTOBER)

    assert issues(tmp_path).read().height == 50


def test_files_are_chosen_by_partition(tmp_path: Path) -> None:
    table, files = filled(tmp_path)

    assert table.files([OCTOBER]) == files[:1]
    assert table.files([{"month": "2026-11"}]) == files[1:]
    assert len(table.files([OCTOBER, NOVEMBER])) == 2
    assert table.files([]) == []
    assert table.files([{"month": "1999-01"}]) == []
    assert table.read(files[:1], ["month", "lon"]).shape == (30, 2)


def test_the_log_gives_back_bounds(tmp_path: Path) -> None:
    _, files = filled(tmp_path)

    listed = issues(tmp_path).files([OCTOBER])[0]

    assert listed.partition == OCTOBER
    assert listed.stats_min == files[0].stats_min
    assert listed.stats_max == files[0].stats_max
    assert listed.null_count == files[0].null_count


def test_replaced_files_stay_in_older_versions(tmp_path: Path) -> None:
    table, files = filled(tmp_path)
    digest = table.manifest_digest()

    version = table.commit(
        "feed", 2, add=table.write(rows(7), OCTOBER), remove=files[:1]
    )

    other = issues(tmp_path)
    assert version == 1
    assert other.read().height == 27
    assert other.read(version=0).height == 50
    assert other.manifest_digest(0) == digest != other.manifest_digest()
    assert [frame.height for frame in other.scan(version=0)] == [30, 20]


def test_a_commit_without_files_still_counts(tmp_path: Path) -> None:
    table = issues(tmp_path)

    assert (table.commit("feed", 1), table.commit("feed", 4)) == (0, 1)

    assert issues(tmp_path).number("feed") == 4


@pytest.mark.parametrize("number", [1, 0])
def test_a_number_that_is_in_already_is_refused(tmp_path: Path, number: int) -> None:
    table, _ = filled(tmp_path)
    new = table.write(rows(1), OCTOBER)

    with pytest.raises(CommitConflict, match="feed is at 1 already"):
        issues(tmp_path).commit("feed", number, add=new)

    assert table.version() == 0


def test_numbers_of_feeds_are_apart(tmp_path: Path) -> None:
    table, _ = filled(tmp_path)

    table.commit("other", 1, add=table.write(rows(1), OCTOBER))

    assert (table.number("feed"), table.number("other")) == (1, 1)


def test_a_writer_that_was_overtaken_commits_on_the_fresh_table(tmp_path: Path) -> None:
    table, _ = filled(tmp_path)
    late = issues(tmp_path)
    mine = late.files([NOVEMBER])
    table.commit(
        "a", 1, add=table.write(rows(1), OCTOBER), remove=table.files([OCTOBER])
    )

    late.commit("b", 1, add=late.write(rows(2), NOVEMBER), remove=mine)

    assert issues(tmp_path).read().height == 3


def test_a_race_lost_inside_the_commit_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, _ = filled(tmp_path)
    late = issues(tmp_path)
    mine, new = late.files([NOVEMBER]), late.write(rows(2), NOVEMBER)
    really = DeltaTable.create_write_transaction
    raced = []

    def overtaken(self: DeltaTable, *args: object, **kwargs: object) -> None:
        if not raced:
            raced.append(True)
            gone = table.files([OCTOBER])
            table.commit("a", 1, add=table.write(rows(1), OCTOBER), remove=gone)
        really(self, *args, **kwargs)

    monkeypatch.setattr(DeltaTable, "create_write_transaction", overtaken)

    late.commit("b", 1, add=new, remove=mine)

    assert raced
    assert issues(tmp_path).read().height == 3


def test_a_file_that_another_replaced_is_not_replaced_again(tmp_path: Path) -> None:
    table, files = filled(tmp_path)
    late = issues(tmp_path)
    late.version()
    table.commit("a", 1, add=table.write(rows(1), OCTOBER), remove=files[:1])

    with pytest.raises(CommitConflict, match="no longer in the table"):
        late.commit("b", 1, add=late.write(rows(2), OCTOBER), remove=files[:1])

    assert issues(tmp_path).read(table.files([OCTOBER])).height == 1


def test_two_may_create_a_table_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = issues(tmp_path), issues(tmp_path)
    new = second.write(rows(1), OCTOBER)
    really = commit.create_table_with_add_actions

    def overtaken(*args: object, **kwargs: object) -> None:
        monkeypatch.undo()
        first.commit("a", 1)
        really(*args, **kwargs)

    monkeypatch.setattr(commit, "create_table_with_add_actions", overtaken)

    second.commit("b", 1, add=new)

    assert (first.number("a"), first.number("b")) == (1, 1)
    assert first.read().height == 1


@settings(max_examples=20, deadline=None)
@given(
    st.text(
        st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12
    ).filter(lambda text: len(text.encode()) < 60)
)
def test_any_partition_value_survives_and_other_readers_agree(
    tmp_path_factory: pytest.TempPathFactory, value: str
) -> None:
    root = tmp_path_factory.mktemp("lake")
    table = Lake(root).table("core/x", TEXT, ("place",))
    frame = pl.DataFrame({"n": [1, 2]})

    table.commit("feed", 1, add=table.write(frame, {"place": value}))
    table.commit("feed", 2, add=table.write(frame, {"place": "other"}))
    table.commit("feed", 3, remove=table.files([{"place": "other"}]))

    expected = frame.with_columns(place=pl.lit(value))
    again = Lake(root).table("core/x", TEXT, ("place",))
    assert_frame_equal(again.read(), expected)
    assert again.files([{"place": value}]) == again.files()
    assert_frame_equal(pl.read_delta(str(root / "core/x")), expected)
    there = DeltaTable(root / "core/x").to_pyarrow_table()
    assert there.column("place").to_pylist() == [value, value]


@pytest.mark.parametrize(
    "value", ["武汉 硚口", "a/b", "a%2Fb", "x=1&y", "..", ".", "a\\b", "é", "'\"", "#?"]
)
def test_awkward_partition_values(tmp_path: Path, value: str) -> None:
    table = Lake(tmp_path).table("core/x", TEXT, ("place",))

    table.commit("feed", 1, add=table.write(pl.DataFrame({"n": [1]}), {"place": value}))

    again = Lake(tmp_path).table("core/x", TEXT, ("place",))
    assert again.read()["place"].to_list() == [value]
    assert pl.read_delta(str(tmp_path / "core/x"))["place"].to_list() == [value]


def test_many_commits_are_checkpointed_and_remembered(tmp_path: Path) -> None:
    table = Lake(tmp_path).table("core/x", TEXT)
    frame = pl.DataFrame({"n": [1], "place": ["x"]})
    for number in range(1, 104):
        table.commit("feed", number, add=table.write(frame))

    log = tmp_path / "core/x/_delta_log"
    again = Lake(tmp_path).table("core/x", TEXT, at_least=102)
    checkpoints = sorted(path.name for path in log.glob("*.checkpoint.parquet"))
    assert [name[:20] for name in checkpoints] == [f"{50:020d}", f"{100:020d}"]
    assert again.number("feed") == 103
    assert again.read().height == 103
    assert again.read(version=3).height == 4


def test_a_wider_table_is_added_to_the_stored_one(tmp_path: Path) -> None:
    older = Lake(tmp_path).table("core/x", pa.schema([("n", pa.int64())]))
    older.commit("feed", 1, add=older.write(pl.DataFrame({"n": [1]})))
    wider = Lake(tmp_path).table("core/x", TEXT)
    assert wider.read().rows() == [(1, None)]

    wider.commit("feed", 2, add=wider.write(pl.DataFrame({"n": [2], "place": ["x"]})))

    assert Lake(tmp_path).table("core/x", TEXT).read().sort("n").rows() == [
        (1, None),
        (2, "x"),
    ]
    assert pl.read_delta(str(tmp_path / "core/x")).columns == ["n", "place"]
    with pytest.raises(FrameMismatch, match="place is unknown"):
        Lake(tmp_path).table("core/x", pa.schema([("n", pa.int64())])).read()


def test_litter_is_listed_and_nothing_else(tmp_path: Path) -> None:
    table, files = filled(tmp_path)
    table.commit("feed", 2, remove=files[:1])
    lost = table.write(rows(3), OCTOBER)
    draft = tmp_path / "core/issue/_delta_log/_commit_1.json.tmp"
    draft.touch()
    later = datetime.now(UTC) + timedelta(minutes=1)

    found = table.litter(later)

    assert found == sorted([draft, tmp_path / "core/issue" / lost[0].path])
    assert table.litter(later - timedelta(days=1)) == []


def test_unknown_columns_and_names_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MisuseError, match="no column colour"):
        issues(tmp_path).read(columns=["colour"])
    for name in ("../x", "core//x", "Core/x", "", "core/硚口"):
        with pytest.raises(MisuseError):
            Lake(tmp_path).table(name, SCHEMA)
