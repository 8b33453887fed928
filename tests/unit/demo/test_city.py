"""The whole simulated city, read by the real connectors."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from hub.connectors import connect
from hub.connectors.decode import Rows, Wanted, decode
from hub.demo.city import PARTNERS, SimulatedCity
from hub.demo.days import span_of
from hub.errors import SecretMissing
from hub.partners.city import City
from hub.partners.loader import load_city
from hub.partners.spec import Feed
from hub.settings import Settings

ISSUES = 600


@pytest.fixture(scope="module")
def wuhan() -> City:
    return load_city("wuhan", strict=True)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedCity]:
    with SimulatedCity(tmp_path_factory.mktemp("city"), issues=ISSUES) as city:
        yield city


def _read(
    wuhan: City, simulated: SimulatedCity, partner: str, feed: Feed, day: int
) -> pl.DataFrame:
    """Every row that a feed delivers for a day, with the day it names."""
    settings = Settings(now=simulated.now(day), environment=simulated.environment)
    since, until = simulated.window(day, partner) or (None, None)
    frames = []
    with connect(wuhan.partners[partner], settings) as connector:
        for delivery in connector.deliveries(
            feed, since=since, until=until, seen=lambda _name, _content: False
        ):
            for part in connector.read(feed, delivery, sweep_keys=None):
                body = (
                    io.BytesIO(part.body)
                    if isinstance(part.body, bytes)
                    else io.BytesIO(part.body.read_bytes())
                )
                as_of = delivery.as_of or part.meta.as_of
                frames += [
                    _sound(rows).with_columns(as_of=pl.lit(as_of))
                    for rows in decode(body, part.meta, Wanted.of(feed))
                ]
    return pl.concat(frames, how="vertical_relaxed")


def _sound(rows: Rows) -> pl.DataFrame:
    assert not len(rows.broken)
    return rows.frame


def test_the_order_of_partners_covers_the_city(wuhan: City) -> None:
    assert set(PARTNERS) == set(wuhan.partners)


@pytest.mark.parametrize("partner", PARTNERS)
def test_without_the_demo_its_partners_say_what_is_missing(
    wuhan: City, partner: str
) -> None:
    settings = Settings(environment={})

    with pytest.raises(SecretMissing, match="HUB_DEMO_"):
        connect(wuhan.partners[partner], settings)


def test_platform_delivers_every_case_known_so_far(
    wuhan: City, simulated: SimulatedCity
) -> None:
    feed = wuhan.partners["platform"].feeds[0]
    for day in (2, 1):
        simulated.deliver(day)

        rows = _read(wuhan, simulated, "platform", feed, day)

        assert rows["id"].n_unique() == ISSUES * day
        assert rows.height > rows["id"].n_unique()  # repeats on page borders
        assert rows["as_of"].unique().to_list() == [simulated.now(day)]


def test_identity_numbers_are_cut_before_anything_lands(
    wuhan: City, simulated: SimulatedCity
) -> None:
    simulated.deliver(1)
    settings = Settings(now=simulated.now(1), environment=simulated.environment)
    for partner in ("platform", "jianghan"):
        feed = wuhan.partners[partner].feeds[0]
        with connect(wuhan.partners[partner], settings) as connector:
            (delivery,) = connector.deliveries(
                feed,
                since=span_of(1).since,
                until=span_of(1).until,
                seen=lambda _name, _content: False,
            )
            parts = list(connector.read(feed, delivery, sweep_keys=None))

        assert all(b"19000000" not in bytes(p.body) for p in parts)  # type: ignore[arg-type]
        assert any(p.meta.cut for p in parts)


def test_district_delivers_what_changed_on_the_day(
    wuhan: City, simulated: SimulatedCity
) -> None:
    feed = wuhan.partners["jianghan"].feeds[0]
    simulated.deliver(2)
    settings = Settings(now=simulated.now(2), environment=simulated.environment)
    assert settings.now is not None

    rows = _read(wuhan, simulated, "jianghan", feed, 2)

    assert rows["caseId"].is_unique().all()
    assert rows["updateTime"].min() >= "2026-09-30 21:59:00"  # type: ignore[operator]
    assert rows["updateTime"].max() < "2026-10-01 23:59:00"  # type: ignore[operator]


def test_exchange_delivers_the_operations_of_the_day(
    wuhan: City, simulated: SimulatedCity
) -> None:
    feed = wuhan.partners["qiaokou"].feeds[0]
    simulated.deliver(1)

    rows = _read(wuhan, simulated, "qiaokou", feed, 1)

    assert set(rows["op_type"]) >= {"I", "U"}
    assert rows["op_time"].max() < "2026-09-30 23:59:00"  # type: ignore[operator]


def test_roster_files_name_their_own_day(wuhan: City, simulated: SimulatedCity) -> None:
    simulated.deliver(1)
    simulated.deliver(2)
    for feed in wuhan.partners["roster"].feeds:
        rows = _read(wuhan, simulated, "roster", feed, 2)

        days = rows["as_of"].dt.convert_time_zone("Asia/Shanghai").dt.to_string("%F %R")
        assert sorted(days.unique()) == ["2026-09-30 00:00", "2026-10-01 00:00"]
        assert rows[feed.key[0]].null_count() == 0


def test_days_that_do_not_exist_are_refused(simulated: SimulatedCity) -> None:
    with pytest.raises(ValueError, match="days 1 to 2"):
        simulated.deliver(3)


def test_two_cities_of_one_seed_tell_the_same(tmp_path: Path) -> None:
    one, other = (SimulatedCity(tmp_path / n, issues=60, seed=3) for n in ("a", "b"))

    assert one.expected([1, 2]) == other.expected([1, 2])
