from __future__ import annotations

import pytest

from hub.schemas import DATASETS, Dataset
from hub.schemas.code_lists import code_lists
from hub.schemas.derive import code_page, dictionary_page, rule_page
from hub.schemas.rules import RULES


def rows(page: str) -> list[list[str]]:
    """Cells of every table line of a page."""
    lines = [line for line in page.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


@pytest.mark.parametrize("ds", DATASETS.values(), ids=list(DATASETS))
def test_every_column_has_its_line_in_the_dictionary(ds: Dataset) -> None:
    page = dictionary_page(ds)

    assert page.startswith(f"# `{ds.name}` {ds.title}\n")
    assert ds.description in page
    names = [cells[0].strip("`") for cells in rows(page) if cells[0].startswith("`")]
    assert names == [column.name for column in ds.all_columns]
    assert {len(cells) for cells in rows(page)} == {8}


def test_the_dictionary_says_who_may_see_a_column_and_how() -> None:
    line = next(c for c in rows(dictionary_page(DATASETS["patrol"])) if "track" in c[0])

    assert line[5:7] == ["closed 不予共享", "drop"]
    assert "sensitive" in line[7]


def test_every_code_and_every_rule_is_documented() -> None:
    codes, rules = code_page(), rule_page()

    for entries in code_lists().values():
        assert f"## {entries.name}\n" in codes
        for code in entries.ordered:
            assert f"| `{code}` | {entries.label_zh(code)}" in codes
    for rule in RULES.values():
        assert f"| `{rule.code}` | {rule.severity}" in rules
        assert rule.remedy_zh in rules


def test_a_bar_in_a_pattern_does_not_break_the_table() -> None:
    formats = code_page().split("## Formats")[1]

    assert {len(cells) for cells in rows(formats)} == {5}
