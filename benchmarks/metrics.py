"""Base flags and figures of one month, against the same flags written by hand.

What lives here: the ratios that issue 5 asks for, best of some attempts, and whether
they hold when history grows tenfold. What does not: the history (`history`), the jobs
(`run_metrics`), the floor (`bare_flags`).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

import click
from rich.console import Console

from benchmarks.history import home_of

console = Console()
FLAGS_GOAL, FIGURES_GOAL, GROWTH_GOAL = 1.5, 5.0, 1.2
SHORT = 3  # months of the shorter history


class Taken(NamedTuple):
    """The best of some attempts."""

    seconds: float
    cpu: float
    peak_mb: float
    rows: int


@click.command()
@click.option("--rows", default=5_000_000, show_default=True)
@click.option("--small", default=500_000, show_default=True)
@click.option("--months", default=12, show_default=True)
@click.option("--attempts", default=3, show_default=True)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the history is kept for the next time; none = it is made anew.",
)
def metrics(
    rows: int, small: int, months: int, attempts: int, folder: Path | None
) -> None:
    """The flags and figures of one month out of a year's history."""
    kept = tempfile.TemporaryDirectory() if folder is None else nullcontext(str(folder))
    with kept as name:
        per_month = -(-rows // months)
        large = home_of(Path(name), rows, per_month)
        # Months are equally busy: a longer history is more months.
        short = home_of(Path(name), small, small // SHORT)
        long = home_of(Path(name), rows, small // SHORT)
        bare = best("bare", large, attempts)
        flags = best("flags", large, attempts)
        figures = best("figures", large, attempts)
        before, after = (best("flags", home, attempts) for home in (short, long))
    assert bare.rows == flags.rows, (bare.rows, flags.rows)
    told(f"flags of {flags.rows:,} cases to the same by hand", flags, bare, FLAGS_GOAL)
    told("all figures to the flags", figures, flags, FIGURES_GOAL)
    told(f"flags in {rows:,} cases to {small:,}", after, before, GROWTH_GOAL)


def best(job: str, home: Path, attempts: int) -> Taken:
    """The quickest of some fresh processes."""
    taken = []
    for number in range(attempts):
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.run_metrics", job, str(home)],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        taken.append(Taken(**json.loads(done.stdout)))
        console.print(
            f"        {job} of {home.name}, attempt {number + 1}: "
            f"{taken[-1].seconds:.1f} s, {taken[-1].cpu:.1f} s of processor, "
            f"peak {taken[-1].peak_mb:,.0f} MB",
            style="dim",
        )
    return min(taken)


def told(what: str, ours: Taken, other: Taken, goal: float) -> None:
    """One ratio and its goal; the processor's own time beside it."""
    console.print(
        f"metrics {what}: {ours.seconds / other.seconds:.2f} x (goal {goal}; "
        f"{ours.cpu / other.cpu:.2f} x by processor time)"
    )
