"""What a lying disk did to a table is found out, never served."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable
from support.lake_tables import NOVEMBER, OCTOBER, issues, rows

from hub.errors import StorageDamaged
from hub.storage.lake import LakeTable

LAST = 4


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A lake whose table is at version 4, two files of three rows a version."""
    table = issues(tmp_path)
    for number in range(LAST + 1):
        add = table.write(rows(3, 6 * number), OCTOBER)
        add += table.write(rows(3, 6 * number + 3), NOVEMBER)
        table.commit("feed", number, add=add)
    return tmp_path


def entry(root: Path, version: int) -> Path:
    return root / "core/issue/_delta_log" / f"{version:020d}.json"


def empty(path: Path) -> None:
    path.write_bytes(b"")


def fill_with_zeros(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def test_delta_itself_does_not_notice_an_empty_entry(root: Path) -> None:
    empty(entry(root, LAST))

    table = DeltaTable(root / "core/issue")

    assert (table.version(), table.to_pyarrow_table().num_rows) == (LAST, 6 * LAST)


@pytest.mark.parametrize("tear", [empty, fill_with_zeros, halve, Path.unlink])
def test_an_acknowledged_entry_that_is_torn_is_damage(root: Path, tear) -> None:  # type: ignore[no-untyped-def]
    tear(entry(root, LAST))

    with pytest.raises(StorageDamaged, match="rebuild it from raw"):
        issues(root, at_least=LAST)


@pytest.mark.parametrize("tear", [empty, fill_with_zeros, halve])
def test_without_knowing_what_was_acknowledged_a_torn_entry_is_damage(
    root: Path,
    tear,  # type: ignore[no-untyped-def]
) -> None:
    tear(entry(root, LAST))

    with pytest.raises(StorageDamaged):
        issues(root).version()


@pytest.mark.parametrize("tear", [empty, fill_with_zeros, halve])
def test_a_torn_entry_that_nobody_was_told_of_is_merged_again(
    root: Path,
    tear,  # type: ignore[no-untyped-def]
) -> None:
    tear(entry(root, LAST))

    table = issues(root, at_least=LAST - 1)

    assert (table.version(), table.number("feed")) == (LAST - 1, LAST - 1)
    table.commit("feed", LAST, add=table.write(rows(3, 100), OCTOBER))
    assert issues(root, at_least=LAST).read().height == 6 * LAST + 3


def test_what_followed_a_torn_entry_goes_with_it(root: Path) -> None:
    empty(entry(root, 2))

    table = issues(root, at_least=1)

    assert (table.version(), table.read().height) == (1, 12)


def test_a_first_entry_that_was_torn_does_not_block_the_table(tmp_path: Path) -> None:
    issues(tmp_path).commit("feed", 1)
    empty(entry(tmp_path, 0))

    table = issues(tmp_path, at_least=-1)

    assert (table.version(), table.number("feed")) == (-1, -1)
    assert table.commit("feed", 1, add=table.write(rows(3), OCTOBER)) == 0


@pytest.mark.parametrize("version", range(LAST))
def test_an_empty_entry_in_the_middle_is_damage(root: Path, version: int) -> None:
    empty(entry(root, version))

    with pytest.raises(StorageDamaged):
        issues(root, at_least=LAST)


def test_an_open_table_notices_a_torn_entry_of_another_writer(root: Path) -> None:
    reader = issues(root)
    assert reader.version() == LAST
    issues(root).commit("feed", LAST + 1)
    empty(entry(root, LAST + 1))

    with pytest.raises(StorageDamaged):
        reader.version()


def test_a_table_never_goes_back(root: Path) -> None:
    reader = issues(root)
    assert reader.version() == LAST
    reader._handle.forget()
    entry(root, LAST).unlink()

    with pytest.raises(StorageDamaged, match="at version 3, and 4 was acknowledged"):
        reader.version()


def test_a_table_that_is_gone_is_damage(root: Path) -> None:
    shutil.rmtree(root / "core")

    with pytest.raises(StorageDamaged, match="at version -1"):
        issues(root, at_least=0)


def test_a_changed_list_of_files_has_another_digest(root: Path) -> None:
    table = issues(root)
    before = table.manifest_digest()
    text = entry(root, 2).read_text()
    entry(root, 2).write_text(text.replace('"size":', '"size":1', 1))

    assert issues(root).manifest_digest() != before


def spoil_first_file(table: LakeTable, root: Path) -> None:
    path = root / "core/issue" / table.files()[0].path
    column = pq.read_metadata(path).row_group(0).column(0)
    start = column.dictionary_page_offset or column.data_page_offset
    content = bytearray(path.read_bytes())
    content[start + column.total_compressed_size - 1] ^= 4
    path.write_bytes(content)


def test_a_flipped_bit_in_a_page_is_never_served(root: Path) -> None:
    table = issues(root)
    spoil_first_file(table, root)

    with pytest.raises(StorageDamaged, match=r"read partner=qiaokou/month=2026-10/"):
        table.read()
    with pytest.raises(StorageDamaged):
        list(table.scan())
    assert table.read(table.files()[1:]).height == 6 * (LAST + 1) - 3


def test_a_commit_whose_file_is_gone_is_not_confirmed(root: Path) -> None:
    table = issues(root)
    assert table.confirm("feed", LAST) == LAST
    (new,) = table.write(rows(3, 100), OCTOBER)
    table.commit("feed", LAST + 1, add=[new])
    (root / "core/issue" / new.path).unlink()

    with pytest.raises(StorageDamaged, match="misses a file"):
        issues(root).confirm("feed", LAST + 1)


def test_a_commit_that_never_was_is_not_confirmed(root: Path) -> None:
    with pytest.raises(StorageDamaged, match="commit 99 of feed is not in it"):
        issues(root).confirm("feed", 99)


@pytest.mark.parametrize("tear", [empty, fill_with_zeros, halve, Path.unlink])
@pytest.mark.parametrize("hint", [True, False])
def test_a_damaged_checkpoint_costs_time_only(root: Path, tear, hint: bool) -> None:  # type: ignore[no-untyped-def]
    DeltaTable(root / "core/issue").create_checkpoint()
    log = root / "core/issue/_delta_log"
    (checkpoint,) = log.glob("*.checkpoint.parquet")
    tear(checkpoint)
    if not hint:
        (log / "_last_checkpoint").unlink()

    table = issues(root, at_least=LAST)

    assert (table.number("feed"), table.read().height) == (LAST, 6 * (LAST + 1))


def test_a_commit_is_flushed_before_its_version_is_told(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[str] = []
    table = issues(root)
    add = table.write(rows(3, 100), OCTOBER)
    monkeypatch.setattr(
        "hub.storage.durable.sync",
        lambda path: flushed.append(path.relative_to(root).as_posix()),
    )

    version = table.commit("feed", LAST + 1, add=add)
    again = issues(root).confirm("feed", LAST + 1)

    log = "core/issue/_delta_log"
    assert version == again == LAST + 1
    assert flushed[: LAST + 3] == [
        *(f"{log}/{number:020d}.json" for number in range(LAST + 2)),
        log,
    ]
    assert flushed.count(f"{log}/{LAST + 1:020d}.json") == 2
