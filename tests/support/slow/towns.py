"""Many random towns as one city: what is handed to the hub in one go.

What lives here: the draw of a batch and its rows as frames of the canonical types.
Towns share a calendar, a month and an instant of knowledge, and nothing else.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import polars as pl
from support.slow.town import Row, Town, calendar_of, empty_town
from support.slow.town_cases import add_cases
from support.slow.town_rosters import add_rosters
from support.slow.town_things import add_things
from support.thorough import of

from hub.schemas import dataset

MONTHS = ("2025-12", "2026-01", "2026-02", "2026-04", "2026-09")


def seeds(batches: int) -> range:
    """The batches that a run of the tests looks at; all of a thousand take minutes."""
    return range(of(batches, batches // 5))


@dataclass(frozen=True)
class Batch:
    """Some towns and what they share; `order` shuffles the rows of every frame."""

    month: str
    as_of: datetime
    calendar: list[Row]
    towns: list[Town]
    order: int | None = None

    def frame(self, name: str) -> pl.DataFrame:
        """A dataset of all towns, in the canonical types."""
        if name == "work_calendar":
            rows = self.calendar
        else:
            rows = [row for town in self.towns for row in town.rows[name]]
        if self.order is not None:
            rows = random.Random(self.order).sample(rows, len(rows))
        types = dataset(name).polars_schema()
        return pl.DataFrame(
            {
                column: pl.Series(column, [row.get(column) for row in rows], kind)
                for column, kind in types.items()
            }
        )


def batch(seed: int, size: int, cases: Sequence[int] = (4, 12)) -> Batch:
    """A batch of towns, the same for the same seed."""
    draw = random.Random(f"towns-{seed}")
    month = draw.choice(MONTHS)
    calendar = calendar_of(draw, month)
    ends = empty_town(draw, 0, month, datetime(2026, 1, 1, tzinfo=UTC)).ends
    # Cases are drawn up to the twentieth of the next month: some are not known yet.
    as_of = draw.choice(
        (ends, ends + timedelta(days=35), ends + timedelta(days=9, hours=7))
    )
    towns = []
    for number in range(size):
        town = empty_town(draw, number, month, as_of)
        add_cases(draw, town, draw.randint(*cases))
        add_rosters(draw, town)
        add_things(draw, town)
        towns.append(town)
    return Batch(month, as_of, calendar, towns)
