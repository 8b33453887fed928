"""Cases of a partner whose file is gone for a while are kept, and caught up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.small_city import sending, small_house

from hub.flow.city_run import finish_run
from hub.flow.house import House
from hub.flow.published import published
from hub.flow.run import Window, run_partner
from hub.schemas import dataset
from hub.storage.releases import Release

DAY = datetime(2026, 10, 1, 16, tzinfo=UTC)
NOW = DAY + timedelta(hours=2)
HERE = "POLYGON((114.3 30.5, 114.4 30.5, 114.4 30.6, 114.3 30.6, 114.3 30.5))"
FILE = "platform.toml"
# Being handled has no time of its own here: its event is inferred from the state.
CASE = {
    "id": "1",
    "changed": "2026-10-01 12:00:00",
    "category": "0110",
    "street": "420102001",
    "district": "420102",
    "state": "4",
    "reported": "2026-10-01 08:00:00",
    "lon": "114.3501",
    "lat": "30.5531",
    "op": "U",
}


def area(**told: str) -> dict[str, str]:
    return {"id": "A1", "name": "一", "street": "420102001", **told}


def deliver(folder: Path, partner: str, feed: str, *rows: dict[str, str]) -> House:
    """A partner sends rows, which are merged and not linked."""
    house = small_house(folder, NOW)
    house = sending(house, {feed: [(DAY, list(rows))]})
    (batch,) = run_partner(house, house.city.partners[partner], Window(), [feed])
    assert (batch.state, batch.quarantined) == ("merged", 0)
    return house


def finish(folder: Path) -> Release:
    _, release = finish_run(small_house(folder, NOW))
    return release


def told(folder: Path) -> dict[str, str]:
    return {one.dataset: one.digest for one in finish(folder).datasets}


def trail(folder: Path) -> list[tuple[object, ...]]:
    """Actions of the cases' events, and their stages."""
    house = small_house(folder, NOW)
    events = published(house, dataset("issue_event")).sort("event_id")
    stages = published(house, dataset("issue")).sort("issue_id")
    return [
        *events.select("issue_id", "action_code", "is_inferred").rows(),
        *stages.select("issue_id", "stage_code").rows(),
    ]


def areas_change(folder: Path) -> None:
    """Every case may have another area now."""
    deliver(folder, "roster", "areas", area(boundary=HERE))


def a_case_comes(_folder: Path) -> None:
    """Nothing more: the second case was merged while its partner was declared."""


@pytest.mark.parametrize("meanwhile", [areas_change, a_case_comes])
def test_what_was_gone_for_a_while_ends_as_if_it_never_was(
    tmp_path: Path, meanwhile: Callable[[Path], None]
) -> None:
    ended = []
    for name, is_gone in (("always", False), ("gone", True)):
        folder = tmp_path / name
        folder.mkdir()
        deliver(folder, "roster", "areas", area())
        deliver(folder, "platform", "cases", CASE)
        finish(folder)
        before = trail(folder)
        assert (before[0][1:], before[-1][1:]) == (("ACCEPT", True), ("HANDLING",))
        deliver(folder, "platform", "cases", CASE | {"id": "2"})
        declaration = folder / "city" / "partners" / FILE
        if is_gone:
            declaration.rename(folder / FILE)
        meanwhile(folder)
        if is_gone:
            finish(folder)
            assert set(before) <= set(trail(folder))
            (folder / FILE).rename(declaration)
        ended.append((told(folder), trail(folder)))

    assert ended[0][1] == ended[1][1]
    assert ended[0][0]["issue"] == ended[1][0]["issue"]
    assert ended[0][0]["issue_event"] == ended[1][0]["issue_event"]


def test_a_file_with_a_mistake_is_a_file_that_is_gone(tmp_path: Path) -> None:
    deliver(tmp_path, "roster", "areas", area())
    deliver(tmp_path, "platform", "cases", CASE)
    finish(tmp_path)
    before = trail(tmp_path)
    declaration = tmp_path / "city" / "partners" / FILE
    text = declaration.read_text()
    declaration.write_text(text.replace("title =", "titel ="))
    areas_change(tmp_path)

    finish(tmp_path)
    again = finish(tmp_path)

    assert trail(tmp_path) == before
    assert again.datasets
    assert small_house(tmp_path, NOW).ledger.link_work() != []
    declaration.write_text(text)
    finish(tmp_path)
    assert small_house(tmp_path, NOW).ledger.link_work() == []
