"""Rows as sent are laid out in cells under their sender's own titles."""

from __future__ import annotations

import io

from support.declared import feed

from hub.connectors.base import PartMeta
from hub.flow.sent_cells import Sheet, fields_of, sent_cells
from hub.partners.spec import Feed

PLAIN = feed(changed="changed")
NESTED = feed(
    key=("a.id",),
    emits=(
        {
            "dataset": "issue",
            "columns": {
                "case_no": {"field": "a.no"},
                "topic": {"sql": 'concat("x", "y")'},
            },
        },
        {
            "dataset": "issue_event",
            "explode": "steps",
            "columns": {
                "issue_id": {"field": "../a.id", "ref": "issue"},
                "happened_at": {"field": "at"},
            },
        },
    ),
)


def lay(one: Feed, texts: list[str], media: str, body: bytes = b"") -> Sheet:
    meta = PartMeta(
        sequence=0,
        media=media,  # type: ignore[arg-type]
        received_sha256="",
        encoding="utf-8",
        origin={"delimiter": ";"} if media == "csv" else {},
    )
    return sent_cells(texts, meta, one, io.BytesIO(body))


def test_a_csv_keeps_its_titles_and_gets_those_that_are_missing() -> None:
    told = lay(PLAIN, ['1;"a;""b";', "2;c"], "csv", b"id; no ;extra\n")

    assert told.titles == ("id", " no ", "extra", "changed", "topic")
    assert told.cells.rows() == [("1", 'a;"b', "", None, None), ("2", "c", *[None] * 3)]
    assert told.unread.to_list() == [False, True]


def test_nested_objects_become_titles_and_lists_stay_in_a_cell() -> None:
    row = '{"steps":[{"at":1.50}],"a":{"id":1,"more":{"z":true}},"x":null}'

    told = lay(NESTED, [row, "no json", '["no object"]'], "jsonl")

    assert told.titles == ("steps", "a.id", "a.more.z", "x", "a.no", "y")
    assert told.cells.row(0) == ('[{"at":1.50}]', "1", "true", None, None, None)
    assert told.unread.to_list() == [False, True, True]


def test_a_column_names_every_field_that_it_is_read_from() -> None:
    told = fields_of(NESTED)

    assert told["issue", "case_no"] == ("a.no",)
    assert told["issue", "topic"] == ("x", "y")
    assert told["issue", "source_id"] == told["issue", "issue_id"] == ("a.id",)
    assert told["issue_event", "issue_id"] == ("a.id",)
    assert told["issue_event", "happened_at"] == ("steps",)
    assert fields_of(PLAIN)["issue", "source_updated_at"] == ("changed",)
