"""A part written again: what is cut is nowhere in it, and all else says the same."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import orjson
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from hub.connectors.base import Media, PartMeta
from hub.connectors.decode import Rows, Wanted, decode, row_texts
from hub.connectors.decode.erase import Cut, erase_part
from hub.connectors.decode.sheets import find_headers, headers_as_text, open_book

SECRET = "13800009999"
WANTED = Wanted(frozenset({"id", "phone", "note"}), {})
ROWS = [
    {"id": "1", "phone": "13911112222", "note": 'a, "b"', "more": "x"},
    {"id": "2", "phone": SECRET, "note": "甲\n乙", "more": "y"},
    {"id": "3", "phone": None, "note": "1.50", "more": "z"},
]
XML = f"""<r><c><id>1</id><phone>13911112222</phone><note n="5">a</note></c>
<c><id>2</id><phone>{SECRET}</phone><t><s><at>x</at></s></t></c>text<c/></r>"""


def meta(media: Media, **given: object) -> PartMeta:
    plain = {"sequence": 0, "received_sha256": "0" * 64}
    return PartMeta(media=media, **plain | given)  # type: ignore[arg-type]


def lines() -> tuple[bytes, PartMeta]:
    texts = [orjson.dumps(one).decode() for one in ROWS]
    texts.insert(1, "no json at all")
    return "\n".join(texts).encode("gb18030"), meta("jsonl", encoding="gb18030")


def csv() -> tuple[bytes, PartMeta]:
    text = 'id;电话号码;note;more\r\n1;13911112222;"a; b";x\r\ntoo;few\r\n'
    text = text.replace("电话号码", "phone") + f'2;{SECRET};"甲\n乙";y\r\n3;;1.50;z\r\n'
    told = meta("csv", encoding="gb18030", origin={"delimiter": ";"})
    return text.encode("gb18030"), told


def table() -> pa.Table:
    made = pl.DataFrame(ROWS).to_arrow(compat_level=pl.CompatLevel.oldest())
    strict = pa.schema([one.with_nullable(one.name != "id") for one in made.schema])
    return made.cast(strict)


def arrow() -> tuple[bytes, PartMeta]:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table().schema) as writer:
        for start in range(3):
            writer.write_table(table().slice(start, 1))
    return sink.getvalue(), meta("arrow")


def parquet() -> tuple[bytes, PartMeta]:
    sink = io.BytesIO()
    pq.write_table(table(), sink, row_group_size=2)
    return sink.getvalue(), meta("parquet")


def workbook() -> tuple[bytes, PartMeta]:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet("s")
        rows = [["title"], [], list(ROWS[0])]
        rows += [list(ROWS[0].values()), [], list(ROWS[1].values()), ["合计"]]
        rows.append(list(ROWS[2].values()))
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write(at, column, cell)
        sheet.set_row(7, None, None, {"hidden": True})
    headers = find_headers(open_book(data.getvalue()), None, WANTED.scalars)
    return data.getvalue(), meta("xlsx", origin={"header": headers_as_text(headers)})


def json_document() -> tuple[bytes, PartMeta]:
    body = b'{"data": {"list": ' + orjson.dumps([*ROWS, 7]) + b'}, "said": "'
    return body + SECRET.encode() + b'"}', meta(
        "json", encoding="utf-8", records="data.list"
    )


def xml_document() -> tuple[bytes, PartMeta]:
    return XML.encode("gb18030"), meta("xml", encoding="gb18030", records="r.c")


def messages() -> tuple[bytes, PartMeta]:
    bodies = [orjson.dumps({"d": ROWS[:2]}), b"broken", orjson.dumps({"d": ROWS[2:]})]
    told = [{"fields": {"type": "t"}, "body": one.decode()} for one in bodies]
    described = meta("messages", records="d", origin={"form": "json"})
    return b"\n".join(map(orjson.dumps, told)), described


MADE: dict[str, Callable[[], tuple[bytes, PartMeta]]] = {
    one.__name__: one
    for one in (
        lines, csv, arrow, parquet, workbook, json_document, xml_document, messages,
    )
}  # fmt: skip


def read(body: bytes, told: PartMeta, wanted: Wanted = WANTED) -> Rows:
    found = list(decode(io.BytesIO(body), told, wanted))
    return Rows(
        pl.concat([one.frame for one in found]).sort("__row"),
        pl.concat([one.broken for one in found]).sort("__row"),
        found[0].fields,
        pl.concat([one.told for one in found]).sort("__row"),
    )


@pytest.mark.parametrize("name", MADE)
def test_a_field_of_one_row_goes_and_nothing_else_changes(name: str) -> None:
    body, told = MADE[name]()
    before = read(body, told)
    mine = before.frame.filter(id="2")["__row"]

    pieces, after_told = erase_part(
        io.BytesIO(body), told, WANTED, [Cut(mine, drop=frozenset({"phone"}))]
    )
    made = b"".join(pieces)

    after = read(made, after_told)
    assert SECRET.encode() not in made
    emptied = after.frame.filter(id="2")["phone"].fill_null("").item()
    assert emptied == ""
    others = pl.col("id").ne_missing("2")
    assert after.frame.filter(others).equals(before.frame.filter(others))
    assert after.frame.drop("phone").equals(before.frame.drop("phone"))
    assert after.broken.equals(before.broken)
    assert after.told.equals(before.told)
    every = before.frame["__row"]
    texts = row_texts(io.BytesIO(made), after_told, every)
    assert texts["__row"].to_list() == every.to_list()
    assert not texts["text"].str.contains(SECRET).any()
    again, _ = erase_part(
        io.BytesIO(made), after_told, WANTED, [Cut(mine, drop=frozenset({"phone"}))]
    )
    assert b"".join(again) == made


@pytest.mark.parametrize("name", MADE)
def test_of_a_whole_row_only_its_key_stays(name: str) -> None:
    body, told = MADE[name]()
    before = read(body, told)
    mine = before.frame.filter(id="2")["__row"]

    pieces, after_told = erase_part(
        io.BytesIO(body), told, WANTED, [Cut(mine, keep=frozenset({"id"}))]
    )
    after = read(b"".join(pieces), after_told)

    row = after.frame.filter(id="2").drop("__row").fill_null("").row(0, named=True)
    assert row == {"id": "2", "phone": "", "note": ""}
    others = pl.col("id").ne_missing("2")
    assert after.frame.filter(others).equals(before.frame.filter(others))


def test_elements_lose_what_is_not_named_and_paths_lead_through_lists() -> None:
    record = {"id": 1.50, "who": {"tel": SECRET, "sex": "F"}, "t": {
        "s": [{"n": 1, "said": SECRET}, {"n": 2}]}}  # fmt: skip
    told = meta("json", encoding="utf-8")
    first = pl.Series([0])

    def cut(**given: object) -> object:
        one = Cut(first, **given)  # type: ignore[arg-type]
        body = io.BytesIO(orjson.dumps([record]))
        return orjson.loads(b"".join(erase_part(body, told, WANTED, [one])[0]))[0]

    assert cut(drop=frozenset({"who.tel", "t.s.said"})) == {
        "id": 1.5, "who": {"sex": "F"}, "t": {"s": [{"n": 1}, {"n": 2}]},
    }  # fmt: skip
    assert cut(elements={"t.s": frozenset({"n"})}) == {
        **record, "t": {"s": [{"n": 1}, {"n": 2}]},
    }  # fmt: skip
    assert cut(keep=frozenset({"id", "who.sex"})) == {"id": 1.5, "who": {"sex": "F"}}


def test_what_was_written_on_a_message_goes_with_a_row_that_loses_it() -> None:
    body, told = messages()
    wanted = replace(WANTED, scalars=frozenset({"id", "@type"}))

    pieces, after = erase_part(
        io.BytesIO(body), told, wanted, [Cut(pl.Series([0]), drop=frozenset({"@type"}))]
    )

    found = read(b"".join(pieces), after, wanted).frame
    assert found["@type"].to_list() == [None, None, "t"]
