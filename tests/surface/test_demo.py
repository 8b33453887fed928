"""`hub demo` from outside: its answer, and that the truth is met."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.file_city import run_hub

ANSWER = {
    "home", "seconds", "release", "batches", "ledger", "datasets", "digests",
    "truth", "warnings",
}  # fmt: skip


@pytest.mark.slow
def test_a_small_demo_meets_its_truth(tmp_path: Path) -> None:
    args = ("--issues", "120", "--days", "1", "--home", str(tmp_path / "home"))

    done = run_hub("demo", *args, "--json", cwd=tmp_path)

    assert done.code == 0, done
    told = done.json
    assert set(told) == ANSWER
    assert told["home"] == str(tmp_path / "home")
    assert told["truth"]
    assert all(
        set(one) == {"check", "expected", "found", "ok"} for one in told["truth"]
    )
    assert [one for one in told["truth"] if not one["ok"]] == []
    assert set(told["datasets"]) == set(told["digests"])
    assert all(re.fullmatch("[0-9a-f]{64}", one) for one in told["digests"].values())
    assert told["datasets"]["issue"] > 120
    assert {one["state"] for one in told["batches"]} == {"merged"}
    assert len(told["truth"]) > 1500
    assert told["ledger"]["received"] == sum(
        one["received"] for one in told["batches"] if one["kind"] == "delivery"
    )
    assert "Day 1 of 1" in done.err


@pytest.mark.parametrize(
    "args", [["--days", "2", "--order", "3,1"], ["--issues", "100"], ["--days", "0"]]
)
def test_a_demo_that_cannot_be_is_misuse(tmp_path: Path, args: list[str]) -> None:
    done = run_hub("demo", *args, "--json", cwd=tmp_path)

    assert done.code == 2
    assert done.error["code"] == "misuse"
    assert list(tmp_path.iterdir()) == []
