"""A sample is read without being told anything about it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import xlsxwriter

from hub.errors import BatchRefused, MisuseError
from hub.onboarding.sample import Sample, read_file

ROWS = [{"编号": "1", "街道": "东街"}, {"编号": "2", "街道": "西街"}]
XML = "<r><rows><row><编号>1</编号><街道>东街</街道></row>{}</rows></r>"


def _written(folder: Path, name: str, content: str, encoding: str = "utf-8") -> Sample:
    path = folder / name
    path.write_bytes(content.encode(encoding))
    return read_file(path)


@pytest.mark.parametrize(
    ("name", "content", "encoding", "read"),
    [
        ("a.csv", "编号,街道\n1,东街\n2,西街\n", "gb18030", {}),
        ("a.tsv", "编号\t街道\n1\t东街\n2\t西街\n", "utf-8", {}),
        ("a.csv", "编号;街道\n1;东街\n2;西街\n", "utf-8", {"delimiter": ";"}),
        ("a.jsonl", "\n".join(map(json.dumps, ROWS)), "utf-8", {}),
        (
            "a.json",
            json.dumps({"code": 0, "data": {"list": ROWS}}),
            "utf-8",
            {"records": "data.list"},
        ),
        (
            "a.xml",
            XML.format("<row><编号>2</编号><街道>西街</街道></row>"),
            "utf-8",
            {"records": "r.rows.row"},
        ),
    ],
)
def test_each_form_gives_the_same_rows(
    name: str, content: str, encoding: str, read: dict[str, str], tmp_path: Path
) -> None:
    sample = _written(tmp_path, name, content, encoding)

    assert sample.rows.columns == ["编号", "街道"]
    assert sample.rows.rows() == [("1", "东街"), ("2", "西街")]
    assert sample.read == read


def test_titles_of_a_sheet_are_found_under_a_heading_and_group_titles(
    tmp_path: Path,
) -> None:
    path = tmp_path / "sheet.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 3, "路长名册")
        sheet.merge_range(1, 0, 1, 1, "一级")
        sheet.merge_range(1, 2, 1, 3, "二级")
        sheet.write_row(2, 0, ["姓名", "电话", "姓名", "电话"])
        sheet.write_row(3, 0, ["甲", "1", "乙", "2"])

    sample = read_file(path)

    assert set(sample.rows.columns) == {
        "一级.姓名",
        "一级.电话",
        "二级.姓名",
        "二级.电话",
    }
    assert sample.rows["二级.姓名"].to_list() == ["乙"]


def test_nested_objects_become_paths_and_lists_are_set_aside(tmp_path: Path) -> None:
    row = {"id": 1, "place": {"lng": 114.3}, "trail": [{"step": 1}]}

    sample = _written(tmp_path, "a.json", json.dumps([row, row]))

    assert sample.rows.columns == ["id", "place.lng"]
    assert sample.lists == ("trail",)


def test_only_so_many_rows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,a\n" + "".join(f"{at},x\n" for at in range(50)))

    sample = read_file(path, rows=20)

    assert len(sample.rows) == 20
    assert not sample.complete


@pytest.mark.parametrize(("name", "content"), [("a.json", "{}"), ("a.json", "{")])
def test_what_holds_no_records_is_refused(
    name: str, content: str, tmp_path: Path
) -> None:
    with pytest.raises(BatchRefused, match="could not read the sample"):
        _written(tmp_path, name, content)


def test_a_file_that_is_not_there_or_of_no_form_is_a_wrong_call(tmp_path: Path) -> None:
    (tmp_path / "a.doc").write_text("x")

    for path in (tmp_path / "none.csv", tmp_path / "a.doc"):
        with pytest.raises(MisuseError):
            read_file(path)
