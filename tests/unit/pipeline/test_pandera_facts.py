"""What the hub relies on in pandera.polars; a new version must not change it."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl
import pytest
from pandera.errors import SchemaErrorReason, SchemaErrors

ROWS = pl.DataFrame({"row": [3, 3, 5, 7], "code": ["A", "?", "B", "!"]})


def errors(schema: pa.DataFrameSchema, frame: pl.DataFrame | pl.LazyFrame):  # type: ignore[no-untyped-def]
    with pytest.raises(SchemaErrors) as caught:
        schema.validate(frame, lazy=True)
    return caught.value


def codes(**options: object) -> pa.DataFrameSchema:
    check = pa.Check.isin(["A", "B"], **options)
    return pa.DataFrameSchema({"code": pa.Column(pl.String, check)})


def test_failure_index_is_the_position_of_the_row() -> None:
    failed = errors(codes(), ROWS).failure_cases

    assert failed["index"].to_list() == [1, 3]


def test_failure_cases_and_messages_hold_values() -> None:
    error = errors(codes(), ROWS)

    assert error.failure_cases["failure_case"].to_list() == ["?", "!"]
    assert "'?'" in str(error.schema_errors[0])


def test_without_failure_cases_the_verdict_per_row_is_still_whole() -> None:
    error = errors(codes(n_failure_cases=0), ROWS)

    assert error.failure_cases.height == 0
    assert "'?'" not in str(error.schema_errors[0])
    verdict = error.schema_errors[0].check_output.to_series()
    assert verdict.to_list() == [True, False, True, False]


def test_a_missing_column_and_a_rule_that_raised_have_no_index() -> None:
    def raises(_data: pa.PolarsData) -> pl.LazyFrame:
        raise RuntimeError

    schema = pa.DataFrameSchema(
        {"code": pa.Column(pl.String, pa.Check(raises)), "gone": pa.Column(pl.String)}
    )

    error = errors(schema, ROWS)

    assert error.failure_cases["index"].to_list() == [None, None]
    assert [e.check_output for e in error.schema_errors] == [None, None]
    assert {e.reason_code for e in error.schema_errors} == {
        SchemaErrorReason.COLUMN_NOT_IN_DATAFRAME,
        SchemaErrorReason.CHECK_ERROR,
    }


def test_a_frame_level_rule_writes_out_the_whole_row() -> None:
    check = pa.Check(lambda data: data.lazyframe.select(pl.col("row") > 4))
    schema = pa.DataFrameSchema(checks=check)

    failed = errors(schema, ROWS).failure_cases

    assert failed["failure_case"][1] == '{"row":3,"code":"?"}'


def test_a_null_verdict_passes() -> None:
    frame = pl.DataFrame({"holds": [True, None, False]})
    schema = pa.DataFrameSchema(
        {"holds": pa.Column(pl.Boolean, pa.Check.equal_to(True), nullable=True)}
    )

    assert errors(schema, frame).failure_cases["index"].to_list() == [2]


def test_dirty_rows_of_a_lazy_frame_pass() -> None:
    passed = codes().validate(ROWS.lazy(), lazy=True)

    assert passed.collect().equals(ROWS)


def test_undeclared_columns_pass_unless_the_schema_is_strict() -> None:
    clean = ROWS.filter(pl.col("code") < "C").filter(pl.col("code") > "@")

    assert codes().validate(clean).columns == ["row", "code"]
    strict = pa.DataFrameSchema(codes().columns, strict=True)
    assert errors(strict, clean).failure_cases["failure_case"].to_list() == ["row"]


def test_coercion_changes_values_in_silence() -> None:
    schema = pa.DataFrameSchema({"n": pa.Column(pl.Int64)}, coerce=True)

    assert schema.validate(pl.DataFrame({"n": [1.9]}))["n"].to_list() == [1]


def test_uniqueness_rejects_every_copy() -> None:
    schema = pa.DataFrameSchema({"row": pa.Column(pl.Int64, unique=True)})

    assert errors(schema, ROWS).failure_cases["index"].to_list() == [0, 1]


def test_a_label_on_a_built_in_field_check_is_refused() -> None:
    with pytest.raises(pa.errors.SchemaInitError):
        pa.Field(isin=["A"], error="P02")
