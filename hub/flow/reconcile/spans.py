"""What the hub's deliveries of a feed say about a row that the source shows now.

What lives here: which spans, days and files were merged, refused or never asked for,
and the mark `told` that follows for each row (see `reasons`). What does not: the
rows (`shown`), the decision (`reasons`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from hub.flow.guard import span
from hub.partners.spec import Feed
from hub.storage.batches import Batch, State

DONE: tuple[State, ...] = ("merged",)
LOST: dict[State, str] = {
    "refused": "refused",
    "failed": "failed",
    "landing": "unfinished",
    "landed": "unfinished",
    "split": "unfinished",
    "merging": "unfinished",
}


@dataclass(frozen=True)
class Told:
    """One word about rows, and the batch that it rests on, if any."""

    word: str
    batch: str | None = None


@dataclass(frozen=True)
class Pulls:
    """The deliveries of one feed, the newest first.

    Attributes:
        feed: its declaration.
        deliveries: every batch of kind delivery; one whose replay was merged counts
            as merged.
    """

    feed: Feed
    deliveries: tuple[Batch, ...]
    replayed: frozenset[int] = frozenset()

    @classmethod
    def of(cls, feed: Feed, batches: Sequence[Batch]) -> Pulls:
        """Sort out the batches of a feed."""
        replayed = {
            one.parent
            for one in batches
            if one.kind == "replay" and one.state == "merged" and one.parent
        }
        first = tuple(one for one in batches if one.kind == "delivery")
        return cls(feed, first, frozenset(replayed))

    def is_merged(self, batch: Batch) -> bool:
        """Whether what was delivered is in core, in whatever way."""
        return batch.state == "merged" or batch.number in self.replayed

    @property
    def merged(self) -> list[Batch]:
        """Deliveries that are in core."""
        return [one for one in self.deliveries if self.is_merged(one)]

    @property
    def first(self) -> datetime | None:
        """Where the first pull began; null where one had no beginning, or none was."""
        starts = [one.since for one in self.merged]
        return None if None in starts else min(filter(None, starts), default=None)

    @property
    def last(self) -> datetime | None:
        """Where the last pull ended."""
        ends = [one.until for one in self.merged if one.until is not None]
        return max(ends, default=None)

    def of_file(self, name: str, content: str | None) -> Told:
        """What became of a file."""
        for one in self.deliveries:
            if (one.name, one.content) == (name, content):
                return self._word(one)
        return Told("later")

    def of_day(self, as_of: datetime | None) -> Told:
        """What became of the state that a source shows for a day it names itself."""
        if not self.merged:
            return Told("later")
        if as_of is None:
            return Told("undated")
        spoke = [o for o in self.deliveries if o.as_of is not None and o.as_of >= as_of]
        taken = [one for one in spoke if self.is_merged(one)] or spoke
        return self._word(taken[0]) if taken else Told("later")

    def mark(self, instant: pl.Expr, as_of: datetime | None) -> dict[str, pl.Expr]:
        """`told`, `told_change` and `told_batch` of rows, by their own instant.

        Args:
            instant: when a row changed; where the window is one of creation, when it
                was created.
            as_of: the day that the source names for itself now.
        """
        undated = self.of_day(as_of)
        word, batch = pl.lit("never"), pl.lit(None, pl.String)
        if self.last is None:
            word = pl.lit("later")
        else:
            word = pl.when(instant >= self.last).then(pl.lit("later")).otherwise(word)
        for one in reversed(self.deliveries):
            if not self.is_merged(one) and one.until is not None:
                inside = self._inside(one, instant)
                lost = self._word(one)
                word = pl.when(inside).then(pl.lit(lost.word)).otherwise(word)
                batch = pl.when(inside).then(pl.lit(lost.batch)).otherwise(batch)
        for start, end in unions([self._span(one) for one in self.merged]):
            inside = instant < end
            if start is not None:
                inside = inside & (instant >= start)
            word = pl.when(inside).then(pl.lit("merged")).otherwise(word)
        told = pl.when(instant.is_null()).then(pl.lit(undated.word)).otherwise(word)
        where = pl.when(instant.is_null()).then(
            pl.lit(undated.batch, pl.String)
        ).otherwise(batch)  # fmt: skip
        change = told
        if by_creation(self.feed):
            change = self._change(instant, told, undated)
        return {"told": told, "told_change": change, "told_batch": where}

    def _change(self, instant: pl.Expr, told: pl.Expr, day: Told) -> pl.Expr:
        """Where only creation is dated, a change is known by the source's own day."""
        if day.word not in ("later", "undated") or self.last is None:
            return pl.lit(day.word)
        if self.feed.read.sweep is not None:
            return pl.lit(day.word)
        near = (instant >= self.last - back_of(self.feed)) | instant.is_null()
        read = pl.when(near).then(pl.lit(day.word)).otherwise(pl.lit("out_of_reach"))
        return pl.when(told == "merged").then(read).otherwise(told)

    def _word(self, batch: Batch) -> Told:
        if self.is_merged(batch):
            return Told("merged", batch.id)
        return Told(LOST[batch.state], batch.id)

    def _span(self, batch: Batch) -> tuple[datetime | None, datetime]:
        until = batch.until or batch.landed_at or batch.created_at
        return (batch.since - back_of(self.feed) if batch.since else None), until

    def _inside(self, batch: Batch, instant: pl.Expr) -> pl.Expr:
        start, end = self._span(batch)
        before = instant < end
        return before if start is None else before & (instant >= start)


def by_creation(feed: Feed) -> bool:
    """Whether a window holds the rows created in it, which may change later."""
    windowed = feed.read.window is not None
    return windowed and feed.changed is None and feed.mode != "events"


def by_change(feed: Feed) -> bool:
    """Whether a row lies in the span in which it changed last."""
    window = feed.read.window
    dated = feed.changed is not None and feed.mode != "snapshot"
    return dated and (window is None or window.reach is None)


def back_of(feed: Feed) -> timedelta:
    """How far behind its beginning a pull reads."""
    window = feed.read.window
    if window is None:
        return timedelta()
    return max(span(window.overlap), span(window.reach or "0s"))


def unions(
    spans: Sequence[tuple[datetime | None, datetime]],
) -> list[tuple[datetime | None, datetime]]:
    """Overlapping and touching spans joined, in order; null begins before all."""
    joined: list[tuple[datetime | None, datetime]] = []
    for start, end in sorted(
        spans, key=lambda one: (one[0] is not None, one[0] or one[1], one[1])
    ):
        if joined and (start is None or start <= joined[-1][1]):
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined
