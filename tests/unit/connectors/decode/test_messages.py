"""Rows inside messages: each body by itself, none disturbing another."""

from __future__ import annotations

import io
import json
from typing import Any

import orjson
import polars as pl
import pytest

from hub.connectors.base import PartMeta
from hub.connectors.decode import Rows, Wanted, decode, row_texts
from hub.connectors.decode.messages import is_written


def packed(*bodies: str | None, **written: Any) -> bytes:
    lines = [{"fields": written, "body": body} for body in bodies]
    return b"\n".join(map(orjson.dumps, lines))


def meta(*, records: str | None = None, **origin: str) -> PartMeta:
    return PartMeta(
        sequence=0,
        media="messages",
        received_sha256="0" * 64,
        records=records,
        origin={"form": "json"} | origin,
    )


def read(body: bytes, described: PartMeta, *names: str) -> Rows:
    (rows,) = decode(io.BytesIO(body), described, Wanted(frozenset(names), {}))
    return rows


def test_an_object_is_a_row_and_a_list_many() -> None:
    body = packed('{"id": 1}', '[{"id": 2}, {"id": 3.50}]', "[]", '{"id": 4}')

    rows = read(body, meta(), "id")

    assert rows.frame.rows() == [(0, "1"), (1, "2"), (2, "3.50"), (3, "4")]
    assert not len(rows.broken)
    assert rows.fields == {"id"}


def test_rows_stand_at_their_path_or_the_message_is_broken() -> None:
    body = packed('{"d": [{"id": 1}]}', '{"d": {"id": 2}}', '{"d": null}', "{}", "[]")

    rows = read(body, meta(records="d"), "id")

    assert rows.frame.rows() == [(0, "1"), (1, "2")]
    assert rows.broken.rows() == [(2, "P40"), (3, "P40")]


@pytest.mark.parametrize(
    "poison", ["", " ", "{", '{"a":1}{"a":2}', "1, 2", "],[", "NaN", '{"a":1,"a":2}']
)
def test_poison_spoils_no_neighbour(poison: str) -> None:
    rows = read(packed('{"id": 1}', poison, '{"id": 2}'), meta(), "id")

    assert rows.frame.rows() == [(0, "1"), (2, "2")]
    assert rows.broken.rows() == [(1, "P40")]


def test_what_is_readable_and_no_object_has_no_layout() -> None:
    rows = read(packed("7", '"text"', "null", '[1, {"id": 1}]'), meta(), "id")

    assert rows.frame.rows() == [(4, "1")]
    assert rows.broken.rows() == [(at, "P09") for at in range(4)]


def test_only_what_is_mapped_of_the_message_is_a_field() -> None:
    body = packed('{"id": 1}', message_id="m", type="t")

    rows = read(body, meta(), "id", "@message_id", "@headers.gone")

    assert rows.frame.columns == ["__row", "@headers.gone", "@message_id", "id"]
    assert rows.frame.row(0) == (0, None, "m", "1")
    assert rows.fields == {"id", "@message_id", "@headers.gone"}


def test_the_message_goes_before_an_attribute_of_the_same_name() -> None:
    body = packed('<a><c type="own" kind="k"/></a>')

    rows = read(body, meta(records="a.c", form="xml"), "@type", "@kind")

    assert rows.frame.select("@type", "@kind").rows() == [(None, "k")]


def test_rows_are_shown_with_their_message_and_poison_as_it_came() -> None:
    body = packed('[{"id": 1.10}]', "{poison", message_id="m")

    texts = row_texts(io.BytesIO(body), meta(), pl.Series([0, 1]))["text"]

    assert texts[0] == '{"id":1.10,"@message_id":"m"}'
    assert json.loads(texts[1]) == {"fields": {"message_id": "m"}, "body": "{poison"}


def test_a_body_that_was_cut_away_is_one_broken_row() -> None:
    rows = read(packed(None, '{"id": 1}'), meta(), "id")

    assert rows.frame.rows() == [(1, "1")]
    assert rows.broken.rows() == [(0, "P40")]


def test_no_message_is_no_row() -> None:
    rows = read(b"", meta(), "id")

    assert rows.frame.schema == {"__row": pl.Int64, "id": pl.String}
    assert not len(rows.frame)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("@message_id", True),
        ("@headers.a.b", True),
        ("@routing_key", True),
        ("@headers.", False),
        ("@id", False),
        ("message_id", False),
    ],
)
def test_fields_of_the_message_are_a_closed_list(name: str, *, expected: bool) -> None:
    assert is_written(name) is expected
