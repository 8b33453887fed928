"""Files: what a partner drops into a folder, taken whole and once.

What lives here: which files are complete and new, and the parts they become. A
file is known by name and content, so the same name sent again with other content
is another delivery; it is never moved, renamed or deleted. Its body is the file
itself, wherever nothing has to be cut. What does not: proving what a file is
(`file_proof`), reading it (`decode`), transport into the folder.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NoReturn, cast

import polars as pl

from hub.connectors.base import Closing, Delivery, Media, Part, PartMeta, Place, Seen
from hub.connectors.cut import cut_csv, cut_lines, cut_rows, cut_xlsx
from hub.connectors.days import day_of_file
from hub.connectors.decode.base import Wanted
from hub.connectors.decode.sheets import find_headers, headers_as_text, open_book
from hub.connectors.encodings import EncodingUnfit, find_encoding
from hub.connectors.exact import NotJson, dig, dump, load
from hub.connectors.file_proof import (
    FileUnfit,
    check_kind,
    check_marker,
    digest_of,
    marker_of,
    reason_to_skip,
)
from hub.errors import BatchRefused, DeclarationError
from hub.partners.secrets import resolve
from hub.partners.spec import Feed, Partner
from hub.settings import Settings

_ENDINGS: dict[str, str] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".xlsx": "xlsx",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
}


class FilesConnector(Closing):
    """Reads the files of one partner's folder.

    Attributes:
        skipped: name → why it was passed over in the last look around.
    """

    def __init__(self, partner: Partner, settings: Settings) -> None:
        """Look at nothing yet.

        Args:
            partner: the declaration.
            settings: secrets.

        Raises:
            DeclarationError: no folder is declared.
        """
        if partner.source.folder is None:
            raise DeclarationError(
                "look into the folder",
                seen="[source] has no folder",
                next_step='Add folder = "/…" or folder = "env:NAME".',
                partner=partner.id,
            )
        self.skipped: dict[str, str] = {}
        self._partner = partner
        self._folder = Path(
            resolve(settings, partner.source.folder, partner=partner.id)
        )
        self._scratch: tempfile.TemporaryDirectory[str] | None = None

    def close(self) -> None:
        """Remove temporary files."""
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None

    def deliveries(
        self, feed: Feed, *, since: datetime | None, until: datetime | None, seen: Seen
    ) -> Iterator[Delivery]:
        """One delivery per complete file, by the day in its name, then by name.

        Without bounds only files come whose name and content were not taken before.
        With bounds those whose day lies inside come again; files without a day in
        their name cannot be placed and come only if they are new.
        """
        place = Place(self._partner.id, feed.name)
        bounded = since is not None or until is not None
        found = [
            (day_of_file(feed.as_of, path.name, self._partner.timezone), path)
            for path in self._files(feed, place)
        ]
        for day, path in sorted(found, key=_by_day):
            if bounded and day is not None and not _inside(day, since, until):
                continue
            try:
                content = digest_of(path)
            except OSError:
                self.skipped[path.name] = "it vanished or cannot be read"
                continue
            name = path.relative_to(self._folder).as_posix()
            if (bounded and day is not None) or not seen(name, content):
                yield Delivery(name, as_of=day, content=content)

    def read(
        self, feed: Feed, delivery: Delivery, *, sweep_keys: Iterator[pl.Series] | None
    ) -> Iterator[Part]:
        """The file as one part; see `Connector.read`."""
        del sweep_keys  # a folder cannot be asked
        place = Place(self._partner.id, feed.name)
        path = self._folder / delivery.name
        if feed.as_of and feed.as_of.file and delivery.as_of is None:
            self._refuse(
                delivery,
                place,
                "its name does not hold the day that as_of.file looks for",
                "Correct as_of in the feed, or have the partner name the file as agreed.",
            )
        try:
            if delivery.content not in {None, digest_of(path)}:
                raise place.unavailable(
                    f"read the file {delivery.name}",
                    "it was changed while we looked at it",
                    "It is taken with its new content on the next run.",
                )
            yield self._part(feed, delivery, path, place)
        except FileNotFoundError:
            raise place.unavailable(
                f"read the file {delivery.name}",
                "it is gone",
                "Ask the partner to leave files where they were dropped.",
            ) from None
        except (FileUnfit, EncodingUnfit, NotJson) as error:
            step = "Have the partner send it again in the agreed form."
            self._refuse(delivery, place, str(error), step)
        except BatchRefused as error:
            if error.partner is not None:
                raise
            self._refuse(delivery, place, error.seen, error.next_step)

    def _files(self, feed: Feed, place: Place) -> Iterator[Path]:
        pattern = feed.read.files or feed.read.path or "*"
        if not self._folder.is_dir():
            raise place.unavailable(
                "look into the folder",
                "there is no such folder, or it may not be entered",
                "Check folder in [source] and that the share is mounted.",
            )
        if pattern.startswith("/") or ".." in Path(pattern).parts:
            raise DeclarationError(
                "look into the folder",
                seen="files points outside the folder",
                next_step="Write a pattern below the folder.",
                partner=place.partner,
                feed=place.feed,
            )
        self.skipped = {}
        for path in sorted(self._folder.glob(pattern)):
            reason = reason_to_skip(path, self._folder, feed.read.done)
            if reason is None:
                yield path
            elif reason:
                self.skipped[path.name] = reason

    def _part(self, feed: Feed, delivery: Delivery, path: Path, place: Place) -> Part:
        media, origin = self._form(feed, path, place)
        origin["file"] = delivery.name
        check_kind(path, media, largest=self._partner.source.limits.max_body_mb << 20)
        if marker := marker_of(path, feed.read.done):
            check_marker(path, marker)
        encoding = None
        if media == "xlsx":
            origin |= _header_of(path, feed, origin.get("sheet"))
        else:
            encoding = find_encoding(lambda: path.open("rb"), feed.encoding)
        meta = PartMeta(
            sequence=0,
            media=media,
            encoding=encoding,
            records=feed.read.records if media == "json" else None,
            origin=origin,
            received_sha256=delivery.content or digest_of(path),
        )
        return self._without(feed, meta, path) if feed.never_land else Part(meta, path)

    def _form(
        self, feed: Feed, path: Path, place: Place
    ) -> tuple[Media, dict[str, str]]:
        """Medium, and what its reader must know besides."""
        form = feed.read.format or _ENDINGS.get(path.suffix.lower())
        if form is None:
            raise DeclarationError(
                f"read the file {path.name}",
                seen=f"its ending is none of {', '.join(_ENDINGS)}",
                next_step="Declare format in [feed.read].",
                partner=place.partner,
                feed=place.feed,
            )
        delimiter = feed.read.delimiter or ("\t" if form == "tsv" else None)
        known = {"delimiter": delimiter, "sheet": feed.read.sheet}
        origin = {name: text for name, text in known.items() if text is not None}
        return cast(Media, "csv" if form == "tsv" else form), origin

    def _without(self, feed: Feed, meta: PartMeta, path: Path) -> Part:
        """The file less `never_land`, in a temporary file of its own."""
        never, cut = feed.never_land, Counter[str]()
        media: Media = meta.media
        origin = dict(meta.origin)
        with path.open("rb") as body:
            if media == "csv":
                target = self._write(cut_csv(body, meta, never, cut))
            elif media == "jsonl":
                target = self._write(cut_lines(body, meta.encoding, never, cut))
            elif media == "xlsx":
                titles = Wanted.of(feed).scalars
                data, counts = cut_xlsx(body, meta, titles, never)
                target, media = self._write(iter([data])), "jsonl"
                cut.update(counts)
                origin.pop("header")
            else:
                target = self._write(iter([_cut_json(body, meta, never, cut)]))
        described = PartMeta(
            sequence=0,
            media=media,
            encoding="utf-8",
            records=meta.records,
            origin=origin,
            received_sha256=meta.received_sha256,
            cut={name: cut[name] for name in never},
        )
        return Part(described, target)

    def _write(self, pieces: Iterator[bytes]) -> Path:
        if self._scratch is None:
            self._scratch = tempfile.TemporaryDirectory(prefix="hub-files-")
        handle = tempfile.NamedTemporaryFile(dir=self._scratch.name, delete=False)
        with handle as file:
            file.writelines(pieces)
        return Path(handle.name)

    def _refuse(
        self, delivery: Delivery, place: Place, seen: str, step: str
    ) -> NoReturn:
        raise place.refused(f"read the file {delivery.name}", seen, step) from None


def _by_day(found: tuple[datetime | None, Path]) -> tuple[bool, float, str]:
    day, path = found
    return day is None, day.timestamp() if day else 0.0, path.as_posix()


def _inside(day: datetime, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or since <= day) and (until is None or day < until)


def _header_of(path: Path, feed: Feed, sheet: str | None) -> dict[str, str]:
    """Where the titles stand, so that rows can be shown with them later."""
    titles = Wanted.of(feed).scalars | set(feed.never_land)
    headers = find_headers(open_book(path.read_bytes()), sheet, titles)
    above = sum(header.rows[0] for header in headers)
    return {"header": headers_as_text(headers), "title_rows": str(above)}


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
