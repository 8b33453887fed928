"""The text of a draft: honest lines, open codes, nothing personal."""

from __future__ import annotations

import tomllib
from pathlib import Path

import polars as pl
import pytest
from support import made_samples
from support.filled_draft import check_filled, problems

from hub.onboarding.draft import Draft, infer
from hub.onboarding.sample import Sample, read_file
from hub.onboarding.writing import name_for, write_draft
from hub.partners.loader import load_city

CITY = load_city("wuhan")


def _office(name: str = "工单_20260701.csv") -> Draft:
    return infer(made_samples.sample_of(made_samples.office(CITY), name), CITY)


def _made(draft: Draft) -> str:
    return write_draft(draft, CITY, partner="east", feed="cases")


def test_every_drafted_column_says_how_sure_it_is_and_why() -> None:
    draft = _office()

    lines = _made(draft).splitlines()

    for line in draft.choice.lines:
        [told] = [one for one in lines if one.startswith(f"{line.match.column} = ")]
        assert f"   # {line.confidence}: " in told


def test_a_draft_is_toml_and_passes_once_its_blanks_are_filled(tmp_path: Path) -> None:
    made = _made(_office())

    assert tomllib.loads(made)["feed"][0]["never_land"] == ["身份证号码"]
    assert problems(made, CITY, "east", tmp_path) != []
    assert check_filled(made, CITY, "east", tmp_path) == []


def test_a_file_read_from_disk_comes_round(tmp_path: Path) -> None:
    path = tmp_path / "results_20260701.csv"
    columns = {
        "结果编号": [f"R{at}" for at in range(20)],
        "案件编号": [f"C{at}" for at in range(20)],
        "轮次": ["1"] * 20,
        "承办单位": ["D1", "D2"] * 10,
        "处置措施": ["劝导", "训诫"] * 10,
        "完成时间": [f"2026-07-01 {at:02d}:00:00" for at in range(20)],
        "照片张数": ["2"] * 20,
    }
    path.write_bytes(pl.DataFrame(columns).write_csv().encode("gb18030"))

    draft = infer(read_file(path), CITY)
    made = _made(draft)

    assert draft.choice.dataset == "handling"
    assert 'encoding = "gb18030"' in made
    assert r"""as_of = { file = 'results_(\d{8})\.csv$', format = "%Y%m%d" }""" in made
    assert 'files = "results_*.csv"' in made
    assert check_filled(made, CITY, "east", tmp_path) == []


def test_known_codes_are_written_and_unknown_ones_stay_open() -> None:
    made = _made(_office())

    tables = tomllib.loads(made)["feed"][0]["codes"]
    assert tables["satisfaction"]["满意"] == "SATISFIED"
    assert tables["source_channel"] == {"12345热线": "HL45", "随手拍": "SSP"}
    assert '# "街道自查" = "…"   # FILL IN' in made


def test_nothing_that_tells_of_a_person_is_shown() -> None:
    draft = _office()

    made = _made(draft)

    for field in ("诉求人", "联系方式", "身份证号码", "事发地点", "诉求描述"):
        for value in draft.sample.rows[field].unique():
            assert value not in made


def test_fields_that_go_nowhere_are_listed_to_be_confirmed() -> None:
    columns = dict(made_samples.office(CITY)) | {"内部备注甲": lambda at: f"x{at % 3}"}
    draft = infer(made_samples.sample_of(columns, "a.csv"), CITY)

    made = _made(draft)

    assert "内部备注甲" in draft.left
    assert '    # "内部备注甲",' in made
    assert tomllib.loads(made)["feed"][0]["ignore"] == []


def test_required_columns_without_a_field_are_blanks_with_their_codes() -> None:
    made = _made(_office())

    assert "# FILL IN: required category_kind_code" in made
    assert '# category_kind_code = { value = "…" }   # COMPONENT, MATTER' in made


def test_a_table_with_marks_of_operations_tells_of_deletions() -> None:
    rows = pl.DataFrame(
        {
            "log_id": [str(at) for at in range(12)],
            "result_id": [f"R{at // 2}" for at in range(12)],
            "case_id": [f"C{at // 2}" for at in range(12)],
            "op_type": ["I", "U", "D"] * 4,
            "op_time": [f"2026-07-01 {at:02d}:00:00" for at in range(12)],
            "begin_time": [f"2026-07-01 {at:02d}:00:00" for at in range(12)],
            "measure": ["劝导", "罚款"] * 6,
            "attempt_no": ["1"] * 12,
        }
    )
    sample = Sample(rows=rows, connector="sql", name="ex_result", keyset=("log_id",))

    feed = tomllib.loads(_made(infer(sample, CITY)))["feed"][0]

    assert feed["deletes"] == {"kind": "marker", "field": "op_type", "values": ["D"]}
    assert (feed["key"], feed["changed"]) == (["result_id"], "op_time")
    assert feed["read"] == {"table": "ex_result", "keyset": ["log_id"]}


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("cases_20260701.csv", "cases"),
        ("/api/v2/case/list", "list"),
        ("案件表.xlsx", "partner"),
        ("EX_RESULT", "ex_result"),
    ],
)
def test_names_come_from_files_paths_and_tables(told: str, name: str) -> None:
    assert name_for(told, "partner") == name
