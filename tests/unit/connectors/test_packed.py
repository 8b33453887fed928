"""How much a workbook holds is counted, not believed."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from hub.connectors.file_proof import FileUnfit
from hub.connectors.packed import TooLarge, prove_size


def packed(path: Path, *parts: bytes, stored: bool = False) -> bytes:
    made = io.BytesIO()
    way = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(made, "w", way) as archive:
        for number, part in enumerate(parts):
            archive.writestr(f"{number}.xml", part)
    path.write_bytes(made.getvalue())
    return made.getvalue()


@pytest.mark.parametrize("stored", [False, True])
def test_exactly_as_much_as_may_be_is_taken(tmp_path: Path, stored: bool) -> None:
    path = tmp_path / "book"
    packed(path, b"a" * 700_000, b"b" * 300_000, b"", stored=stored)

    prove_size(path, 1_000_000)
    with pytest.raises(TooLarge):
        prove_size(path, 999_999)


def test_a_damaged_part_is_unfit(tmp_path: Path) -> None:
    path = tmp_path / "book"
    body = bytearray(packed(path, bytes(range(256)) * 99))
    body[60:80] = b"\xff" * 20
    path.write_bytes(body)

    with pytest.raises(FileUnfit):
        prove_size(path, 1 << 20)


def test_what_is_no_archive_is_unfit(tmp_path: Path) -> None:
    path = tmp_path / "book"
    path.write_bytes(b"PK\x03\x04 and nothing more")

    with pytest.raises(FileUnfit, match="breaks off"):
        prove_size(path, 1 << 20)
