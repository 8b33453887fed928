"""Manifests in the home: whole, found again, and honest about files that changed."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.errors import StorageDamaged
from hub.storage.manifests import KeptManifest, ManifestStore, file_digest
from hub.storage.release_ends import Seal

SEAL = Seal("ab", "0123456789abcdef", "cd" * 32, "ef" * 64, datetime.now(UTC))


def test_a_manifest_comes_back_with_its_signature(tmp_path: Path) -> None:
    store = ManifestStore(tmp_path / "releases")
    store.write("r000001", b"half of it, left by a run that was killed", SEAL)

    store.write("r000001", b'{"city":"wuhan"}', SEAL)

    assert store.read("r000001") == KeptManifest(b'{"city":"wuhan"}', "ef" * 64)
    names = {path.name for path in store.folder.iterdir()}
    assert names == {"r000001.json", "r000001.sig", "key-0123456789abcdef.pub"}
    key = store.folder / "key-0123456789abcdef.pub"
    assert key.read_text() == "cd" * 32 + "\n"


@pytest.mark.parametrize("name", ["r000001.json", "r000001.sig"])
def test_a_manifest_without_one_of_its_files_is_damage(
    tmp_path: Path, name: str
) -> None:
    store = ManifestStore(tmp_path)
    store.write("r000001", b"{}", SEAL)
    (tmp_path / name).unlink()

    with pytest.raises(StorageDamaged, match="backup of the folder"):
        store.read("r000001")


def test_a_file_is_hashed_whole(tmp_path: Path) -> None:
    file = tmp_path / "part.parquet"
    file.write_bytes(b"rows" * 100_000)

    found = file_digest(file, 400_000)

    assert found == hashlib.sha256(b"rows" * 100_000).hexdigest()


@pytest.mark.parametrize("written", [None, b"", b"row", b"rows."])
def test_a_file_of_another_size_is_damage(
    tmp_path: Path, written: bytes | None
) -> None:
    file = tmp_path / "part.parquet"
    if written is not None:
        file.write_bytes(written)

    with pytest.raises(StorageDamaged, match=r"hash part\.parquet"):
        file_digest(file, 4)
