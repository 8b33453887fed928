"""What one city says about numbers and times, as far as single rows are concerned.

What lives here: the record that carries a city's formats and tolerances to where
rows are judged. What does not: the values of a city; they come from its folder,
and those given here are the national ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hub.schemas.formats import national_formats


@dataclass(frozen=True)
class Norms:
    """What a city says about numbers and times.

    Attributes:
        formats: format name → anchored regular expression; others go unchecked.
        earliest: instants before it are no facts (K14, T26).
        clock_tolerance: how far a partner's clock may run ahead (K14, T29).
        deadline_reach: how long after the report a deadline may lie (K15).
    """

    formats: Mapping[str, str] = field(default_factory=national_formats)
    earliest: datetime = datetime(1980, 1, 1, tzinfo=UTC)
    clock_tolerance: timedelta = timedelta(minutes=10)
    deadline_reach: timedelta = timedelta(days=400)
