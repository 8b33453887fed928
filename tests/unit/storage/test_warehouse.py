"""The warehouse, on SQLite and on PostgreSQL: exact values, parts, all or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest
import sqlalchemy as sa

from hub.errors import MisuseError
from hub.schemas.sql import sql_type
from hub.storage.faults import WarehouseUnreachable
from hub.storage.warehouse import Loading, Part, Warehouse, part_column

AT = datetime(2026, 11, 5, tzinfo=UTC)
ROWS = pl.DataFrame(
    {
        "id": ["a", "b", "c", "d"],
        "text": ["", None, 'q"u,o\nte', "=1+1 中文"],
        "number": [1, None, -3, 2**53],
        "share": [Decimal("0.333333"), None, Decimal("1.000000"), Decimal("0.000000")],
        "points": [Decimal("-0.300"), None, Decimal("123456.789"), Decimal("0.000")],
        "flag": [True, None, False, True],
        "day": [date(2026, 10, 31), None, date(2020, 2, 29), date(2021, 8, 31)],
        "at": [datetime(2026, 10, 31, 15, 59, 59, 999999, tzinfo=UTC), None, AT, AT],
        "list": [["x", 'y"'], None, [], ["中"]],
    },
    schema_overrides={
        "share": pl.Decimal(9, 6),
        "points": pl.Decimal(12, 3),
        "at": pl.Datetime("us", "UTC"),
    },
)


@pytest.fixture
def warehouse(database_url: str) -> Iterator[Warehouse]:
    made = Warehouse(database_url)
    yield made
    made.close()


def table_of(frame: pl.DataFrame) -> sa.Table:
    return sa.Table(
        "facts",
        sa.MetaData(),
        *(
            sa.Column(name, sql_type(kind), primary_key=name == "id", comment=name)
            for name, kind in frame.schema.items()
        ),
        part_column(),
        comment="事实",
    )


def part(name: str, frame: pl.DataFrame, digest: str = "1") -> Part:
    return Part(name, digest, lambda: iter([frame]))


def loading(*parts: Part, frame: pl.DataFrame = ROWS, is_whole: bool = True) -> Loading:
    return Loading(table_of(frame), parts, is_whole)


def held(warehouse: Warehouse, frame: pl.DataFrame = ROWS) -> list[tuple[object, ...]]:
    table = table_of(frame)
    columns = [table.c[name] for name in frame.columns]
    with warehouse.engine.connect() as connection:
        return [
            tuple(row)
            for row in connection.execute(sa.select(*columns).order_by(table.c.id))
        ]


def test_every_type_keeps_every_digit(warehouse: Warehouse) -> None:
    warehouse.load([loading(part("p=1", ROWS))], source="r000001", at=AT)

    assert held(warehouse) == ROWS.rows()


def test_the_same_again_changes_nothing_and_reads_nothing(warehouse: Warehouse) -> None:
    warehouse.load([loading(part("p=1", ROWS))], source="r000001", at=AT)

    def unread() -> Iterator[pl.DataFrame]:
        raise AssertionError("a part that is in was read again")

    (told,) = warehouse.load(
        [loading(Part("p=1", "1", unread))], source="r000002", at=AT
    )

    assert (told.written, told.kept, told.removed, told.rows) == (0, 1, 0, 4)
    assert warehouse.standings()[0].sources == ("r000001",)


def test_a_part_that_changed_is_replaced_and_one_that_went_is_removed(
    warehouse: Warehouse,
) -> None:
    one, two, three = ROWS[:1], ROWS[1:2], ROWS[2:3]
    first = loading(part("p=1", one), part("p=2", two))
    warehouse.load([first], source="r000001", at=AT)

    (told,) = warehouse.load(
        [loading(part("p=2", three, "2"))], source="r000002", at=AT
    )

    assert held(warehouse) == three.rows()
    assert (told.written, told.kept, told.removed, told.rows) == (1, 0, 1, 1)


def test_what_is_not_whole_leaves_other_parts_alone(warehouse: Warehouse) -> None:
    warehouse.load([loading(part("p=1", ROWS[:1]))], source="2026-09/1", at=AT)

    more = loading(part("p=2", ROWS[1:2]), is_whole=False)
    warehouse.load([more], source="2026-10/1", at=AT)

    assert held(warehouse) == ROWS[:2].rows()


def test_a_load_that_breaks_leaves_everything_as_it_was(warehouse: Warehouse) -> None:
    warehouse.load([loading(part("p=1", ROWS[:1]))], source="r000001", at=AT)

    def broken() -> Iterator[pl.DataFrame]:
        yield ROWS[1:2]
        raise OSError("the disk went away")

    with pytest.raises(OSError, match="went away"):
        warehouse.load([loading(Part("p=1", "2", broken))], source="r000002", at=AT)

    assert held(warehouse) == ROWS[:1].rows()


def test_a_table_of_another_shape_is_made_anew(warehouse: Warehouse) -> None:
    warehouse.load([loading(part("p=1", ROWS))], source="r000001", at=AT)
    fewer = ROWS.drop("list")

    changed = loading(part("p=1", fewer), frame=fewer)
    (told,) = warehouse.load([changed], source="r000001", at=AT)

    assert told.written == 1
    assert held(warehouse, fewer) == fewer.rows()


def test_nothing_is_told_before_the_first_load(warehouse: Warehouse) -> None:
    assert warehouse.standings() == []


def test_postgresql_has_key_types_and_comments(warehouse: Warehouse) -> None:
    warehouse.load([loading(part("p=1", ROWS))], source="r000001", at=AT)
    seen = sa.inspect(warehouse.engine)

    assert seen.get_pk_constraint("facts")["constrained_columns"] == ["id"]
    if warehouse.engine.dialect.name == "sqlite":
        return
    types = {one["name"]: str(one["type"]) for one in seen.get_columns("facts")}
    assert types["share"] == "NUMERIC(9, 6)"
    assert types["at"] == "TIMESTAMP"
    assert types["flag"] == "BOOLEAN"
    assert seen.get_table_comment("facts")["text"] == "事实"
    comments = {one["name"]: one["comment"] for one in seen.get_columns("facts")}
    assert comments["load_part"] == "装载批"


def test_an_unknown_database_is_refused() -> None:
    with pytest.raises(MisuseError, match="HUB_WAREHOUSE_URL"):
        Warehouse("mysql://server/warehouse")


def test_the_place_is_told_without_its_password() -> None:
    made = Warehouse("postgresql://hub:secret@server/warehouse")

    assert "secret" not in made.place
    made.close()


def test_a_server_that_is_not_there_is_told_without_its_address() -> None:
    made = Warehouse("postgresql://hub:secret@127.0.0.1:1/warehouse")

    with pytest.raises(WarehouseUnreachable, match="HUB_WAREHOUSE_URL") as told:
        made.standings()

    assert "secret" not in str(told.value)
    made.close()
