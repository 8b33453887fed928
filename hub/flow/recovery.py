"""What a run does before anything new: trust no table blindly, drop what is done.

What lives here: comparing every core table with what was acknowledged (torn
entries of a power cut are set aside, a shorter table is damage) and dropping
plans that a killed run left behind. What does not: finishing batches (`run`).
"""

from __future__ import annotations

from hub.flow import tables
from hub.flow.house import House
from hub.schemas import DATASETS
from hub.storage.batches import batch_number


def recover_stores(house: House) -> None:
    """Check the core tables and forget plans that nobody needs any more.

    Raises:
        StorageDamaged: a table is older than what was acknowledged.
    """
    for ds in DATASETS.values():
        known = house.ledger.lake_version(f"core/{ds.name}")
        if known is not None:
            tables.core_table(house.lake, ds).expect(known.version)
    due = {number for number, _ in house.ledger.link_work()}
    for name in house.plans.batches():
        number = batch_number(name.partition("-")[0])
        settled = house.ledger.batch(number).state in ("merged", "refused")
        if settled and number not in due:
            house.plans.drop(name)
