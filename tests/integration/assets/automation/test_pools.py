"""Each partner has one place, written down before its first run."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
from support.automated_city import districts

from hub.assets.automation.pools import pool_of, provision_pools
from hub.assets.partners import partner_assets
from hub.assets.recording import init_instance
from hub.settings import Settings


def test_a_new_home_knows_the_limit_of_every_partner(tmp_path: Path) -> None:
    districts(tmp_path / "city", "d1", "d2")
    settings = Settings(home=tmp_path / "home", city=str(tmp_path / "city"))

    with dg.DagsterInstance.from_config(str(init_instance(settings))) as instance:
        limits = {
            one.name: one.limit for one in instance.event_log_storage.get_pool_limits()
        }

    assert limits == {"partner_d1": 1, "partner_d2": 1}


def test_the_steps_of_a_partner_take_their_place_there(tmp_path: Path) -> None:
    city = districts(tmp_path / "city", "d1")
    d1 = city.partners["d1"]

    pools = {pool for one in partner_assets(city, d1) for pool in one.op.pools}

    assert pools == {pool_of(d1)}


def test_a_limit_that_an_operator_has_set_stays(tmp_path: Path) -> None:
    city = districts(tmp_path / "city", "d1", "d2")
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        storage = instance.event_log_storage
        storage.set_concurrency_slots("partner_d1", 0)

        provision_pools(instance, city)

        limits = {one.name: one.limit for one in storage.get_pool_limits()}
    assert limits == {"partner_d1": 0, "partner_d2": 1}
