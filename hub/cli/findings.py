"""Findings and held rows on their way out: as JSON, and as files for a district.

What lives here: the shape of a finding, the number of a row, and the two forms of
an export. What does not: finding them (`hub.flow.quarantine`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import polars as pl

from hub.cli.files import written_aside
from hub.errors import MisuseError
from hub.flow.places import with_places
from hub.flow.quarantine import reasons_by_row, sent_rows
from hub.flow.split import PART
from hub.storage.batches import batch_number

if TYPE_CHECKING:
    from hub.flow.house import House
    from hub.partners.spec import Feed, Partner
    from hub.storage.batches import Batch

# What a district opens in a spreadsheet.
HEADS = {
    "batch": "批次",
    "row": "行号",
    "place": "位置",
    "rules": "规则",
    "problems": "问题",
    "remedies": "处理办法",
    "sent": "原样",
}


def place_of(row: int) -> str:
    """The number of a row for people: its ordinal, with the part if not the first."""
    part, ordinal = divmod(row, PART)
    return f"{part}:{ordinal}" if part else str(ordinal)


def row_number(text: str) -> int:
    """The row behind `41`, `2:41` or the number that JSON gives.

    Raises:
        MisuseError: it is none of these.
    """
    part, colon, ordinal = text.rpartition(":")
    if not ordinal.isdecimal() or (colon and not part.isdecimal()):
        raise MisuseError(
            "find the row",
            seen="its number is neither N nor PART:N",
            next_step="`hub quarantine show` without --row lists the rows.",
        )
    return int(part or 0) * PART + int(ordinal)


def finding_list(batch: Batch, shown: pl.DataFrame, *, raw: bool) -> orjson.Fragment:
    """Worded findings of a batch as a JSON list."""
    told = shown.select(
        "rule",
        "severity",
        "dataset",
        "column",
        pl.lit(batch.partner).alias("partner"),
        pl.lit(batch.feed).alias("feed"),
        pl.lit(batch.id).alias("batch"),
        "row",
        "message",
        "remedy",
        *([pl.col("text").alias("sent")] if raw else []),
    )
    return orjson.Fragment(told.write_json())


def write_held(
    house: House,
    partner: Partner,
    feed: Feed,
    held: pl.DataFrame,
    file: Path,
    form: str,
) -> int:
    """Write held rows as sent, each with its findings; how many were written."""
    total = 0
    with written_aside(file) as out:
        if form == ".csv":
            # A spreadsheet takes a file without this mark for GBK.
            out.write("\ufeff".encode())
            out.write((",".join(HEADS.values()) + "\n").encode())
        for frame in sent_rows(house, partner, feed, held):
            told = _with_reasons(_placed(house, frame))
            total += len(told)
            if form == ".csv":
                texts = pl.col("rules", "problems", "remedies").list.join("; ")
                told.with_columns(texts).write_csv(out, include_header=False)
            else:
                told.write_ndjson(out)
    return total


def _placed(house: House, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows with the places at which the partner finds them, batch by batch."""
    return pl.concat(
        [
            with_places(house, house.ledger.batch(batch_number(name)), rows)
            for (name,), rows in frame.group_by("batch_id", maintain_order=True)
        ]
    )


def _with_reasons(frame: pl.DataFrame) -> pl.DataFrame:
    """batch, row, place, rules, problems, remedies (lists), sent: one line per row."""
    reasons = reasons_by_row(frame)
    return (
        frame.join(reasons, on=["batch_id", "row"], how="left", maintain_order="left")
        .select(
            "row",
            "place",
            "rules",
            "problems",
            "remedies",
            batch="batch_id",
            sent="text",
        )
        .select(*HEADS)
    )
