"""What the simulated city says of its own traps fits the catalogue."""

from __future__ import annotations

from hub.demo.systems.registry import SYSTEMS
from hub.demo.traps import traps_seen
from hub.schemas.traps import TRAPS


def test_every_system_sets_traps_of_the_catalogue() -> None:
    seen = traps_seen()

    assert set(seen) <= set(TRAPS)
    partners = {partner for told in seen.values() for partner in told}
    assert len(partners) == len(SYSTEMS)
    silent = "one site that falls silent on the third day"
    assert seen["T61"] == {"qingshan": silent, "caidian": silent}
