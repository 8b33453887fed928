"""Handing over as files: written aside, flushed, renamed, then the marker.

What lives here: the three forms, and the name that holds the idempotency key: a parcel
that is sent again has the name it had, so nobody takes it twice by mistake. What does
not: remote folders; a share is mounted.
"""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import polars as pl
import xlsxwriter

from hub.connectors.outward import (
    Closing,
    Declined,
    Outgoing,
    place_of,
    receiver_fields,
)
from hub.errors import DeclarationError
from hub.partners.check_folder import scheme_of
from hub.partners.secrets import resolve
from hub.partners.spec import Delivery, Partner
from hub.settings import Settings
from hub.workbooks import PLAIN, write_text

# What begins with `=` is no formula, and what looks like an address is no link.


class FileSender(Closing):
    """Drops parcels into one receiver's folder."""

    def __init__(
        self, receiver: Partner, delivery: Delivery, settings: Settings
    ) -> None:
        """Look at nothing yet.

        Args:
            receiver: the partner, its source the one that rows go to.
            delivery: the declaration.
            settings: variables that name the folder.

        Raises:
            DeclarationError: there is no folder, a remote one, or no name for files.
        """
        declared = receiver.source.folder or ""
        folder = resolve(settings, declared, partner=receiver.id)
        name = delivery.write.files
        if not folder or name is None or scheme_of(folder) is not None:
            raise DeclarationError(
                f"hand over {delivery.name}",
                seen="there is no folder of this machine, or no name for files",
                next_step="Give folder in [source] or to, and files in write.",
                partner=receiver.id,
                feed=delivery.name,
            )
        self._folder = Path(folder)
        self._name = name
        self._write = delivery.write
        self._fields = receiver_fields(delivery)
        self._place = place_of(receiver, delivery)

    def send(self, outgoing: Outgoing) -> str | None:
        """See `Sender`; the receipt is the file's name."""
        name = self._name.replace("{key}", outgoing.key)
        path = self._folder / name
        if not self._folder.is_dir():
            raise self._place.unavailable(
                "drop a file",
                "there is no such folder, or it may not be entered",
                "Check the folder and that the share is mounted.",
            )
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                _put(path, self._content(outgoing))
            if self._write.done is not None:
                _put(path.with_name(path.name + self._write.done), b"")
        except OSError as problem:
            raise self._place.unavailable(
                "drop a file",
                f"the system answered {problem.strerror or type(problem).__name__}",
                "Free space, or give the hub the right to write there.",
            ) from None
        return name

    def _content(self, outgoing: Outgoing) -> bytes:
        ending = Path(self._name).suffix
        if ending == ".jsonl":
            return "".join(f"{row}\n" for row in outgoing.rows).encode()
        rows = outgoing.objects()
        columns = {name: [row.get(name) for row in rows] for name in self._fields}
        frame = pl.DataFrame(columns, strict=False)
        if ending == ".csv":
            try:
                return frame.write_csv().encode(self._write.encoding)
            except UnicodeEncodeError:
                seen = f"a text cannot be written in {self._write.encoding}"
                raise Declined(seen) from None
        return _workbook(frame)


def _workbook(frame: pl.DataFrame) -> bytes:
    """One sheet, every text as text."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {**PLAIN, "in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, frame.columns)
        for place, name in enumerate(frame.columns):
            for line, value in enumerate(frame[name], start=1):
                if isinstance(value, str):
                    write_text(page, line, place, value)
                elif value is not None:
                    page.write(line, place, value)
    return out.getvalue()


def _put(path: Path, content: bytes) -> None:
    """A whole file under its name, or none: durable once this returns."""
    aside = path.with_name(f".{path.name}.part")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
