"""`hub run` and the UI run the same assets and end in the same content."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest
from support.drop_city import drop_day, file_city

from hub.assets.recording import dagster_home, init_instance
from hub.assets.running import run_city
from hub.definitions import build_defs
from hub.errors import MisuseError
from hub.flow.house import open_house
from hub.flow.release import find_release
from hub.settings import Settings
from hub.storage.releases import Release

NOW = datetime(2026, 10, 2, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("SMALL_DROP", str(tmp_path / "drop"))
    city = file_city(tmp_path / "city")
    return Settings(home=tmp_path / "home", city=str(city), now=NOW)


def digests(release: Release) -> dict[str, str]:
    return {one.dataset: one.digest for one in release.datasets}


def test_a_run_reaches_a_release_and_says_what_came(
    settings: Settings, tmp_path: Path
) -> None:
    drop_day(tmp_path / "drop", 20)

    result = run_city(settings)

    states = {(b.partner, b.feed): b.state for b in result.batches}
    assert states == {
        ("platform", "cases"): "merged",
        ("roster", "areas"): "merged",
        ("roster", "people"): "merged",
    }
    rows = {one.dataset: one.rows for one in result.release.datasets}
    assert (rows["issue"], rows["area"], rows["person"]) == (9, 1, 2)
    assert rows["figure"] > 0


def test_materialising_in_dagster_gives_the_digests_of_hub_run(
    settings: Settings, tmp_path: Path
) -> None:
    drop_day(tmp_path / "drop", 20)
    other = Settings(home=tmp_path / "other", city=settings.city, now=NOW)
    ran = run_city(settings)
    house = open_house(other)
    defs = build_defs(house.city)
    init_instance(other)

    from hub.assets.house_resource import HouseResource

    with dg.DagsterInstance.from_config(str(dagster_home(other))) as instance:
        outcome = dg.materialize(
            list(defs.assets or ()),  # type: ignore[arg-type]
            instance=instance,
            resources={"house": HouseResource.of(other)},
        )

    assert outcome.success
    assert digests(find_release(house, None)) == digests(ran.release)


def test_nothing_new_makes_no_new_release(settings: Settings, tmp_path: Path) -> None:
    drop_day(tmp_path / "drop", 20)
    first = run_city(settings)

    again = run_city(settings)

    assert again.release == first.release
    assert again.batches == ()


def test_an_unknown_target_is_misuse(settings: Settings) -> None:
    with pytest.raises(MisuseError, match="platform/cases"):
        run_city(settings, ["platfrom"])
