"""A frozen month comes out again: elsewhere, later, from files cut another way."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa
from support.closed_month import MONTH, later

from hub.flow import tables
from hub.flow.assessment import draft
from hub.flow.assessment.revisions import find_revision
from hub.flow.assessment.verify import verify_month
from hub.flow.house import House
from hub.schemas import DATASETS, dataset
from hub.storage.control import write
from hub.storage.tables import RELEASE_DATASET

ASKED = ("assessment", "verify", "--json", "--period")


def cut_anew(house: House) -> int:
    """Lay every core table in other files and another order, and pin those."""
    order = random.Random(5)
    moved = 0
    for name in DATASETS:
        table = tables.core_table(house.lake, dataset(name))
        old = table.files()
        add = []
        for partition in {tuple(sorted(one.partition.items())) for one in old}:
            chosen = table.files(partitions=[dict(partition)])
            rows = table.read(files=chosen).sample(fraction=1, shuffle=True, seed=7)
            at = order.randint(0, len(rows))
            for piece in (rows[:at], rows[at:]):
                if len(piece):
                    add += table.write(piece, dict(partition))
        if not old:
            continue
        version = table.commit("shuffle", 1, add=add, remove=old)
        moved += 1
        with write(house.control.engine) as connection:
            connection.execute(
                sa.update(RELEASE_DATASET)
                .where(RELEASE_DATASET.c.dataset == name)
                .values(version=version)
            )
    return moved


def test_another_process_on_another_day_from_shuffled_files_says_the_same(
    frozen: House, tmp_path: Path
) -> None:
    assert cut_anew(frozen) > 5
    frozen.control.close()

    done = subprocess.run(
        [sys.executable, "-m", "hub.cli", *ASKED, MONTH],
        env={
            **os.environ,
            "HUB_HOME": str(tmp_path / "home"),
            "HUB_CITY": str(tmp_path / "city"),
            "HUB_NOW": "2028-02-03T08:00:00+08:00",
            "POLARS_MAX_THREADS": "1",
            "PYTHONHASHSEED": "3",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr or done.stdout
    told = json.loads(done.stdout)
    assert told["ok"]
    frozen = {one.name: one.digest for one in find_revision(frozen, MONTH).tables}
    found = {one["table"]: one["found_digest"] for one in told["tables"]}
    assert found == frozen


def test_the_first_row_that_differs_is_named(
    frozen: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = draft.month_tables

    def other(*about: Any) -> dict[str, pl.DataFrame]:
        frames = whole(*about)
        wrong = (pl.col("level") == "unit") & (pl.col("unit_code") == "AU-E")
        one_more = pl.when(wrong).then(pl.col("numerator") + 1)
        frames["figure"] = frames["figure"].with_columns(
            one_more.otherwise("numerator").alias("numerator")
        )
        return frames

    monkeypatch.setattr(draft, "month_tables", other)

    verdicts = verify_month(frozen, find_revision(frozen, MONTH))
    told, *others = (one for one in verdicts if not one.ok)

    assert {one.name for one in others} <= {"score", "score_item"}
    assert told.name == "figure"
    assert told.row is not None
    assert told.row.startswith("metric=acceptance_rate calibers=FLAGS-EG")
    assert told.row.endswith("level=unit unit_code=AU-E")
    assert str(told.problem).endswith("rows differ; the first: another value")


def test_a_definition_that_changed_since_is_told(
    frozen: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(
        "hub.flow.assessment.verify.definitions",
        lambda: {"metric": {}, "caliber": {"MD-1": 2}},
    )
    whole = draft.month_tables

    def less(*about: Any) -> dict[str, pl.DataFrame]:
        return {n: f for n, f in whole(*about).items() if n != "beside"}

    monkeypatch.setattr(draft, "month_tables", less)

    told = verify_month(later(tmp_path), find_revision(frozen, MONTH))

    problems = {one.name: one.problem for one in told}
    assert "no such table; changed since: caliber" in str(problems["beside"])
    assert problems["figure"] is None


def test_a_policy_that_cannot_be_followed_any_more_is_a_verdict(
    frozen: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = draft.month_tables

    def none(*about: Any) -> dict[str, pl.DataFrame]:
        return {name: frame.clear() for name, frame in whole(*about).items()}

    monkeypatch.setattr(draft, "month_tables", none)

    (told,) = verify_month(frozen, find_revision(frozen, MONTH))

    assert told.name == "score"
    assert "on_time_handling_rate was not computed" in str(told.problem)
