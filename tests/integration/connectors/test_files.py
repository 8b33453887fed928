"""Folders that partners drop files into: which files come, and when."""

from __future__ import annotations

import hashlib
import io
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from support.declared import feed, partner
from support.drop_folder import (
    DATED,
    PLAIN,
    ROSTER,
    columns,
    connector,
    find,
    take,
    workbook,
)

from hub.connectors.decode import row_texts
from hub.connectors.files import FilesConnector
from hub.errors import (
    BatchRefused,
    DeclarationError,
    HubError,
    SecretMissing,
    SourceUnavailable,
)
from hub.settings import Settings


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


def test_a_file_is_left_until_it_has_settled(tmp_path: Path) -> None:
    one = feed(read={"files": "*.csv", "settle": "5m"})
    for name, changed in (("old.csv", 700), ("new.csv", 701), ("ahead.csv", 2000)):
        (tmp_path / name).write_text("id\n1\n")
        os.utime(tmp_path / name, (changed, changed))
    source = {"connector": "files", "folder": str(tmp_path)}
    settings = Settings(environment={})

    with FilesConnector(partner(source, one), settings, now=lambda: 1000) as open_one:
        found = open_one.deliveries(one, since=None, until=None, seen=lambda *_: False)
        names = [delivery.name for delivery in found]

    assert names == ["old.csv"]
    assert open_one.skipped["new.csv"] == "it was changed less than 5m ago"


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
