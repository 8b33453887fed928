"""A case office whose source can be bent between a run and a reconciliation.

What lives here: one feed over REST, over a database and over files, with equal rows,
and short ways to run and to reconcile it. What does not: what is bent; tests do.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
from support.partner_server import Reply, Request
from support.small_city import PLATFORM, write_city

from hub.flow.house import House, open_house
from hub.flow.reconcile.feed import reconcile_partner
from hub.flow.reconcile.outcome import Reconciled
from hub.flow.run import Window, run_partner
from hub.settings import Settings
from hub.storage.batches import Batch

NOW = datetime(2026, 10, 2, 4, tzinfo=UTC)
SINCE = datetime(2026, 9, 30, 16, tzinfo=UTC)
HEAD, _, REST_OF = PLATFORM.partition('[feed.read]\npath = "/cases"\n')
COLUMNS = REST_OF.partition('\n[[feed.emit]]\ndataset = "issue_event"')[0]
REST = (
    HEAD.replace('"http://127.0.0.1:9"', '"env:OFFICE"\nlimits = { attempts = 1 }')
    + """[feed.read]
path = "/cases"
records = "rows"
page = { kind = "number", size = 3, size_param = "size"%s }
window = { from = "since", to = "until", overlap = "1h" }
"""
    + REST_OF
)
SQL = (
    HEAD.replace('connector = "rest"\nbase_url = "http://127.0.0.1:9"',
                 'connector = "sql"\nurl = "env:OFFICE"')
    + """[feed.read]
table = "%s"
window = { from = "changed", to = "changed", overlap = "1h" }
"""
    + COLUMNS
)  # fmt: skip
FIELDS = ("id", "changed", "category", "street", "district", "lon", "lat", "state",
          "reported", "accepted", "registered", "dispatched", "handled", "closed",
          "deadline", "op")  # fmt: skip


def case(number: int, hour: int = 9, **more: str | None) -> dict[str, str | None]:
    """One case, changed on the first of October."""
    return {
        "id": f"c{number:03}",
        "changed": f"2026-10-01 {hour:02}:00:00",
        "category": "0110",
        "street": "420102001",
        "district": "420102",
        "lon": "114.3051",
        "lat": "30.5931",
        "state": "1",
        "reported": "2026-10-01 08:00:00",
        "op": "U",
    } | more


@dataclass
class Office:
    """The rows of a listing by change time; `counts` may say another number."""

    rows: list[dict[str, str | None]] = field(default_factory=list)
    empty_pages: set[int] = field(default_factory=set)
    counts: int | None = None

    def answer(self, request: Request) -> Reply:
        """One page of what changed in the span asked for."""
        since, until = request.params["since"], request.params["until"]
        found = [row for row in self.rows if since <= (row["changed"] or "") < until]
        page, size = int(request.params["page"]), int(request.params["size"])
        shown = found[(page - 1) * size : page * size]
        if page in self.empty_pages:
            shown = []
        told = len(found) if self.counts is None else self.counts
        return Reply({"rows": shown, "total": told})


def office_house(
    folder: Path, partner: str, address: str, now: datetime = NOW
) -> House:
    """A hub over the small city with this one partner."""
    city = folder / "city"
    if not city.exists():
        write_city(city, platform=partner)
    return open_house(
        Settings(
            home=folder / "home",
            city=str(city),
            now=now,
            environment={"OFFICE": address},
        )
    )


def pull(house: House, until: datetime = NOW) -> list[Batch]:
    """Run the feed up to an instant."""
    done = run_partner(house, house.city.partners["platform"], Window(SINCE, until))
    assert {one.state for one in done} == {"merged"}
    return done


def reconciled(house: House, window: Window | None = None, **given: int) -> Reconciled:
    """The feed held against its source."""
    partner = house.city.partners["platform"]
    (found,) = reconcile_partner(house, partner, window or Window(), **given)
    return found


def reasons(found: Reconciled, dataset: str = "issue") -> dict[str, int]:
    """Rows by reason, of one dataset."""
    told: Counter[str] = Counter()
    for (name, _, reason), number in found.reasons.items():
        if name == dataset:
            told[reason] += number
    return dict(told)


def row_of(found: Reconciled, reason: str) -> dict[str, object]:
    """The one row of a reason."""
    (row,) = found.rows.filter(pl.col("reason") == reason).rows(named=True)
    return row
