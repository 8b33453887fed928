"""The inbox: submissions that were received and are not landed yet, as files.

What lives here: how it is laid out, and reading it. A submission is a folder named by
its receipt, `inbox/<partner>/<feed>/<receipt>`, which appears whole by one renaming:
`body`, the bytes as sent, and `about.json`, what its sender said of them. It goes away
when the batch that it became has landed. What does not: writing it
(`hub.sharing.submissions`), making a delivery of it (`push`).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import orjson

from hub.settings import Settings

BODY = "body"
ABOUT = "about.json"
HIDDEN = "."


@dataclass(frozen=True)
class About:
    """What is known of a body besides its bytes.

    Attributes:
        form: in the words of `read.format`.
        encoding: codec of a text, as its sender names it; null if it does not.
        name: what its sender calls it.
        sha256: digest of the body.
        received_at: when all of it was there, aware, UTC.
    """

    form: str
    encoding: str | None
    name: str | None
    sha256: str
    received_at: datetime

    def as_json(self) -> bytes:
        """For `about.json`."""
        return orjson.dumps(asdict(self), option=orjson.OPT_SORT_KEYS)

    @classmethod
    def from_json(cls, text: bytes) -> About:
        """What `as_json` wrote."""
        told = orjson.loads(text)
        return cls(
            **told | {"received_at": datetime.fromisoformat(told["received_at"])}
        )


@dataclass(frozen=True)
class Waiting:
    """One submission of the inbox; the body lies in its folder."""

    receipt: str
    folder: Path
    about: About

    @property
    def body(self) -> Path:
        """The bytes as sent."""
        return self.folder / BODY

    def remove(self) -> None:
        """Take it out of the inbox; who does so twice does nothing."""
        # A hidden name first: what is half removed is no submission any more.
        gone = self.folder.with_name(f".gone-{self.receipt}")
        with suppress(OSError):
            self.folder.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)


def inbox_of(settings: Settings) -> Path:
    """The folder of the inbox, which need not be there."""
    return settings.home.absolute() / "inbox"


def feed_inbox(root: Path, partner: str, feed: str) -> Path:
    """The part of the inbox that belongs to a feed."""
    return root / partner / feed


def waiting(root: Path, partner: str, feed: str) -> Iterator[Waiting]:
    """What waits for a feed, in the order of its receipts."""
    folder = feed_inbox(root, partner, feed)
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not path.name.startswith(HIDDEN) and (found := find_waiting(path)):
            yield found


def find_waiting(folder: Path) -> Waiting | None:
    """The submission in that folder; None where it is gone."""
    try:
        about = About.from_json((folder / ABOUT).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    return Waiting(folder.name, folder, about)
