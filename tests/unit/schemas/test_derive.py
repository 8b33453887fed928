from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pyarrow as pa
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable
from support.valid_rows import valid_rows

from hub.schemas import DATASETS, Dataset
from hub.schemas.derive import arrow_schema, json_schema, sql_table

every_dataset = pytest.mark.parametrize("ds", DATASETS.values(), ids=list(DATASETS))


@every_dataset
def test_all_derivations_agree_on_columns_and_nulls(ds: Dataset) -> None:
    arrow = {field.name: field.nullable for field in arrow_schema(ds)}
    table = {c.name: bool(c.nullable) for c in sql_table(ds, sa.MetaData()).columns}
    schema = json_schema(ds)
    read = {
        name: "null" in stated["type"] if isinstance(stated["type"], list) else False
        for name, stated in schema["properties"].items()  # type: ignore[union-attr]
    }

    assert list(arrow) == list(ds.polars_schema())
    assert arrow == table == read
    assert schema["required"] == list(arrow)


@every_dataset
def test_derivations_keep_to_the_columns_of_a_grant(ds: Dataset) -> None:
    granted = [column.name for column in ds.all_columns if column.share == "OPEN"]

    reverse = granted[::-1]

    assert arrow_schema(ds, columns=reverse).names == granted
    assert list(sql_table(ds, sa.MetaData(), columns=reverse).columns.keys()) == granted
    assert list(json_schema(ds, columns=reverse)["properties"]) == granted  # type: ignore[arg-type]


@every_dataset
def test_arrow_holds_what_polars_holds(ds: Dataset) -> None:
    frame = valid_rows(ds).drop("__row")

    table = frame.to_arrow().cast(arrow_schema(ds))

    assert table.schema.equals(arrow_schema(ds))
    assert table.num_rows == frame.height


@every_dataset
def test_stored_rows_may_lack_everything_but_identity(ds: Dataset) -> None:
    stored = arrow_schema(ds, stored=True)

    firm = {field.name for field in stored if not field.nullable}
    required = {c.name for c in ds.provenance if c.required == "yes"}
    assert firm == required | ({ds.id_column} - {None})
    assert stored.names == arrow_schema(ds).names
    assert stored.types == arrow_schema(ds).types


def test_arrow_types_are_written_out() -> None:
    patrol = arrow_schema(DATASETS["patrol"])

    assert patrol.field("started_at").type == pa.timestamp("us", tz="UTC")
    assert patrol.field("length_m").type == pa.decimal128(18, 3)
    assert patrol.field("found_issue_ids").type == pa.list_(pa.string())
    assert patrol.field("planned_on").type == pa.date32()


@every_dataset
def test_tables_have_key_and_chinese_comments(ds: Dataset) -> None:
    table = sql_table(ds, sa.MetaData())

    assert tuple(column.name for column in table.primary_key) == tuple(
        column.name for column in ds.columns if column.name in ds.key
    )
    assert table.comment == ds.title
    assert {c.name: c.comment for c in table.columns} == {
        column.name: column.label for column in ds.all_columns
    }


def test_postgresql_gets_its_own_types() -> None:
    table = sql_table(DATASETS["patrol"], sa.MetaData())

    ddl = str(CreateTable(table).compile(dialect=postgresql.dialect()))

    assert "length_m NUMERIC(18, 3)" in ddl
    assert "started_at TIMESTAMP WITH TIME ZONE" in ddl
    assert "found_issue_ids JSON" in ddl
    assert "PRIMARY KEY (patrol_id)" in ddl


def test_sqlite_keeps_digits_zones_and_lists() -> None:
    metadata = sa.MetaData()
    names = ["patrol_id", "length_m", "started_at", "planned_on", "found_issue_ids"]
    table = sql_table(DATASETS["patrol"], metadata, columns=names)
    engine = sa.create_engine("sqlite://")
    metadata.create_all(engine)
    row = {
        "patrol_id": "a",
        "length_m": Decimal("123456789012345.678"),
        "started_at": datetime(2026, 9, 28, 8, tzinfo=timezone(timedelta(hours=8))),
        "planned_on": date(2026, 9, 28),
        "found_issue_ids": ["x", "y"],
    }

    with engine.begin() as connection:
        empty = dict.fromkeys(names) | {"patrol_id": "b"}
        connection.execute(table.insert(), [row, empty])
        first, second = connection.execute(sa.select(table).order_by("patrol_id"))
        text = connection.execute(sa.text("select started_at from patrol")).scalar()

    assert first._asdict() == row
    assert first.started_at.tzinfo is UTC
    assert text == "2026-09-28T00:00:00.000000Z"
    assert set(second) == {"b", None}


def test_an_instant_without_zone_is_not_stored() -> None:
    metadata = sa.MetaData()
    table = sql_table(DATASETS["patrol"], metadata, columns=["started_at"])
    engine = sa.create_engine("sqlite://")
    metadata.create_all(engine)

    with (
        pytest.raises(sa.exc.StatementError, match="time zone"),
        engine.begin() as connection,
    ):
        connection.execute(table.insert(), {"started_at": datetime(2026, 1, 1)})  # noqa: DTZ001


@every_dataset
def test_json_schema_carries_labels_codes_and_classes(ds: Dataset) -> None:
    schema = json_schema(ds)

    assert json.loads(json.dumps(schema)) == schema
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"] == ds.title
    for column in ds.all_columns:
        stated = schema["properties"][column.name]  # type: ignore[index, call-overload]
        assert stated["title"] == column.label  # type: ignore[index, call-overload]
        assert stated["x-share"] == column.share  # type: ignore[index, call-overload]
        if column.codes is not None:
            allowed = [*column.codes, None] if column.nullable else [*column.codes]
            assert stated["enum"] == allowed  # type: ignore[index, call-overload]


def test_json_numbers_that_must_keep_digits_are_text() -> None:
    length = json_schema(DATASETS["patrol"])["properties"]["length_m"]  # type: ignore[index, call-overload]

    assert length["type"] == ["string", "null"]  # type: ignore[index, call-overload]
    assert length["pattern"] == "^-?[0-9]{1,15}\\.[0-9]{3}$"  # type: ignore[index, call-overload]
