"""Rows of cases that wait on disk: in order, and gone when nobody needs them."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from hub.flow import loop_rows, shelves
from hub.flow.loop_rows import LoopRows, SubjectRows
from hub.metrics.cases import COUNTED
from hub.metrics.issue_loop import COLUMNS

MONTHS = ("2026-04", "2026-05")


def cases(digit: str) -> pl.DataFrame:
    """Two cases whose ids begin so, each in both months."""
    told = [
        {"period": month, "issue_id": f"{digit}{nth}{'0' * 30}", "area_id": "a" * 32}
        for month in MONTHS
        for nth in "12"
    ]
    return pl.DataFrame(told, schema=COLUMNS)


@pytest.fixture(params=[0, 1_000_000], ids=["on disk", "in memory"])
def kept(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> LoopRows:
    monkeypatch.setattr(shelves, "HELD", request.param)
    made = LoopRows(reversed(MONTHS))
    if request.param:
        made.put(pl.concat(cases(one) for one in "0af").sort("period", "issue_id"))
    else:
        for one in "0af":
            made.put(cases(one))
    return made


def test_rows_come_by_month_and_id_however_they_lie(kept: LoopRows) -> None:
    found = kept.whole()

    assert len(found) == len(kept) == 12
    assert found.equals(pl.concat(map(cases, "0af")).sort("period", "issue_id"))
    april = pl.concat(kept.pieces_of("2026-04"))
    assert april.equals(found.filter(period="2026-04"))


def test_some_columns_of_all_rows_are_read(kept: LoopRows) -> None:
    found = kept.read("issue_id", "area_id")

    assert found.columns == ["issue_id", "area_id"]
    both = kept.whole().select("issue_id", "area_id")
    assert found.sort("issue_id").equals(both.sort("issue_id"))
    assert kept.read(*COUNTED).columns == list(COUNTED)


def test_what_lies_on_disk_goes_with_the_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "HELD", 0)
    monkeypatch.setattr(loop_rows, "mkdtemp", lambda prefix: str(tmp_path / prefix))
    made = LoopRows(MONTHS)
    made.put(cases("0"))
    assert list(tmp_path.iterdir())

    del made

    assert not list(tmp_path.iterdir())


def test_rows_of_a_subject_are_read_when_they_are_asked_for() -> None:
    asked = []

    def read() -> pl.DataFrame:
        asked.append("step")
        return pl.DataFrame({"period": ["2026-04"]})

    rows = SubjectRows({"step": read})

    assert list(rows) == ["step"]
    assert len(rows) == 1
    assert asked == []
    assert len(rows["step"]) == 1
    assert asked == ["step"]
