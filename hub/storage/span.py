"""When something that was given to a consumer holds.

What lives here: the span that consumers, their keys and their grants share: a begin,
an end that was set beforehand, and a revocation. What does not: what they give.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

State = Literal["planned", "active", "expired", "revoked"]


@dataclass(frozen=True, kw_only=True)
class Given:
    """What was given, when, by whom, and until when; instants are UTC.

    Attributes:
        valid_until: first instant at which it no longer holds; None for no end.
        made_at, made_by: when it was entered, and who entered it.
        revoked_at: first instant of its revocation; revoked is final.
        revoked_by, revoked_reason: who took it back, and why.
    """

    valid_until: datetime | None = None
    made_at: datetime
    made_by: str
    revoked_at: datetime | None = None
    revoked_by: str | None = None
    revoked_reason: str | None = None

    @property
    def begins_at(self) -> datetime:
        """First instant at which it holds."""
        return self.made_at

    def state(self, at: datetime) -> State:
        """How it stands at an instant; a revocation outweighs everything else."""
        if self.revoked_at is not None and self.revoked_at <= at:
            return "revoked"
        if self.valid_until is not None and self.valid_until <= at:
            return "expired"
        return "planned" if at < self.begins_at else "active"


@dataclass(frozen=True, kw_only=True)
class GivenFrom(Given):
    """What may begin at another instant than that of its entry."""

    valid_from: datetime

    @property
    def begins_at(self) -> datetime:
        """First instant at which it holds."""
        return self.valid_from
