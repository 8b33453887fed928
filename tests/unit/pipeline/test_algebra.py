"""The folds agree with the reference model on every set of observations."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from support.reference_model import ABSENT, GONE, Seen
from support.reference_model import versions as slow_versions
from support.reference_model import winners as slow_winners

from hub.pipeline.algebra import close_intervals, versions, winners

START = datetime(2026, 9, 28, 12, tzinfo=UTC)
SCHEMA = {
    "key": pl.String,
    "version_at": pl.Datetime("us", "UTC"),
    "row_digest": pl.String,
    "from_on": pl.Date,
    "to_on": pl.Date,
    "dated": pl.Boolean,
}


@st.composite
def observations(draw: st.DrawFn) -> Seen:
    version_at = START + timedelta(hours=6 * draw(st.integers(0, 20)))
    digest = draw(st.sampled_from(["a", "b", "c", GONE, ABSENT]))
    from_on, to_on, dated = version_at.date(), None, False
    if digest not in (GONE, ABSENT) and draw(st.booleans()):
        dated = True
        from_on = date(2026, 9, 25) + timedelta(days=draw(st.integers(0, 9)))
        length = draw(st.none() | st.integers(1, 5))
        to_on = from_on + timedelta(days=length) if length else None
        # The delivered days are mapped columns, so the digest knows them.
        digest = f"{digest}{from_on}{to_on}"
    return Seen(version_at, digest, draw(st.sampled_from("xy")), from_on, to_on, dated)


def frame(seen: list[Seen]) -> pl.DataFrame:
    rows = [(s.key, s.version_at, s.digest, s.from_on, s.to_on, s.dated) for s in seen]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


@given(st.lists(observations(), max_size=14), st.randoms(use_true_random=False))
def test_winner_is_a_function_of_the_set(
    seen: list[Seen], shuffle: random.Random
) -> None:
    repeated = seen + seen[::2]
    shuffle.shuffle(repeated)

    found = winners(frame(repeated))

    assert {row[0]: row[1:] for row in found.rows()} == slow_winners(set(seen))


@given(st.lists(observations(), max_size=14), st.randoms(use_true_random=False))
def test_versions_are_a_function_of_the_set(
    seen: list[Seen], shuffle: random.Random
) -> None:
    repeated = seen + seen[1::2]
    shuffle.shuffle(repeated)

    found = versions(frame(repeated))

    columns = found.select("key", "valid_from_on", "valid_to_on", "row_digest")
    assert set(columns.rows()) == slow_versions(set(seen))
    assert len(columns) == len(set(columns.rows()))


@given(st.lists(observations(), min_size=1, max_size=14))
def test_every_version_points_to_an_observation(seen: list[Seen]) -> None:
    found = versions(frame(seen))

    known = {(s.key, s.version_at, s.digest) for s in seen}
    assert set(found.select("key", "version_at", "row_digest").rows()) <= known


def test_posts_of_vanished_people_end_on_the_local_day() -> None:
    rows = pl.DataFrame(
        {
            "assignment_id": ["open", "already ended", "never in force"],
            "start_on": [date(2026, 9, 1), date(2026, 9, 1), date(2026, 10, 1)],
            "end_on": [None, date(2026, 9, 20), None],
            "deleted_at": [datetime(2026, 9, 30, 16, tzinfo=UTC)] * 3,
        },
        schema_overrides={"end_on": pl.Date, "deleted_at": pl.Datetime("us", "UTC")},
    )

    closed = close_intervals(rows, "Asia/Shanghai")

    # 16:00 UTC on the 30th is midnight of 1 October in Wuhan.
    assert closed["end_on"].to_list() == [date(2026, 10, 1), date(2026, 9, 20)]
    assert closed["deleted_at"].null_count() == 2
