"""Landed and staged by the hub against the bare part of the same job, and dlt.

What lives here: ratios of whole children over the same data, best of some attempts;
never a promise in seconds. What does not: the jobs (`run_connectors`), the data
(`sources`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import click
import psycopg
from rich.console import Console

from benchmarks import sources
from hub.allocators import TOLD
from hub.demo.issue_files import issue_csv

console = Console()
GOAL, PEER_GOAL, FLAT = 1.6, 5.0, 1.2
WAYS = ("rest", "sql", "csv")


class Taken(NamedTuple):
    """The best of some attempts."""

    seconds: float
    peak_mb: float


class Way(NamedTuple):
    """One way that is open: its city, its address, and where the bare job reads."""

    city: Path
    url: str
    bare: str


@click.command()
@click.option("--rows", default=300_000, show_default=True)
@click.option("--attempts", default=3, show_default=True)
@click.option("--grown", default=10, show_default=True, help="Times more, for memory.")
@click.option("--postgres", default=sources.POSTGRES, show_default=True)
@click.option("--way", "ways", type=click.Choice(WAYS), multiple=True, default=WAYS)
def connectors(
    rows: int, attempts: int, grown: int, postgres: str, ways: tuple[str, ...]
) -> None:
    """Pages, a table and a file, landed and staged; peak memory as they grow."""
    peaks: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "drop").mkdir()
        listing = issue_csv(folder / "drop" / "issues_1.csv", rows, 6)
        for kind in ways:
            with _open(kind, listing, folder, postgres) as way:
                if way is not None:
                    peaks[kind] = _compare(kind, way, folder, rows, attempts)
    if grown > 1:
        _grow(peaks, rows, grown, postgres)


def _compare(kind: str, way: Way, folder: Path, rows: int, attempts: int) -> float:
    """Say how the hub compares; its peak in MB."""
    hub = _best("hub", str(way.city), way.url, folder, rows, attempts)
    bare = _best(kind, way.bare, way.url, folder, rows, attempts)
    console.print(
        f"{kind:4}    {rows:,} rows landed and staged: "
        f"{hub.seconds / bare.seconds:.2f} x the bare job (goal {GOAL}); "
        f"peak {hub.peak_mb:,.0f} MB against {bare.peak_mb:,.0f} MB"
    )
    if kind != "rest":
        return hub.peak_mb
    if find_spec("dlt") is None:
        console.print("dlt     not compared: pip install dlt measures it too")
        return hub.peak_mb
    peer = _best("dlt", way.bare, way.url, folder, rows, attempts)
    times = peer.seconds / hub.seconds
    console.print(
        f"dlt     the same pages into Parquet files: {times:.1f} x the hub's time "
        f"(goal {PEER_GOAL:g}); peak {peer.peak_mb:,.0f} MB"
    )
    return hub.peak_mb


def _grow(peaks: dict[str, float], rows: int, grown: int, postgres: str) -> None:
    """Say how the peak grows with the data."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "drop").mkdir()
        more = rows * grown
        listing = issue_csv(folder / "drop" / "issues_1.csv", more, 6)
        for kind, before in peaks.items():
            with _open(kind, listing, folder, postgres) as way:
                assert way is not None
                hub = _best("hub", str(way.city), way.url, folder, more, 1)
            times = hub.peak_mb / before
            console.print(
                f"{kind:4}    peak at {more:,} rows: {times:.2f} x that at {rows:,} "
                f"(limit {FLAT})"
            )


@contextmanager
def _open(kind: str, csv: Path, folder: Path, postgres: str) -> Iterator[Way | None]:
    """Make a way ready; null, with a sentence, where there is no server."""
    place = folder / f"city_{kind}"
    if kind == "csv":
        yield Way(sources.city(place, sources.FILES), str(csv.parent), str(csv))
    elif kind == "rest":
        sources.write_pages(csv, folder / "pages")
        with sources.served(folder / "pages") as url:
            yield Way(sources.city(place, sources.REST), url, f"{url}/issues")
    else:
        try:
            psycopg.connect(postgres, connect_timeout=3).close()
        except psycopg.Error:
            console.print(
                "sql     not compared: --postgres names no server that answers"
            )
            yield None
            return
        with sources.table(csv, postgres) as url:
            named = url.replace("postgresql:", "postgresql+psycopg:", 1)
            yield Way(sources.city(place, sources.SQL), named, url)


def _best(
    job: str, source: str, url: str, folder: Path, rows: int, attempts: int
) -> Taken:
    """Fastest time and smallest peak of some children."""
    told = []
    for _ in range(attempts):
        # What was written before is not this attempt's cost.
        os.sync()
        with tempfile.TemporaryDirectory(dir=folder) as place:
            target = place if job in ("hub", "dlt") else f"{place}/bare.parquet"
            done = subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "benchmarks.run_connectors",
                    job,
                    source,
                    target,
                ],
                env={
                    **TOLD,  # as every process of the hub is told
                    **os.environ,
                    "HUB_BENCH_URL": url,
                    "HUB_BENCH_DIR": url,
                    "RUNTIME__DLTHUB_TELEMETRY": "false",
                },
                check=True,
                stdout=subprocess.PIPE,
                text=True,
            )
        told.append(json.loads(done.stdout.splitlines()[-1]))
        assert told[-1]["rows"] == rows, told[-1]
    return Taken(
        min(one["seconds"] for one in told), min(one["peak_mb"] for one in told)
    )
