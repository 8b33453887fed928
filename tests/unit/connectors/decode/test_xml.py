"""Elements as rows: fields, attributes, unfolded lists, rows in quarantine."""

from __future__ import annotations

import io
import json

import polars as pl
import pytest

from hub.connectors.base import PartMeta
from hub.connectors.decode import Rows, Wanted, decode, row_texts
from hub.errors import BatchRefused

BODY = """<r>
  <c id="1"><no>A1</no><who tel="2">甲</who><t><s n="1"><at>x</at></s></t></c>
  <c id="2"><who tel="3"/><t><s n="1"/><s n="2"><at>y</at></s></t></c>
  <c id="3"><t/><more>7</more></c>
  text<c/>
</r>"""
WANTED = Wanted(
    frozenset({"@id", "no", "who", "who.@tel", "absent"}),
    {"t.s": frozenset({"@n", "at"})},
)


def meta(**given: object) -> PartMeta:
    plain = {
        "sequence": 0,
        "media": "xml",
        "encoding": "utf-8",
        "records": "r.c",
        "received_sha256": "0" * 64,
    }
    return PartMeta.from_json(json.dumps(plain | {"as_of": None} | given))


def read(text: str, wanted: Wanted = WANTED, **given: object) -> list[Rows]:
    return list(decode(io.BytesIO(text.encode()), meta(**given), wanted))


def test_children_and_attributes_are_columns() -> None:
    (rows,) = read(BODY)

    assert rows.frame.select("@id", "no", "who", "who.@tel", "absent").rows() == [
        ("1", "A1", "甲", "2", None),
        ("2", None, None, "3", None),
        ("3", None, None, None, None),
    ]
    assert rows.broken["__row"].to_list() == [3]
    assert {"more", "@id", "who.@tel", "t.s.@n"} <= rows.fields


def test_one_element_is_a_list_where_a_list_is_unfolded() -> None:
    (rows,) = read(BODY)

    assert rows.frame["t.s"].to_list() == [
        [{"@n": "1", "at": "x"}],
        [{"@n": "1", "at": None}, {"@n": "2", "at": "y"}],
        None,
    ]


def test_texts_of_a_repeated_child_can_be_unfolded() -> None:
    wanted = Wanted(frozenset({"a"}), {"p": frozenset({"#text"})})

    (rows,) = read("<r><c><a>1</a><p>x</p><p>y</p></c><c><p>z</p></c></r>", wanted)

    assert rows.frame["p"].to_list() == [
        [{"#text": "x"}, {"#text": "y"}],
        [{"#text": "z"}],
    ]


def test_a_row_is_shown_in_the_words_of_the_mapping() -> None:
    texts = row_texts(io.BytesIO(BODY.encode()), meta(), pl.Series([0, 3]))

    assert texts["__row"].to_list() == [0, 3]
    assert json.loads(texts["text"][0]) == {
        "@id": "1",
        "no": "A1",
        "who": "甲",
        "who.@tel": "2",
        "t": {"s": {"@n": "1", "at": "x"}},
    }
    assert texts["text"][1] == '""'


def test_a_document_without_rows_still_gives_a_chunk() -> None:
    (rows,) = read("<r/>")

    assert len(rows.frame) == 0


def test_many_rows_come_in_chunks_with_their_ordinals() -> None:
    body = "<r>" + '<c id="1"/>' * 100_001 + "</r>"

    first, second = read(body)

    assert (len(first.frame), second.frame["__row"].to_list()) == (100_000, [100_000])


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ('<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>', "document type"),
        ("<r>", "not XML"),
        ("<other/>", "no elements at r.c"),
    ],
)
def test_what_is_no_such_document_refuses_the_batch(body: str, what: str) -> None:
    with pytest.raises(BatchRefused, match=what):
        read(body)
