"""Parquet values as texts."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hub.connectors.base import PartMeta
from hub.connectors.decode.base import Wanted
from hub.connectors.decode.parquet import decode_parquet, parquet_texts
from hub.errors import BatchRefused

META = PartMeta(sequence=0, media="parquet", received_sha256="")
NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC).replace(tzinfo=None)


def written(column: pa.Array) -> io.BytesIO:
    body = io.BytesIO()
    pq.write_table(pa.table({"v": column}), body)
    body.seek(0)
    return body


def texts(column: pa.Array, field: str = "v") -> list[str | None]:
    wanted = Wanted(frozenset({field}), {})
    chunks = decode_parquet(written(column), META, wanted)
    return [text for rows in chunks for text in rows.frame[field]]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pa.array(["甲", "", None]), ["甲", "", None]),
        (pa.array([9007199254740993, None]), ["9007199254740993", None]),
        (pa.array([1.5, 0.1, None]), ["1.5", "0.1", None]),
        (pa.array([True, False, None]), ["true", "false", None]),
        (pa.array([Decimal("1.50"), None]), ["1.50", None]),
        (pa.array([date(2026, 5, 1), None]), ["2026-05-01", None]),
        (pa.array([time(8, 30), None]), ["08:30:00", None]),
        (pa.array([b"\x01\xff", None]), ["01ff", None]),
        (pa.array(["甲", "甲", None]).dictionary_encode(), ["甲", "甲", None]),
        (pa.array([None, None]), [None, None]),
        (pa.array([[1, 2], [], None]), ["[1,2]", "[]", None]),
        (
            pa.array([NOON, None], pa.timestamp("ns")),
            ["2026-05-01 12:00:00.000000", None],
        ),
        (
            pa.array([1], pa.timestamp("ns")),
            ["1970-01-01 00:00:00.000000001"],
        ),
        (
            pa.array(
                [NOON.replace(tzinfo=ZoneInfo("Asia/Shanghai"))],
                pa.timestamp("us", "Asia/Shanghai"),
            ),
            ["2026-05-01 04:00:00.000000+00:00"],
        ),
    ],
)
def test_every_kind_of_value_is_text(
    column: pa.Array, expected: list[str | None]
) -> None:
    assert texts(column) == expected


def test_structs_come_by_path_and_lists_unfold() -> None:
    column = pa.array(
        [
            {"x": 1, "steps": [{"at": NOON, "who": "甲"}, {"at": None, "who": "乙"}]},
            {"x": 2, "steps": []},
            {"x": None, "steps": None},
            None,
        ]
    )
    wanted = Wanted(frozenset({"v.x"}), {"v.steps": frozenset({"who", "other"})})

    _, rows = decode_parquet(written(column), META, wanted)

    assert rows.frame["v.x"].to_list() == ["1", "2", None, None]
    steps = rows.frame["v.steps"].to_list()
    assert steps[0] == [{"other": None, "who": "甲"}, {"other": None, "who": "乙"}]
    assert [one or [] for one in steps[1:]] == [[], [], []]
    assert rows.fields == {"v.x", "v.steps", "v.steps.at", "v.steps.who"}


def test_a_row_is_shown_as_it_was_judged() -> None:
    body = written(pa.array([NOON, None]))

    shown = parquet_texts(body, META, pl.Series([1, 0]))

    assert shown["__row"].to_list() == [0, 1]
    assert [json.loads(text) for text in shown["text"]] == [
        {"v": "2026-05-01 12:00:00.000000"},
        {"v": None},
    ]


def test_a_file_that_breaks_off_is_refused() -> None:
    body = written(pa.array(["x" * 50, "y" * 50])).getvalue()[:-9]

    with pytest.raises(BatchRefused, match="damaged"):
        list(decode_parquet(io.BytesIO(body), META, Wanted(frozenset(), {})))
