"""Expressions compute with one row and nothing else."""

from __future__ import annotations

import polars as pl
import pytest

from hub.partners.expressions import ALLOWED, expression_fields, find_faults

ROW = "use only the fields of one row"
PARSE = "leave parsing to format, type or unit beside the expression"


@pytest.mark.parametrize(
    "sql",
    [
        "COALESCE(NULLIF(a, ''), b)",
        "a || '-' || b",
        "CASE WHEN a IN ('1', '2') THEN 'x' ELSE b END",
        "a = 'now()' AND b NOT LIKE 'cast(%'",
        "split_part(\"unit.id\", '-', 1)",
        "concat_ws(':', a, \"../id\")",
        "a IS NOT NULL AND (b <> 'x' OR a BETWEEN 'a' AND 'c')",
        "upper(a) -- now(), count(b), ::",
        'upper("sum(a)")',
    ],
)
def test_text_of_one_row_may_be_used(sql):
    assert find_faults(sql) == []


@pytest.mark.parametrize(
    ("sql", "what", "remedy"),
    [
        ("now()", "now() reads the clock", "the same row must always"),
        ("CURRENT_DATE", "CURRENT_DATE reads the clock", ROW),
        ("a || current_timestamp", "current_timestamp reads the clock", ROW),
        ("CAST(a AS INT)", "CAST() casts or parses", PARSE),
        ("TRY_CAST(a AS INT)", "TRY_CAST() casts or parses", PARSE),
        ("a::int", "casts with ::", PARSE),
        ("DATE '2021-08-31' || a", "DATE '…' is a cast", PARSE),
        ("date(a)", "date() casts or parses", PARSE),
        ("strptime(a, '%Y')", "strptime() casts or parses", PARSE),
        ("date_part('year', a)", "date_part() casts or parses", PARSE),
        ("count(*)", "count() aggregates over rows", ROW),
        ("max(a)", "max() aggregates over rows", ROW),
        ("FIRST(a)", "FIRST() aggregates over rows", ROW),
        ("lag(a) OVER (ORDER BY b)", "OVER looks at other rows (a window)", ROW),
        ("row_number()", "row_number() looks at other rows", ROW),
        ("(SELECT a FROM t)", "SELECT looks at other rows (a query)", ROW),
        ("a IN (SELECT b FROM t)", "SELECT looks at other rows (a query)", ROW),
        ("uper(a)", "unknown function uper()", 'did you mean "upper"?'),
        ("a ||", "is not a valid expression", "check brackets"),
        ("'x'", "reads no field", "write a constant"),
        ("COLUMNS('^a')", "unknown function COLUMNS()", "allowed: "),
        (
            "unit.id || a",
            "unit.id reads as a struct, not as the nested field",
            'write the field in double quotes: "unit.id"',
        ),
    ],
)
def test_everything_else_is_refused_with_its_reason(sql, what, remedy):
    faults = find_faults(sql)

    assert any(
        f.what.startswith(what) and f.remedy.startswith(remedy) for f in faults
    ), faults


def test_the_fields_of_an_expression_count_as_mapped():
    sql = "CASE WHEN a = 'b' THEN \"unit.id\" ELSE COALESCE(c, '') END"

    assert expression_fields(sql) == {"a", "unit.id", "c"}
    assert expression_fields("no (") == frozenset()
    assert expression_fields(" ") == frozenset()


ARGUMENTS = {
    "concat_ws": "'-', a, a",
    "if": "a = 'x', a, a",
    "left": "a, 1",
    "lpad": "a, 3, '0'",
    "nullif": "a, ''",
    "position": "'x' IN a",
    "regexp_like": "a, 'x'",
    "regexp_replace": "a, 'x', 'y'",
    "replace": "a, 'x', 'y'",
    "right": "a, 1",
    "rpad": "a, 3, '0'",
    "split_part": "a, '-', 1",
    "starts_with": "a, 'x'",
    "ends_with": "a, 'x'",
    "strpos": "a, 'x'",
    "substr": "a, 1, 1",
    "substring": "a, 1, 1",
}


@pytest.mark.parametrize("name", sorted(ALLOWED))
def test_every_allowed_function_exists_and_sees_one_row_only(name):
    arguments = ARGUMENTS.get(name, "a, a" if name in PAIRS else "a")
    sql = f"{name}({arguments})"
    rows = pl.DataFrame({"a": ["x-y", "q", None, "", "x"]})

    together = rows.select(pl.sql_expr(sql).alias("r"))["r"].to_list()
    alone = [rows[i].select(pl.sql_expr(sql).alias("r"))["r"][0] for i in range(5)]

    assert find_faults(sql) == []
    assert together == alone


PAIRS = {"coalesce", "concat", "greatest", "least", "ifnull"}
