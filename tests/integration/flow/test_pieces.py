"""A large batch is planned in pieces, and what comes of it is the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.whole_city import Outcome, run_days

from hub.flow import key_pieces

pytestmark = pytest.mark.slow
FEW = ("roster", "platform")


def ended(folder: Path) -> Outcome:
    return run_days(folder, (1, 2), only=FEW, issues=60, figures=False)


def told(outcome: Outcome) -> list[object]:
    ledger = outcome.house.ledger
    return [ledger.datasets(batch.number) for batch in outcome.batches]


def test_pieces_of_any_size_end_in_the_same_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = ended(tmp_path / "whole")
    monkeypatch.setattr(key_pieces, "PIECE_ROWS", 50)

    cut = ended(tmp_path / "cut")

    assert not cut.wrong
    assert cut.digests() == whole.digests()
    assert told(cut) == told(whole)
