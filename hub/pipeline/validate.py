"""Which rows of a typed frame break which rule: one pandera run, codes only.

What lives here: running a dataset's pandera model together with the verdict
columns of `verdicts`, and the one table that turns a failed check into a rule
code. What does not: parsing (types are right before), dropping (the caller splits),
severity (`hub.schemas.rules`), rules over several rows or datasets.

Why it looks this way (tests repeat each fact): a check that itself raised, and a
missing column, come back without a verdict per row and must never pass for a
finding; failure cases hold values, which may be personal, so none are collected
and rows are told from the check output alone; a LazyFrame of dirty rows passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import pandera.polars as pa
import polars as pl
from pandera.config import ValidationDepth, config_context
from pandera.errors import SchemaError, SchemaErrorReason, SchemaErrors

from hub.errors import HubError
from hub.pipeline.verdicts import row_rules
from hub.schemas import Column, Dataset
from hub.schemas.norms import Norms
from hub.schemas.row_rules import RowRule

VERDICT = "__verdict_"
FINDINGS: Mapping[str, type[pl.DataType]] = MappingProxyType(
    {"row": pl.Int64, "column": pl.String, "rule": pl.String}
)
# (what the column states, check that failed) → rule code. Verdict columns are not
# here: a row rule names its code itself.
RULE_OF: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("required", "not_nullable"): "P01",
        ("code_list", "isin"): "P02",
        ("code_list", "str_matches"): "P02",
        ("pattern", "str_matches"): "P03",
        ("length", "str_length"): "P11",
        ("range", "greater_than"): "P12",
        ("range", "greater_than_or_equal_to"): "P12",
        ("range", "less_than_or_equal_to"): "P12",
        ("share", "greater_than_or_equal_to"): "P17",
        ("share", "less_than_or_equal_to"): "P17",
    }
)
KEPT = 256
_schemas: dict[tuple[str, ...], tuple[Dataset, pa.DataFrameSchema]] = {}


class ValidationBroken(HubError):
    """The check itself could not be made; says nothing about any row."""

    code = "validation_broken"


def find_failures(
    ds: Dataset,
    frame: pl.DataFrame,
    *,
    row: str = "__row",
    norms: Norms | None = None,
) -> pl.DataFrame:
    """Findings about single rows of one dataset.

    Columns that the hub derives may be absent or null, columns of the provenance
    block may be absent; everything else of the dataset must be there, typed.
    `ingested_at` must be there where instants are to be judged against it (K14).

    Args:
        ds: the dataset that the frame claims to be.
        frame: collected rows; further columns are ignored.
        row: name of the row-number column; several rows may share a number.
        norms: formats and tolerances of the city; the national ones if None.

    Returns:
        `row` Int64, `column` String, `rule` String: one line per row, column and
        rule, sorted. No value of any row.

    Raises:
        ValidationBroken: a column is missing or of another type, or a rule raised.
    """
    present = _require_shape(ds, frame, row)
    rules = _applicable(ds, frame, norms or Norms())
    verdicts = {f"{VERDICT}{n}": rule for n, rule in enumerate(rules)}
    judged = _judge(ds, frame.select(c.name for c in present), verdicts)
    verdicts = {name: rule for name, rule in verdicts.items() if name in judged.columns}
    doubtful = [column for column in present if _may_fail(ds, column, frame)]
    judged = judged.select(*(column.name for column in doubtful), *verdicts)
    failed = _run(ds, _schema(ds, doubtful, verdicts), judged)
    return _findings(ds, failed, frame[row], verdicts)


def _require_shape(ds: Dataset, frame: pl.DataFrame, row: str) -> list[Column]:
    """The dataset's columns that the frame holds, all of them of their type."""
    if not isinstance(frame, pl.DataFrame):
        raise _broken(ds, f"a {type(frame).__name__} instead of a collected frame")
    due = {column.name for column in ds.columns if not column.derived} | {row}
    absent = due - set(frame.columns)
    if absent:
        names = ", ".join(sorted(absent))
        raise _broken(ds, f"columns missing from the frame: {names}")
    present = [c for c in ds.all_columns if c.name in frame.columns]
    for column in present:
        found = frame.schema[column.name]
        if found != column.dtype:
            raise _broken(ds, f"{column.name} is {found}, not {column.dtype}")
    return present


def _may_fail(ds: Dataset, column: Column, frame: pl.DataFrame) -> bool:
    """Whether the model claims more of a column than its type, which is known by now.

    A column costs pandera a millisecond, whatever the number of rows.
    """
    declared = _declared(ds)[column.name]
    if declared.checks:
        return True
    required = not (declared.nullable or column.derived)
    return required and frame[column.name].null_count() > 0


@cache
def _declared(ds: Dataset) -> Mapping[str, pa.Column]:
    return ds.model.to_schema().columns


def _applicable(ds: Dataset, frame: pl.DataFrame, norms: Norms) -> list[RowRule]:
    """Rules whose columns are there; only what may be absent is let off."""
    optional = {c.name for c in ds.columns if c.derived} | {"source_updated_at"}
    rules = []
    for rule in row_rules(ds, norms):
        lacking = rule.reads - set(frame.columns)
        if not lacking:
            rules.append(rule)
        elif not lacking & optional:
            names = ", ".join(sorted(lacking))
            raise _broken(ds, f"rule {rule.rule} needs {names}, which is missing")
    return rules


def _judge(
    ds: Dataset, rows: pl.DataFrame, verdicts: Mapping[str, RowRule]
) -> pl.DataFrame:
    """The rows and one verdict column for each claim that some row breaks.

    A claim that holds everywhere is not handed on: a check costs pandera a
    millisecond, whatever the number of rows.
    """
    claims = {name: rule.holds for name, rule in verdicts.items()}
    try:
        judged = rows.with_columns(**claims)
    except pl.exceptions.PolarsError:
        judged = None
    if judged is None:
        raised = [rule for rule in verdicts.values() if _raises(rows, rule)]
        names = ", ".join(f"{rule.rule} at {rule.column}" for rule in raised)
        raise _broken(ds, f"row rules raised: {names}")
    return judged.drop(name for name in claims if judged[name].all())


def _raises(rows: pl.DataFrame, rule: RowRule) -> bool:
    """Whether the rule raises by itself; the engine's words can quote values."""
    try:
        rows.select(rule.holds)
    except pl.exceptions.PolarsError:
        return True
    return False


def _schema(
    ds: Dataset, present: list[Column], verdicts: Mapping[str, RowRule]
) -> pa.DataFrameSchema:
    """As `_made_schema`, kept: making one takes as long as checking with it."""
    wanted = (*(column.name for column in present), *verdicts)
    kept = _schemas.get(wanted)
    if kept is None or kept[0] is not ds:
        if len(_schemas) >= KEPT:
            _schemas.clear()
        kept = _schemas[wanted] = (ds, _made_schema(ds, present, verdicts))
    return kept[1]


def _made_schema(
    ds: Dataset, present: list[Column], verdicts: Mapping[str, RowRule]
) -> pa.DataFrameSchema:
    """The model, less what is absent, plus one Boolean column per row rule."""
    declared = _declared(ds)
    columns = {
        column.name: pa.Column(
            declared[column.name].dtype,
            checks=declared[column.name].checks,
            nullable=declared[column.name].nullable or column.derived,
        )
        for column in present
    }
    holds = pa.Check.equal_to(True, n_failure_cases=0)
    for name in verdicts:
        columns[name] = pa.Column(pl.Boolean, checks=holds, nullable=True)
    return pa.DataFrameSchema(columns, name=ds.name, strict=True, coerce=False)


def _run(
    ds: Dataset, schema: pa.DataFrameSchema, judged: pl.DataFrame
) -> list[SchemaError]:
    # The environment can switch pandera off (PANDERA_VALIDATION_ENABLED); then
    # every row would pass. Here it is always on, and in full depth.
    depth = ValidationDepth.SCHEMA_AND_DATA
    with config_context(validation_enabled=True, validation_depth=depth):
        try:
            schema.validate(judged, lazy=True)
        except SchemaErrors as errors:
            failed: list[SchemaError] = errors.schema_errors
        else:
            failed = []
    for error in failed:
        _require_verdicts(ds, error, len(judged))
    return failed


def _require_verdicts(ds: Dataset, error: SchemaError, height: int) -> None:
    """Refuse to read a failure that does not say which rows failed."""
    per_row = (
        SchemaErrorReason.SERIES_CONTAINS_NULLS,
        SchemaErrorReason.DATAFRAME_CHECK,
    )
    output = error.check_output
    if error.reason_code in per_row and output is not None and len(output) == height:
        return
    # Neither message nor cause is passed on: both can hold values of rows.
    reason = getattr(error.reason_code, "name", "unknown").lower()
    raise _broken(ds, f"{reason} at {error.column_name}")


def _findings(
    ds: Dataset,
    failed: list[SchemaError],
    rows: pl.Series,
    verdicts: Mapping[str, RowRule],
) -> pl.DataFrame:
    parts = [pl.DataFrame(schema=dict(FINDINGS))]
    for error in failed:
        name = str(error.column_name)
        found = verdicts.get(name)
        column = found.column if found else name
        rule = found.rule if found else _rule_code(ds, name, error)
        breaks = rows.filter(~error.check_output.to_series()).cast(pl.Int64)
        parts.append(
            pl.DataFrame({"row": breaks}).with_columns(
                column=pl.lit(column), rule=pl.lit(rule)
            )
        )
    return pl.concat(parts).unique().sort("row", "column", "rule")


def _rule_code(ds: Dataset, name: str, error: SchemaError) -> str:
    check = error.check if isinstance(error.check, str) else error.check.name
    code = RULE_OF.get((stated_by(ds.column(name), check), check))
    if code is None:
        raise _broken(ds, f"no rule code for check {check} at {name}")
    return code


def stated_by(column: Column, check: str) -> str:
    """The mark of the column that a failed check stands for."""
    if check == "not_nullable":
        return "required"
    if check == "isin" or (check == "str_matches" and column.code_list):
        return "code_list"
    if check == "str_matches":
        return "pattern"
    if check == "str_length":
        return "length"
    return "share" if column.type == "share" else "range"


def _broken(ds: Dataset, seen: str) -> ValidationBroken:
    return ValidationBroken(
        f"check rows of {ds.name}",
        seen=seen,
        next_step="This is a fault of the hub or of a rule, not of the rows: "
        "nothing was accepted; report it with the batch number.",
    )
