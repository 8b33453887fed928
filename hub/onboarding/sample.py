"""A sample of a partner's rows, and how it was read.

What lives here: the first rows of a file, by the hub's own decoders: medium by its
ending, encoding and separator by its bytes, titles of a sheet by their look. What
does not: pages of an interface (`sample_web`), tables (`sample_table`), any meaning
of a field (`facts`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import polars as pl

from hub.connectors.base import Media, PartMeta
from hub.connectors.decode import decode
from hub.connectors.decode.base import ROW, Wanted
from hub.connectors.decode.csv_reader import CsvReader
from hub.connectors.decode.marks import Marks
from hub.connectors.decode.names import loose
from hub.connectors.decode.sheets import Header, header_cells, open_book
from hub.connectors.encodings import EncodingUnfit, find_encoding, find_xml_encoding
from hub.connectors.exact import NotJson, dig, load
from hub.connectors.xml_tree import NotXml, load_xml
from hub.errors import BatchRefused, MisuseError
from hub.onboarding.records import document_in, paths_of, records_in

ROWS = 1000
MEDIA: dict[str, Media] = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".xlsx": "xlsx", ".jsonl": "jsonl",
    ".ndjson": "jsonl", ".json": "json", ".xml": "xml",
}  # fmt: skip
SEPARATORS = (",", "\t", ";", "|")
_HEAD = 64 << 10
_TITLE_ROWS = 20
_LONGEST = 40
_UNTITLED = re.compile(r"^column \d+$")
_NUMBER = re.compile(r"^[+-]?[\d.,:/ -]+$")


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The first rows that a partner sends.

    Attributes:
        rows: one String column per field, nested ones by dotted path, as sent.
        lists: paths of nested lists, which an emit with `explode` would unfold.
        connector: what kind of source it came from: files, rest or sql.
        name: what the file, path or table is called, without any secret.
        read: keys of `[feed.read]` that reading it took, in TOML values.
        encoding: codec of the text; null where there is none.
        keyset: columns of the table's primary key, for databases.
        complete: whether these are all rows there are.
    """

    rows: pl.DataFrame
    lists: tuple[str, ...] = ()
    connector: str
    name: str
    read: dict[str, str] = field(default_factory=dict)
    encoding: str | None = None
    keyset: tuple[str, ...] = ()
    complete: bool = True


def read_file(path: Path, *, rows: int = ROWS) -> Sample:
    """The first rows of a file.

    Raises:
        MisuseError: there is no such file, or its ending names no known form.
        BatchRefused: it is not what it claims to be.
    """
    media = MEDIA.get(path.suffix.strip().lower())
    if not path.is_file() or media is None:
        seen = "there is no such file" if media else "its ending tells no form"
        raise MisuseError(
            f"read the sample {path.name}",
            seen=seen,
            next_step=f"Name a file that ends in {', '.join(MEDIA)}.",
        )
    return read_body(lambda: path.open("rb"), media, path.name, rows=rows)


def read_body(
    reopen: Callable[[], BinaryIO],
    media: Media,
    name: str,
    *,
    rows: int = ROWS,
    connector: str = "files",
) -> Sample:
    """The first rows of a body in one of the media.

    Args:
        reopen: gives the body from its beginning, each time.
        media: its form.
        name: how it is called in the draft.
        rows: how many are wanted.
        connector: what kind of source it came from.

    Raises:
        BatchRefused: it is not what it claims to be, or holds no rows.
    """
    read: dict[str, str] = {}
    origin: dict[str, str] = {}
    encoding: str | None = None
    order: list[str] = []
    try:
        if media == "xlsx":
            with reopen() as body:
                order, sheet = _titles_of(body.read())
            if sheet is not None:
                origin["sheet"] = read["sheet"] = sheet
        elif media == "xml":
            encoding = find_xml_encoding(reopen, None)
        else:
            encoding = find_encoding(reopen, None)
        if media == "csv":
            separator = _separator(reopen, encoding)
            origin["delimiter"] = separator
            if separator != "," and not name.lower().endswith(".tsv"):
                read["delimiter"] = separator
        if media in {"json", "xml"}:
            read |= _records(reopen, media, encoding or "utf-8", name)
            origin |= {key: read[key] for key in ("inner",) if key in read}
    except (EncodingUnfit, NotJson, NotXml) as error:
        raise _unfit(name, str(error)) from None
    if media == "xml" and connector == "rest":
        read["format"] = "xml"
    meta = PartMeta(
        sequence=0,
        media=media,
        received_sha256="",
        encoding=encoding,
        records=read.get("records"),
        origin=origin,
    )
    if media not in {"xlsx", "arrow"}:
        order = _field_order(reopen, meta)
    frame, lists, complete = laid_out(reopen, meta, order, rows)
    return Sample(
        rows=frame,
        lists=lists,
        connector=connector,
        name=name,
        read=read,
        encoding=encoding,
        complete=complete,
    )


def laid_out(
    reopen: Callable[[], BinaryIO], meta: PartMeta, order: Sequence[str], rows: int
) -> tuple[pl.DataFrame, tuple[str, ...], bool]:
    """Rows of a part with every scalar field; the nested lists; whether that is all.

    The first pass learns the names, the second lays their values out.
    """
    titles = frozenset(order) if meta.media == "xlsx" else frozenset()
    with reopen() as body:
        first = next(iter(decode(body, meta, Wanted(titles, {}))))
    fields = frozenset(first.fields) | titles
    pieces: list[pl.DataFrame] = []
    with reopen() as body:
        found = decode(body, meta, Wanted(fields, {}))
        have = 0
        for piece in found:
            pieces.append(piece.frame.drop(ROW).head(rows - have))
            have += len(pieces[-1])
            fields |= piece.fields & set(piece.frame.columns)
            if have >= rows:
                break
        complete = next(found, None) is None and have < rows
    frame = pl.concat(pieces, how="diagonal")
    # A field that holds JSON lists has its elements' own names; it is no scalar.
    lists = tuple(n for n in frame.columns if _is_list(frame[n]))
    named = [n for n in _in_order(frame.columns, order) if n not in lists]
    return frame.select(named), lists, complete


def _is_list(values: pl.Series) -> bool:
    filled = values.drop_nulls().filter(values.drop_nulls() != "")
    return len(filled) > 0 and bool(filled.str.contains(r"^\s*\[").all())


def _in_order(columns: Sequence[str], order: Sequence[str]) -> list[str]:
    places = {loose(name): at for at, name in enumerate(order)}
    return sorted(columns, key=lambda one: places.get(loose(one), len(places)))


def _field_order(reopen: Callable[[], BinaryIO], meta: PartMeta) -> list[str]:
    """Fields as the sender arranges them, as far as its first row tells."""
    with reopen() as body:
        if meta.media == "csv":
            return CsvReader(body, meta.encoding, meta.origin.get("delimiter")).header
        codec = meta.encoding or "utf-8"
        if meta.media == "jsonl":
            return paths_of(load(body.readline().decode(codec).removeprefix("\ufeff")))
        text = body.read().decode(codec).removeprefix("\ufeff")
    inner = meta.origin.get("inner")
    doc = load(text) if meta.media == "json" else load_xml(text, inner)
    rows = dig(doc, meta.records)
    return paths_of(rows[0]) if isinstance(rows, list) and rows else []


def _separator(reopen: Callable[[], BinaryIO], encoding: str | None) -> str:
    with reopen() as body:
        head = body.read(_HEAD).decode(encoding or "utf-8", "ignore")
    line = head.splitlines()[0] if head else ""
    return max(SEPARATORS, key=lambda one: (line.count(one), one == ","))


def _records(
    reopen: Callable[[], BinaryIO], media: Media, encoding: str, name: str
) -> dict[str, str]:
    """`records` and, where a document stands as text in another, `inner`."""
    with reopen() as body:
        text = body.read().decode(encoding).removeprefix("\ufeff")
    doc = load(text) if media == "json" else load_xml(text)
    inner = document_in(doc) if media == "xml" else None
    found = records_in(load_xml(text, inner) if inner else doc)
    if found is None:
        raise _unfit(name, "it holds no list of records")
    paths = {"inner": inner, "records": found}
    return {key: path for key, path in paths.items() if path}


def _titles_of(data: bytes) -> tuple[list[str], str | None]:
    """The titles of a workbook's table, and its sheet where several have rows."""
    book = open_book(data)
    best: tuple[float, list[str], str] = (0.0, [], "")
    tables = 0
    for sheet in book.sheets:
        texts, marks = book.load(sheet, "string"), book.marks_of(sheet)
        score, titles = max(_title_rows(texts, sheet, marks), default=(0.0, []))
        tables += score > 0
        best = max(best, (score, titles, sheet))
    if not best[1]:
        raise _unfit("workbook", "no sheet has a row of titles with rows below it")
    return best[1], best[2] if tables > 1 else None


def _title_rows(
    texts: pl.DataFrame, sheet: str, marks: Marks
) -> Iterator[tuple[float, list[str]]]:
    """Rows that may hold titles: many different short words, and rows below them."""
    for at in range(min(_TITLE_ROWS, len(texts) - 1)):
        cells = [str(cell).strip() for cell in texts.row(at) if cell is not None]
        twins = len(set(cells)) < len(cells)
        # Titles that repeat stand under group titles, and are told apart by them.
        rows = (at - 1, at) if twins and at else (at,)
        if len(cells) < 2 or (twins and not at):
            continue
        found = header_cells(texts, Header(sheet, rows), marks, ())
        titles = [one for one in found if not _UNTITLED.match(one)]
        if any(_NUMBER.match(one) or len(one) > _LONGEST for one in titles):
            continue
        # The first of two equal rows is the header, the second its first data row.
        yield len(titles) - at / 100, titles


def _unfit(name: str, seen: str) -> BatchRefused:
    return BatchRefused(
        f"read the sample {name}",
        seen=seen,
        next_step="Save the page or file as the partner sends it and name that.",
    )
