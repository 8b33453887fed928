"""From a published case back to the row that a partner sent.

What lives here: finding delivery, file and row of a case, and the row's own text from
raw. What does not: deciding who may see it (`hub.cli`).
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from hub.connectors.decode import row_texts
from hub.errors import MisuseError
from hub.flow import tables
from hub.flow.context import part_meta, parts_of
from hub.flow.house import House
from hub.flow.split import PART
from hub.schemas import dataset
from hub.storage.batches import Batch, batch_number


class Sent(NamedTuple):
    """One row as it came.

    Attributes:
        batch: the delivery.
        row: its number in the whole delivery.
        part: the landed file or page, by content.
        text: the row as sent; None where raw no longer holds it.
    """

    batch: Batch
    row: int
    part: str
    text: str | None


def sent_issue(house: House, issue_id: str, month: str | None = None) -> Sent:
    """The row that the published state of a case came from.

    Args:
        house: the hub.
        issue_id: the case.
        month: month of its report, where known: only that month is searched.

    Raises:
        MisuseError: no such case, or its delivery is no longer staged.
    """
    ds = dataset("issue")
    table = tables.core_table(house.lake, ds)
    files = table.files(partitions=None if month is None else [{"month": month}])
    columns = ["issue_id", "partner", "batch_id"]
    for frame in table.scan(files, columns=columns):
        found = frame.filter(issue_id=issue_id)
        if len(found):
            _, partner, batch_id = found.row(0)
            return _sent(house, issue_id, partner, batch_id)
    if month is not None:
        return sent_issue(house, issue_id)
    raise MisuseError(
        "find the row of a case",
        seen="no case of that id is published",
        next_step="`hub metric explain --json` lists the ids behind a figure.",
    )


def _sent(house: House, issue_id: str, partner: str, batch_id: str) -> Sent:
    staged = tables.staged_table(house.lake, partner, dataset("issue"))
    files = staged.files(partitions=[{"batch_id": batch_id}])
    rows = staged.read(files=files, columns=["issue_id", "row"])
    number = rows.filter(issue_id=issue_id)["row"].max()
    if not isinstance(number, int):
        raise MisuseError(
            "find the row of a case",
            seen=f"delivery {batch_id} is no longer staged",
            next_step="Replay the delivery; raw keeps it as it was sent.",
        )
    batch = house.ledger.batch(batch_number(batch_id))
    sequence, ordinal = divmod(number, PART)
    part = next(one for one in parts_of(house, batch) if one.sequence == sequence)
    with house.raw.open(part.sha256) as body:
        texts = row_texts(body, part_meta(part), pl.Series([ordinal], dtype=pl.Int64))
    text = texts["text"].to_list()
    return Sent(batch, number, part.sha256, text[0] if text else None)
