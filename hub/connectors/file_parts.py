"""What lands of a file: the file itself, or a copy less `never_land`.

What lives here: the medium of a file, and the description that its reader needs
years later. What does not: which files are taken (`files`), the cutting itself
(`cut`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple, cast

from hub.connectors.base import Delivery, Media, Part, PartMeta
from hub.connectors.cut import cut_csv, cut_lines, cut_rows, cut_xlsx
from hub.connectors.decode.base import Wanted
from hub.connectors.decode.parquet import cut_parquet
from hub.connectors.decode.returned import returned_as_text
from hub.connectors.decode.sheets import find_headers, headers_as_text, open_book
from hub.connectors.decode.xlsx import read_returned
from hub.connectors.encodings import find_encoding, find_xml_encoding
from hub.connectors.exact import NotJson, dig, dump, load
from hub.connectors.file_proof import FileUnfit, check_kind, digest_of
from hub.connectors.scratch import Scratch
from hub.connectors.xml_cut import cut_xml
from hub.partners.spec import Feed

_ENDINGS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".xlsx": "xlsx",
    ".xls": "xls",
    ".parquet": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".xml": "xml",
}
# Told apart by their own first bytes or by the delimiter when they are read.
_SAME_MEDIA = {"tsv": "csv", "xls": "xlsx"}


class Sent(NamedTuple):
    """What the sender of a body says of it.

    Attributes:
        name: what people call it.
        form: in the words of `read.format`.
        encoding: of a text; null leaves it to the feed, or to its bytes.
    """

    name: str
    form: str
    encoding: str | None


def make_part(
    feed: Feed,
    delivery: Delivery,
    path: Path,
    scratch: Scratch,
    *,
    digest: str | None,
    largest: int,
    sent: Sent | None = None,
) -> Part:
    """Prove a file and describe it.

    Args:
        feed: the declaration.
        delivery: names the file and its content.
        path: where its content is.
        scratch: takes the copy, where something must be cut.
        digest: SHA-256 of the content, where it is known.
        largest: bytes of a workbook or document, inflated.
        sent: what its sender says of it, where that is not told by its name.

    Raises:
        FileUnfit: it is not what it should be.
        EncodingUnfit: its text has no acceptable encoding.
        NotJson, NotXml: it is none, and something must be cut.
        BatchRefused: its table has no header.
    """
    form, origin = _form(feed, delivery.name, sent)
    media = cast(Media, _SAME_MEDIA.get(form, form))
    origin["file"] = sent.name if sent else delivery.name
    declared = (sent and sent.encoding) or feed.encoding
    check_kind(path, form, largest=largest)
    encoding = None
    if media == "xlsx":
        origin |= _header_of(path, feed, origin.get("sheet"))
    elif media == "xml":
        encoding = find_xml_encoding(lambda: path.open("rb"), declared)
    elif media != "parquet":
        encoding = find_encoding(lambda: path.open("rb"), declared)
    meta = PartMeta(
        sequence=0,
        media=media,
        encoding=encoding,
        records=feed.read.records if media in {"json", "xml"} else None,
        as_of=delivery.as_of,
        origin=origin,
        received_sha256=digest or digest_of(path),
    )
    return _without(feed, meta, path, scratch) if feed.never_land else Part(meta, path)


def _form(feed: Feed, name: str, sent: Sent | None) -> tuple[str, dict[str, str]]:
    """Its form, and what its reader must know besides."""
    ending = PurePosixPath(name).suffix.strip().lower()
    form = sent.form if sent else feed.read.format or _ENDINGS.get(ending)
    if form is None:
        endings = ", ".join(_ENDINGS)
        raise FileUnfit(f"the feed declares no format and its ending is not {endings}")
    delimiter = feed.read.delimiter or ("\t" if form == "tsv" else None)
    known = {
        "delimiter": delimiter,
        "sheet": feed.read.sheet,
        "inner": feed.read.inner,
    }
    origin = {name: text for name, text in known.items() if text is not None}
    return form, origin


def _header_of(path: Path, feed: Feed, sheet: str | None) -> dict[str, str]:
    """Where the titles stand, so that rows can be shown with them later."""
    titles = Wanted.of(feed).scalars | set(feed.never_land)
    book = open_book(path.read_bytes())
    headers = find_headers(book, sheet, titles)
    above = sum(header.rows[0] for header in headers)
    told = {"header": headers_as_text(headers), "title_rows": str(above)}
    return told | returned_as_text(read_returned(book, headers, titles))


def _without(feed: Feed, meta: PartMeta, path: Path, scratch: Scratch) -> Part:
    """The file less `never_land`, in UTF-8."""
    never, cut = feed.never_land, Counter[str]()
    with path.open("rb") as body:
        if meta.media == "csv":
            target = scratch.write(cut_csv(body, meta, never, cut))
        elif meta.media == "jsonl":
            target = scratch.write(cut_lines(body, meta.encoding, never, cut))
        elif meta.media == "xlsx":
            data, counts, marks = cut_xlsx(body, meta, Wanted.of(feed).scalars, never)
            target = scratch.write([data])
            cut.update(counts)
            origin = {k: v for k, v in meta.origin.items() if k != "header"} | marks
            meta = replace(meta, media="jsonl", origin=origin)
        elif meta.media == "parquet":
            target = scratch.write(cut_parquet(path, never, cut))
        elif meta.media == "xml":
            data, counts = cut_xml(
                body.read().decode(meta.encoding or "utf-8"),
                records=meta.records or "",
                inner=feed.read.inner,
                never=never,
            )
            target = scratch.write([data])
            cut.update(counts)
        else:
            target = scratch.write([_cut_json(body, meta, never, cut)])
    counted = {name: cut[name] for name in never}
    encoding = None if meta.media == "parquet" else "utf-8"
    return Part(replace(meta, encoding=encoding, cut=counted), target)


def _cut_json(
    body: BinaryIO, meta: PartMeta, never: tuple[str, ...], cut: Counter[str]
) -> bytes:
    text = body.read().decode(meta.encoding or "utf-8").removeprefix("\ufeff")
    doc = load(text)
    rows = dig(doc, meta.records)
    if not isinstance(rows, list):
        raise NotJson(f"holds no list at {meta.records or 'the top'}")
    cut.update(cut_rows(rows, never))
    return dump(doc)
