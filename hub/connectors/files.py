"""Files: what a partner drops into a folder, taken whole and once.

What lives here: which files are complete and new, and the parts they become. A
file is known by name and content, so the same name sent again with other content
is another delivery; it is never moved, renamed or deleted. Its body is the file
itself, wherever nothing has to be cut. What does not: proving what a file is
(`file_proof`), what lands of it (`file_parts`), reading it (`decode`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import polars as pl

from hub.connectors.base import Closing, Delivery, Part, Place, Seen
from hub.connectors.days import day_of_file
from hub.connectors.encodings import EncodingUnfit
from hub.connectors.exact import NotJson
from hub.connectors.file_parts import Scratch, make_part
from hub.connectors.file_proof import FileUnfit, digest_of, reason_to_skip
from hub.connectors.xml_tree import NotXml
from hub.errors import BatchRefused, DeclarationError
from hub.partners.secrets import resolve
from hub.partners.spec import Feed, Partner
from hub.settings import Settings


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
        self._scratch = Scratch()

    def close(self) -> None:
        """Remove temporary files."""
        self._scratch.close()

    def deliveries(
        self, feed: Feed, *, since: datetime | None, until: datetime | None, seen: Seen
    ) -> Iterator[Delivery]:
        """One delivery per complete file, by the day in its name, then by name.

        Files come whose name and content were not taken before, whatever their day:
        a late file lies in no window. With bounds those whose day lies inside come
        again besides.
        """
        place = Place(self._partner.id, feed.name)
        bounded = since is not None or until is not None
        found = [
            (day_of_file(feed.as_of, path.name, self._partner.timezone), path)
            for path in self._files(feed, place)
        ]
        for day, path in sorted(found, key=_by_day):
            try:
                content = digest_of(path)
            except OSError:
                self.skipped[path.name] = "it vanished or cannot be read"
                continue
            name = path.relative_to(self._folder).as_posix()
            again = bounded and day is not None and _inside(day, since, until)
            if again or not seen(name, content):
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
                "Correct as_of in the feed, or ask for files named as agreed.",
            )
        try:
            if delivery.content not in {None, digest_of(path)}:
                raise place.unavailable(
                    f"read the file {delivery.name}",
                    "it was changed while we looked at it",
                    "It is taken with its new content on the next run.",
                )
            limit = self._partner.source.limits.max_body_mb << 20
            yield make_part(feed, delivery, path, self._scratch, largest=limit)
        except FileNotFoundError:
            raise place.unavailable(
                f"read the file {delivery.name}",
                "it is gone",
                "Ask the partner to leave files where they were dropped.",
            ) from None
        except EncodingUnfit as error:
            step = "Correct encoding in the feed, or have the partner send it again."
            self._refuse(delivery, place, str(error), step)
        except (FileUnfit, NotJson, NotXml) as error:
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

    def _refuse(
        self, delivery: Delivery, place: Place, seen: str, step: str
    ) -> NoReturn:
        raise place.refused(f"read the file {delivery.name}", seen, step) from None


def _by_day(found: tuple[datetime | None, Path]) -> tuple[bool, float, str]:
    day, path = found
    return day is None, day.timestamp() if day else 0.0, path.as_posix()


def _inside(day: datetime, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or since <= day) and (until is None or day < until)
