"""What a batch's rows are read with, made again the same for every replay.

What lives here: the step from a stored batch to the `Context` of its rows, and
back from a stored part to its description. What does not: reading.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

import orjson
import polars as pl

from hub.connectors.base import PartMeta
from hub.flow import tables
from hub.flow.house import House
from hub.partners.city import City
from hub.partners.spec import Column, Feed, Partner
from hub.pipeline.columns import Context
from hub.pipeline.division_names import division_forms, is_by_name
from hub.schemas import dataset
from hub.storage.batches import Batch, BatchPart
from hub.storage.erasures import Erasures


def part_meta(part: BatchPart) -> PartMeta:
    """How a landed part was described when it came."""
    return PartMeta.from_json(orjson.dumps(part.meta).decode())


def parts_of(house: House, batch: Batch) -> list[BatchPart]:
    """The landed parts behind a batch; a retry or replay reads its delivery's."""
    return house.ledger.parts(batch.parent or batch.number)


def context_of(house: House, batch: Batch, partner: Partner, feed: Feed) -> Context:
    """The context of a batch: landing instant and delivery date never change."""
    assert batch.landed_at is not None, batch.id
    return make_context(
        house,
        partner,
        feed,
        batch_id=batch.id,
        landed_at=batch.landed_at,
        as_of=batch.as_of,
    )


def make_context(
    house: House,
    partner: Partner,
    feed: Feed,
    *,
    batch_id: str,
    landed_at: datetime,
    as_of: datetime | None,
) -> Context:
    """The context of rows under the declaration of today, stored or not."""
    return Context(
        partner=partner,
        feed=feed,
        batch_id=batch_id,
        landed_at=landed_at,
        as_of=as_of,
        city_zone=house.city.timezone,
        bbox=house.city.bbox,
        lead={name: lead.default for name, lead in house.city.lead.items()},
        lookups=_lookups(house, feed, partner),
        crosswalks=crosswalks(house.city, feed, partner),
        erased=_erased(house, feed),
        divisions=named_divisions(house.city, feed),
        succession=house.city.succession,
    )


def _erased(
    house: House, feed: Feed
) -> Callable[[str, pl.Series], pl.DataFrame] | None:
    """The look-up of tombstones, where anything of the feed's datasets was erased."""
    erasures = Erasures(house.control.engine)
    known = erasures.datasets({emit.dataset for emit in feed.emits})
    return erasures.lookup if known else None


def _lookups(
    house: House, feed: Feed, partner: Partner
) -> dict[tuple[str, str, str], pl.DataFrame]:
    """Values of referenced columns that are not the source key, from core."""
    wanted: set[tuple[str, str, str]] = set()
    for emit in feed.emits:
        for given in emit.columns.values():
            if is_by_name(given):
                continue
            if given.ref and given.by and given.by != "source_id":
                wanted.add((given.ref, _owner(house, given, partner), given.by))
    return {asked: _lookup(house, *asked) for asked in wanted}


def named_divisions(city: City, feed: Feed) -> pl.DataFrame | None:
    """How the city's divisions may be written, where the feed sends names of them."""
    every = (given for emit in feed.emits for given in emit.columns.values())
    if not any(map(is_by_name, every)):
        return None
    return _forms(city)


@lru_cache(maxsize=2)
def _forms(city: City) -> pl.DataFrame:
    return division_forms(city.reference("division"))


def crosswalks(city: City, feed: Feed, partner: Partner) -> dict[str, pl.DataFrame]:
    """The partner's keys of what another partner leads, per referenced dataset."""
    wanted = {
        given.ref
        for emit in feed.emits
        for given in emit.columns.values()
        if given.ref is not None and given.partner is None
    }
    mine = pl.col("partner") == partner.id
    return {name: city.crosswalk(name).filter(mine) for name in sorted(wanted)}


def _owner(house: House, given: Column, partner: Partner) -> str:
    lead = house.city.lead.get(given.ref or "")
    return given.partner or (lead.default if lead else None) or partner.id


def _lookup(house: House, name: str, partner: str, by: str) -> pl.DataFrame:
    """Values that name exactly one row; what names two names none (T41)."""
    ds = dataset(name)
    assert ds.id_column is not None, name
    table = tables.core_table(house.lake, ds)
    files = [f for f in table.files() if f.partition.get("partner") == partner]
    frame = table.read(files=files, columns=[by, ds.id_column])
    pairs = frame.select(value=by, hub_id=ds.id_column).drop_nulls().unique()
    return pairs.filter(pl.len().over("value") == 1)
