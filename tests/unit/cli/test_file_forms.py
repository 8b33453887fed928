"""Exported files: encodings that lose nothing, cells that do nothing, limits told."""

from __future__ import annotations

import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest

from hub.cli import workbook_form
from hub.cli.file_forms import CellUnfit, CsvFile, Form, Layout
from hub.cli.files import written_aside
from hub.cli.workbook_form import XlsxFile
from hub.errors import MisuseError

AT = datetime(2026, 10, 2, 2, tzinfo=UTC)
ACTIVE = ["=1+1", "+86 27", "-@cmd", "@SUM(A1)", "\t=1", "＝1", "plain", None]
ROWS = pl.DataFrame(
    {
        "text": ACTIVE,
        "count": [1, -2, 2**53, None, 5, 6, 7, 8],
        "share": [Decimal("0.333333"), None, *[Decimal("1.000000")] * 6],
        "amount": [Decimal("123456789012345.678"), *[Decimal("0.500")] * 7],
        "lon": [114.305, None, float("nan"), 1.0, 2.0, 3.0, 4.0, 5.0],
        "flag": [True, None, False, True, True, True, True, True],
        "day": [date(2026, 10, 1), *[None] * 7],
        "at": [AT, *[None] * 7],
        "list": [["a", "b"], *[None] * 7],
    },
    schema_overrides={
        "share": pl.Decimal(9, 6),
        "amount": pl.Decimal(18, 3),
        "at": pl.Datetime("us", "UTC"),
    },
)
NAMES = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def layout(frame: pl.DataFrame = ROWS, encoding: str = "utf-8") -> Layout:
    labels = {"text": "文字"}
    return Layout(
        name="issue",
        title="案件",
        schema=dict(frame.schema),
        labels=labels,
        encoding=encoding,
        at=AT,
    )


def written(form: Form, frame: pl.DataFrame = ROWS, encoding: str = "utf-8") -> bytes:
    out = BytesIO()
    with form(out, layout(frame, encoding)) as put:
        for piece in frame.iter_slices(3):
            put(piece)
    return out.getvalue()


def cells(book: bytes) -> list[ElementTree.Element]:
    with zipfile.ZipFile(BytesIO(book)) as parts:
        sheet = ElementTree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
    return list(sheet.iter(f"{NAMES}c"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_a_csv_is_in_its_encoding_throughout(encoding: str) -> None:
    frame = pl.DataFrame({"name": ["张三", None, "", "=1", 'a"b,c'], "n": range(5)})

    told = written(CsvFile, frame, encoding)

    text = told.decode(encoding)
    assert text == 'name,n\n张三,0\n,1\n"",2\n=1,3\n"a""b,c",4\n'
    assert told.startswith(b"\xef\xbb\xbf") is (encoding == "utf-8-sig")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_rare_characters_stay(encoding: str) -> None:
    frame = pl.DataFrame({"name": ["㛃𠮷𪚥😀€é"]})

    assert written(CsvFile, frame, encoding).decode(encoding) == "name\n㛃𠮷𪚥😀€é\n"


def test_a_character_that_the_encoding_lacks_is_told_by_its_column_alone() -> None:
    frame = pl.DataFrame({"a": ["x"] * 5, "name": ["张三"] * 4 + ["𠮷野"]})

    with pytest.raises(CellUnfit, match="column name as gbk") as told:
        written(CsvFile, frame, "gbk")

    assert "row 5" in told.value.sentence
    assert "gb18030" in told.value.next_step
    assert "𠮷" not in told.value.sentence


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("before")

    with (
        pytest.raises(CellUnfit),
        written_aside(file) as out,
        CsvFile(out, layout(pl.DataFrame({"n": ["𠮷"]}), "gbk")) as put,
    ):
        put(pl.DataFrame({"n": ["𠮷"]}))

    assert [one.name for one in tmp_path.iterdir()] == ["a.csv"]
    assert file.read_text() == "before"


def test_a_file_that_is_refused_in_the_end_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"

    def refuse(aside: Path) -> None:
        assert aside.read_bytes() == b"whole"
        raise OSError("no audit")

    with pytest.raises(OSError, match="no audit"), written_aside(file, refuse) as out:
        out.write(b"whole")

    assert not list(tmp_path.iterdir())


def test_no_cell_of_a_workbook_is_a_formula() -> None:
    book = written(XlsxFile)

    found = cells(book)
    texts = [one for one in found if (one.get("r") or "").startswith("A")][1:]
    assert not [one for one in found if one.find(f"{NAMES}f") is not None]
    assert [one.get("t") for one in texts] == ["inlineStr"] * 7
    marked = [one.get("s") for one in texts]
    assert marked[6] is None
    assert len(set(marked[:6])) == 1
    with zipfile.ZipFile(BytesIO(book)) as parts:
        styles = parts.read("xl/styles.xml").decode()
    assert styles.count('quotePrefix="1"') == 1


def test_a_workbook_holds_every_value() -> None:
    book = BytesIO(written(XlsxFile))

    read = pl.read_excel(book, sheet_name="issue", infer_schema_length=None)
    about = pl.read_excel(book, sheet_name="字段说明")

    assert read.columns == ROWS.columns
    assert read["text"].to_list() == ACTIVE
    assert [int(n) for n in read["count"].drop_nulls()] == [1, -2, 2**53, 5, 6, 7, 8]
    assert [float(n) for n in read["share"].drop_nulls()][:2] == [0.333333, 1.0]
    assert str(read["amount"][0]) == "123456789012345.678"
    assert read["at"][0] == "2026-10-02T02:00:00Z"
    assert str(read["day"][0]) == "2026-10-01"
    assert read["list"][0] == "a; b"
    assert about.row(0) == ("text", "文字")
    assert len(about) == len(ROWS.columns)


def test_equal_rows_give_an_equal_workbook() -> None:
    assert written(XlsxFile) == written(XlsxFile)


def test_more_rows_than_a_sheet_has_are_refused_with_advice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workbook_form, "MOST_ROWS", len(ROWS) - 1)

    with pytest.raises(MisuseError, match=r"--where, or write \.parquet"):
        written(XlsxFile)


def test_a_text_too_long_for_a_cell_is_refused_and_never_cut() -> None:
    frame = pl.DataFrame({"text": ["x", "y" * 32_768]})

    with pytest.raises(CellUnfit, match="column text into a workbook") as told:
        written(XlsxFile, frame)

    assert "row 2" in told.value.sentence
    assert written(XlsxFile, pl.DataFrame({"text": ["y" * 32_767]}))
