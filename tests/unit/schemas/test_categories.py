from __future__ import annotations

import polars as pl
import pytest

from hub.schemas import DATASETS
from hub.schemas.categories import categories, category_map, is_extension


def count(**equal: str | bool) -> int:
    return categories().filter(**equal).height


def test_the_list_of_2026_is_complete_and_the_older_ones_are_partial() -> None:
    assert count(system_code="GBT47678.5-2026", kind_code="COMPONENT") == 153
    assert count(system_code="GBT47678.5-2026", kind_code="MATTER") == 250
    assert count(system_code="GBT30428.2-2013") == 17
    assert count(system_code="CJT214-2007") == 27


def test_matters_named_after_components_are_derived() -> None:
    derived = categories().filter("is_derived")

    assert derived.height == 153
    assert set(derived["kind_code"]) == {"MATTER"}
    assert derived["category_name"].str.ends_with("异常").all()


def test_extensions_are_told_by_their_minor_number() -> None:
    extensions = categories().filter("is_extension")

    assert extensions.select("system_code", "category_code").rows() == [
        ("GBT30428.2-2013", "0198"),
        ("CJT214-2007", "0199"),
    ]


@pytest.mark.parametrize(
    ("system", "code", "extends"),
    [
        ("GBT47678.5-2026", "06079", False),
        ("GBT47678.5-2026", "06080", True),
        ("GBT30428.2-2013", "0179", False),
        ("GBT30428.2-2013", "0180", True),
        ("LOCAL-platform", "0199", False),
        ("LOCAL-platform", "路面", False),
    ],
)
def test_the_local_range_begins_at_80(system: str, code: str, extends: bool) -> None:
    frame = pl.DataFrame({"system": [system], "code": [code]})

    found = frame.select(is_extension(pl.col("system"), pl.col("code")))

    assert found.item() is extends


def test_a_code_alone_is_no_key_and_the_triple_is() -> None:
    key = DATASETS["category"].key

    assert categories().select("category_code").is_duplicated().any()
    assert not categories().select(key).is_duplicated().any()


@pytest.mark.parametrize(
    ("name", "frame"), [("category", categories()), ("category_map", category_map())]
)
def test_tables_have_the_columns_of_their_dataset(
    name: str, frame: pl.DataFrame
) -> None:
    own = {column.name: column.dtype for column in DATASETS[name].columns}

    assert dict(frame.schema) == own


def test_every_target_of_the_map_exists() -> None:
    names = {"system": "to_system_code", "kind": "to_kind_code", "code": "to_code"}
    targets = category_map().filter(pl.col("to_code").is_not_null())

    found = targets.join(
        categories(),
        left_on=list(names.values()),
        right_on=["system_code", "kind_code", "category_code"],
        how="semi",
    )

    assert (category_map().height, targets.height) == (44, 39)
    assert found.height == targets.height
