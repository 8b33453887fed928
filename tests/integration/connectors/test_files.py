"""Folders that partners drop files into."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from support.declared import feed, partner

from hub.connectors.base import Delivery, Part
from hub.connectors.decode import Wanted, decode, row_texts
from hub.connectors.files import FilesConnector
from hub.errors import (
    BatchRefused,
    DeclarationError,
    HubError,
    SecretMissing,
    SourceUnavailable,
)
from hub.partners.spec import Feed
from hub.settings import Settings

DATED = {"file": r"_(\d{8})", "format": "%Y%m%d"}
PLAIN = feed(read={"files": "*"})


def connector(folder: Path | str, one: Feed, **source: Any) -> FilesConnector:
    given = {"connector": "files", "folder": str(folder)} | source
    return FilesConnector(partner(given, one), Settings(environment={}))


def find(
    folder: Path,
    one: Feed,
    *,
    seen: set[tuple[str, str | None]] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Delivery]:
    known = seen or set()
    with connector(folder, one) as open_connector:
        return list(
            open_connector.deliveries(
                one, since=since, until=until, seen=lambda n, c: (n, c) in known
            )
        )


def take(folder: Path, one: Feed, **source: Any) -> tuple[Part, bytes]:
    """The first delivery's part, and its body while the connector is open."""
    with connector(folder, one, **source) as open_connector:
        delivery = next(
            open_connector.deliveries(
                one, since=None, until=None, seen=lambda *_: False
            )
        )
        (part,) = open_connector.read(one, delivery, sweep_keys=None)
        body = part.body if isinstance(part.body, bytes) else part.body.read_bytes()
        return part, body


def columns(part: Part, body: bytes, *names: str) -> list[tuple[str | None, ...]]:
    wanted = Wanted(frozenset(names), {})
    chunks = decode(io.BytesIO(body), part.meta, wanted)
    return [row for chunk in chunks for row in chunk.frame.select(names).rows()]


def test_new_files_come_by_the_day_in_their_name(tmp_path: Path) -> None:
    for name in ("b_20260901.csv", "a_20260902.csv", "c_20260831.csv", "other.txt"):
        (tmp_path / name).write_text("id\n1\n")
    one = feed(read={"files": "*.csv"}, as_of=DATED)

    found = find(tmp_path, one)

    assert [(d.name, d.as_of) for d in found] == [
        ("c_20260831.csv", datetime(2026, 8, 30, 16, tzinfo=UTC)),
        ("b_20260901.csv", datetime(2026, 8, 31, 16, tzinfo=UTC)),
        ("a_20260902.csv", datetime(2026, 9, 1, 16, tzinfo=UTC)),
    ]
    assert found[0].content == hashlib.sha256(b"id\n1\n").hexdigest()


def test_a_file_is_new_again_when_its_content_is(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id\n1\n")
    (first,) = find(tmp_path, PLAIN)
    seen = {(first.name, first.content)}

    assert find(tmp_path, PLAIN, seen=seen) == []
    (tmp_path / "a.csv").write_text("id\n2\n")
    assert [d.name for d in find(tmp_path, PLAIN, seen=seen)] == ["a.csv"]


def test_a_window_takes_files_again_by_their_day(tmp_path: Path) -> None:
    for name in ("x_20260901.csv", "x_20260902.csv", "x_20260903.csv", "x.csv"):
        (tmp_path / name).write_text("id\n1\n")
    one = feed(read={"files": "*.csv"}, as_of=DATED)
    seen = {(d.name, d.content) for d in find(tmp_path, one)}

    found = find(
        tmp_path,
        one,
        seen=seen,
        since=datetime(2026, 9, 1, 16, tzinfo=UTC),
        until=datetime(2026, 9, 2, 16, tzinfo=UTC),
    )

    assert [delivery.name for delivery in found] == ["x_20260902.csv"]


def test_what_is_none_of_ours_is_passed_over_and_noted(tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text("id\n1\n")
    folder = tmp_path / "drop"
    folder.mkdir()
    (folder / "~$a.csv").write_bytes(b"lock")
    (folder / ".hidden.csv").write_bytes(b"x")
    (folder / "empty.csv").touch()
    (folder / "link.csv").symlink_to(outside)
    (folder / "sub.csv").mkdir()
    (folder / "good.csv").write_text("id\n1\n")

    with connector(folder, PLAIN) as one:
        found = list(
            one.deliveries(PLAIN, since=None, until=None, seen=lambda *_: False)
        )

    assert [delivery.name for delivery in found] == ["good.csv"]
    assert one.skipped.keys() == {"~$a.csv", ".hidden.csv", "empty.csv", "link.csv"}
    assert one.skipped["empty.csv"] == "it is empty"


def test_a_file_waits_for_its_marker(tmp_path: Path) -> None:
    one = feed(read={"files": "**/*", "done": ".ok"})
    (tmp_path / "day").mkdir()
    for name in ("a.csv", "b.csv", "day/c.csv"):
        (tmp_path / name).write_text("id\n1\n")
    (tmp_path / "a.csv.ok").touch()
    (tmp_path / "day" / "c.ok").touch()

    assert [d.name for d in find(tmp_path, one)] == ["a.csv", "day/c.csv"]


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256"])
def test_a_marker_with_a_checksum_is_compared(tmp_path: Path, algorithm: str) -> None:
    one = feed(read={"files": "*.csv", "done": ".sum"})
    (tmp_path / "a.csv").write_bytes(b"id\n1\n")
    digest = hashlib.new(algorithm, b"id\n1\n").hexdigest()
    (tmp_path / "a.csv.sum").write_text(f"{digest.upper()}  a.csv\n")

    part, _ = take(tmp_path, one)

    assert part.meta.origin["file"] == "a.csv"
    (tmp_path / "a.csv.sum").write_text(f"{'0' * len(digest)}  a.csv\n")
    with pytest.raises(BatchRefused, match="checksum is not the one"):
        take(tmp_path, one)


def test_a_large_file_is_handed_over_where_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,no\n1,甲\n")

    part, body = take(tmp_path, feed(read={"files": "a.csv"}))

    assert part.body == path
    assert body == path.read_bytes()
    assert (part.meta.media, part.meta.encoding) == ("csv", "utf-8")
    assert part.meta.received_sha256 == hashlib.sha256(body).hexdigest()
    assert columns(part, body, "no") == [("甲",)]


@pytest.mark.parametrize(
    ("name", "read", "content"),
    [
        ("a.csv", {}, "id,no\n1,甲;乙\n".encode("gb18030")),
        ("a.txt", {"format": "csv", "delimiter": ";"}, "id;no\n1;甲;乙".encode()[:-4]),
        ("a.tsv", {}, "id\tno\n1\t甲;乙\n".encode("utf-16")),
        ("a.ndjson", {}, '{"id":1,"no":"甲;乙"}\n'.encode()),
        ("a.json", {"records": "d"}, '{"d":[{"id":1,"no":"甲;乙"}]}'.encode()),
        ("a.JSON", {}, '[{"id":1,"no":"甲;乙"}]'.encode("gb18030")),
    ],
)
def test_every_form_is_read_back(
    tmp_path: Path, name: str, read: dict[str, str], content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)

    part, body = take(tmp_path, feed(read={"files": "a.*", **read}))

    assert columns(part, body, "id", "no")[0][0] == "1"
    assert str(columns(part, body, "no")[0][0]).startswith("甲")


def workbook(path: Path, rows: list[list[object]]) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("花名册")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)


ROSTER: list[list[object]] = [
    ["XX街道"],
    ["id", "no", "密码"],
    [1, "甲", "c4nary"],
    [],
    [2, "乙", None],
]


def test_a_workbook_keeps_where_its_header_stands(tmp_path: Path) -> None:
    workbook(tmp_path / "名单 .xls.xlsx", ROSTER)

    part, body = take(tmp_path, feed(read={"files": "*.xlsx"}))

    assert part.meta.origin == {
        "file": "名单 .xls.xlsx",
        "header": '{"花名册": [1]}',
        "title_rows": "1",
    }
    assert columns(part, body, "id", "no") == [("1", "甲"), ("2", "乙")]
    (shown,) = row_texts(io.BytesIO(body), part.meta, pl.Series([4]))["text"]
    assert json.loads(shown) == {"id": "2", "no": "乙", "密码": None}


NEVER = feed(read={"files": "*"}, never_land=["密码", "gone"])


def test_a_workbook_without_a_column_lands_as_lines(tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx", ROSTER)
    received = hashlib.sha256((tmp_path / "a.xlsx").read_bytes()).hexdigest()

    part, body = take(tmp_path, NEVER)

    assert b"c4nary" not in body
    assert part.meta.media == "jsonl"
    assert part.meta.cut == {"密码": 1, "gone": 0}
    assert part.meta.received_sha256 == received
    assert columns(part, body, "id", "no") == [("1", "甲"), ("2", "乙")]


def test_a_csv_is_cut_by_column_and_broken_records_keep_only_their_place(
    tmp_path: Path,
) -> None:
    sent = (
        'id,"密 码",no\r\n1,c4nary,"甲,乙"\r\n2,x,c4nary,c4nary\r\n'
        '3,c4nary,""\r\n\r\n4\r\n'
    )
    (tmp_path / "a.csv").write_bytes(sent.encode("gb18030"))

    part, body = take(tmp_path, NEVER)

    assert b"c4nary" not in body
    assert part.meta.encoding == "utf-8"
    assert part.meta.cut == {"密码": 2, "gone": 0}
    wanted = Wanted(frozenset({"id", "no"}), {})
    (rows,) = decode(io.BytesIO(body), part.meta, wanted)
    assert rows.frame.rows() == [(0, "1", "甲,乙"), (2, "3", "")]
    assert rows.broken["__row"].to_list() == [1, 3]
    assert rows.fields == {"id", "no"}


@pytest.mark.parametrize("kept", ["no", ""])
def test_a_csv_of_few_columns_keeps_its_rows_when_cut(
    tmp_path: Path, kept: str
) -> None:
    (tmp_path / "a.csv").write_text(f"密码,{kept}\nc4nary,\nc4nary,x\nc4nary\n")

    part, body = take(tmp_path, NEVER)

    (rows,) = decode(io.BytesIO(body), part.meta, Wanted(frozenset({"no"}), {}))
    assert len(rows.frame) == 2
    assert len(rows.broken) == 1
    assert b"c4nary" not in body


def test_json_lines_are_cut_and_broken_lines_keep_only_their_place(
    tmp_path: Path,
) -> None:
    lines = '{"id": 1.0, "密码": "c4nary"}\n{"id": 2, "密码": "c4nary"\n{"id": 3}\n'
    (tmp_path / "a.jsonl").write_text(lines)

    part, body = take(tmp_path, NEVER)

    assert b"c4nary" not in body
    assert part.meta.cut == {"密码": 1, "gone": 0}
    (rows,) = decode(io.BytesIO(body), part.meta, Wanted(frozenset({"id"}), {}))
    assert rows.frame.rows() == [(0, "1.0"), (2, "3")]
    assert rows.broken["__row"].to_list() == [1]


def test_a_json_document_is_cut_where_its_rows_are(tmp_path: Path) -> None:
    doc = '{"rows": [{"id": 1.0, "密码": "c4nary"}], "n": 1.50}'
    (tmp_path / "a.json").write_text(doc)
    one = feed(read={"files": "*", "records": "rows"}, never_land=["密码"])

    _, body = take(tmp_path, one)

    assert body == b'{"rows":[{"id":1.0}],"n":1.50}'


def test_temporary_copies_go_with_the_connector(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,密码\n1,c4nary\n")

    part, _ = take(tmp_path, NEVER)

    assert isinstance(part.body, Path)
    assert not part.body.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


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
        ("a.csv", gzip.compress(b"id\n1\n"), "packed with gzip"),
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


def test_a_file_whose_name_hides_its_day_is_refused_alone(tmp_path: Path) -> None:
    for name in ("a_20260901.csv", "b.csv", "c_20261399.csv"):
        (tmp_path / name).write_text("id\n1\n")
    one = feed(read={"files": "*.csv"}, as_of=DATED)

    with connector(tmp_path, one) as open_connector:
        found = list(
            open_connector.deliveries(
                one, since=None, until=None, seen=lambda *_: False
            )
        )
        good = list(open_connector.read(one, found[0], sweep_keys=None))
        for delivery in found[1:]:
            with pytest.raises(BatchRefused, match="does not hold the day"):
                list(open_connector.read(one, delivery, sweep_keys=None))

    assert good[0].meta.as_of == datetime(2026, 8, 31, 16, tzinfo=UTC)
    assert [delivery.name for delivery in found[1:]] == ["b.csv", "c_20261399.csv"]


@pytest.mark.parametrize("change", ["write", "unlink"])
def test_a_file_that_changes_under_us_is_left_for_the_next_run(
    tmp_path: Path, change: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id\n1\n")
    (delivery,) = find(tmp_path, PLAIN)
    if change == "write":
        path.write_text("id\n1\n2\n")
    else:
        path.unlink()

    with connector(tmp_path, PLAIN) as one, pytest.raises(SourceUnavailable):
        list(one.read(PLAIN, delivery, sweep_keys=None))


@pytest.mark.parametrize(
    ("folder", "pattern", "kind"),
    [
        ("nowhere", "*", SourceUnavailable),
        (".", "../*", DeclarationError),
        (".", "/etc/*", DeclarationError),
        ("env:DROP", "*", SecretMissing),
    ],
)
def test_a_folder_that_cannot_be_looked_into(
    tmp_path: Path, folder: str, pattern: str, kind: type[HubError]
) -> None:
    one = feed(read={"files": pattern})
    where = folder if folder.startswith("env:") else tmp_path / folder

    with pytest.raises(kind), connector(where, one) as open_connector:
        list(
            open_connector.deliveries(
                one, since=None, until=None, seen=lambda *_: False
            )
        )
