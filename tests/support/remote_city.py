"""A city whose one partner drops files on a server: a TOML file, and runs of it.

What lives here: declaring the folder and its credentials, and running the feed as
the hub does. What does not: servers (`remote_servers`).
"""

from __future__ import annotations

import getpass
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from support.file_city import HEAD, FileCity
from support.remote_servers import PASSWORD, USER, Ftp, Sftp

from hub.flow.house import House, open_house
from hub.flow.run import Window, run_partner
from hub.settings import Settings
from hub.storage.batches import Batch

NOW = datetime(2026, 10, 3, tzinfo=UTC)
_FOLDER = 'folder = "env:DISTRICT_DROP"'
_READ = 'read = { files = "cases_*.csv" }'
_BOUNDS = "expect = { min_rows = 2 }   # a delivery of one row is a broken export\n"


@dataclass
class RemoteCity:
    """A city, and the surroundings that its partner's secrets are in."""

    city: FileCity
    secrets: dict[str, str] = field(default_factory=dict)

    @classmethod
    def made_in(cls, folder: Path) -> RemoteCity:
        """A new city; its drop folder is `drop` below the folder."""
        return cls(FileCity.made_in(folder))

    @property
    def drop(self) -> Path:
        """The folder that the partner drops into."""
        return self.city.folder / "drop"

    def declare(self, source: str = "", read: str = 'files = "cases_*.csv"') -> None:
        """Write the partner's file: the source's keys, and how cases are read."""
        text = self.city.partner_file.read_text("utf-8")
        assert _FOLDER in text
        assert _READ in text
        text = text.replace(_FOLDER, source or f'folder = "{self.drop}"')
        text = text.replace(_READ, f"read = {{ {read} }}").replace(_BOUNDS, "")
        self.city.partner_file.write_text(text, "utf-8")

    def house(self) -> House:
        """The hub over this city."""
        return open_house(
            Settings(
                home=self.city.home,
                city=str(self.city.folder / "city"),
                now=NOW,
                environment=self.secrets,
            )
        )

    def run(self) -> list[Batch]:
        """One run of the feed of cases."""
        house = self.house()
        partner = house.city.partners["district"]
        return run_partner(house, partner, Window(), ["cases"])


def on_sftp(city: RemoteCity, server: Sftp, known: Path, **auth: str) -> str:
    """The source of a partner who drops on SFTP."""
    given = {"username": getpass.getuser(), "key_file": str(server.key_file)} | auth
    credentials = ", ".join(f'{name} = "{text}"' for name, text in given.items())
    return f"""
folder = "sftp://127.0.0.1:{server.port}{city.drop}"
known_hosts = "{known}"
auth = {{ kind = "key_file", {credentials} }}
limits = {{ attempts = 1, timeout_seconds = 10 }}
"""


def on_ftp(city: RemoteCity, server: Ftp, below: str = "") -> str:
    """The source of a partner who drops on FTP."""
    city.secrets |= {"FTP_USER": USER, "FTP_PASSWORD": PASSWORD}
    return f"""
folder = "ftp://127.0.0.1:{server.port}/{below}"
auth = {{ kind = "basic", username = "env:FTP_USER", password = "env:FTP_PASSWORD" }}
limits = {{ attempts = 1, timeout_seconds = 10 }}
"""


def cases(*lines: str, encoding: str = "utf-8") -> bytes:
    """The content of a delivery of cases."""
    return ("\n".join([HEAD, *lines]) + "\n").encode(encoding)


def told(batches: list[Batch]) -> list[tuple[str, str, int]]:
    """Name, state and accepted rows of each batch."""
    return [(one.name, one.state, one.accepted or 0) for one in batches]


def said(batch: Batch) -> str:
    """The message of a batch that did not come in."""
    assert batch.error is not None
    return str(batch.error["message"])
