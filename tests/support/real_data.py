"""Cities on real public files: where the files are, and one whole run over them.

The files are no part of the repository. They are looked for in `shared/data` beside
the checkout, or where HUB_SHARED_DATA points.
"""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest
from support.source_tree import ROOT

from hub.flow.city_run import finish_run
from hub.flow.figures import metric_table
from hub.flow.house import House, open_house
from hub.flow.published import published
from hub.flow.run import Window, run_partner
from hub.schemas import dataset
from hub.settings import Settings
from hub.storage.batches import Batch
from hub.storage.releases import Release

CITIES = ROOT / "tests" / "cities"
DATA = Path(os.environ.get("HUB_SHARED_DATA") or ROOT.parent / "shared" / "data")
Row = dict[str, str]


class Ran(NamedTuple):
    """A hub after one run: its batches, those of retries included, and release."""

    house: House
    batches: list[Batch]
    release: Release

    @property
    def issues(self) -> pl.DataFrame:
        """The published cases, by source key."""
        return published(self.house, dataset("issue")).sort("source_id")

    def digests(self) -> dict[str, str]:
        """Content digest of every published dataset and metric table."""
        return {one.dataset: one.digest for one in self.release.datasets}

    def rules(self, batch: Batch) -> dict[tuple[str, str, str], int]:
        """(rule, severity, column) → how many findings of a batch."""
        return {
            (one.rule, one.severity, one.column): one.count
            for one in self.house.ledger.rules(batch.number)
        }

    def metric(self, name: str) -> pl.DataFrame:
        """A metric table: figure, evidence or beside."""
        return metric_table(self.house, name).read()


def real_file(name: str) -> Path:
    """A real file, or the test is skipped."""
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"the real file {name} is not here (HUB_SHARED_DATA says where)")
    return path


def rows_of(name: str) -> dict[str, Row]:
    """The rows of a real CSV as sent, by the first column."""
    with real_file(name).open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        key = (reader.fieldnames or [""])[0]
        return {row[key]: row for row in reader}


def run_files(
    folder: Path, city: str | Path, files: Iterable[Path], *, now: datetime
) -> Ran:
    """Drop files into the city's folder and run all there is to run.

    Args:
        folder: holds home and drop folder; a second run goes on where the first was.
        city: name below tests/cities, or a folder.
        files: dropped beside those that an earlier run was given.
        now: the hub's clock.
    """
    drop = folder / "drop"
    drop.mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.copy(file, drop)
    house = open_house(
        Settings(
            home=folder / "home",
            city=str(CITIES / city),
            now=now,
            environment={"BOSTON_DROP": str(drop), "NEWYORK_DROP": str(drop)},
        )
    )
    assert not house.city.broken, list(house.city.broken.values())
    batches: list[Batch] = []
    for partner in house.city.partners.values():
        batches += run_partner(house, partner, Window())
    retried, release = finish_run(house)
    return Ran(house, batches + retried, release)


def counts(batch: Batch) -> tuple[int | None, ...]:
    """received, accepted, quarantined, duplicate."""
    return batch.received, batch.accepted, batch.quarantined, batch.duplicate
