"""A release is checked against its own files, and damage is found."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.small_city import small_house

from hub.flow.city_run import finish_run
from hub.flow.house import House
from hub.flow.verify import is_current, verify_release
from hub.storage.releases import Release

NOW = datetime(2026, 10, 2, tzinfo=UTC)


@pytest.fixture
def published(tmp_path: Path) -> tuple[House, Release]:
    house = small_house(tmp_path, NOW)
    _, release = finish_run(house)
    return house, release


def test_a_sound_release_is_found_as_it_was(published: tuple[House, Release]) -> None:
    house, release = published

    verdicts = list(verify_release(house, release))

    assert [one.pinned for one in verdicts] == list(release.datasets)
    assert all(one.ok for one in verdicts)
    assert is_current(house, release, ("issue", "division"))


def test_a_flipped_bit_is_a_verdict_and_not_the_end(
    published: tuple[House, Release],
) -> None:
    house, release = published
    (part,) = (house.settings.lake_root / "core" / "division").rglob("*.parquet")
    content = bytearray(part.read_bytes())
    content[len(content) // 3] ^= 1
    part.write_bytes(bytes(content))

    verdicts = {one.pinned.dataset: one for one in verify_release(house, release)}

    assert not verdicts["division"].ok
    assert verdicts["division"].problem
    assert verdicts["category"].ok
