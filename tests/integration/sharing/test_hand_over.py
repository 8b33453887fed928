"""A frozen month goes to the assessment system; its final scores come back (R67)."""

from __future__ import annotations

import csv
import hashlib
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from support.closed_month import MONTH, copied, plain_policy
from support.consumers import consumer, grant

from hub.errors import MisuseError
from hub.flow.assessment.final_scores import add_final_scores, final_differences
from hub.flow.assessment.freeze import freeze_month
from hub.flow.assessment.frozen_rows import read_rows
from hub.flow.assessment.revisions import find_revision
from hub.flow.house import House
from hub.metrics.registry import METRICS
from hub.sharing.audit_log import reading
from hub.sharing.hand_over import hand_over_month
from hub.storage.consumers import Consumers
from hub.storage.final_scores import FinalScores
from hub.storage.grants import Grants, RowRule

FIGURES: dict[str, Any] = {
    "dataset": "figure",
    "columns": (),
    "column_class": "CONDITIONAL",
    "row_rule": RowRule("all"),
    "clear": (),
    "masks": {},
    "forms": ("file",),
}
CASES = FIGURES | {"dataset": "issue", "columns": ("issue_id",), "column_class": None}


@pytest.fixture(scope="session")
def month(closed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub with a frozen month and a consumer. For copying only."""
    folder = tmp_path_factory.mktemp("frozen")
    house = copied(closed, folder)
    freeze_month(house, MONTH, policies=[plain_policy()], author="甲")
    since = house.now()
    told = consumer(units=(), valid_from=since, made_at=since)
    Consumers(house.control.engine).add(told)
    house.control.close()
    return folder


@pytest.fixture
def frozen(month: Path, tmp_path: Path) -> House:
    return copied(month, tmp_path / "hub")


def granted(house: House, **told: Any) -> None:
    since = house.now()
    given = grant(valid_from=since, made_at=since, **told)
    Grants(house.control.engine).add(given)


def handed(house: House, folder: Path) -> dict[str, Any]:
    done = hand_over_month(
        house, MONTH, number=None, consumer="qiaokou", purpose=None, folder=folder
    )
    assert json.loads((folder / "manifest.json").read_text("utf-8")) == done.manifest
    return dict(done.manifest)


def results(house: House) -> list[str]:
    found = reading(house).newest(system="qiaokou", limit=9)
    return [row["result"] for row in found]


def test_figures_go_with_the_rows_behind_them(frozen: House, tmp_path: Path) -> None:
    granted(frozen, **FIGURES)
    granted(frozen, **CASES)

    told = handed(frozen, tmp_path / "out")

    for one in told["files"]:
        content = (tmp_path / "out" / one["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == one["sha256"]
    figures = pl.read_csv(tmp_path / "out" / "figures.csv", infer_schema=False)
    kept = read_rows(frozen, find_revision(frozen, MONTH), "figure")
    assert len(figures) == len(kept)
    evidence = pl.read_csv(tmp_path / "out" / "evidence.csv", infer_schema=False)
    # Every case of the city's figure is named, and every one of its numerator.
    name = "on_time_handling_rate"
    own = pl.col("calibers").list.sort().list.join(" ")
    city = kept.filter(
        pl.col("by").is_null(),
        own == " ".join(sorted(METRICS[name].calibers)),
        pl.col("basis") == METRICS[name].basis,
        metric=name,
        level="city",
    )
    mine = evidence.filter(metric=name, subject="issue")
    counted = mine.filter(is_numerator="true")["subject_id"].n_unique()
    assert counted == city["numerator"].item() > 0
    assert mine["left_out_reason"].drop_nulls().len() > 0
    assert "issue" not in told["without_evidence"]
    assert "chief_person_id" not in evidence.columns
    assert results(frozen) == ["delivered", "begun"]


def test_without_a_grant_on_the_rows_only_figures_go(
    frozen: House, tmp_path: Path
) -> None:
    granted(frozen, **FIGURES)

    told = handed(frozen, tmp_path / "out")

    assert "issue" in told["without_evidence"]
    evidence = (tmp_path / "out" / "evidence.csv").read_text("utf-8")
    rows = list(csv.DictReader(evidence.splitlines()))
    assert "issue" not in {row["subject"] for row in rows}


@pytest.mark.parametrize("given", [None, FIGURES | {"basis": ""}])
def test_a_refusal_is_audited_and_writes_nothing(
    frozen: House, tmp_path: Path, given: dict[str, Any] | None
) -> None:
    if given is not None:
        granted(frozen, **given)

    with pytest.raises(MisuseError, match="hides small cells"):
        handed(frozen, tmp_path / "out")

    assert not (tmp_path / "out").exists()
    assert results(frozen) == ["refused"]


def test_final_scores_stay_beside_the_frozen_ones(
    frozen: House, tmp_path: Path
) -> None:
    before = read_rows(frozen, find_revision(frozen, MONTH), "score")
    totals = before.filter(pl.col("dimension").is_null())
    points = dict(totals.select("unit_code", "points").rows())
    other = Decimal("61.5")
    lines = ["unit_code,points", *(f"{u},{p or 0}" for u, p in points.items())]
    file = tmp_path / "final.csv"

    def add(text: list[str]) -> int:
        file.write_text("\n".join(text) + "\n", "utf-8")
        return len(
            add_final_scores(
                frozen, MONTH, file, number=None, source="考评系统", author="乙"
            )
        )

    assert add(lines) == len(points)
    unit = next(one for one, p in points.items() if p is not None)
    add(["unit_code,points", f"{unit},{other}"])

    apart = final_differences(frozen, MONTH)
    told = {row["unit_code"]: row for row in apart.rows(named=True)}
    assert told[unit]["what"] == "points"
    assert told[unit]["final_points"] == other
    assert told[unit]["frozen_points"] == points[unit]
    same = [one for one, p in points.items() if p is not None and one != unit]
    assert not set(same) & told.keys()
    assert read_rows(frozen, find_revision(frozen, MONTH), "score").equals(before)

    kept = FinalScores(frozen.control.engine).of(MONTH, 1)
    for wrong in (f"{unit},x", "AU-X,5", f"{unit},1.2345"):
        with pytest.raises(MisuseError, match="row 2"):
            add(["unit_code,points", f"{unit},7", wrong])
    assert FinalScores(frozen.control.engine).of(MONTH, 1) == kept
