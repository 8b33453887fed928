"""A parcel on its way out, and the states that it can be in.

What lives here: the record that the control database keeps of one request, transaction
or file. What does not: its life (`outward`).

`waiting` was never sent. `sent` may have arrived: only the very same parcel may be sent
again. `refused` did not arrive, by the receiver's own word. `accepted` has its receipt.
`dead` failed too often and waits for a person. `given_up` will never be sent again.
`is_sure` says whether nothing of it can have arrived.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

State = Literal["waiting", "sent", "refused", "accepted", "dead", "given_up"]
OPEN: tuple[State, ...] = ("sent", "refused")


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """One request, transaction or file, as it is kept.

    Attributes:
        delivery: `partner/name`.
        number: within its delivery, growing.
        state: see above.
        is_sure: whether nothing of it can have arrived.
        release: id of the release that its rows were read from.
        profile: digest of the columns, masks and rows that were allowed then.
        idempotency_key: 32 hex digits, the same whenever it is sent.
        inserted, updated, withdrawn: rows by what happened to them.
        attempts: runs in which it failed.
        made_at, sent_at, answered_at: UTC.
        receipt: the receiver's own number, where it gives one.
        error: what was seen last; never a value of a row.
    """

    delivery: str
    number: int
    state: State = "waiting"
    is_sure: bool = True
    release: str
    profile: str
    idempotency_key: str
    inserted: int = 0
    updated: int = 0
    withdrawn: int = 0
    attempts: int = 0
    made_at: datetime
    sent_at: datetime | None = None
    answered_at: datetime | None = None
    receipt: str | None = None
    error: str | None = None

    @property
    def rows(self) -> int:
        """Rows in it."""
        return self.inserted + self.updated + self.withdrawn
