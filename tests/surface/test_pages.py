"""Pages about batches and quarantine, as a person reads them at 80 columns."""

from __future__ import annotations

from support.file_city import NAME, FileCity, case

WIDTH = {"COLUMNS": "80"}


def width(line: str) -> int:
    return sum(2 if "\u2e80" <= one <= "\uffef" else 1 for one in line)


def test_a_batch_tells_its_rows_facts_and_rules_in_words(delivered) -> None:
    out = delivered.city.hub("batch", "show", "b00000001", **WIDTH).out

    for words in (
        "merged 已入库",
        "东区 案件系统",
        "cases_1.csv",
        "1 part,",
        "= accepted 接收",
        "2 still out 尚未入库",
        "P06 reject 隔离: source_stage_id 来源状态值 × 1",
        "处理：",
        "hub quarantine replay district/cases --batch b00000001",
    ):
        assert words in out
    assert NAME not in out
    assert max(map(width, out.splitlines())) <= 80


def test_a_batch_names_its_parent_and_its_children(city: FileCity) -> None:
    city.drop("cases_2.csv", case("A9"), case("A10"))
    city.hub("run", "--json")

    parent = city.hub("batch", "show", "b00000002", "--json").json
    (child,) = parent["children"]
    shown = city.hub("batch", "show", child["batch"], "--json").json
    page = city.hub("batch", "show", "b00000002").out

    assert (child["kind"], shown["parent"]) == ("retry", "b00000002")
    assert (parent["held"], parent["parts"][0]["stored_bytes"] > 0) == (0, True)
    assert "all are in by now" in page
    assert child["batch"] in page


def test_a_refused_batch_says_why_and_what_next(city: FileCity) -> None:
    city.drop("cases_2.csv", case("B1"))
    city.hub("run", "district/cases")

    out = city.hub("batch", "show", "b00000003").out

    assert "refused 整批退回" in out
    assert "= refused whole" in out
    assert "B01" in out
    assert "hub quarantine replay district/cases --batch b00000003" in out


def test_quarantine_names_place_column_and_remedy_but_no_value(delivered) -> None:
    done = delivered.city.hub("quarantine", "show", "b00000001", **WIDTH)

    for words in ("2 of 5 rows", "cases_1.csv 第4行", "source_stage_id 来源状态值"):
        assert words in done.out
    assert "没听过" not in done.out
    assert NAME not in done.out
    assert max(map(width, done.out.splitlines())) <= 80


def test_raw_shows_every_field_and_marks_the_bad_one(delivered) -> None:
    args = ("quarantine", "show", "b00000001", "--row", "2", "--raw")
    lines = delivered.city.hub(*args, **WIDTH).out.splitlines()

    (bad,) = (line.split() for line in lines if line.startswith("状态"))
    assert bad == ["状态", "没听过", "P06"]
    assert any(line.split() == ["上报人", NAME] for line in lines)


def test_rows_beyond_the_limit_are_counted(city: FileCity) -> None:
    odd = [case(f"X{number}", "没听过") for number in range(5)]
    city.drop("cases_2.csv", *odd)
    city.hub("run", "district/cases")

    done = city.hub("quarantine", "show", "b00000003", "--limit", "2")

    assert "P06: 5 rows" in done.out
    assert "… and 3 more" in done.out
    assert "2 of 5 rows; --limit 0 shows all." in done.err


def test_the_list_says_what_each_rule_means(delivered) -> None:
    out = delivered.city.hub("quarantine", "list").out

    assert "F01 × 1: district/notes 1" in out
    assert "处理：" in out
