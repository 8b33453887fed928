"""Files that are something else than their name says."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from support.declared import feed
from support.drop_folder import PLAIN, take

from hub.errors import (
    BatchRefused,
)


def zipped(inflated: int) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sheet1.xml", b"0" * inflated)
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"\n <!DOCTYPE html><html>", "an HTML page"),
        ("a.json", b"<html>login</html>", "an HTML page"),
        ("a.csv", zipped(10), "Excel workbook or a zip"),
        ("a.csv", gzip.compress(b"id\n1\n", mtime=0), "packed with gzip"),
        ("a.csv", b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
        ("a.xlsx", b"id\n1\n", "no Excel workbook"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old or password-protected"),
        ("a.xlsx", zipped(10)[:-9], "breaks off"),
        ("a.xlsx", zipped(10), "no Excel workbook"),
        ("a.xlsx", zipped(3 << 20), "inflated it has 3 MB"),
        ("a.json", b"[" + b" " * (2 << 20) + b"]", "JSON Lines any size"),
        ("a.csv", "id\n硚口区\n".encode()[:-3], "UTF-8 text that breaks"),
        ("a.dat", b"id\n1\n", "no format"),
    ],
)
def test_a_file_that_is_something_else_is_refused_by_name(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(BatchRefused, match=message) as refused:
        take(tmp_path, PLAIN, limits={"max_body_mb": 1})

    assert str(refused.value).startswith(
        f"qiaokou/cases: could not read the file {name}"
    )


def test_utf8_declared_as_gb18030_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,no\n1,硚口区\n")
    one = feed(read={"files": "*"}, encoding="gb18030")

    with pytest.raises(BatchRefused, match="the bytes are UTF-8 text"):
        take(tmp_path, one)
