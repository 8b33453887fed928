"""Whether something stands in bytes, however it is written there.

What lives here: reading files of every kind as text, and looking for values in it as
they are, folded (NFKC), as bare digits and escaped. What does not: what is looked for
(`canaries`).
"""

from __future__ import annotations

import io
import re
import sqlite3
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

MANY_DIGITS = 9


def found_in(text: str, values: Iterable[str]) -> set[str]:
    """Those of the values that a text holds in any way of writing."""
    folded = unicodedata.normalize("NFKC", text)
    dialled = re.sub(r"(?<=\d)[-\s](?=\d)", "", folded)
    found = set()
    for value in values:
        plain = unicodedata.normalize("NFKC", value)
        escaped = value.encode("unicode_escape").decode()
        digits = re.sub(r"\D", "", plain)
        if (
            value in text
            or plain in folded
            or escaped in text
            or (len(digits) >= MANY_DIGITS and digits in dialled)
        ):
            found.add(value)
    return found


def as_text(name: str, content: bytes) -> str:
    """All that bytes tell, packed or not, in both encodings that are in use."""
    if content[:4] == b"\x28\xb5\x2f\xfd":
        packed = pa.CompressedInputStream(pa.BufferReader(content), "zstd")
        return as_text(name, packed.read())
    if content[:4] == b"PAR1":
        return str(pq.read_table(pa.BufferReader(content)).to_pylist())
    if content[:6] == b"ARROW1":
        return str(pa.ipc.open_file(content).read_all().to_pylist())
    if content[:4] == b"\xff\xff\xff\xff":
        return str(pa.ipc.open_stream(content).read_all().to_pylist())
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return "\n".join(
                as_text(one, packed.read(one)) for one in packed.namelist()
            )
    return "\n".join(content.decode(one, "ignore") for one in ("utf-8", "utf-16-le"))


def file_text(path: Path) -> str:
    """All that a file tells; of a database every value of every table."""
    with path.open("rb") as file:
        is_database = file.read(15) == b"SQLite format 3"
    content = as_text(path.name, path.read_bytes())
    return content + "\n".join(_values(path)) if is_database else content


def _values(path: Path) -> Iterator[str]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (name,) in tables.fetchall():
            for row in database.execute(f'SELECT * FROM "{name}"'):
                yield f"{name} {row}"
