"""The hub as a Dagster resource.

What lives here: opening the house inside a run, lazily, so that loading the code
location touches no database; saying which process the run is, so that its death can
be seen (`automation.launcher`). What does not: settings; where no run hands them
over, the environment of the process decides.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from hub.flow.house import House, Note, open_house, silent
from hub.settings import Settings
from hub.storage.holders import this_process
from hub.telling import about, bound, start

PROCESS = "hub/process"
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

    @contextmanager
    def yield_for_execution(
        self, context: dg.InitResourceContext
    ) -> Iterator["HouseResource"]:
        """The resource, with the ids of Dagster's run on its lines while it lasts.

        Of a run its process is written down; sensors and schedules are no run.
        """
        own = context.run.run_id if context.run else None
        before = bound()
        # A run that `hub run` began has an id already, and several of Dagster's.
        is_outermost = before.get("run") in (None, before.get("dagster_run"))
        if own is not None and context.instance is not None:
            context.instance.add_run_tags(own, {PROCESS: process_of(own)})
        with about(dagster_run=own, run=own if is_outermost else None):
            yield self

    def settings(self) -> Settings:
        """Where the hub of this run is."""
        given: dict[str, object] = {
            name: value
            for name in ("city", "database_url", "lake_url", "now")
            if (value := getattr(self, name))
        }
        if self.home:
            given["home"] = Path(self.home)
        return Settings(**given)  # type: ignore[arg-type]

    def open(self) -> House:
        """The hub of this run."""
        settings = self.settings()
        start(settings)
        return open_house(settings).watched(_watcher[0])


def process_of(run_id: str) -> str:
    """The value of the tag; a retry inherits tags, so it names its run."""
    return f"{run_id} {this_process('run')}"
