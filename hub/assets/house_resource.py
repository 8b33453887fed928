"""The hub as a Dagster resource.

What lives here: opening the house inside a run, lazily, so that loading the code
location touches no database. What does not: settings; where no run hands them
over, the environment of the process decides.
"""

from pathlib import Path

import dagster as dg

from hub.flow.house import House, Note, open_house, silent
from hub.settings import Settings
from hub.telling import bind, bound, start

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

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """Bind the ids of Dagster's run to every line that is written in it."""
        own = context.run.run_id if context.run else None
        before = bound()
        # A run that `hub run` began has an id already, and several of Dagster's.
        is_outermost = before.get("run") in (None, before.get("dagster_run"))
        bind(dagster_run=own, run=own if is_outermost else None)

    def open(self) -> House:
        """The hub of this run."""
        given: dict[str, object] = {
            name: value
            for name in ("city", "database_url", "lake_url", "now")
            if (value := getattr(self, name))
        }
        if self.home:
            given["home"] = Path(self.home)
        settings = Settings(**given)  # type: ignore[arg-type]
        start(settings)
        return open_house(settings).watched(_watcher[0])
