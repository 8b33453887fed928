"""The city's reference data → core: divisions, units, categories, limits, calendar.

What lives here: publishing what the city folder holds, and the work calendar that it
asks for, as datasets like any other, with provenance, whenever the content changed.
What does not: reading the folder or making the calendar (`hub.partners`), unit lists
that a partner delivers (`unit_lists`), counting working time.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.partners.reference import OWNER
from hub.pipeline.digest import content_digest, row_digest
from hub.schemas import Dataset, dataset
from hub.storage.holders import this_process

APP = "HUB/reference"
LEASE = timedelta(minutes=10)
NAMES = (
    "division",
    "assessment_unit",
    "assessment_unit_member",
    "category",
    "category_map",
    "time_limit",
    "work_calendar",
)
# Reference data is no delivery: it has no landing instant, so a rebuild of the
# same folder gives the same rows.
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def publish_reference_data(house: House) -> dict[str, int]:
    """Bring the hub's own rows of core's reference datasets to what the city says.

    Returns:
        Rows by dataset; tables whose content is the same are left alone.
    """
    return {name: _publish(house, dataset(name)) for name in NAMES}


def _publish(house: House, ds: Dataset) -> int:
    wanted = as_core(house, ds)
    table = tables.core_table(house.lake, ds)
    mine = [{"partner": OWNER}]
    present = table.read(table.files(mine), ["row_digest"])["row_digest"]
    if table.version() >= 0 and content_digest(present) == content_digest(
        wanted["row_digest"]
    ):
        return len(wanted)
    with house.leases.hold(f"core/{ds.name}", this_process(APP), LEASE):
        old = table.files(mine)
        add = table.write(wanted, mine[0]) if len(wanted) else []
        if add or old:
            version = table.commit(APP, table.number(APP) + 1, add=add, remove=old)
            house.ledger.acknowledge_version(f"core/{ds.name}", version)
    return len(wanted)


def as_core(house: House, ds: Dataset) -> pl.DataFrame:
    """One reference dataset with its provenance block."""
    columns = tables.core_columns(ds)
    frame = (
        house.city.work_calendar(house.now().year)
        if ds.name == "work_calendar"
        else house.city.reference(ds.name).filter(pl.col("partner") == OWNER)
    )
    instant = pl.lit(EPOCH, pl.Datetime("us", "UTC"))
    made = frame.with_columns(
        partner=pl.lit(OWNER),
        feed=pl.lit("reference"),
        batch_id=pl.lit("reference"),
        ingested_at=instant,
        version_at=instant,
    )
    made = made.with_columns(
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in columns.items()
        if name not in made.columns
    )
    own = [column.name for column in ds.columns if not column.derived]
    return made.with_columns(row_digest=row_digest(columns, own)).select(
        pl.col(name).cast(kind) for name, kind in columns.items()
    )
