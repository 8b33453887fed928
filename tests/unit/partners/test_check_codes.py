"""Value tables and constants lead to codes that exist."""

from __future__ import annotations

import pytest


def with_table(feed: str, column: str, table: str, rows: str) -> str:
    given = f'{column} = {{ field = "f", codes = "{table}" }}\n'
    plain = "\n".join(
        line for line in feed.splitlines() if not line.startswith(f"{column} =")
    )
    return f"{plain}\n{given}[feed.codes.{table}]\n{rows}\n"


@pytest.mark.parametrize(
    ("column", "rows", "expected"),
    [
        ("source_channel_code", '1 = "XC"', None),
        (
            "source_channel_code",
            '1 = "XCC"',
            '"1": unknown code of SOURCE_CHANNEL "XCC"; did you mean "XC"?; allowed: '
            "BM, ",
        ),
        (
            "source_channel_code",
            '1 = ["XC", "SP"]',
            '"1": stands for several codes; source_channel_code takes exactly one',
        ),
        (
            "source_channel_code",
            "1 = []",
            '"1": stands for no code; source_channel_code takes exactly one',
        ),
        ("source_stage_id", '3 = ["REGISTERED", "DISPATCHED"]\n8 = "SUSPENDED"', None),
        ("source_stage_id", "2 = []", None),
        (
            "source_stage_id",
            '6 = "CLOSD"',
            '"6": unknown stage "CLOSD"; did you mean "CLOSED"?; allowed: ACCEPTED, ',
        ),
        ("district_code", '80157 = "420104"', None),
        (
            "district_code",
            '80157 = "420109"',
            '"80157": unknown division "420109"; did you mean "420104"?',
        ),
        ("is_suspended", '1 = "true"\n0 = "false"', None),
        (
            "is_suspended",
            '1 = "yes"',
            '"1": unknown truth value "yes"; allowed: false, true',
        ),
        ("category_system_code", '1 = "LOCAL-qiaokou"', None),
        (
            "category_system_code",
            '1 = "LOCAL-qiaoku"',
            '"1": unknown code of CATEGORY_SYSTEM "LOCAL-qiaoku"; did you mean '
            '"LOCAL-qiaokou"?',
        ),
        ("category_name", '1 = "暴露垃圾"', None),
    ],
)
def test_targets_of_a_table(problem_lines, head, feed, column, rows, expected):
    lines = problem_lines(head + with_table(feed, column, "t", rows))

    if expected is None:
        assert lines == []
    else:
        assert len(lines) == 1
        assert lines[0].startswith(f'feed "cases" → codes → t → {expected}')


def test_a_table_that_nobody_declared_is_named(problem_lines, head, feed):
    assert problem_lines(head + feed + 'case_no = { field = "f", codes = "x" }\n') == [
        'feed "cases" → columns → case_no → codes: value table "x" is not declared; '
        "declare [feed.codes.x]"
    ]


def test_a_misspelt_table_is_found(problem_lines, head, feed):
    text = with_table(feed, "source_stage_id", "stage", '6 = "CLOSED"')
    text = text.replace('codes = "stage"', 'codes = "stages"')

    assert problem_lines(head + text) == [
        'feed "cases" → columns → source_stage_id → codes: unknown value table '
        '"stages"; '
        'did you mean "stage"?; declare [feed.codes.stages]; allowed: stage'
    ]


def test_a_state_is_evidence_by_table_only(problem_lines, head, feed):
    lines = problem_lines(head + feed + 'source_stage_id = "state"\n')

    assert [line.partition(";")[0] for line in lines] == [
        'feed "cases" → columns → source_stage_id: is read without a value table'
    ]


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("is_supervised", "true", None),
        ("is_supervised", '"true"', "does not fit a column of type bool"),
        ("media_count", "true", "does not fit a column of type int"),
        ("media_count", '"0"', "does not fit a column of type int"),
        ("case_no", "12", "does not fit a column of type str"),
        ("district_code", '"420104"', None),
        ("district_code", '"420199"', 'unknown division "420199"'),
        ("category_kind_code", '"EVENT"', 'unknown code of CATEGORY_KIND "EVENT"'),
    ],
)
def test_constants_fit_their_column(problem_lines, head, feed, column, value, expected):
    text = "\n".join(
        line for line in feed.splitlines() if not line.startswith(f"{column} =")
    )

    lines = problem_lines(f"{head}{text}\n{column} = {{ value = {value} }}\n")

    if expected is None:
        assert lines == []
    else:
        at = f'feed "cases" → columns → {column} → value: {expected}'
        assert [line[: len(at)] for line in lines] == [at]
