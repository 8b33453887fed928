"""The last reconciliation of each feed, kept small for whoever looks later.

What lives here: one JSON file per feed in the home, counts only, no row. What does
not: reconciling; judging what is kept (`hub doctor`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import orjson

from hub.flow.house import House
from hub.flow.reconcile.outcome import Reconciled
from hub.storage import durable

FOLDER = "reconciled"


@dataclass(frozen=True)
class Last:
    """How a feed stood when it was last reconciled as a whole."""

    partner: str
    feed: str
    at: datetime
    ok: bool
    alarms: int
    problems: tuple[str, ...]


def keep(house: House, found: Reconciled) -> None:
    """Keep a result in the place of the one before."""
    last = Last(
        found.partner, found.feed, house.now(), found.ok, found.alarms, found.problems
    )
    folder = house.settings.home.absolute() / FOLDER
    durable.make_folder(folder)
    with durable.aside(folder) as draft:
        with durable.writing("the result of a reconciliation"):
            draft.write_bytes(orjson.dumps(asdict(last)))
        durable.publish(draft, folder / f"{found.partner}.{found.feed}.json")


def last_results(home: Path) -> Iterator[Last]:
    """What is kept, in order of partner and feed."""
    for path in sorted((home / FOLDER).glob("*.json")):
        told = orjson.loads(path.read_bytes())
        at = datetime.fromisoformat(told.pop("at"))
        yield Last(**told | {"at": at, "problems": tuple(told["problems"])})
