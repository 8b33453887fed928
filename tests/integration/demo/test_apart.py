"""The simulated city in a process of its own."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from hub.demo.apart import CityGone, city_apart

ISSUES = 120


def test_its_partners_answer_until_it_is_closed(tmp_path: Path) -> None:
    with city_apart(tmp_path, seed=1, issues=ISSUES, days=1) as city:
        city.deliver(1)
        address = city.environment["HUB_DEMO_PLATFORM_URL"]
        answered = httpx.post(f"{address}/api/cgdbstat/records/count", json={})

    assert "platform" in city.systems
    assert answered.json()["hasError"] is True  # nobody has signed in
    with pytest.raises(httpx.ConnectError):
        httpx.post(f"{address}/api/cgdbstat/records/count", json={})


def test_a_city_that_dies_is_one_clear_failure(tmp_path: Path) -> None:
    with city_apart(tmp_path, seed=1, issues=ISSUES, days=1) as city:
        city.process.kill()
        with pytest.raises(CityGone, match="deliver") as failed:
            city.deliver(1)

    assert "status -9" in failed.value.seen
