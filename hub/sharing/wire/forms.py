"""The forms in which rows leave the server, written while they come.

What lives here: which media types there are, which one a reader prefers, and bytes
made from frames one after the other, in memory of one frame. What does not: a page as
JSON with its frame of release and next page (`hub.sharing.api.rows`), files that the
operator writes (`hub.cli.rows`).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeAlias

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from hub.sharing.wire.telling import telling

Form = Literal["json", "ndjson", "csv", "arrow", "parquet"]
# Forms that take columns as Arrow has them.
COLUMNAR = frozenset[Form](("arrow", "parquet"))
Rows: TypeAlias = pl.DataFrame | pa.RecordBatch
GROUP = 131_072  # rows of a Parquet row group


# The end of an Arrow stream (IPC streaming format): no message of no bytes.
END = b"\xff\xff\xff\xff\x00\x00\x00\x00"


class Media(NamedTuple):
    """A form's media type, and what it may also be called."""

    type: str
    other: tuple[str, ...] = ()
    charset: str | None = None


FORMS: Mapping[Form, Media] = MappingProxyType(
    {
        "json": Media("application/json"),
        "ndjson": Media("application/x-ndjson", ("application/jsonl",), "utf-8"),
        "csv": Media("text/csv", (), "utf-8"),
        "arrow": Media("application/vnd.apache.arrow.stream"),
        "parquet": Media("application/vnd.apache.parquet", ("application/x-parquet",)),
    }
)


def form_for(accept: str | None) -> Form | None:
    """The form that an Accept header asks for; JSON without one; None for none known.

    Of forms liked alike the first of FORMS (RFC 9110 §12.5.1).
    """
    if accept is None or not accept.strip():
        return "json"
    wishes = [_wish(part) for part in accept.split(",")]
    best: tuple[float, Form] | None = None
    for form, media in FORMS.items():
        liked = _liked(wishes, (media.type, *media.other))
        if liked > 0 and (best is None or liked > best[0]):
            best = liked, form
    return best[1] if best else None


def _wish(text: str) -> tuple[str, float]:
    kind, *parameters = (part.strip().lower() for part in text.split(";"))
    for one in parameters:
        name, _, value = one.partition("=")
        if name.strip() == "q":
            try:
                return kind, max(0.0, min(1.0, float(value)))
            except ValueError:
                return kind, 0.0
    return kind, 1.0


def _liked(wishes: list[tuple[str, float]], types: tuple[str, ...]) -> float:
    """How much a form is liked: its name counts before `text/*`, that before `*/*`."""
    ranges = [*types, *(f"{one.partition('/')[0]}/*" for one in types), "*/*"]
    for wanted in ranges:
        told = [q for kind, q in wishes if kind == wanted]
        if told:
            return max(told)
    return 0.0


def encoded(form: Form, empty: pl.DataFrame, frames: Iterable[Rows]) -> Iterator[bytes]:
    """The bytes of some frames in a form, piece by piece.

    Args:
        form: any but "json", which is a page and no stream.
        empty: a frame without rows, of the shape of all.
        frames: the rows; batches of Arrow only for forms of COLUMNAR.
    """
    return _ENCODERS[form](empty, frames)


def _ndjson(empty: pl.DataFrame, frames: Iterable[pl.DataFrame]) -> Iterator[bytes]:
    del empty
    for frame in frames:
        if len(frame):
            yield telling(frame).write_ndjson().encode()


def _csv(empty: pl.DataFrame, frames: Iterable[pl.DataFrame]) -> Iterator[bytes]:
    yield telling(empty, nested=False).write_csv(line_terminator="\r\n").encode()
    for frame in frames:
        if len(frame):
            told = telling(frame, nested=False)
            yield told.write_csv(include_header=False, line_terminator="\r\n").encode()


def _arrow(empty: pl.DataFrame, frames: Iterable[Rows]) -> Iterator[bytes]:
    schema = _table(empty).schema
    yield schema.serialize().to_pybytes()
    for frame in frames:
        for batch in _table(frame).cast(schema).to_batches():
            yield batch.serialize().to_pybytes()
    yield END


def _parquet(empty: pl.DataFrame, frames: Iterable[Rows]) -> Iterator[bytes]:
    out = _Drained()
    schema = _table(empty).schema
    with pq.ParquetWriter(
        out, schema, compression="zstd", write_page_checksum=True
    ) as writer:
        for frame in frames:
            writer.write_table(_table(frame).cast(schema), row_group_size=GROUP)
            yield out.drain()
    yield out.drain()


def _table(frame: Rows) -> pa.Table:
    if isinstance(frame, pa.RecordBatch):
        return pa.Table.from_batches([frame])
    return frame.to_arrow(compat_level=pl.CompatLevel.oldest())


class _Drained(io.RawIOBase):
    """A file that somebody writes to and somebody else takes from."""

    def __init__(self) -> None:
        super().__init__()
        self._held = bytearray()
        self._gone = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._gone + len(self._held)

    def write(self, piece: object) -> int:
        told = memoryview(piece).cast("B")  # type: ignore[arg-type]
        self._held += told
        return len(told)

    def drain(self) -> bytes:
        """What was written since the last time."""
        taken = bytes(self._held)
        self._gone += len(taken)
        self._held.clear()
        return taken


_ENCODERS: Mapping[str, Callable[[pl.DataFrame, Iterable[Any]], Iterator[bytes]]] = (
    MappingProxyType(
        {"ndjson": _ndjson, "csv": _csv, "arrow": _arrow, "parquet": _parquet}
    )
)
