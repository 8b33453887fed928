"""The rooms of one hub, opened together.

What lives here: `House`, the one assembly of city, stores and ledger that every
flow function is handed; tests build it over a temporary home. What does not:
what the flow does with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hub.errors import MisuseError
from hub.flow.unit_lists import present_city
from hub.partners.city import City
from hub.partners.loader import load_city
from hub.partners.spec import Partner
from hub.settings import Settings
from hub.storage.control import ControlDatabase
from hub.storage.keys import KeyIndex
from hub.storage.lake import Lake
from hub.storage.leases import Leases
from hub.storage.ledger import Ledger
from hub.storage.plans import PlanStore
from hub.storage.raw import RawStore
from hub.telling import log_event
from hub.telling.masking import know

if TYPE_CHECKING:
    from hub.connectors import Connector

Note = Callable[[str, dict[str, Any]], None]


def wall_clock() -> datetime:
    """Real time: leases expire by it even where the hub's clock is fixed."""
    return datetime.now(UTC)


def _connect(partner: Partner, settings: Settings) -> Connector:
    # Imported late: most commands ask no partner for anything.
    from hub.connectors import connect

    return connect(partner, settings)


def silent(_event: str, _facts: dict[str, Any]) -> None:
    """Nobody is watching."""


def logged(watcher: Note) -> Note:
    """Tell the watcher what happens, and the log as well, in the same breath."""

    def note(event: str, facts: dict[str, Any]) -> None:
        log_event(event, facts)
        watcher(event, facts)

    return note


@dataclass(frozen=True, eq=False)
class House:
    """City, stores and ledger of one hub; every open one is another.

    `note` is told what happens while it happens (logs, progress); it gets an event
    word and facts without values of rows.
    """

    settings: Settings
    city: City
    control: ControlDatabase
    ledger: Ledger
    leases: Leases
    keys: KeyIndex
    raw: RawStore
    lake: Lake
    plans: PlanStore
    note: Note = log_event
    connect: Callable[[Partner, Settings], Connector] = _connect

    def now(self) -> datetime:
        """The hub's clock."""
        return self.settings.clock()

    def at(self, settings: Settings) -> House:
        """The same stores, still open, under settings that may differ otherwise.

        A store that is opened anew reads its logs again; another clock, other secrets
        or a changed partner file need no other store.
        """
        if _stores_of(settings) != _stores_of(self.settings):
            self.control.close()
            return open_house(settings)
        city = load_city(settings.city)
        know(settings, city)
        return replace(
            self,
            settings=settings,
            city=present_city(city, self.lake),
            ledger=Ledger(self.control.engine, clock=settings.clock),
            note=log_event,
        )

    def watched(self, note: Note) -> House:
        """The same house with somebody watching."""
        return replace(self, note=logged(note))


def _stores_of(settings: Settings) -> tuple[object, ...]:
    """What decides which stores a house has."""
    return settings.city, settings.home, settings.control_url, settings.lake_root


def open_house(settings: Settings) -> House:
    """Open a hub, making its home and control database where they are missing.

    Raises:
        DeclarationError: the city folder cannot be read.
        MisuseError: the home holds another city.
    """
    city = load_city(settings.city)
    know(settings, city)
    home = settings.home.absolute()
    # Lake, shelves, warehouse and control database hold what few may see.
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    control = ControlDatabase(settings.control_url)
    control.migrate()
    ledger = Ledger(control.engine, clock=settings.clock)
    kept = ledger.settle_note("city", city.id)
    if kept != city.id:
        raise MisuseError(
            f"open the hub in {settings.home}",
            seen=f"it holds the city {kept}, and {city.id} was asked for",
            next_step="Name another home with --home, or the city with --city.",
        )
    lake = Lake(settings.lake_root)
    return House(
        settings=settings,
        city=present_city(city, lake),
        control=control,
        ledger=ledger,
        leases=Leases(control.engine, clock=wall_clock),
        keys=KeyIndex(control.engine),
        raw=RawStore(home / "raw"),
        lake=lake,
        plans=PlanStore(home / "plans"),
    )
