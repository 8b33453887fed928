"""A frame is of the table's shape or it is refused; nothing is cast."""

from __future__ import annotations

import polars as pl
import pyarrow as pa
import pytest
from support.lake_tables import OCTOBER, SCHEMA, rows

from hub.storage.faults import FrameMismatch
from hub.storage.shape import Shape

SHAPE = Shape("core/issue", SCHEMA, ("partner", "month"))


def test_files_hold_the_declared_arrow_types() -> None:
    table = SHAPE.to_arrow(rows(3))

    inside = [field for field in SCHEMA if field.name not in OCTOBER]
    assert table.schema.equals(pa.schema(inside))


def test_the_order_of_columns_does_not_matter() -> None:
    frame = rows(3)

    other = frame.select(reversed(frame.columns))
    SHAPE.expect(other, OCTOBER)

    table = SHAPE.to_arrow(other)

    assert table.equals(SHAPE.to_arrow(frame))


def test_partition_columns_may_be_given_where_they_agree() -> None:
    frame = rows(3).with_columns(partner=pl.lit("qiaokou"), month=pl.lit("2026-10"))

    SHAPE.expect(frame, OCTOBER)

    assert SHAPE.to_arrow(frame).equals(SHAPE.to_arrow(rows(3)))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda f: f.drop("title"), "title is missing"),
        (lambda f: f.with_columns(extra=pl.lit(1)), "extra is unknown"),
        (lambda f: f.cast({"person_count": pl.Float64}), "person_count is Float64"),
        (lambda f: f.cast({"person_count": pl.Int32}), "person_count is Int32"),
        (lambda f: f.cast({"length_m": pl.Decimal(18, 2)}), "length_m is Decimal"),
        (lambda f: f.cast({"reported_at": pl.Datetime("ms", "UTC")}), "reported_at is"),
        (lambda f: f.cast({"reported_at": pl.Datetime("us")}), "reported_at is"),
        (lambda f: f.cast({"title": pl.Categorical()}), "title is Categorical"),
        (lambda f: f.with_columns(title=pl.lit(None)), "title is Null"),
        (
            lambda f: f.with_columns(issue_id=pl.lit(None, dtype=pl.String)),
            "null in the required column issue_id",
        ),
        (
            lambda f: f.with_columns(month=pl.Series(["2026-10", "2026-11", None])),
            "rows of another partition in month",
        ),
    ],
)
def test_any_difference_is_refused(change, sentence) -> None:  # type: ignore[no-untyped-def]
    frame = change(rows(3))

    with pytest.raises(FrameMismatch, match=sentence):
        SHAPE.expect(frame, OCTOBER)


@pytest.mark.parametrize(
    ("partition", "sentence"),
    [
        ({"partner": "qiaokou"}, "the partition names"),
        ({"partner": "qiaokou", "month": "", "x": "y"}, "the partition names"),
        ({"partner": "qiaokou", "month": ""}, "month is empty"),
    ],
)
def test_partitions_are_complete_and_not_empty(
    partition: dict[str, str], sentence: str
) -> None:
    with pytest.raises(FrameMismatch, match=sentence):
        SHAPE.folder_of(partition)


def test_a_partition_column_must_be_text_of_the_table() -> None:
    with pytest.raises(FrameMismatch, match="person_count is not a text column"):
        Shape("core/issue", SCHEMA, ("person_count",))


def test_a_wider_shape_names_what_the_table_lacks() -> None:
    older = pa.schema([field for field in SCHEMA if field.name != "title"])

    assert SHAPE.missing_in(older).names == ["title"]


@pytest.mark.parametrize(
    "stored",
    [
        SCHEMA.append(pa.field("more", pa.string())),
        SCHEMA.set(2, pa.field("person_count", pa.int32())),
        pa.schema([field for field in SCHEMA if field.name != "issue_id"]),
    ],
)
def test_any_other_table_is_refused(stored: pa.Schema) -> None:
    with pytest.raises(FrameMismatch):
        SHAPE.missing_in(stored)
