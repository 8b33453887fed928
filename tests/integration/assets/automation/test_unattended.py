"""Within a run that nobody sits beside, what may pass is tried again, nothing else."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa
from support.automated_city import district
from support.small_city import write_city

from hub.assets.automation import unattended
from hub.assets.automation.unattended import PAUSES, tried_again
from hub.assets.house_resource import HouseResource
from hub.assets.partners import partner_assets
from hub.errors import BatchRefused, HubError, LeaseHeld, SourceUnavailable
from hub.flow.house import open_house
from hub.partners.loader import load_city
from hub.settings import Settings, lent

NOW = datetime(2026, 10, 2, tzinfo=UTC)
ALONE = {"hub/unattended": "true"}
BUSY = sa.exc.OperationalError(
    "UPDATE", None, sqlite3.OperationalError("database is locked")
)


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same attempts without waiting between them."""
    monkeypatch.setattr(unattended, "PAUSES", PAUSES._replace(delay=0))


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as found:
        yield found


def told(kind: type[HubError]) -> HubError:
    return kind("read the cases", seen="nothing came", next_step="Wait.")


def attempts(
    instance: dg.DagsterInstance,
    fails: Callable[[int], Exception | None],
    tags: dict[str, str],
) -> tuple[int, bool]:
    """How often a step was tried, and whether it succeeded in the end."""
    seen: list[int] = []

    @dg.asset
    def step(context: dg.AssetExecutionContext) -> None:
        seen.append(context.retry_number)
        with tried_again(context):
            if (error := fails(len(seen))) is not None:
                raise error

    done = dg.materialize([step], instance=instance, tags=tags, raise_on_error=False)
    return len(seen), done.success


@pytest.mark.parametrize(
    "error",
    [told(LeaseHeld), told(SourceUnavailable), BUSY],
    ids=["lease", "source", "database"],
)
def test_what_may_pass_is_tried_again_until_it_has(
    instance: dg.DagsterInstance, error: Exception
) -> None:
    assert attempts(instance, lambda n: error if n < 3 else None, ALONE) == (3, True)


def test_what_does_not_pass_is_given_up(instance: dg.DagsterInstance) -> None:
    most = PAUSES.max_retries + 1

    assert attempts(instance, lambda _: told(LeaseHeld), ALONE) == (most, False)


@pytest.mark.parametrize(
    "error", [told(BatchRefused), ValueError("a mistake")], ids=["contract", "mistake"]
)
def test_a_contract_that_is_broken_is_not_tried_again(
    instance: dg.DagsterInstance, error: Exception
) -> None:
    assert attempts(instance, lambda _: error, ALONE) == (1, False)


def test_whoever_sits_beside_sees_the_failure_at_once(
    instance: dg.DagsterInstance,
) -> None:
    assert attempts(instance, lambda _: told(LeaseHeld), {}) == (1, False)


def test_pauses_grow_and_are_not_the_same_for_two() -> None:
    drawn = [[PAUSES.calculate_delay(n) for n in (1, 2, 3, 4)] for _ in range(20)]

    means = [sum(column) / len(column) for column in zip(*drawn, strict=True)]
    assert means == sorted(means)
    assert len({row[0] for row in drawn}) > 1


@pytest.mark.parametrize(
    ("connector", "source", "read", "times"),
    [
        (
            "sql",
            'url = "env:EAST"',
            'table = "cases"',
            PAUSES.max_retries + 1,
        ),
        (
            "rest",
            'base_url = "env:EAST"\nlimits = { attempts = 1 }',
            'path = "/cases"',
            1,
        ),
    ],
)
def test_a_source_is_asked_again_only_where_its_connector_asks_once(
    tmp_path: Path,
    instance: dg.DagsterInstance,
    connector: str,
    source: str,
    read: str,
    times: int,
) -> None:
    address = {
        "sql": "mysql+pymysql://nobody@127.0.0.1:9/none",
        "rest": "http://127.0.0.1:9",
    }[connector]
    text = district("east")
    for old, new in (
        ('connector = "files"', f'connector = "{connector}"'),
        ('folder = "env:SMALL_DROP"', source),
        ('files = "cases_*.csv"\nformat = "csv"', read),
        ("as_of = { file = '(\\d{8})', format = \"%Y%m%d\" }\n", ""),
    ):
        assert old in text
        text = text.replace(old, new)
    city = load_city(str(write_city(tmp_path / "city", east=text)))
    assert "east" in city.partners, city.broken
    settings = Settings(home=tmp_path / "home", city=str(tmp_path / "city"), now=NOW)

    done = run(partner_assets(city, city.partners["east"]), settings, address, instance)

    states = [one.state for one in open_house(settings).ledger.batches()]
    assert done.success  # the ledger has it, and core runs with the rest of the city
    assert states == ["failed"] * times


def run(
    assets: list[dg.AssetsDefinition],
    settings: Settings,
    address: str,
    instance: dg.DagsterInstance,
) -> dg.ExecuteInProcessResult:
    """A run of a partner's steps, with its address in the environment."""
    days: Any = {"partition_key": "2026-10-01"} if assets[0].partitions_def else {}
    with lent({"EAST": address}):
        return dg.materialize(
            assets,
            instance=instance,
            resources={"house": HouseResource.of(settings)},
            tags=ALONE,
            **days,
        )
