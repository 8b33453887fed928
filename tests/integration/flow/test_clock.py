"""A feed is never read ahead of the hub's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.small_city import PLATFORM, sending, small_house

from hub.connectors.base import Delivery
from hub.errors import MisuseError
from hub.flow.run import Window, find_deliveries, run_partner

NOW = datetime(2026, 9, 28, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "until"),
    [
        (None, NOW),
        (NOW - timedelta(hours=2), NOW - timedelta(hours=2)),
        (NOW + timedelta(hours=12), NOW),
    ],
    ids=["nothing said", "behind", "ahead"],
)
def test_a_window_ends_with_the_present_at_the_latest(
    tmp_path: Path, asked: datetime | None, until: datetime
) -> None:
    house = sending(small_house(tmp_path, NOW, platform=PLATFORM), {})
    partner = house.city.partners["platform"]
    bounds = []

    class Listening:
        """A connector that keeps what it is asked for."""

        def deliveries(self, _feed, *, since, until, seen):  # type: ignore[no-untyped-def]
            bounds.append((since, until))
            return iter([Delivery("all")])

    window = Window(NOW - timedelta(days=1), asked)
    list(
        find_deliveries(house, partner, partner.feed("cases"), window, Listening())  # type: ignore[arg-type]
    )

    assert bounds == [(NOW - timedelta(days=1), until)]


def test_a_span_that_begins_after_the_present_is_refused(tmp_path: Path) -> None:
    house = sending(small_house(tmp_path, NOW, platform=PLATFORM), {})
    partner = house.city.partners["platform"]
    ahead = Window(NOW + timedelta(days=1), NOW + timedelta(days=2))

    with pytest.raises(MisuseError, match="begins after the present") as told:
        run_partner(house, partner, ahead)

    assert "2026-09-28 04:00Z" in str(told.value)
    assert house.ledger.batches("platform", "cases") == []
