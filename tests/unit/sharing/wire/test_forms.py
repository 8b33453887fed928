"""Each form reads back as the same rows, whatever pieces it came in."""

from __future__ import annotations

import io
from random import Random

import orjson
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from support.small_shelf import SCHEMA, drawn_rows

from hub.sharing.wire import encoded, form_for, telling

EMPTY = pl.DataFrame(schema=SCHEMA)


@pytest.fixture(scope="module")
def frame():
    return drawn_rows(Random(3), 50)


def _bytes(form, *frames):
    return b"".join(encoded(form, EMPTY, frames))


@pytest.mark.parametrize("form", ["ndjson", "csv", "arrow", "parquet"])
def test_pieces_make_no_difference_to_the_rows(form, frame):
    pieces = _bytes(form, frame[:7], EMPTY, frame[7:])

    assert _read(form, pieces).equals(_read(form, _bytes(form, frame)))


def _read(form, data):
    match form:
        case "ndjson":
            lines = [orjson.loads(line) for line in data.splitlines()]
            return pl.DataFrame(lines, infer_schema_length=None)
        case "csv":
            return pl.read_csv(io.BytesIO(data), infer_schema=False)
        case "arrow":
            return pl.read_ipc_stream(io.BytesIO(data))
        case _:
            return pl.read_parquet(io.BytesIO(data))


@pytest.mark.parametrize("form", ["arrow", "parquet"])
def test_typed_forms_keep_type_and_value(form, frame):
    assert_frame_equal(_read(form, _bytes(form, frame[:20], frame[20:])), frame)
    assert _read(form, _bytes(form)).schema == frame.schema


def test_text_forms_write_what_the_page_writes(frame):
    lines = [orjson.loads(line) for line in _bytes("ndjson", frame).splitlines()]
    page = orjson.loads(telling(frame).write_json())

    assert lines == page
    assert page[1]["at"] in (None, "2026-10-01T00:00:00.000001Z")
    assert {type(row["amount"]) for row in page} == {str, type(None)}


def test_csv_has_its_header_without_any_row():
    assert _bytes("csv") == (",".join(SCHEMA) + "\r\n").encode()
    assert _bytes("ndjson") == b""


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, "json"),
        ("", "json"),
        ("*/*", "json"),
        ("text/html, */*;q=0.1", "json"),
        ("text/csv", "csv"),
        ("TEXT/CSV; charset=utf-8", "csv"),
        ("text/*", "csv"),
        ("application/json;q=0.5, text/csv;q=0.9", "csv"),
        ("application/json;q=0, */*", "ndjson"),
        ("application/jsonl", "ndjson"),
        ("application/vnd.apache.arrow.stream", "arrow"),
        ("application/x-parquet", "parquet"),
        ("text/html", None),
        ("application/json;q=nonsense", None),
    ],
)
def test_the_form_is_the_one_liked_best(accept, form):
    assert form_for(accept) == form
