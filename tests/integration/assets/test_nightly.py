"""The audit log is signed every night, once, and never with another key."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest
from support.audit_logs import NOON, draft
from support.drop_city import drop_day, file_city

from hub.assets.house_resource import HouseResource
from hub.assets.nightly import AUDIT_KEY, audit_asset, audit_schedule
from hub.assets.upkeep import upkeep_assets, upkeep_schedule
from hub.definitions import build_defs
from hub.flow.house import House, open_house
from hub.partners.loader import load_city
from hub.settings import Settings
from hub.sharing.audit_log import open_audit, reading, verify
from hub.storage.audit_roots import FILE, read_roots
from hub.storage.signing import FILE as KEY_FILE
from hub.storage.signing import own_public


@pytest.fixture
def house(tmp_path: Path) -> House:
    drop_day(tmp_path / "drop", 5)
    return open_house(
        Settings(
            home=tmp_path / "home",
            city=str(file_city(tmp_path / "city")),
            now=NOON,
            environment={"SMALL_DROP": str(tmp_path / "drop")},
        )
    )


def write(house: House, count: int) -> None:
    open_audit(house).append([draft() for _ in range(count)])


def night(house: House, *, job: str = "audit") -> dg.ExecuteInProcessResult:
    city = house.city
    defs = dg.Definitions(
        assets=[*upkeep_assets(), audit_asset()],
        schedules=[audit_schedule(city), upkeep_schedule(city)],
        resources={"house": HouseResource.of(house.settings)},
    )
    return defs.resolve_job_def(job).execute_in_process(raise_on_error=False)


def told(done: dg.ExecuteInProcessResult) -> dict[str, object]:
    assert done.success
    (made,) = done.get_asset_materialization_events()
    found = made.step_materialization_data.materialization.metadata
    return {key: value.value for key, value in found.items()}


def filed(house: House) -> list[int]:
    lines = read_roots(house.settings.home / FILE)
    return [line.root.entry for line in lines if line.root]


def test_each_night_signs_what_the_day_wrote(house: House) -> None:
    write(house, 3)
    assert told(night(house))["entries_signed"] == 3
    write(house, 2)
    assert told(night(house)) | {"key": ""} == {
        "entries_signed": 2,
        "entry": 5,
        "key": "",
    }

    assert filed(house) == [3, 5]
    assert reading(house).ends() == (5, 5)
    verdict = verify(house)
    assert (verdict.ok, verdict.entries, verdict.roots) == (True, 5, 2)


def test_a_day_without_an_entry_has_no_root(house: House) -> None:
    assert told(night(house)) == {"entries_signed": 0}
    # Not even a key is made for a log that nobody wrote to.
    assert own_public(house.settings.home) is None

    write(house, 100)  # signed by its number
    assert told(night(house)) == {"entries_signed": 0}
    assert filed(house) == [100]


def test_a_root_that_the_file_lacks_is_brought_along(house: House) -> None:
    write(house, 4)
    night(house)
    (house.settings.home / FILE).unlink()

    assert told(night(house)) == {"entries_signed": 0}
    assert filed(house) == [4]


def test_without_the_key_the_step_says_so_and_nothing_else_stops(house: House) -> None:
    write(house, 3)
    (house.settings.home / KEY_FILE).unlink()

    done = night(house, job="upkeep")

    (failed,) = [one for one in done.all_events if one.is_step_failure]
    assert failed.step_key == "upkeep__audit"
    seen = failed.step_failure_data.user_failure_data
    assert seen is not None
    assert "keys/signing.pem is gone, and 3 entries" in (seen.description or "")
    assert seen.metadata["code"].value == "storage_damaged"
    assert "hub audit sign --key HEX" in str(seen.metadata["next"].value)
    made = {one.asset_key.path[1] for one in done.get_asset_materialization_events()}
    assert made == {"event_log", "raw", "lake"}
    # Another key would only make the log stand still.
    assert own_public(house.settings.home) is None


def test_a_file_that_holds_no_key_fails_the_step_alone(house: House) -> None:
    write(house, 1)
    (house.settings.home / KEY_FILE).write_text("no key")

    done = night(house)

    assert not done.success
    (failed,) = [one for one in done.all_events if one.is_step_failure]
    seen = failed.step_failure_data.user_failure_data
    assert "holds no Ed25519 key" in (seen.description if seen else "")


def test_the_schedule_is_nightly_on_the_citys_clock(house: House) -> None:
    city = load_city(house.settings.city)
    made = audit_schedule(city, dg.DefaultScheduleStatus.RUNNING)

    assert made.cron_schedule == "10 0 * * *"
    assert made.execution_timezone == city.timezone
    assert audit_schedule(city).default_status == dg.DefaultScheduleStatus.STOPPED
    defs = build_defs(city)
    assert "audit" in {one.name for one in defs.schedules or ()}
    assert defs.resolve_job_def("audit").asset_layer.selected_asset_keys == {AUDIT_KEY}
