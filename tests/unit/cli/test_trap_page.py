"""The page of traps: one line each, with what the catalogue and the city say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.cli import trap_page as module
from hub.cli.trap_page import HEAD, trap_page
from hub.schemas.traps import FAMILIES, TRAPS


def lines(page: str) -> dict[str, list[str]]:
    """Trap → cells of its line."""
    found = [line.strip("| ").split(" | ") for line in page.splitlines()]
    return {cells[0].strip("`"): cells for cells in found if cells[0].startswith("`T")}


def test_every_trap_has_its_line_and_every_family_its_table() -> None:
    page = trap_page({"T3": {"hotline": "pageNo | ignored"}})

    told = lines(page)
    assert list(told) == list(TRAPS)
    assert {len(cells) for cells in told.values()} == {len(HEAD)}
    assert page.count("## ") == len(FAMILIES)
    assert "hotline: pageNo &#124; ignored" in told["T3"]
    assert told["T3"][4] == "`B08`"
    assert "`feed.read.page.param`" in told["T3"][5]
    assert told["T3"][-1] == "`-k test_t3_`"


def test_what_is_missing_is_said_and_counted() -> None:
    page = trap_page({})

    partly = [trap for trap in TRAPS.values() if trap.missing]
    assert f"67 traps, {len(partly)} of them answered in part." in page
    for trap in TRAPS.values():
        cells = lines(page)[trap.id]
        assert ("Not yet 尚缺: " in cells[2]) == bool(trap.missing)
        assert cells[3].startswith("partly" if trap.missing else "done")


def test_a_rule_that_does_not_exist_stops_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = {"T1": replace(TRAPS["T1"], rules=("X99",))}
    monkeypatch.setattr(module, "TRAPS", wrong)

    with pytest.raises(KeyError, match="X99"):
        trap_page({})
