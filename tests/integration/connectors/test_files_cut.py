"""Files that lose a column before they land."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from support.declared import feed
from support.drop_folder import NEVER, ROSTER, columns, take, workbook

from hub.connectors.decode import Wanted, decode


def test_a_workbook_without_a_column_lands_as_lines(tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx", ROSTER)
    received = hashlib.sha256((tmp_path / "a.xlsx").read_bytes()).hexdigest()

    part, body = take(tmp_path, NEVER)

    assert b"c4nary" not in body
    assert part.meta.media == "jsonl"
    assert part.meta.cut == {"密码": 1, "gone": 0}
    assert part.meta.received_sha256 == received
    assert columns(part, body, "id", "no") == [("1", "甲"), ("2", "乙")]


def test_sums_notes_and_hidden_rows_of_a_cut_workbook_are_told(tmp_path: Path) -> None:
    sheet = [*ROSTER, ["合计", None, None], ["注：不含退休人员", None, None]]
    workbook(tmp_path / "a.xlsx", sheet)

    part, body = take(tmp_path, NEVER)

    (rows,) = decode(io.BytesIO(body), part.meta, Wanted(frozenset({"id"}), {}))
    assert rows.frame["id"].to_list() == ["1", "2"]
    assert rows.broken.rows() == [(2, "P28"), (3, "P28")]


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
