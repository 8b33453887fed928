"""What the orchestrator costs: a city's day through Dagster, and the same day without.

What lives here: the simulated city, one day of it run by `hub run`'s own function with
every run recorded, and with none; the same crew of processes, the same order, the same
digests at the end. And how long the code location takes to import. What does not: the
UI, the daemon, queues, which wait by the second whatever the work.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import click
from rich.console import Console

from hub.assets.crew import Crew
from hub.assets.running import Record, run_city
from hub.demo.city import SimulatedCity
from hub.settings import Settings

console = Console()
IMPORT = (
    "import time; begun = time.perf_counter(); import hub.definitions; "
    "print(time.perf_counter() - begun)"
)


def day(city: SimulatedCity, home: Path, record: Record) -> tuple[float, str]:
    """The second day of a home that has had its first: seconds, digest of the release.

    The first day makes tables and Dagster's own records; a city has it once.
    """
    with Crew() as crew:
        for number in (1, 2):
            city.deliver(number)
            settings = Settings(
                home=home, now=city.now(number), environment=city.environment
            )
            begun = time.perf_counter()
            done = run_city(
                settings,
                list(city.systems),
                *(city.now(number - 1), city.now(number)),
                crew=crew,
                record=record,
            )
            taken = time.perf_counter() - begun
    return taken, done.release.digest


@click.command("dagster-day")
@click.option("--issues", default=10_000, show_default=True, help="Cases a day.")
@click.option("--times", default=3, show_default=True, help="How often; medians count.")
def dagster_day(issues: int, times: int) -> None:
    """A whole city's day recorded by Dagster, against the same work called directly."""
    taken: dict[Record, list[float]] = {"runs": [], "nothing": []}
    ends = set()
    for _ in range(times):
        for record, seconds in taken.items():
            with tempfile.TemporaryDirectory() as folder:
                made = SimulatedCity(Path(folder) / "demo", issues=issues, days=2)
                with made as city:
                    spent, digest = day(city, Path(folder) / "home", record)
            seconds.append(spent)
            ends.add(digest)
    assert len(ends) == 1, "both ways must end in the same content"
    loaded = median(_import_seconds() for _ in range(times))
    through, directly = (median(taken[record]) for record in ("runs", "nothing"))
    console.print(
        f"dagster {issues:,} cases: the city's day {through / directly:.2f} x the same "
        f"work called directly ({through:.1f} s, {directly:.1f} s; limit 1.5); "
        f"import of hub.definitions {loaded:.1f} s (limit 3)"
    )


def _import_seconds() -> float:
    told = subprocess.run(
        [sys.executable, "-c", IMPORT], check=True, capture_output=True, text=True
    )
    return float(told.stdout)
