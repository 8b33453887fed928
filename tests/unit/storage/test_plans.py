"""A plan is kept whole or not at all."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from support.lake_tables import rows

from hub.errors import StorageDamaged
from hub.storage import durable
from hub.storage.plans import PlanStore

PLAN = {
    "core/issue": rows(20),
    "keys": pl.DataFrame(
        {
            "hub_id": ["a", None],
            "version_at": [datetime(2026, 10, 1, tzinfo=UTC)] * 2,
            "share": [Decimal("0.5")] * 2,
        },
        schema={
            "hub_id": pl.String,
            "version_at": pl.Datetime("us", "UTC"),
            "share": pl.Decimal(9, 6),
        },
    ),
    "nothing": pl.DataFrame(schema={"n": pl.Int32, "l": pl.List(pl.UInt8)}),
}


def test_a_plan_comes_back_as_it_was(tmp_path: Path) -> None:
    PlanStore(tmp_path / "plans").save("b00000001", PLAN)

    back = PlanStore(tmp_path / "plans").load("b00000001")

    assert back is not None
    assert list(back) == list(PLAN)
    for name, frame in PLAN.items():
        assert_frame_equal(back[name], frame)


def test_a_plan_replaces_the_older_one(tmp_path: Path) -> None:
    plans = PlanStore(tmp_path)
    plans.save("b00000001", PLAN)

    plans.save("b00000001", {"other": pl.DataFrame({"n": [1]})})

    assert list(plans.load("b00000001") or {}) == ["other"]
    assert durable.leftovers(tmp_path, time.time() + 60) == []


def test_a_dropped_plan_is_gone(tmp_path: Path) -> None:
    plans = PlanStore(tmp_path / "plans")
    plans.drop("b00000001")
    plans.save("b00000001", PLAN)
    plans.save("b00000002", {})
    assert plans.batches() == ["b00000001", "b00000002"]

    plans.drop("b00000001")

    assert plans.load("b00000001") is None
    assert plans.load("b00000002") == {}
    assert plans.batches() == ["b00000002"]


def test_an_unfinished_plan_is_no_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = PlanStore(tmp_path)
    monkeypatch.setattr(durable, "publish", lambda draft, target: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        plans.save("b00000001", PLAN)

    assert plans.load("b00000001") is None
    assert plans.batches() == []


@pytest.mark.parametrize("damage", ["flip", "cut", "lose"])
@pytest.mark.parametrize("name", ["contents.json", "frames.bin"])
def test_a_damaged_plan_is_not_followed(tmp_path: Path, damage: str, name: str) -> None:
    PlanStore(tmp_path).save("b00000001", PLAN)
    file = tmp_path / "b00000001" / name
    if damage == "flip":
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    elif damage == "cut":
        os.truncate(file, 3)
    else:
        file.unlink()

    with pytest.raises(StorageDamaged, match="Drop the plan"):
        PlanStore(tmp_path).load("b00000001")
