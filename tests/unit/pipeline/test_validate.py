from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pandera.polars as pa
import polars as pl
import pytest
from support.valid_rows import LANDED, spoil, valid_rows

from hub.pipeline.validate import RULE_OF, ValidationBroken, find_failures, stated_by
from hub.schemas import DATASETS, Column, Dataset
from hub.schemas.fields import Int, Share, field
from hub.schemas.model import HubModel, facts
from hub.schemas.row_rules import RowRule
from hub.schemas.rules import RULES

every_dataset = pytest.mark.parametrize("ds", DATASETS.values(), ids=list(DATASETS))


def found(ds: Dataset, frame: pl.DataFrame) -> set[tuple[int, str, str]]:
    return set(find_failures(ds, frame).iter_rows())


def spoil_each(ds: Dataset, columns: list[Column], value: object) -> pl.DataFrame:
    """One row per column, faultless but for that column's cell."""
    frame = valid_rows(ds, len(columns))
    for at, column in enumerate(columns):
        cell = [value] if column.type == "list" and value is not None else value
        frame = spoil(frame, column.name, cell, at=at)
    return frame


def expected(columns: list[Column], rule: str) -> set[tuple[int, str, str]]:
    return {(10 + at, column.name, rule) for at, column in enumerate(columns)}


@every_dataset
def test_faultless_rows_have_no_findings(ds: Dataset) -> None:
    failures = find_failures(ds, valid_rows(ds))

    assert failures.height == 0
    assert failures.schema == {"row": pl.Int64, "column": pl.String, "rule": pl.String}


@every_dataset
def test_derived_columns_and_provenance_may_be_absent(ds: Dataset) -> None:
    derived = [column.name for column in ds.columns if column.derived]
    made = {column.name for column in ds.provenance} - {"ingested_at"}

    assert found(ds, valid_rows(ds).drop(*derived, *made)) == set()


@every_dataset
def test_missing_required_values_are_p01(ds: Dataset) -> None:
    due = [c for c in ds.columns if c.required == "yes" and not c.derived]

    failures = found(ds, spoil_each(ds, due, None))

    assert failures == expected(due, "P01")


@every_dataset
def test_values_that_the_hub_makes_later_are_not_missed(ds: Dataset) -> None:
    made = [c for c in ds.columns if c.required == "yes" and c.derived]

    assert found(ds, spoil_each(ds, made, None)) == set()


@every_dataset
def test_values_outside_the_code_list_are_p02(ds: Dataset) -> None:
    coded = [column for column in ds.columns if column.code_list]

    failures = found(ds, spoil_each(ds, coded, "没有此码"))

    assert {f for f in failures if f[2] == "P02"} == expected(coded, "P02")


@every_dataset
def test_values_of_another_form_are_p10(ds: Dataset) -> None:
    formed = [column for column in ds.columns if column.form]

    failures = found(ds, spoil_each(ds, formed, "x"))

    assert failures == expected(formed, "P10")


@every_dataset
def test_instants_before_1980_are_k14(ds: Dataset) -> None:
    instants = [column for column in ds.columns if column.type == "ts"]

    failures = found(ds, spoil_each(ds, instants, datetime(1979, 12, 31, tzinfo=UTC)))

    assert {f for f in failures if f[2] == "K14"} == expected(instants, "K14")


@every_dataset
@pytest.mark.parametrize("minutes", [10, 11])
def test_only_planned_instants_lie_beyond_the_tolerance(
    ds: Dataset, minutes: int
) -> None:
    instants = [column for column in ds.columns if column.type == "ts"]
    ahead = LANDED + timedelta(minutes=minutes)

    failures = found(ds, spoil_each(ds, instants, ahead))

    early = {f for f in failures if f[2] == "K14"}
    assert early == {
        finding
        for finding, column in zip(
            sorted(expected(instants, "K14")), instants, strict=True
        )
        if minutes == 11 and column.horizon == "past"
    }


ISSUE = DATASETS["issue"]


def test_findings_name_the_row_number_and_not_the_position() -> None:
    frame = valid_rows(ISSUE).reverse()
    frame = spoil(frame, "rework_count", -1, at=0)

    assert found(ISSUE, frame) == {(12, "rework_count", "P12")}


def test_facts_unfolded_from_one_row_share_its_findings() -> None:
    frame = valid_rows(ISSUE).with_columns(pl.lit(7, pl.Int64).alias("__row"))
    frame = spoil(spoil(frame, "rework_count", -1, at=0), "rework_count", -2, at=2)

    assert find_failures(ISSUE, frame).rows() == [(7, "rework_count", "P12")]


def test_rows_are_numbered_by_the_column_that_the_caller_names() -> None:
    frame = spoil(valid_rows(ISSUE), "rework_count", -1).rename({"__row": "line"})

    failures = find_failures(ISSUE, frame, row="line")

    assert failures.rows() == [(11, "rework_count", "P12")]


def test_an_empty_frame_has_no_findings() -> None:
    assert find_failures(ISSUE, valid_rows(ISSUE).clear()).height == 0


def test_columns_outside_the_dataset_are_ignored() -> None:
    frame = valid_rows(ISSUE).with_columns(id_card=pl.lit("11010519491231002X"))

    assert find_failures(ISSUE, frame).height == 0


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        (lambda f: f.drop("reported_at"), "reported_at"),
        (lambda f: f.drop("__row"), "__row"),
        (lambda f: f.drop("ingested_at"), "ingested_at"),
        (lambda f: f.with_columns(lon=pl.lit("x")), "lon"),
        (lambda f: f.with_columns(stage_code=pl.lit(1)), "stage_code"),
        (lambda f: f.lazy(), "LazyFrame"),
    ],
)
def test_a_frame_that_cannot_be_judged_is_no_finding(broken, named: str) -> None:  # type: ignore[no-untyped-def]
    frame = broken(valid_rows(ISSUE))

    with pytest.raises(ValidationBroken, match=named):
        find_failures(ISSUE, frame)


def test_pandera_cannot_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    from pandera.config import CONFIG

    monkeypatch.setattr(CONFIG, "validation_enabled", False)
    frame = spoil(valid_rows(ISSUE), "rework_count", -1)

    assert find_failures(ISSUE, frame).height == 1


def test_every_check_of_every_model_has_a_rule_code() -> None:
    for ds in DATASETS.values():
        for column in ds.columns:
            for check in ds.model.to_schema().columns[column.name].checks:
                assert (stated_by(column, check.name), check.name) in RULE_OF

    assert set(RULE_OF.values()) <= set(RULES)


class Reading(HubModel):
    """A dataset made up for this test, with what no real one has yet."""

    open_share: Share = field("开放率", at_least=0, at_most=1)
    level: Int = field("水位")

    @pa.check("level")
    @classmethod
    def is_sane(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """Raises on text that is no number, as a careless rule might."""
        return data.lazyframe.select(10 // pl.col("level") > 0)

    class Config:
        """Facts of the dataset as a whole."""

        name = "reading"
        title = "读数"
        metadata = facts(
            topic="areas",
            grain="one row per reading",
            key=("level",),
            history="static",
            share="OPEN",
        )


READING = Dataset.of(Reading)


def readings(share: str, level: int) -> pl.DataFrame:
    values = {"__row": [1], "open_share": [Decimal(share)], "level": [level]}
    schema = {"__row": pl.Int64, **{c.name: c.dtype for c in READING.columns}}
    return pl.DataFrame(values, schema=schema)


@pytest.mark.parametrize("share", ["-0.000001", "1.000001"])
def test_a_share_outside_0_and_1_is_p17(share: str) -> None:
    assert find_failures(READING, readings(share, 5)).rows() == [
        (1, "open_share", "P17")
    ]


def test_a_check_without_a_rule_code_is_a_fault_of_the_hub() -> None:
    with pytest.raises(ValidationBroken, match="no rule code for check is_sane"):
        find_failures(READING, readings("0.5", 50))


def test_a_check_that_raises_is_a_fault_of_the_hub(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def raises(_data: pa.PolarsData) -> pl.LazyFrame:
        raise RuntimeError("13812348000")

    check = pa.Check(raises, name="is_sane")
    monkeypatch.setattr(Reading.to_schema().columns["level"], "checks", [check])
    monkeypatch.setattr("hub.pipeline.validate._schemas", {})

    with pytest.raises(ValidationBroken, match="check_error at level") as caught:
        find_failures(READING, readings("0.5", 5))

    assert "13812348000" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_a_row_rule_that_raises_is_named_without_values() -> None:
    careless = RowRule("address", "P26", pl.col("address").cast(pl.Int64) > 0)
    ds = replace(ISSUE, row_rules=(careless,))
    frame = valid_rows(ISSUE).with_columns(address=pl.lit("某路12号"))

    with pytest.raises(ValidationBroken, match="P26 at address") as caught:
        find_failures(ds, frame)

    assert "某路12号" not in str(caught.value)
    assert caught.value.__context__ is None


def test_many_failing_rows_yield_one_line_each_and_no_value() -> None:
    numbers = pl.DataFrame({"__row": pl.int_range(100_000, eager=True)})
    row = valid_rows(ISSUE, 1).drop("__row")
    frame = numbers.join(row, how="cross").with_columns(
        source_channel_code=pl.lit("??"), rework_count=pl.lit(-1, pl.Int64)
    )

    failures = find_failures(ISSUE, frame)

    assert failures.columns == ["row", "column", "rule"]
    assert failures["rule"].value_counts(sort=True)["count"].to_list() == [100_000] * 2
