"""Rows that the hub holds back from a receiver, and for what.

What lives here: which they are in the newest release, by reason and one by one. What
does not: holding them back (`plan`), deciding what is a reason (`written`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from hub.errors import HubError, MisuseError
from hub.flow.house import House
from hub.flow.release import release_for_readers
from hub.partners.spec import Delivery, Partner
from hub.sharing.asks import Refused
from hub.sharing.outward.granted import delivery_id, grant_of
from hub.sharing.outward.view import granted_view
from hub.sharing.outward.written import NO_VALUE

KEY = "key"  # the reason of rows that share one
REASON = ("reason", "column", "value")


@dataclass(frozen=True, kw_only=True)
class Held:
    """What waits.

    Attributes:
        delivery: `partner/name`.
        release: the one that was looked at.
        rows: how many rows wait; one may wait for several reasons.
        reasons: reason (`code`, `gap`, `key`), column, value, rows; the most first.
        few: the receiver's keys of some of them as JSON texts, with their reason.
    """

    delivery: str
    release: str
    rows: int
    reasons: pl.DataFrame
    few: pl.DataFrame

    def as_data(self) -> dict[str, Any]:
        """For programs."""
        return {
            "delivery": self.delivery,
            "release": self.release,
            "rows": self.rows,
            "reasons": self.reasons.to_dicts(),
            "held": self.few.to_dicts(),
        }


def held_back(house: House, partner: Partner, delivery: Delivery, limit: int) -> Held:
    """What the newest release holds that the receiver may have and does not get.

    Args:
        house: the hub.
        partner, delivery: the declaration.
        limit: at most so many rows one by one.

    Raises:
        MisuseError: no grant covers the delivery.
        HubError: there is no release, or a declaration cannot be read.
    """
    name = delivery_id(partner, delivery)
    try:
        release = release_for_readers(house, None)
        granted, _ = grant_of(house, partner, delivery)
        if isinstance(granted, Refused):
            raise MisuseError(
                f"look at what {name} holds back",
                seen=f"{granted.kind}: {granted.reason}",
                next_step=f"`hub consumer show {delivery.consumer}` tells its grants.",
            )
        with granted_view(house, granted, release) as view:
            found = [_held(view.piece(digits)) for digits in view.pieces]
    except HubError as error:
        raise error.at(partner.id, delivery.name) from None
    every = pl.concat(found)
    reasons = every.group_by(*REASON).agg(rows=pl.len())
    return Held(
        delivery=name,
        release=release.id,
        rows=sum(one["number"].n_unique() for one in found),
        reasons=reasons.sort("rows", *REASON, descending=[True, False, False, False]),
        few=every.sort("told", *REASON).head(limit).select("told", *REASON),
    )


def _held(piece: pl.DataFrame) -> pl.DataFrame:
    """One line per row and reason: its number in the piece, key, why."""
    rows = piece.with_row_index("number")
    named = (
        rows.filter(pl.col("held").list.len() > 0)
        .explode("held")
        .unnest("held")
        .with_columns(
            reason=pl.when(pl.col("value").is_null())
            .then(pl.lit("gap"))
            .otherwise(pl.lit("code"))
        )
    )
    shared = rows.filter(~pl.col("key").is_unique()).with_columns(
        reason=pl.lit(KEY), column=NO_VALUE, value=NO_VALUE
    )
    told = ("number", "told", *REASON)
    return pl.concat([named.select(told), shared.select(told)])
