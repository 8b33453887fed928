"""Old workbooks and Parquet in a folder: landed as sent, read as texts."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support.declared import feed
from support.drop_folder import PLAIN, ROSTER, columns, take, workbook
from support.old_workbook import old_workbook

from hub.connectors.decode import Wanted, decode, row_texts
from hub.errors import BatchRefused
from hub.partners.spec import Feed

TITLES = ("编号", "片区", "姓名", "上报时间")


def roster(**given: object) -> Feed:
    mapped = {"case_no": {"field": "编号"}, "topic": {"field": "姓名"}}
    emits = ({"dataset": "issue", "columns": mapped},)
    return feed(key=("编号",), emits=emits, read={"files": "*"}, **given)


def test_an_old_workbook_is_read_as_a_new_one(tmp_path: Path) -> None:
    (tmp_path / "名册.xls").write_bytes(old_workbook())

    part, body = take(tmp_path, roster())
    (rows,) = decode(io.BytesIO(body), part.meta, Wanted(frozenset(TITLES), {}))

    assert body == old_workbook()
    assert part.meta.received_sha256 == hashlib.sha256(body).hexdigest()
    assert part.meta.origin["header"] == '{"花名册": [1]}'
    assert rows.frame.select(TITLES).rows() == [
        ("7", "一片", "甲", "2026-05-02 08:30:00"),
        ("8", "一片", "乙", "2026-05-03 08:30:00"),
        ("4.40306199001011e+17", "二片", "丙", "2026-05-04 08:30:00"),
    ]
    assert rows.broken.rows() == [(5, "P28")]
    assert rows.told.rows() == [(4, "P29")]


def test_an_old_workbook_is_cut_like_a_new_one(tmp_path: Path) -> None:
    (tmp_path / "名册.xls").write_bytes(old_workbook())

    part, body = take(tmp_path, roster(never_land=["姓名"]))

    assert part.meta.cut == {"姓名": 4}
    assert "甲" not in body.decode()
    assert columns(part, body, "编号", "姓名")[0] == ("7", None)


def test_a_new_workbook_with_the_ending_of_an_old_one_is_read(tmp_path: Path) -> None:
    workbook(tmp_path / "a.xls", ROSTER)

    part, body = take(tmp_path, PLAIN)

    assert columns(part, body, "id", "no") == [("1", "甲"), ("2", "乙")]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.xls", b"id\tno\n1\t2\n", "no Excel workbook"),
        ("a.xls", b"<html><table>", "an HTML page"),
        ("a.xls", old_workbook()[:900], "no Excel workbook"),
        ("a.xls", old_workbook() + bytes(2 << 20), "inflated it has 2 MB"),
        ("a.csv", old_workbook(), 'taken as format = "xls"'),
        ("a.parquet", b"id\n1\n", "no Parquet file"),
        ("a.csv", b"PAR1", "a Parquet file; declare its format"),
        ("a.parquet", b"PARE" + bytes(9) + b"PARE", "encrypted Parquet"),
    ],
)
def test_what_is_something_else_is_refused_by_name(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(BatchRefused, match=message):
        take(tmp_path, PLAIN, limits={"max_body_mb": 1})


def frame(rows: int) -> pl.DataFrame:
    keys = pl.int_range(rows, eager=True)
    return pl.DataFrame({"id": keys, "no": [f"甲{key}" for key in keys], "密码": "x"})


def test_parquet_lands_as_sent_and_is_read_in_pieces(tmp_path: Path) -> None:
    frame(250_000).write_parquet(tmp_path / "a.parquet", row_group_size=70_000)

    part, body = take(tmp_path, PLAIN)
    read = list(decode(io.BytesIO(body), part.meta, Wanted(frozenset({"no"}), {})))
    (shown,) = row_texts(io.BytesIO(body), part.meta, pl.Series([249_999]))["text"]

    assert body == (tmp_path / "a.parquet").read_bytes()
    assert max(len(rows.frame) for rows in read) <= 100_000
    numbered = pl.concat([rows.frame for rows in read])
    assert numbered.row(-1) == (249_999, "甲249999")
    assert numbered["__row"].to_list() == list(range(250_000))
    assert json.loads(shown) == {"id": "249999", "no": "甲249999", "密码": "x"}


def test_parquet_is_cut_without_the_columns(tmp_path: Path) -> None:
    frame(3).write_parquet(tmp_path / "a.parquet")

    part, body = take(tmp_path, feed(read={"files": "*"}, never_land=["密码", "gone"]))

    assert part.meta.cut == {"密码": 3, "gone": 0}
    assert pq.read_schema(io.BytesIO(body)).names == ["id", "no"]
    assert columns(part, body, "id", "no")[2] == ("2", "甲2")


def test_parquet_that_breaks_off_or_unfolds_too_far_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    wide = pa.table({"id": ["same" * 1000] * 3000})
    pq.write_table(wide, path, use_dictionary=False, compression="zstd")

    with pytest.raises(BatchRefused, match="inflated it has 11 MB"):
        take(tmp_path, PLAIN, limits={"max_body_mb": 1})
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(BatchRefused, match="damaged or breaks off"):
        take(tmp_path, PLAIN)
