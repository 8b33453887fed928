"""Raw objects are immutable, cheap to repeat, and never silently different."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import MisuseError, StorageDamaged
from hub.storage import durable
from hub.storage.faults import StorageUnwritable
from hub.storage.raw import RawObject, RawStore

BODY = "案件,2026-10-01\n".encode() * 5000


def stored_file(root: Path) -> Path:
    (found,) = root.glob("*/*.zst")
    return found


@given(st.binary(max_size=3000))
def test_what_is_read_is_what_was_put(
    tmp_path_factory: pytest.TempPathFactory, body: bytes
) -> None:
    store = RawStore(tmp_path_factory.mktemp("raw"))

    stored = store.put(body)

    assert stored.sha256 == hashlib.sha256(body).hexdigest()
    assert stored.size == len(body)
    with store.open(stored.sha256) as stream:
        assert stream.read() == body


def test_a_file_is_stored_like_the_same_bytes(tmp_path: Path) -> None:
    source = tmp_path / "received"
    source.write_bytes(BODY)

    from_file = RawStore(tmp_path / "a").put(source)
    from_bytes = RawStore(tmp_path / "b").put(BODY)

    assert from_file == from_bytes
    assert from_file.stored_size < from_file.size
    assert source.read_bytes() == BODY


@pytest.mark.parametrize("as_file", [False, True])
def test_the_same_content_again_writes_nothing(tmp_path: Path, as_file: bool) -> None:
    store = RawStore(tmp_path / "raw")
    first = store.put(BODY)
    before = stored_file(tmp_path / "raw").stat()
    source = tmp_path / "received"
    source.write_bytes(BODY)

    again = store.put(source if as_file else BODY)

    assert again == first
    after = stored_file(tmp_path / "raw").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert durable.leftovers(tmp_path, time.time() + 60) == []


def test_reading_in_pieces_verifies_at_the_end(tmp_path: Path) -> None:
    store = RawStore(tmp_path)
    stored = store.put(BODY)

    with store.open(stored.sha256) as stream:
        pieces = list(iter(lambda: stream.read(777), b""))

    assert b"".join(pieces) == BODY


def test_an_object_under_a_wrong_name_is_damage(tmp_path: Path) -> None:
    store = RawStore(tmp_path)
    right, other = store.put(BODY), store.put(b"another body")
    right_file = tmp_path / right.sha256[:2] / f"{right.sha256}.zst"
    other_file = tmp_path / other.sha256[:2] / f"{other.sha256}.zst"
    right_file.write_bytes(other_file.read_bytes())

    with pytest.raises(StorageDamaged, match="another digest"):
        store.verify(right.sha256)


def test_every_flipped_bit_is_noticed(tmp_path: Path) -> None:
    store = RawStore(tmp_path)
    stored = store.put(BODY)
    file = stored_file(tmp_path)
    good = file.read_bytes()

    unnoticed = []
    for position in range(len(good)):
        bad = bytearray(good)
        bad[position] ^= 1 << (position % 8)
        file.write_bytes(bad)
        try:
            with store.open(stored.sha256) as stream:
                same = stream.read() == BODY
        except StorageDamaged:
            continue
        if not same:
            unnoticed.append(position)

    assert unnoticed == []


@pytest.mark.parametrize("keep", [0, 1, 20])
def test_a_cut_object_is_damage(tmp_path: Path, keep: int) -> None:
    store = RawStore(tmp_path)
    stored = store.put(BODY)
    os.truncate(stored_file(tmp_path), keep)

    with pytest.raises(StorageDamaged):
        store.verify(stored.sha256)


def test_a_missing_object_is_damage_and_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StorageDamaged, match="Restore it from the backup"):
        RawStore(tmp_path).open("0" * 64)


def test_names_cannot_leave_the_store(tmp_path: Path) -> None:
    with pytest.raises(MisuseError):
        RawStore(tmp_path).open("../" * 21 + "x")


def test_the_bytes_are_flushed_before_they_have_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    monkeypatch.setattr(
        durable,
        "sync",
        lambda path: calls.append("folder" if path.is_dir() else "file"),
    )
    rename = Path.replace

    def replace(self: Path, target: Path) -> Path:
        calls.append("rename")
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", replace)

    RawStore(tmp_path).put(b"x")

    assert calls[-3:] == ["file", "rename", "folder"]


def test_a_full_disk_is_a_sentence_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)

    with pytest.raises(StorageUnwritable, match="No space left on device"):
        RawStore(tmp_path).put(b"x")

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_failed_flush_is_damage_and_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def fail(handle: int) -> None:
        calls.append(handle)
        raise OSError(5, "Input/output error")

    RawStore(tmp_path).put(b"the folder exists")
    monkeypatch.setattr(os, "fsync", fail)

    with pytest.raises(StorageDamaged, match="Input/output error"):
        durable.sync(tmp_path)

    assert len(calls) == 1


def test_an_empty_body_is_an_object_too(tmp_path: Path) -> None:
    store = RawStore(tmp_path)

    stored = store.put(b"")

    assert stored == RawObject(hashlib.sha256(b"").hexdigest(), 0, stored.stored_size)
    store.verify(stored.sha256)
