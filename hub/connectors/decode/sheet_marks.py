"""What a workbook says of its sheets besides cells: merged blocks and hidden rows.

What lives here: reading both from the workbook's own parts, since the reader of
cells tells neither. Sheets are searched as bytes: parsing them as XML a second time
would cost more than reading every cell. What does not: old workbooks
(`old_marks`), what a merged block means (`sheets` for titles, `sheet_rows` for
rows).
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Mapping

from hub.connectors.decode.marks import Block, Marks
from hub.connectors.decode.old_marks import OLD_OFFICE, read_old_marks
from hub.connectors.exact import as_text, of_type
from hub.connectors.xml_tree import NotXml, elements, load_xml

_BOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_HIDDEN = re.compile(rb'<(?:\w+:)?row\s(?=[^>]*?\shidden="(?:1|true)")[^>]*?r="(\d+)"')
# A cell that holds something: neither closed at once nor without a content.
_FILLED = re.compile(rb'<(?:\w+:)?c\s[^>]*?r="([A-Z]+)\d+"[^>]*(?<!/)>(?!</)')


def read_marks(data: bytes) -> dict[str, Marks]:
    """Sheet → marks; a sheet without any, or that cannot be told, is left out."""
    if data.startswith(OLD_OFFICE):
        return read_old_marks(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            parts = _sheet_parts(archive) if {_BOOK, _RELATIONS} <= names else {}
            found = {
                sheet: _marks(archive.read(part))
                for sheet, part in parts.items()
                if part in names
            }
    except (zipfile.BadZipFile, NotXml, UnicodeDecodeError):
        return {}
    return {sheet: marks for sheet, marks in found.items() if marks != Marks()}


def _sheet_parts(archive: zipfile.ZipFile) -> Mapping[str, str]:
    """Name of each sheet → the part of the archive that holds it."""
    book = load_xml(archive.read(_BOOK).decode())
    links = load_xml(archive.read(_RELATIONS).decode())
    listed = elements(links, "Relationships.Relationship")
    targets = {
        one.get("@Id"): posixpath.normpath(
            posixpath.join("xl", as_text(one.get("@Target")) or "")
        )
        for one in of_type(listed if isinstance(listed, list) else [], dict)
    }
    sheets = elements(book, "workbook.sheets.sheet")
    return {
        str(one.get("@name")): targets[one.get("@id")].removeprefix("/")
        for one in of_type(sheets if isinstance(sheets, list) else [], dict)
        if one.get("@id") in targets
    }


def _marks(part: bytes) -> Marks:
    hidden = tuple(int(row) - 1 for row in _HIDDEN.findall(part))
    merged = _MERGED.findall(part)
    if not merged:
        return Marks(hidden=hidden)
    first = _first_column(part)
    blocks = tuple(
        Block(int(top) - 1, _column(left) - first, int(end) - 1, _column(right) - first)
        for left, top, right, end in merged
    )
    return Marks(tuple(block for block in blocks if block.left >= 0), hidden)


def _first_column(part: bytes) -> int:
    """From which column the reader of cells counts: the first that holds something."""
    first: int | None = None
    for found in _FILLED.finditer(part):
        column = _column(found[1])
        first = column if first is None else min(first, column)
        if first == 0:
            break
    return first or 0


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
