"""One measured job of `python -m benchmarks metrics`, in a process of its own.

What lives here: the children. Each prints one JSON line: seconds, processor seconds,
peak of resident memory, rows. Imports and the opening of the house are not measured.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import holidays.countries  # noqa: F401 - else loaded while it is measured
import polars as pl

from benchmarks.bare_flags import flags
from benchmarks.history import CITY, KNOWN, LAST, ZONE
from hub.flow.house import House, open_house
from hub.flow.metric_rows import Facts
from hub.metrics.figures import Terms, compute_figures
from hub.metrics.registry import METRICS
from hub.metrics.worktime.work_minutes import work_minutes
from hub.partners.work_calendar import work_calendar
from hub.settings import Settings

MONTH = f"{LAST[0]}-{LAST[1]:02d}"
SHIFTS = ("08:00-12:00", "14:00-18:00")
FIRST, NEXT = (datetime(LAST[0], LAST[1] + n, 1, tzinfo=ZONE) for n in (0, 1))
BOUNDS = (FIRST.astimezone(UTC), NEXT.astimezone(UTC))


def bare(home: Path) -> Callable[[], int]:
    """The flags by hand."""
    core = home / "lake" / "core"
    return lambda: len(flags(core, MONTH, BOUNDS, KNOWN))


def hub_flags(house: House) -> pl.DataFrame:
    """The flags by the hub, shift minutes included."""
    days = work_calendar("WUHAN", "CN", SHIFTS, years=range(LAST[0] - 1, LAST[0] + 2))
    facts = Facts(house)
    # The city that is measured has no calendar of its own.
    facts.work = work_minutes(days, calendar_code="WUHAN", zone=house.city.timezone)
    return facts.loop([MONTH], KNOWN).whole()


def figures(house: House) -> Callable[[], int]:
    """Every figure of cases, all calibers, bases and levels, from flags at hand."""
    rows = {"issue": hub_flags(house)}
    chosen = [one for one in METRICS.values() if one.subject == "issue"]
    terms = Terms(zone=house.city.timezone, as_of=KNOWN, every=True, evidence=False)
    return lambda: len(
        compute_figures(
            rows, Facts(house).places, metrics=chosen, periods=[MONTH], terms=terms
        ).figures
    )


def main(job: str, home: str) -> None:
    house = open_house(Settings(home=Path(home), city=str(CITY), now=KNOWN))
    jobs: dict[str, Callable[[], Callable[[], int]]] = {
        "bare": lambda: bare(Path(home)),
        "flags": lambda: lambda: len(hub_flags(house)),
        "figures": lambda: figures(house),
    }
    ready = jobs[job]()
    begun, spent = time.perf_counter(), time.process_time()
    rows = ready()
    told = {
        "seconds": time.perf_counter() - begun,
        "cpu": time.process_time() - spent,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "rows": rows,
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
