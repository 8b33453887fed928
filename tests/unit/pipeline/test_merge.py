"""Batches commute: any cut, order and repetition ends in the same core."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.reference_model import ABSENT, GONE, Seen
from support.reference_model import versions as slow_versions
from support.reference_model import winners as slow_winners

from hub.pipeline.merge import INDEX, OBSERVATION, needs_history, plan_merge

START = datetime(2026, 9, 28, 12, tzinfo=UTC)


@st.composite
def observations(draw: st.DrawFn) -> Seen:
    version_at = START + timedelta(hours=8 * draw(st.integers(0, 9)))
    digest = draw(st.sampled_from(["a", "b", "c", GONE, ABSENT]))
    return Seen(version_at, digest, draw(st.sampled_from("xyz")), version_at.date())


def frame(seen: list[Seen], batch: str) -> pl.DataFrame:
    rows = [
        (s.key, s.version_at, s.digest, s.from_on, s.to_on, s.dated, batch)
        for s in seen
    ]
    return pl.DataFrame(rows, schema=OBSERVATION, orient="row")


class Core:
    """The smallest store that can carry out a plan."""

    def __init__(self, *, scd2: bool) -> None:
        self.scd2 = scd2
        self.index = pl.DataFrame(schema=INDEX)
        self.staged = pl.DataFrame(schema=OBSERVATION)
        self.rows: dict[str, list[tuple[object, ...]]] = {}

    def take(self, seen: list[Seen], batch: str) -> dict[str, int]:
        incoming = frame(seen, batch)
        self.staged = pl.concat([self.staged, incoming])
        return self._merge(incoming, pl.Series([], dtype=pl.String))

    def replay(self, seen: list[Seen], old: str, new: str) -> None:
        replaced = self.staged.filter(pl.col("batch_id") == old)["key"].unique()
        self.staged = self.staged.filter(pl.col("batch_id") != old)
        incoming = frame(seen, new)
        self.staged = pl.concat([self.staged, incoming])
        self._merge(incoming, pl.concat([replaced, incoming["key"]]).unique())

    def _merge(self, incoming: pl.DataFrame, forced: pl.Series) -> dict[str, int]:
        keys = pl.concat([incoming["key"], forced]).unique().implode()
        known = self.index.filter(pl.col("key").is_in(keys))
        deep = needs_history(incoming, known, scd2=self.scd2, forced=forced)
        history = self.staged.filter(pl.col("key").is_in(deep.implode()))
        plan = plan_merge(incoming, known, history, scd2=self.scd2, forced=forced)
        for key in plan.drop:
            self.rows.pop(key, None)
        assert plan.rows["batch_id"].null_count() == 0
        for row in plan.rows.to_dicts():
            self.rows.setdefault(row["key"], []).append(
                tuple(row[c] for c in self.shown)
            )
        stays = ~pl.col("key").is_in(
            pl.concat([plan.index["key"], plan.forget]).implode()
        )
        self.index = pl.concat([self.index.filter(stays), plan.index])
        counts = plan.counts
        assert counts["emitted"] == sum(
            counts[name] for name in ("inserted", "updated", "unchanged", "stale")
        )
        return counts

    @property
    def shown(self) -> tuple[str, ...]:
        if self.scd2:
            return ("valid_from_on", "valid_to_on", "row_digest")
        return ("row_digest", "deleted_at")

    def content(self) -> set[tuple[object, ...]]:
        return {(key, *row) for key, rows in self.rows.items() for row in rows}


def expected(seen: set[Seen], *, scd2: bool) -> set[tuple[object, ...]]:
    if scd2:
        return slow_versions(seen)
    return {
        (key, digest, deleted_at)
        for key, (_, digest, deleted_at) in slow_winners(seen).items()
        if digest is not None
    }


def cut(seen: list[Seen], shuffle: random.Random) -> list[list[Seen]]:
    batches: list[list[Seen]] = [[]]
    for one in seen:
        if shuffle.random() < 0.4:
            batches.append([])
        batches[-1].append(one)
    return batches


@pytest.mark.parametrize("scd2", [False, True])
@given(
    seen=st.lists(observations(), max_size=16),
    shuffle=st.randoms(use_true_random=False),
)
@settings(deadline=None)
def test_batches_commute(
    seen: list[Seen], shuffle: random.Random, *, scd2: bool
) -> None:
    core = Core(scd2=scd2)
    delivered = seen + shuffle.sample(seen, len(seen) // 2)
    shuffle.shuffle(delivered)

    for number, batch in enumerate(cut(delivered, shuffle)):
        core.take(batch, f"b{number}")

    assert core.content() == expected(set(seen), scd2=scd2)
    states = {row[0]: row[1:] for row in core.index.rows()}
    assert states == slow_winners(set(seen))


@pytest.mark.parametrize("scd2", [False, True])
@given(
    first=st.lists(observations(), max_size=8),
    other=st.lists(observations(), max_size=8),
    corrected=st.lists(observations(), max_size=8),
)
@settings(deadline=None)
def test_replay_replaces_what_its_batch_had_said(
    first: list[Seen], other: list[Seen], corrected: list[Seen], *, scd2: bool
) -> None:
    core = Core(scd2=scd2)
    core.take(first, "b1")
    core.take(other, "b2")

    core.replay(corrected, "b1", "b3")

    assert core.content() == expected({*other, *corrected}, scd2=scd2)


@pytest.mark.parametrize("scd2", [False, True])
@given(seen=st.lists(observations(), min_size=1, max_size=8))
@settings(deadline=None)
def test_the_same_batch_again_changes_nothing(seen: list[Seen], *, scd2: bool) -> None:
    core = Core(scd2=scd2)
    core.take(seen, "b1")
    before = core.content()

    counts = core.take(seen, "b2")

    assert core.content() == before
    assert counts["inserted"] == counts["updated"] == counts["deleted"] == 0


def test_counts_follow_their_definitions() -> None:
    core = Core(scd2=False)
    day = timedelta(days=1)

    def seen(digest: str, days: int, key: str = "x") -> Seen:
        at = START + days * day
        return Seen(at, digest, key, at.date())

    new = core.take([seen("a", 0), seen("b", 1), seen("a", 0, "y")], "b1")
    again = core.take([seen("b", 2), seen("a", 0)], "b2")
    gone = core.take([seen(GONE, 3), seen("c", 1, "y")], "b3")
    back = core.take([seen("b", 4)], "b4")

    assert new == dict(zip(new, (3, 2, 0, 0, 1, 0), strict=True))
    assert again == dict(zip(new, (2, 0, 0, 1, 1, 0), strict=True))
    assert gone == dict(zip(new, (1, 0, 1, 0, 0, 1), strict=True))
    assert back == dict(zip(new, (1, 0, 1, 0, 0, 0), strict=True))
