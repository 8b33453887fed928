"""`make bench`: measure what the decisions rest on, again, here.

python -m benchmarks                 every entry
python -m benchmarks ingest --rows 1000000
python -m benchmarks change --small 500000 --large 5000000
python -m benchmarks connectors --rows 300000
python -m benchmarks metrics --folder /tmp/history
python -m benchmarks sharing --rows 20000 --seconds 5
python -m benchmarks dagster-day --issues 10000 --times 1
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import click
import polars as pl
import pyarrow.csv as pc
import pyarrow.parquet as pq
from rich.console import Console

from benchmarks.connectors import connectors
from benchmarks.dagster_day import dagster_day
from benchmarks.metrics import metrics
from benchmarks.sharing import sharing
from hub.demo.issue_files import READ_AT, issue_csv

CITY = Path(__file__).parent / "city"
console = Console()


def flow(home: Path, drop: Path) -> dict[str, float]:
    """One run in a fresh process."""
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.run_flow", str(CITY), str(home)],
        env={**os.environ, "HUB_BENCH_DIR": str(drop)},
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(told.stdout)


def floor(path: Path) -> float:
    """Seconds to parse the same file and write it as durable Parquet: no hub at all."""
    begun = time.perf_counter()
    target = path.with_suffix(".parquet")
    with pc.open_csv(path) as reader, pq.ParquetWriter(target, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)
    with target.open("rb+") as written:
        os.fsync(written.fileno())
    target.unlink()
    return time.perf_counter() - begun


@click.group(invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """Ratios to a floor or to a peer; never a promise in seconds."""
    if context.invoked_subcommand is None:
        context.invoke(ingest)
        context.invoke(change)
        context.invoke(connectors)
        context.invoke(metrics)
        context.invoke(sharing)
        context.invoke(dagster_day)


@main.command()
@click.option("--rows", default=1_000_000, show_default=True)
def ingest(rows: int) -> None:
    """Cases through the file connector into core: peak memory, ratio to the floor."""
    with tempfile.TemporaryDirectory() as folder:
        drop = Path(folder) / "drop"
        drop.mkdir()
        listing = issue_csv(drop / "issues_1.csv", rows, 6)
        bare = floor(listing)
        told = flow(Path(folder) / "home", drop)
    assert told["accepted"] == rows, told
    console.print(
        f"ingest  {rows:,} cases: peak {told['peak_mb']:,.0f} MB (limit 2,048); "
        f"{told['merge'] / bare:.1f} x parsing and writing them, "
        f"{told['link'] / told['merge']:.2f} x that again to derive"
    )


@main.command()
@click.option("--small", default=500_000, show_default=True)
@click.option("--large", default=5_000_000, show_default=True)
@click.option("--rows", default=20_000, show_default=True)
def change(small: int, large: int, rows: int) -> None:
    """A day's change into a short and a long history of equally busy months."""
    taken = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in (small, large):
            home, drop = Path(folder) / f"home{size}", Path(folder) / f"drop{size}"
            drop.mkdir()
            # Months are equally busy: a longer history is more months.
            history = issue_csv(Path(folder) / "all.csv", size, 2 * size // small)
            for number, piece in enumerate(pieces(history, small)):
                part = drop / f"issues_{number}.csv"
                piece.write_csv(part)
                flow(home, drop)
                part.unlink()
            history.unlink()
            runs = []
            for attempt in range(3):
                # What building the history left to the disk is not the change's cost.
                os.sync()
                told = day_of_changes(piece.tail(rows), attempt)
                told.write_csv(drop / f"issues_changed_{attempt}.csv")
                runs.append(flow(home, drop))
                assert runs[-1]["accepted"] == rows, runs[-1]
                console.print(
                    f"        {size:,} attempt {attempt + 1}: "
                    f"{runs[-1]['merge']:.1f} s + {runs[-1]['link']:.1f} s",
                    style="dim",
                )
            taken[size] = min(run["merge"] + run["link"] for run in runs)
    console.print(
        f"change  {rows:,} cases changed in {large:,}: "
        f"{taken[large] / taken[small]:.2f} x the same in {small:,} (limit 1.3)"
    )


def pieces(path: Path, rows: int) -> Iterator[pl.DataFrame]:
    """A listing in files of some rows each."""
    for start in range(0, 1 << 62, rows):
        piece = pl.scan_csv(path, infer_schema=False).slice(start, rows).collect()
        if not len(piece):
            return
        yield piece


def day_of_changes(cases: pl.DataFrame, attempt: int) -> pl.DataFrame:
    """Some cases as they come a day later: told anew, each time with another text."""
    later = (READ_AT - timedelta(minutes=60 - attempt)).strftime("%Y-%m-%d %H:%M:%S")
    return cases.with_columns(
        description=pl.col("description") + f"（复核 {attempt}）", updated=pl.lit(later)
    )


main.add_command(connectors)
main.add_command(metrics)
main.add_command(sharing)
main.add_command(dagster_day)


if __name__ == "__main__":
    main()
