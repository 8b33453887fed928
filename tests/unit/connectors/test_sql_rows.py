"""Driver values as text, and Arrow parts read back."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import polars as pl
import pyarrow as pa
import pytest

from hub.connectors.base import PartMeta
from hub.connectors.decode import Wanted, decode, row_texts
from hub.connectors.sql_rows import texts
from hub.errors import BatchRefused

SHANGHAI = timezone(timedelta(hours=8))
NAIVE = datetime(2026, 9, 28, 8, 0, 0, 250_000)  # noqa: DTZ001 - drivers give these


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2**70, str(2**70)),
        (True, "true"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e22, "1e+22"),
        (Decimal("1E+3"), "1000"),
        (Decimal("12345678901234567.1250"), "12345678901234567.1250"),
        (NAIVE, "2026-09-28 08:00:00.250000"),
        (NAIVE.replace(microsecond=0), "2026-09-28 08:00:00"),
        (NAIVE.replace(tzinfo=SHANGHAI), "2026-09-28 08:00:00.250000+08:00"),
        (datetime(2026, 9, 28, tzinfo=UTC), "2026-09-28 00:00:00+00:00"),
        (date(2026, 9, 28), "2026-09-28"),
        (time(8, 30), "08:30:00"),
        (b"\x00\xff", "00ff"),
        (memoryview(b"\x01"), "01"),
        ({"a": [1, "甲"]}, '{"a":[1,"甲"]}'),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ("", ""),
        (None, None),
    ],
)
def test_each_kind_of_value_has_one_text(value: object, text: str | None) -> None:
    assert texts("x", [value, None]).to_list() == [text, None]


def test_kinds_mixed_in_one_column_do_not_disturb_each_other() -> None:
    mixed = [1, "1.10", None, 2.5, b"\x01", True, "甲"]

    assert texts("x", mixed).to_list() == ["1", "1.10", None, "2.5", "01", "true", "甲"]


def stream(*batches: dict[str, list[str | None]]) -> bytes:
    schema = pa.schema({"id": pa.large_string(), "no": pa.large_string()})
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, schema) as writer:
        for batch in batches:
            writer.write_table(pa.table(batch, schema=schema))
    return sink.getvalue()


META = PartMeta(sequence=0, media="arrow", received_sha256="")
BODY = stream({"id": ["1", "2"], "no": ["a", None]}, {"id": ["3"], "no": ["c"]})


def test_arrow_parts_are_numbered_over_their_batches() -> None:
    chunks = list(decode(io.BytesIO(BODY), META, Wanted(frozenset({"no", "gone"}), {})))

    assert [row for chunk in chunks for row in chunk.frame.rows()] == [
        (0, None, "a"),
        (1, None, None),
        (2, None, "c"),
    ]
    assert all(chunk.fields == {"id", "no"} for chunk in chunks)


def test_rows_of_a_database_are_shown_as_objects() -> None:
    shown = row_texts(io.BytesIO(BODY), META, pl.Series([2, 1]))

    assert shown.rows() == [
        (1, '{"id":"2","no":null}'),
        (2, '{"id":"3","no":"c"}'),
    ]


def test_a_body_is_read_to_its_end_so_that_it_can_be_verified() -> None:
    body = io.BytesIO(BODY + b"\0" * 9)

    list(decode(body, META, Wanted(frozenset({"no"}), {})))

    assert body.read() == b""


def test_what_is_no_stream_is_refused() -> None:
    with pytest.raises(BatchRefused, match="no Arrow stream"):
        list(
            decode(
                io.BytesIO(b"rubbish that is long enough"),
                META,
                Wanted(frozenset(), {}),
            )
        )
