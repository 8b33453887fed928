"""A value to look for is kept as the column it is looked for in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.schemas.columns import DTYPES
from hub.sharing.shelf.columns import as_kept, is_scalar, kept_value

EARLY, LATE = datetime.min, datetime(9999, 12, 31)  # noqa: DTZ001, DTZ901
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "str": st.text(),
    "int": st.integers(-(2**63), 2**63 - 1),
    "float": st.floats(allow_nan=False),
    "dec": st.decimals(-(10**12), 10**12, places=3),
    "share": st.decimals(0, 1, places=6),
    "bool": st.booleans(),
    "ts": st.datetimes(EARLY, LATE, timezones=st.just(UTC)),
    "date": st.dates(),
}


def test_every_kind_of_value_is_looked_for() -> None:
    assert set(VALUES) == {name for name, kind in DTYPES.items() if is_scalar(kind)}


@given(st.data(), st.sampled_from(sorted(VALUES)))
def test_one_value_is_kept_as_a_column_of_it(data: st.DataObject, name: str) -> None:
    kind = DTYPES[name]  # type: ignore[index]
    value = data.draw(st.none() | VALUES[name])
    column = pl.DataFrame({"x": pl.Series([value], dtype=kind)})

    kept = column.select(as_kept("x", kind)).item()

    found = kept_value(value, kind)
    assert (found, type(found)) == (kept, type(kept))


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("ts", datetime(1970, 1, 1, 0, 0, 1, 5, tzinfo=UTC), 1_000_005),
        ("ts", datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), -1),
        ("date", date(1970, 1, 3), 2),
        ("dec", Decimal("1.9"), 1900),
        ("share", Decimal("0.333333"), 333_333),
        ("bool", True, 1),
    ],
)
def test_by_hand(name: str, value: object, kept: int) -> None:
    assert kept_value(value, DTYPES[name]) == kept  # type: ignore[index]
