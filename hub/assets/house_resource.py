"""The hub as a Dagster resource.

What lives here: opening the house inside a run, lazily, so that loading the code
location touches no database. What does not: settings; where no run hands them
over, the environment of the process decides.
"""

from pathlib import Path

import dagster as dg

from hub.flow.house import House, Note, open_house, silent
from hub.settings import Settings

_watcher: list[Note] = [silent]


def watch(note: Note) -> None:
    """Tell `note` what happens in the runs of this process from now on."""
    _watcher[0] = note


class HouseResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Opens the hub; empty fields leave the value to the environment."""

    home: str = ""
    city: str = ""
    database_url: str = ""
    lake_url: str = ""
    now: str = ""

    @classmethod
    def of(cls, settings: Settings) -> "HouseResource":
        """The resource that opens exactly the hub of some settings."""
        return cls(
            home=str(settings.home.absolute()),
            city=settings.city,
            database_url=settings.database_url or "",
            lake_url=settings.lake_url or "",
            now=settings.now.isoformat() if settings.now else "",
        )

    def open(self) -> House:
        """The hub of this run."""
        given: dict[str, object] = {
            name: value
            for name in ("city", "database_url", "lake_url", "now")
            if (value := getattr(self, name))
        }
        if self.home:
            given["home"] = Path(self.home)
        return open_house(Settings(**given)).watched(_watcher[0])  # type: ignore[arg-type]
