"""How far the partner's deadline and the hub's own lie apart.

What lives here: the two expressions by which linking and figures say so (T32). What
does not: either deadline.
"""

from __future__ import annotations

import polars as pl

from hub.partners.city import as_timedelta
from hub.partners.city_spec import Limits

COMPUTED, DELIVERED = pl.col("computed_deadline_at"), pl.col("source_deadline_at")


def difference_minutes() -> pl.Expr:
    """Own deadline minus delivered one, whole running minutes towards 0, or null."""
    return (COMPUTED - DELIVERED).dt.total_minutes()


def deadline_differs(settings: Limits) -> pl.Expr:
    """Whether both are known and lie further apart than the city lets pass."""
    apart = (COMPUTED - DELIVERED).abs() > pl.lit(as_timedelta(settings.difference))
    return apart.fill_null(value=False)
