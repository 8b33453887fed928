"""A landed part written again without some values, row numbers as they were.

What lives here: one way per medium to take fields out of some rows. CSV, JSON Lines,
Arrow and Parquet stay what they are; rows of a JSON document or an XML one become a
JSON list of these rows, those of a workbook JSON Lines of their cells, as cutting
before landing makes them, bodies of messages JSON lists, since none can be rewritten
faithfully. Whatever lies around the rows (an envelope, other sheets) is not kept: it
may hold the value. What does not: which rows and fields (`hub.flow.erasure`),
cutting before landing (`cut`).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import BinaryIO

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hub.connectors.base import Media, PartMeta
from hub.connectors.decode.base import ROW, Wanted
from hub.connectors.decode.csv import render
from hub.connectors.decode.csv_reader import CsvReader
from hub.connectors.decode.erase_records import Cut, erase_records
from hub.connectors.decode.json import line_chunks, parse_lines, records_of
from hub.connectors.decode.messages import erase_messages
from hub.connectors.decode.names import name_columns
from hub.connectors.decode.numbering import NUMBERS, numbers_as_text
from hub.connectors.decode.sheets import headers_from_text, open_book
from hub.connectors.decode.xlsx import OWN, marks_as_text, read_rows
from hub.connectors.decode.xml import settled_records
from hub.connectors.exact import dump

__all__ = ["Cut", "erase_part"]

Body = Iterator[bytes]


def erase_part(
    body: BinaryIO, meta: PartMeta, wanted: Wanted, cuts: Sequence[Cut]
) -> tuple[Body, PartMeta]:
    """The part without what the cuts take, and how it is described from now on.

    Args:
        body: the part from its beginning.
        meta: how it is described.
        wanted: the fields of its feed.
        cuts: what goes.

    Raises:
        BatchRefused: the part cannot be read as what it claims to be.
    """
    return _ERASE[meta.media](body, meta, wanted, cuts)


def _erase_json(
    body: BinaryIO, meta: PartMeta, _wanted: Wanted, cuts: Sequence[Cut]
) -> tuple[Body, PartMeta]:
    records = records_of(body, meta)
    erase_records(records, cuts)
    return iter([dump(records)]), replace(meta, encoding="utf-8", records=None)


def _erase_xml(
    body: BinaryIO, meta: PartMeta, wanted: Wanted, cuts: Sequence[Cut]
) -> tuple[Body, PartMeta]:
    records = settled_records(body, meta, wanted)
    erase_records(records, cuts)
    told = replace(meta, media="json", encoding="utf-8", records=None)
    return iter([dump(records)]), told


def _erase_lines(
    body: BinaryIO, meta: PartMeta, _wanted: Wanted, cuts: Sequence[Cut]
) -> tuple[Body, PartMeta]:
    ordered = _renumbered(meta, cuts)

    def pieces() -> Body:
        first = 0
        for lines in line_chunks(body, meta.encoding):
            values, bad = parse_lines(lines)
            good = iter(values)
            every = [lines[at] if odd else next(good) for at, odd in enumerate(bad)]
            erase_records(every, ordered, first=first)
            yield (
                b"\n".join(
                    one.encode() if odd and isinstance(one, str) else dump(one)
                    for one, odd in zip(every, bad, strict=True)
                )
                + b"\n"
            )
            first += len(lines)

    return pieces(), replace(meta, encoding="utf-8")


def _erase_csv(
    body: BinaryIO, meta: PartMeta, wanted: Wanted, cuts: Sequence[Cut]
) -> tuple[Body, PartMeta]:
    delimiter = meta.origin.get("delimiter") or ","
    reader = CsvReader(body, meta.encoding, delimiter)
    names = {
        at: name for name, at in name_columns(reader.header, wanted.scalars).items()
    }

    def pieces() -> Body:
        head = {f"f{at}": [cell] for at, cell in enumerate(reader.header)}
        yield f"{render(pl.DataFrame(head), delimiter)[0]}\n".encode()
        for batch in reader.batches(range(len(reader.header))):
            frame = batch.frame.with_columns(pl.Series(ROW, batch.ordinals))
            frame = _without(
                frame, {f"f{at}": names.get(at, "") for at in range(len(head))}, cuts
            )
            texts = render(frame.drop(ROW), delimiter)
            good = pl.DataFrame({ROW: frame[ROW], "text": texts})
            odd = pl.DataFrame(
                {ROW: batch.broken, "text": batch.broken_texts},
                schema={ROW: pl.Int64, "text": pl.String},
            )
            lines = pl.concat([good.cast({ROW: pl.Int64}), odd]).sort(ROW)["text"]
            if len(lines):
                yield ("\n".join(lines) + "\n").encode()

    return pieces(), replace(meta, encoding="utf-8")


def _erase_xlsx(
    body: BinaryIO, meta: PartMeta, wanted: Wanted, cuts: Sequence[Cut]
) -> tuple[Body, PartMeta]:
    book = open_book(body.read())
    headers = headers_from_text(meta.origin["header"])
    whole = read_rows(book, headers, wanted.scalars)
    texts = whole.select(pl.struct(pl.exclude(ROW, *OWN)).struct.json_encode())
    lines = ("\n".join(texts.to_series()) + "\n").encode()
    origin = meta.origin | marks_as_text(whole) | numbers_as_text(whole[ROW])
    told = replace(meta, media="jsonl", encoding="utf-8", origin=origin)
    return _erase_lines(io.BytesIO(lines), told, wanted, cuts)


def _erase_arrow(
    body: BinaryIO, meta: PartMeta, _wanted: Wanted, cuts: Sequence[Cut]
) -> tuple[Body, PartMeta]:
    def pieces() -> Body:
        first = 0
        with pa.ipc.open_stream(body) as stream:
            sink = io.BytesIO()
            with pa.ipc.new_stream(sink, stream.schema) as writer:
                for batch in stream:
                    writer.write_batch(_emptied(batch, first, cuts))
                    first += batch.num_rows
                    yield sink.getvalue()
                    sink.seek(0)
                    sink.truncate()
            yield sink.getvalue()
        while body.read(1 << 20):
            pass

    return pieces(), meta


def _erase_parquet(
    body: BinaryIO, meta: PartMeta, _wanted: Wanted, cuts: Sequence[Cut]
) -> tuple[Body, PartMeta]:
    # A field inside a column of structs takes the whole cell with it, as a cut does.
    whole = [
        replace(
            one,
            drop=frozenset(name.partition(".")[0] for name in one.drop),
            keep=None
            if one.keep is None
            else frozenset(name.partition(".")[0] for name in one.keep),
        )
        for one in cuts
    ]
    with pq.ParquetFile(io.BytesIO(body.read())) as file:
        sink, first = io.BytesIO(), 0
        with pq.ParquetWriter(sink, file.schema_arrow, write_page_checksum=True) as out:
            for batch in file.iter_batches():
                out.write_batch(_emptied(batch, first, whole))
                first += batch.num_rows
    return iter([sink.getvalue()]), meta


def _erase_messages(
    body: BinaryIO, meta: PartMeta, wanted: Wanted, cuts: Sequence[Cut]
) -> tuple[Body, PartMeta]:
    made = erase_messages(body, meta, wanted, lambda rows: erase_records(rows, cuts))
    if "large" in meta.origin:
        return iter([made]), meta
    origin = meta.origin | {"form": "json"}
    return iter([made]), replace(meta, encoding=None, records=None, origin=origin)


def _without(
    frame: pl.DataFrame, titles: Mapping[str, str], cuts: Sequence[Cut]
) -> pl.DataFrame:
    """Records of a CSV without what the cuts take; titles by column."""
    for cut in cuts:
        mine = pl.col(ROW).is_in(cut.rows.implode())
        gone = [column for column, title in titles.items() if cut.takes(title)]
        frame = frame.with_columns(
            pl.when(~mine).then(pl.col(column)).otherwise(pl.lit("")).alias(column)
            for column in gone
        )
    return frame


def _emptied(batch: pa.RecordBatch, first: int, cuts: Sequence[Cut]) -> pa.RecordBatch:
    """An Arrow batch whose first row has the ordinal `first`, cells made null."""
    columns = list(batch.columns)
    ordinals = pl.int_range(first, first + batch.num_rows, eager=True)
    for cut in cuts:
        stays = ~ordinals.is_in(cut.rows.implode())
        if stays.all():
            continue
        mask = stays.to_arrow()
        for at, name in enumerate(batch.schema.names):
            if cut.takes(name):
                kept = pa.nulls(len(batch), columns[at].type)
                columns[at] = pc.if_else(mask, columns[at], kept)
    # A column that forbids null would refuse to be emptied.
    fields = [one.with_nullable(True) for one in batch.schema]
    made = pa.record_batch(columns, schema=pa.schema(fields))
    # A buffer may hold more than is seen through it: the texts of null cells, or of
    # rows beside a slice. What is taken row by row is copied without.
    made = made.take(pa.array(range(len(made)), pa.int64()))
    return made.cast(batch.schema) if made.schema != batch.schema else made


def _renumbered(meta: PartMeta, cuts: Sequence[Cut]) -> list[Cut]:
    """Cuts by position, where lines stand for rows with numbers of their own."""
    text = meta.origin.get(NUMBERS)
    if text is None:
        return list(cuts)
    numbers = pl.Series([int(one) for one in text.split(",")], dtype=pl.Int64)
    return [
        replace(one, rows=numbers.is_in(one.rows.implode()).arg_true().cast(pl.Int64))
        for one in cuts
    ]


_ERASE: Mapping[
    Media,
    Callable[[BinaryIO, PartMeta, Wanted, Sequence[Cut]], tuple[Body, PartMeta]],
] = {
    "json": _erase_json,
    "jsonl": _erase_lines,
    "csv": _erase_csv,
    "xlsx": _erase_xlsx,
    "parquet": _erase_parquet,
    "arrow": _erase_arrow,
    "xml": _erase_xml,
    "messages": _erase_messages,
}
