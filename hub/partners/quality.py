"""From when on a feed looks odd: thresholds of checks, and no bounds.

What lives here: the table `[checks]` of `city.toml` and what a feed says differently in
`[feed.checks]`. A broken threshold is shown and refuses nothing. What does not: bounds
that refuse a batch (`[feed.expect]`), the checks themselves (`hub.assets`).
"""

from __future__ import annotations

from pydantic import Field

from hub.partners.base import Span, Strict


class FeedChecks(Strict):
    """Table `[feed.checks]`: thresholds of this feed, over those of the city."""

    fresh_within: Span | None = None
    """How old what the feed has brought may be, e.g. `26h`."""
    max_quarantined_share: float | None = Field(default=None, ge=0, le=1)
    """Share of rows that may stay out."""
    max_drop_share: float | None = Field(default=None, ge=0, le=1)
    """How much smaller than usual a delivery may be."""
    max_rise: float | None = Field(default=None, gt=1)
    """How many times as large as usual a delivery may be."""
    least_rows: int | None = Field(default=None, ge=1)
    """Rows below which neither volume nor share says anything."""


class Checks(Strict):
    """Table `[checks]`: from when on a feed looks odd; nothing is refused by it."""

    fresh_within: Span = "49h"
    """How old what a feed with a schedule has brought may be: two days and an hour, so
    that one missed night is told and a late one is not."""
    max_quarantined_share: float = Field(default=0.2, ge=0, le=1)
    """Share of rows that may stay out."""
    max_drop_share: float = Field(default=0.9, ge=0, le=1)
    """How much smaller than usual a delivery may be."""
    max_rise: float = Field(default=10, gt=1)
    """How many times as large as usual a delivery may be."""
    least_rows: int = Field(default=100, ge=1)
    """Rows below which neither volume nor share says anything."""

    def of(self, own: FeedChecks) -> Checks:
        """The thresholds of a feed: its own where it has some."""
        return self.model_copy(update=own.model_dump(exclude_none=True))
