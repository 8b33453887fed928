"""Files: what a partner drops into a folder, taken whole and once.

What lives here: which files are complete and new, and the parts they become. A
file is known by name and content, so the same name sent again with other content
is another delivery; it is never moved, renamed or deleted. Its body is the file
itself, wherever nothing has to be cut or fetched. What does not: where files lie
(`folder`, `remote`), members of archives (`archive`), markers and checksums
(`sidecars`), proving what a file is (`file_proof`), what lands of it (`file_parts`),
reading it (`decode`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import NamedTuple, NoReturn

import polars as pl

from hub.connectors.archive import INSIDE, content_of, inflate_member, members_reader
from hub.connectors.base import Closing, Delivery, Part, Place, Seen
from hub.connectors.days import day_of_file
from hub.connectors.encodings import EncodingUnfit
from hub.connectors.exact import NotJson
from hub.connectors.file_parts import make_part
from hub.connectors.file_proof import FileUnfit, is_none_of_ours
from hub.connectors.folder import (
    Entry,
    FileChanged,
    LocalFolder,
    check_pattern,
    open_folder,
)
from hub.connectors.scratch import Scratch
from hub.connectors.sidecars import check_sidecars, is_sidecar, missing_sidecar
from hub.connectors.windows import span
from hub.connectors.xml_tree import NotXml
from hub.errors import BatchRefused
from hub.partners.spec import Feed, Partner
from hub.settings import Settings


class _Found(NamedTuple):
    """A file or member that may be taken; content null = not looked at yet."""

    day: datetime | None
    name: str
    content: str | None


class _Archive(NamedTuple):
    """The archive whose members are being read."""

    name: str
    version: str
    path: Path


class FilesConnector(Closing):
    """Reads the files of one partner's folder.

    Attributes:
        skipped: name → why it was passed over in the last look around.
    """

    def __init__(
        self,
        partner: Partner,
        settings: Settings,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Look at nothing yet.

        Args:
            partner: the declaration.
            settings: secrets.
            now: seconds since 1970 on the wall clock, which files are dated by; a
                fixed clock of the hub does not count here.

        Raises:
            DeclarationError: no folder is declared, or not as it must be.
        """
        self.skipped: dict[str, str] = {}
        self._partner = partner
        self._now = now
        self._largest = partner.source.limits.max_body_mb << 20
        self._folder = open_folder(partner, settings)
        self._scratch = Scratch()
        self._archive: _Archive | None = None

    def close(self) -> None:
        """Hang up and remove temporary files."""
        self._folder.close()
        self._scratch.close()

    def deliveries(
        self, feed: Feed, *, since: datetime | None, until: datetime | None, seen: Seen
    ) -> Iterator[Delivery]:
        """One delivery per complete file or member, by the day in its name, then name.

        Files come whose name and content were not taken before, whatever their day:
        a late file lies in no window. With bounds those whose day lies inside come
        again besides.
        """
        place = Place(self._partner.id, feed.name)
        bounded = since is not None or until is not None
        found = [
            one for file in self.complete(feed) for one in self._of(feed, file.name)
        ]
        for day, name, known in sorted(found, key=_by_day):
            try:
                content = known or self._folder.version(name, place)
            except OSError:
                self.skipped[PurePosixPath(name).name] = _VANISHED
                continue
            again = bounded and day is not None and _inside(day, since, until)
            if again or not seen(name, content):
                yield Delivery(name, as_of=day, content=content)

    def read(
        self, feed: Feed, delivery: Delivery, *, sweep_keys: Iterator[pl.Series] | None
    ) -> Iterator[Part]:
        """The file as one part; see `Connector.read`."""
        del sweep_keys  # a folder cannot be asked
        place = Place(self._partner.id, feed.name)
        if feed.as_of and feed.as_of.file and delivery.as_of is None:
            self._refuse(
                delivery,
                place,
                "its name does not hold the day that as_of.file looks for",
                "Correct as_of in the feed, or ask for files named as agreed.",
            )
        self._scratch.close()  # what was handed over before has landed
        try:
            if feed.read.members is None:
                self._folder.clear()
                path = self._folder.fetch(delivery.name, delivery.content, place)
                check_sidecars(path, delivery.name, feed.read, self._folder, place)
            else:
                path = self._member(feed, delivery, place)
            local = isinstance(self._folder, LocalFolder) and not feed.read.members
            yield make_part(
                feed,
                delivery,
                path,
                self._scratch,
                digest=delivery.content if local else None,
                largest=self._largest,
            )
        except FileChanged:
            raise place.unavailable(
                f"read the file {delivery.name}",
                "it was changed while we looked at it",
                "It is taken with its new content on the next run.",
            ) from None
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

    def complete(self, feed: Feed) -> Iterator[Entry]:
        """Files that are complete, archives included, whether taken or not.

        None is opened, so that looking costs a listing and no more.
        """
        place = Place(self._partner.id, feed.name)
        pattern = feed.read.files or feed.read.path or "*"
        check_pattern(pattern, "files", place)
        if feed.read.members is not None:
            check_pattern(feed.read.members, "members", place)
        self.skipped = {}
        for entry in self._folder.look(pattern, place):
            name = PurePosixPath(entry.name).name
            foreign = is_none_of_ours(name)
            if foreign is None and is_sidecar(entry.name, feed.read):
                continue
            reason = foreign or entry.passed or self._early(feed, entry, place)
            if reason is None:
                yield entry
            else:
                self.skipped[name] = reason

    def _early(self, feed: Feed, entry: Entry, place: Place) -> str | None:
        """Why a file is not complete yet, or cannot be taken under its name."""
        if not entry.size:
            return "it is empty"
        if feed.read.members is not None and INSIDE in entry.name:
            return f"its path holds {INSIDE}"
        if feed.read.settle is not None and entry.changed is not None:
            age = self._now() - entry.changed
            if age < span(feed.read.settle).total_seconds():
                return f"it was changed less than {feed.read.settle} ago"
        return missing_sidecar(entry.name, feed.read, self._folder, place)

    def _of(self, feed: Feed, name: str) -> Iterator[_Found]:
        """The file itself, or the members of an archive that match.

        An archive that is unfit comes as itself and is refused when it is read.
        """
        zone = self._partner.timezone
        day = day_of_file(feed.as_of, PurePosixPath(name).name, zone)
        if feed.read.members is None:
            yield _Found(day, name, None)
            return
        place = Place(self._partner.id, feed.name)
        look = members_reader(feed.read.members, self._largest)
        try:
            version = self._folder.version(name, place)
            members = self._folder.peek(name, place, look)
        except FileUnfit:
            yield _Found(day, name, version)
            return
        except OSError:
            self.skipped[PurePosixPath(name).name] = _VANISHED
            return
        for member in members:
            own = day_of_file(feed.as_of, PurePosixPath(member.name).name, zone)
            whole = f"{name}{INSIDE}{member.name}"
            yield _Found(own or day, whole, content_of(version, member))

    def _member(self, feed: Feed, delivery: Delivery, place: Place) -> Path:
        """A member of an archive, inflated."""
        name, _, inner = delivery.name.partition(INSIDE)
        pattern = feed.read.members or "*"
        archive = self._archive
        if archive is None or archive.name != name:
            self._archive = None
            self._folder.clear()
            version = self._folder.version(name, place)
            archive = _Archive(name, version, self._folder.fetch(name, version, place))
            check_sidecars(archive.path, name, feed.read, self._folder, place)
            self._archive = archive
        with archive.path.open("rb") as file:
            members = members_reader(pattern, self._largest)(file)
        marks = {one.name: content_of(archive.version, one) for one in members}
        if delivery.content not in {None, marks.get(inner)} or inner not in marks:
            raise FileChanged
        return self._scratch.write(
            inflate_member(archive.path, inner, pattern=pattern, largest=self._largest)
        )

    def _refuse(
        self, delivery: Delivery, place: Place, seen: str, step: str
    ) -> NoReturn:
        raise place.refused(f"read the file {delivery.name}", seen, step) from None


_VANISHED = "it vanished or cannot be read"


def _by_day(found: _Found) -> tuple[bool, float, str]:
    day = found.day
    return day is None, day.timestamp() if day else 0.0, found.name


def _inside(day: datetime, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or since <= day) and (until is None or day < until)
