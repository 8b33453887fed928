"""Commands that only read, over one delivered city, as a program reads them."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from support.file_city import NAME, NOW

FINDING = {
    "rule", "severity", "dataset", "column", "partner", "feed", "batch", "row",
    "message", "remedy",
}  # fmt: skip
FIGURE = {
    "metric", "version", "calibers", "basis", "period", "as_of", "level", "unit_code",
    "by", "by_code", "numerator", "denominator", "value_share", "value_number",
    "quarantined", "release",
}  # fmt: skip


def ask(delivered, *args: str):
    done = delivered.city.hub(*args, "--json")
    assert done.code == 0, done
    return done.json


def test_batches_are_listed_the_newest_first(delivered) -> None:
    every = ask(delivered, "batch", "list")
    cases = ask(delivered, "batch", "list", "--feed", "cases", "--limit", "1")

    assert [one["batch"] for one in every] == ["b00000002", "b00000001"]
    assert cases == [every[1]]


def test_a_batch_names_the_rules_it_broke(delivered) -> None:
    shown = ask(delivered, "batch", "show", "b00000001")

    counted = {(one["rule"], one["column"]): one["count"] for one in shown["findings"]}
    assert counted["P06", "source_stage_id"] == 1
    assert shown["landed_at"] == "2026-10-03T00:00:00Z"
    assert [part["sequence"] for part in shown["parts"]] == [0]


def test_quarantine_is_counted_by_batch_and_rule(delivered) -> None:
    listed = ask(delivered, "quarantine", "list", "district/notes")

    assert listed == [
        {
            "partner": "district",
            "feed": "notes",
            "batch": "b00000002",
            "rows": 1,
            "rules": {"F01": 1},
        }
    ]


def test_findings_speak_chinese_and_hold_no_value(delivered) -> None:
    done = delivered.city.hub("quarantine", "show", "b00000001", "--json")

    found = {one["rule"]: one for one in done.json}
    assert set(found) == {"P06", "F09"}
    assert set(found["P06"]) == FINDING
    assert (found["P06"]["row"], found["P06"]["column"]) == (2, "source_stage_id")
    assert "取值" in found["P06"]["message"]
    assert NAME not in done.out + done.err
    assert "没听过" not in done.out + done.err


def test_a_row_as_sent_is_shown_only_when_asked(delivered) -> None:
    plain = delivered.city.hub("quarantine", "show", "b00000001", "--row", "2")
    raw = ask(delivered, "quarantine", "show", "b00000001", "--row", "2", "--raw")

    assert NAME not in plain.out
    assert [one["row"] for one in raw] == [2]
    assert "没听过" in raw[0]["sent"]


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_rejected_rows_go_back_with_reasons(
    delivered, tmp_path: Path, ending: str
) -> None:
    file = tmp_path / f"rejected.{ending}"

    told = ask(delivered, "quarantine", "export", "district/cases", str(file))

    assert told["rows"] == 2
    frame = (
        pl.read_csv(file).rename({"原样": "sent", "规则": "rules", "问题": "problems"})
        if ending == "csv"
        else pl.read_ndjson(file)
    )
    assert len(frame) == 2
    text = str(frame.to_dict(as_series=False))
    assert all(word in text for word in ("没听过", "P06", "来源状态", "F09"))
    assert file.stat().st_mode & 0o077 == 0


def test_datasets_are_listed_with_published_rows(delivered) -> None:
    rows = {one["dataset"]: one["rows"] for one in ask(delivered, "dataset", "list")}

    assert len(rows) == 21
    assert (rows["issue"], rows["review"], rows["division"]) == (2, 1, 6)


def test_a_dataset_shows_its_columns(delivered) -> None:
    shown = ask(delivered, "dataset", "show", "issue")

    columns = {one["column"]: one for one in shown["columns"]}
    assert shown["key"] == ["issue_id"]
    assert columns["reporter_phone"]["mask"] == "drop"
    assert columns["stage_code"]["label"]


def test_rows_come_typed_and_without_people(delivered) -> None:
    told = ask(delivered, "dataset", "rows", "issue", "--where", "case_no=eq.A2")

    (row,) = told["rows"]
    assert set(told) == {"dataset", "release", "as_of", "columns", "rows"}
    assert list(row) == told["columns"]
    assert row["handled_at"] == "2026-10-01T03:00:00Z"
    assert row["closed_at"] is None
    assert not {"reporter_name", "batch_id", "media"} & set(row)


@pytest.mark.parametrize(
    "args",
    [
        ["--columns", "reporter_name"],
        ["--where", "reporter_name=like.王%"],
        ["--columns", "nonsense"],
        ["--where", "case_no=equals.A1"],
        ["--where", "reported_at=gt.never"],
    ],
)
def test_closed_or_unknown_columns_and_operators_are_refused(
    delivered, args: list[str]
) -> None:
    done = delivered.city.hub("dataset", "rows", "issue", *args, "--json")

    assert done.code == 2
    assert done.error["code"] == "misuse"
    assert "王" not in done.out + done.err


def test_the_operator_may_ask_for_everything_and_is_warned(delivered) -> None:
    done = delivered.city.hub(
        "dataset", "rows", "issue", "--columns", "reporter_name", "--all-columns"
    )

    assert NAME in done.out
    assert "must not be passed on" in done.err


@pytest.mark.parametrize("ending", ["parquet", "csv", "jsonl"])
def test_exports_hold_the_published_rows(
    delivered, tmp_path: Path, ending: str
) -> None:
    file = tmp_path / f"issues.{ending}"

    told = ask(delivered, "dataset", "export", "issue", str(file))

    read = {
        "parquet": pl.read_parquet,
        "csv": pl.read_csv,
        "jsonl": pl.read_ndjson,
    }[ending](file)
    assert (told["rows"], len(read)) == (2, 2)
    assert sorted(read.columns) == sorted(told["columns"])
    assert sorted(read["case_no"]) == ["A1", "A2"]


def test_figures_carry_everything_they_rest_on(delivered) -> None:
    args = ("metric", "compute", "on_time_handling_rate", "--period", "2026-10")

    city, east, west = ask(delivered, *args)

    assert set(city) == FIGURE
    assert (city["numerator"], city["denominator"]) == (1, 2)
    assert (city["value_share"], city["unit_code"]) == ("0.500000", None)
    assert (city["quarantined"], city["release"]) == (3, "r000001")
    assert city["as_of"] == "2026-10-03T00:00:00Z"
    assert (east["unit_code"], east["denominator"]) == ("AU-E", 2)
    assert (west["value_share"], west["denominator"]) == (None, 0)


def test_an_explanation_accounts_for_every_case(delivered) -> None:
    args = ("metric", "explain", "on_time_handling_rate", "--period", "2026-10")

    told = ask(delivered, *args)

    assert set(told) == FIGURE | {"numerator_ids", "left_out", "missed"}
    assert len(told["numerator_ids"]) == told["numerator"]
    assert len(told["missed"]) == told["denominator"] - told["numerator"]
    assert [one["reason"] for one in told["missed"]] == ["NOT_HANDLED"]
    assert told["left_out"] == []


def test_a_release_is_what_it_was(delivered) -> None:
    (listed,) = ask(delivered, "release", "list")
    checked = ask(delivered, "release", "verify")

    assert listed == ask(delivered, "release", "show", "r000001")
    assert checked["ok"]
    assert {one["dataset"] for one in checked["datasets"]} == set(listed["datasets"])


def test_a_release_differs_from_itself_in_nothing(delivered) -> None:
    told = ask(delivered, "release", "diff", "r000001", "r000001")

    assert set(told) == {"datasets"}
    assert told["datasets"]["issue"] == {"added": 0, "changed": 0, "gone": 0}


def test_the_doctor_finds_a_delivered_city_well(delivered) -> None:
    found = ask(delivered, "doctor")

    names = {one["check"] for one in found}
    assert {"python", "home", "control database", "lake", "city"} <= names
    assert all(one["ok"] for one in found)


@pytest.mark.parametrize(
    "args",
    [
        ["batch", "show", "b00000099"],
        ["batch", "show", "12"],
        ["quarantine", "list", "nobody"],
        ["quarantine", "show", "b00000001", "--row", "first"],
        ["quarantine", "export", "district", "x.csv"],
        ["quarantine", "export", "district/cases", "x.docx"],
        ["dataset", "show", "issues"],
        ["metric", "compute", "guess_rate"],
        ["metric", "compute", "--period", "October"],
        ["metric", "explain", "closed_loop_rate", "--period", "2026-10", "--unit", "X"],
        ["release", "show", "r000099"],
        ["batch", "list", "--state", "lost"],
        ["batch", "list", "--limit", "0"],
    ],
)
def test_misuse_ends_with_2_and_the_error_object(delivered, args: list[str]) -> None:
    done = delivered.city.hub(*args, "--json")

    assert done.code == 2
    assert done.error["code"] == "misuse"
    assert done.error["next"]
    assert done.err == ""


def test_without_json_a_failure_is_one_sentence_on_standard_error(delivered) -> None:
    done = delivered.city.hub("batch", "show", "b00000099")

    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1
    assert "hub batch list" in done.err


def test_tables_keep_to_the_width(delivered) -> None:
    shown = delivered.city.hub("quarantine", "show", "b00000001", COLUMNS="80")

    widths = [
        sum(2 if "\u2e80" <= letter <= "\uffef" else 1 for letter in line)
        for line in shown.out.splitlines()
    ]
    assert max(widths) <= 80
    assert NOW not in shown.out
