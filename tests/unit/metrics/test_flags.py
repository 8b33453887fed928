"""Which cases count at all is the city's word."""

from __future__ import annotations

import pytest
from support.metric_frames import case, compute, verdict

from hub.metrics.issue_loop import LoopRules
from hub.partners.city_spec import Population


@pytest.mark.parametrize(
    ("population", "expected"),
    [
        ("LZZ", "OUTSIDE_POPULATION"),
        ("LZZ_OR_AREA", "OUTSIDE_POPULATION"),
        ("ALL", True),
    ],
)
def test_a_city_without_road_chiefs_counts_every_case(
    population: Population, expected: object
) -> None:
    hotline = case(source_channel_code="HL45", area_id=None)

    found = compute(
        "on_time_handling_rate",
        [hotline],
        rules=LoopRules(zone="Asia/Shanghai", population=population),
    )

    assert verdict(found) == expected
