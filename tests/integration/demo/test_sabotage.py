"""The truth has teeth: five ways to spoil the hub, and each is caught.

Each test bends one function of the pipeline or a connector, as a plausible mistake
would, and runs two days of three systems.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from support.thorough import of
from support.whole_city import run_days

import hub.connectors.rest
import hub.pipeline.columns
import hub.pipeline.merge
from hub.connectors.paging import Pager
from hub.connectors.windows import split
from hub.pipeline.algebra import winners
from hub.pipeline.cells import Cells
from hub.pipeline.columns import _coded
from hub.pipeline.instants import read_instants

SYSTEMS = ("roster", "platform", "lzz", "jianghan")  # lzz looks a second time
Bend = Callable[[pytest.MonkeyPatch], None]


def one_window_short(patch: pytest.MonkeyPatch) -> None:
    def short(*args: Any) -> Iterator[tuple[datetime, datetime]]:
        yield from list(split(*args))[:-1]

    patch.setattr(hub.connectors.rest, "split", short)


def wrong_zone(patch: pytest.MonkeyPatch) -> None:
    def as_utc(text: pl.Series, **given: Any) -> Any:
        return read_instants(text, **{**given, "zone": "UTC"})

    patch.setattr(hub.pipeline.columns, "read_instants", as_utc)


def wrong_winner(patch: pytest.MonkeyPatch) -> None:
    def first_come(observations: pl.DataFrame) -> pl.DataFrame:
        least = observations.sort("version_at").unique("key", keep="first")
        return winners(least)

    patch.setattr(hub.pipeline.merge, "winners", first_come)


def dropped_page(patch: pytest.MonkeyPatch) -> None:
    turn = Pager.turn

    def without_last(self: Pager, page: Any) -> bool:
        return turn(self, page) and not self.done

    patch.setattr(Pager, "turn", without_last)


def defaulted_code(patch: pytest.MonkeyPatch) -> None:
    def defaulting(text: pl.Series, table: Any, *rest: Any) -> Cells:
        known = pl.Series(list(table), dtype=pl.String)
        kept = text.is_in(known.implode()) | text.is_null()
        filled = text.zip_with(kept, pl.Series([known[0]]).new_from_index(0, len(text)))
        return _coded(filled, table, *rest)

    patch.setattr(hub.pipeline.columns, "_coded", defaulting)


def nothing(_patch: pytest.MonkeyPatch) -> None:
    """The hub as it is."""


def wrong_in(folder: Path) -> list[str]:
    return run_days(folder, (1, 2), only=SYSTEMS).wrong


def test_unspoilt_the_truth_is_met(tmp_path: Path) -> None:
    assert wrong_in(tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("bend", "caught"),
    [
        pytest.param(one_window_short, "issue/platform missing", id="window"),
        pytest.param(dropped_page, "issue/jianghan missing", id="page"),
        pytest.param(defaulted_code, "kept out by P06", id="code"),
        pytest.param(wrong_zone, "issue/platform reported_at", id="zone"),
        pytest.param(wrong_winner, "issue/platform stage_code", id="winner"),
    ][: of(5, 2)],
)
def test_a_mistake_is_caught(
    bend: Bend, caught: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bend(monkeypatch)

    wrong = wrong_in(tmp_path)

    assert any(caught in one for one in wrong), wrong
