"""What a partner told us itself is not told back to it.

What lives here: rows that came from the receiver, and cases whose newest word came from
it: a step, a handling or a review of its own, after which nobody else said anything.
Such a case stays at the receiver as it was last sent, until somebody else moves it.
What does not: reading and masking rows (`view`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import polars as pl

from hub.flow.house import House
from hub.flow.published import published_rows
from hub.partners.spec import Delivery
from hub.schemas import dataset
from hub.storage.releases import Release

# When a fact about a case was: who told it last has told its status.
TOLD_AT: Mapping[str, str] = MappingProxyType(
    {"issue_event": "happened_at", "handling": "finished_at", "review": "done_at"}
)
TIMES = (
    "accepted_at", "verified_at", "registered_at", "dispatched_at", "received_at",
    "handled_at", "checked_at", "closed_at", "cancelled_at", "fed_back_at",
)  # fmt: skip
STATUS = frozenset(
    {
        *TIMES, "stage_code", "source_stage_id", "source_stage_name",
        "handling_mode_code", "handling_org_id", "close_type_code", "rework_count",
        "return_count", "extension_count", "extension_minutes", "is_suspended",
        "has_been_suspended", "suspended_until_at", "first_contact_at", "answered_at",
        "satisfaction_code",
    }
)  # fmt: skip
INSTANT = pl.Datetime("us", "UTC")
EMPTY = pl.DataFrame(schema={"issue_id": pl.String(), "at": INSTANT})


def own_words(
    house: House, delivery: Delivery, release: Release, receiver: str
) -> pl.Series:
    """Ids of cases whose newest word is the receiver's; none where none is told.

    Args:
        house: the hub.
        delivery: what is to be sent; only cases with a status of theirs matter.
        release: pins the versions that are read.
        receiver: id of the partner that receives.
    """
    if delivery.dataset != "issue" or not STATUS & delivery.columns.keys():
        return EMPTY["issue_id"]
    is_own = pl.col("partner") == receiver
    mine = _newest(house, release, is_own)
    if mine.is_empty():
        return mine["issue_id"]
    about = pl.col("issue_id").is_in(mine["issue_id"].implode())
    others = pl.concat(
        [
            _newest(house, release, ~is_own & about),
            *_own_times(house, release, ~is_own & about),
        ]
    )
    others = others.group_by("issue_id").agg(pl.col("at").max().alias("theirs"))
    both = mine.join(others, on="issue_id", how="left")
    # A time that the hub filled from the receiver's own step is as old as the step.
    is_newest = pl.col("theirs").is_null() | (pl.col("at") >= pl.col("theirs"))
    return both.filter(is_newest)["issue_id"]


def _newest(house: House, release: Release, rows: pl.Expr) -> pl.DataFrame:
    """The newest instant per case of the facts that fulfil a condition."""
    found = [EMPTY]
    for name, at in TOLD_AT.items():
        for frame in _frames(house, release, name, ["issue_id", "partner", at]):
            found.append(_max(frame.filter(rows).select("issue_id", at=pl.col(at))))
            if len(found) > 64:
                found = [_max(pl.concat(found))]
    return _max(pl.concat(found))


def _own_times(house: House, release: Release, rows: pl.Expr) -> Iterator[pl.DataFrame]:
    """The newest time of its own that a case of somebody else has."""
    for frame in _frames(house, release, "issue", ["issue_id", "partner", *TIMES]):
        newest = pl.max_horizontal(TIMES).alias("at")
        yield frame.filter(rows).select("issue_id", newest).drop_nulls()


def _max(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.drop_nulls().group_by("issue_id").agg(pl.col("at").max())


def _frames(
    house: House, release: Release, name: str, columns: list[str]
) -> Iterator[pl.DataFrame]:
    version = {one.dataset: one.version for one in release.datasets}.get(name, -1)
    if version >= 0:
        yield from published_rows(
            house, dataset(name), version=version, columns=columns
        )
